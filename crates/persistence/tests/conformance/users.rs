use tenantry_application::ports::{StoreError, UniqueKey};
use tenantry_domain::user::{Identity, Preferences, Profile, User};

use crate::fixtures::*;
use crate::support::*;

#[test]
fn a_person_is_found_by_id_and_by_identity() {
    for backend in Backend::all() {
        let ada = User {
            profile: Profile {
                email: Some(text("ada@example.com")),
                email_verified: true,
                name: Some(text("Ada Lovelace 👩‍💻")),
                picture: Some(text("https://example.com/ada.png")),
                locale: Some(text("en-GB")),
            },
            preferences: Preferences {
                timezone: text("Europe/Berlin"),
                ..Preferences::default()
            },
            personal_team_id: Some(id(7)),
            ..user(1)
        };
        backend.write(|unit| {
            unit.users().insert(&ada).unwrap();
            unit.users().insert(&user(2)).unwrap();
        });
        backend.read(|unit| {
            assert_eq!(unit.users().find(ada.id).unwrap(), Some(ada.clone()));
            assert_eq!(
                unit.users().find_by_identity(&identity(1)).unwrap(),
                Some(ada.clone())
            );
            assert_eq!(unit.users().find(id(2)).unwrap(), Some(user(2)));
            assert_eq!(unit.users().find(id(3)).unwrap(), None);
            assert_eq!(unit.users().find_by_identity(&identity(3)).unwrap(), None);
        });
    }
}

#[test]
fn an_identity_is_unique_and_its_case_matters() {
    for backend in Backend::all() {
        backend.write(|unit| unit.users().insert(&user(1)).unwrap());
        let twin = User {
            identity: user(1).identity,
            ..user(2)
        };
        let error = backend.fail(|unit| unit.users().insert(&twin));
        assert!(
            matches!(error, StoreError::Duplicate(UniqueKey::UserIdentity)),
            "{error:?}"
        );
        let error = backend.fail(|unit| unit.users().insert(&User { id: id(1), ..user(3) }));
        assert!(
            matches!(error, StoreError::Duplicate(UniqueKey::Other)),
            "{error:?}"
        );
        let upper = Identity {
            subject: "SUBJECT-1".into(),
            ..identity(1)
        };
        backend.write(|unit| {
            assert_eq!(unit.users().find_by_identity(&upper).unwrap(), None);
            unit.users()
                .insert(&User {
                    identity: Some(upper.clone()),
                    ..user(4)
                })
                .unwrap();
        });
    }
}

#[test]
fn a_profile_is_replaced_as_a_whole() {
    for backend in Backend::all() {
        let mut ada = user(1);
        ada.profile.email = Some(text("ada@example.com"));
        backend.write(|unit| {
            unit.users().insert(&ada).unwrap();
            unit.users().insert(&user(2)).unwrap();
        });
        ada.profile = Profile {
            name: Some(text("Ada")),
            email_verified: true,
            ..Profile::default()
        };
        ada.updated_at = at(1);
        let asked = User {
            created_at: at(9),
            ..ada.clone()
        };
        backend.write(|unit| unit.users().update(&asked).unwrap());
        backend.read(|unit| {
            assert_eq!(unit.users().find(id(1)).unwrap(), Some(ada));
            assert_eq!(unit.users().find(id(2)).unwrap(), Some(user(2)));
        });
    }
}
