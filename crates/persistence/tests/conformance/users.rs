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
            said_at: Some(at(7)),
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

fn with(n: u128, address: &str) -> User {
    User {
        profile: Profile {
            email: Some(text(address)),
            ..Profile::default()
        },
        ..user(n)
    }
}

#[test]
fn people_are_found_by_their_addresses_whatever_the_case_the_longest_known_first() {
    for backend in Backend::all() {
        backend.write(|unit| {
            for user in [
                with(2, "ADA@example.com"),
                with(1, "ada@Example.com"),
                with(3, "eve@example.com"),
                user(4),
            ] {
                unit.users().insert(&user).unwrap();
            }
            let mut of = |addresses: &[&str]| -> Vec<_> {
                let keys: Vec<_> = addresses.iter().copied().map(key).collect();
                let found = unit.users().of_addresses(&keys).unwrap();
                found.into_iter().map(|user| user.id).collect()
            };
            assert_eq!(of(&["Ada@Example.COM"]), [id(1), id(2)]);
            assert_eq!(of(&["eve@example.com", "ada@example.com"]), [id(1), id(2), id(3)]);
            assert_eq!(of(&["nobody@example.com", "ada@exampłe.com"]), []);
            assert_eq!(of(&[]), []);
            unit.users().update(&with(2, "eve@example.com")).unwrap();
            let found = unit.users().of_addresses(&[key("eve@example.com")]).unwrap();
            assert_eq!(found.len(), 2);
            assert_eq!(
                unit.users().find_for_update(id(3)).unwrap(),
                Some(with(3, "eve@example.com"))
            );
            assert_eq!(unit.users().find_for_update(id(9)).unwrap(), None);
        });
    }
}

#[test]
fn t13_an_address_awaits_one_person() {
    for backend in Backend::all() {
        let awaited = |n| User {
            identity: None,
            ..with(n, "ada@example.com")
        };
        let only_notified = |n| User {
            allow_login: false,
            ..awaited(n)
        };
        backend.write(|unit| {
            let others = [with(2, "ada@example.com"), only_notified(3), only_notified(4)];
            for user in [awaited(1), user(5), user(6)].into_iter().chain(others) {
                unit.users().insert(&user).unwrap();
            }
        });
        let twin = User {
            profile: with(7, "ADA@example.com").profile,
            ..awaited(7)
        };
        for error in [
            backend.fail(|unit| unit.users().insert(&twin)),
            backend.fail(|unit| unit.users().update(&awaited(3))),
        ] {
            assert!(
                matches!(error, StoreError::Duplicate(UniqueKey::UserAddress)),
                "{error:?}"
            );
        }
        backend.write(|unit| {
            unit.users().update(&with(1, "ada@example.com")).unwrap();
            unit.users().update(&awaited(3)).unwrap();
        });
    }
}

#[test]
fn t13_only_who_never_signed_in_and_is_in_no_team_is_forgotten() {
    for backend in Backend::all() {
        seed(&backend);
        let unclaimed = |n| User {
            identity: None,
            ..user(n)
        };
        backend.write(|unit| {
            for user in [user(1), user(2), unclaimed(3), unclaimed(4), unclaimed(5)] {
                unit.users().insert(&user).unwrap();
            }
            unit.teams().insert(&team(30, Some(12))).unwrap();
            unit.team_members()
                .insert(workspace_id(), &team_member(30, 4, &[]))
                .unwrap();
            unit.users().forget(&[2, 3, 4, 9].map(id)).unwrap();
            unit.users().forget(&[]).unwrap();
            let mut is_there = |n| unit.users().find(id(n)).unwrap().is_some();
            assert_eq!(
                [1, 2, 3, 4, 5].map(&mut is_there),
                [true, true, false, true, true]
            );
        });
    }
}
