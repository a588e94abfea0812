use tenantry_application::ports::{PublicKey, StoreError, UniqueKey};
use tenantry_domain::organization::picture::HostedFormat;
use tenantry_domain::organization::{Branding, Colors, Organization, PictureId};

use crate::fixtures::*;
use crate::support::*;

pub fn branded(hint: &str) -> Organization {
    Organization {
        picture: Some(PictureId::of(b"a", HostedFormat::Png)),
        branding: Branding {
            display_name: Some(text("ACME & Söhne 🏭")),
            login_hint: Some(text(hint)),
            colors: Colors {
                primary: Some(text("#aaBB00")),
                page_background: Some(text("#FFFFFF")),
            },
        },
        ..organization(30, &[10])
    }
}

#[test]
fn everything_about_an_organization_is_kept() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| add_organization(unit, &branded("acme")));
        backend.read(|unit| {
            let organizations = unit.organizations();
            assert_eq!(
                organizations.find(workspace_id(), id(30)).unwrap(),
                Some(branded("acme"))
            );
            assert_eq!(
                organizations.find(workspace_id(), id(12)).unwrap(),
                Some(organization(12, &[10, 11]))
            );
            assert_eq!(organizations.find(workspace_id(), id(99)).unwrap(), None);
            assert_eq!(
                organizations.find(id(9), id(30)).unwrap(),
                None,
                "another workspace"
            );
        });
    }
}

#[test]
fn the_public_finds_branding_by_id_or_login_hint() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| add_organization(unit, &branded("acme")));
        backend.read(|unit| {
            let mut find = |key| unit.organizations().find_public(&key).unwrap();
            assert_eq!(find(PublicKey::Id(id(30))), Some(branded("acme")));
            assert_eq!(find(PublicKey::Id(id(11))), Some(organization(11, &[10])));
            assert_eq!(find(PublicKey::LoginHint(text("acme"))), Some(branded("acme")));
            assert_eq!(find(PublicKey::LoginHint(text("acm"))), None);
            assert_eq!(find(PublicKey::Id(id(99))), None);
        });
    }
}

#[test]
fn a_login_hint_is_unique_in_the_deployment_and_free_again_when_given_up() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| add_organization(unit, &branded("acme")));
        let taker = |hint: &str| Organization {
            branding: branded(hint).branding,
            ..organization(20, &[])
        };
        let error = backend.fail(|unit| unit.organizations().update(&taker("acme")));
        assert!(
            matches!(error, StoreError::Duplicate(UniqueKey::LoginHint)),
            "{error:?}"
        );
        let new = Organization {
            branding: branded("acme").branding,
            ..organization(40, &[])
        };
        let error = backend.fail(|unit| unit.organizations().insert(&[new_node(&new)]));
        assert!(
            matches!(error, StoreError::Duplicate(UniqueKey::LoginHint)),
            "{error:?}"
        );
        backend.write(|unit| {
            unit.organizations().update(&branded("acme-two")).unwrap();
            unit.organizations().update(&taker("acme")).unwrap();
            unit.organizations()
                .update(&Organization {
                    picture: None,
                    branding: Branding::default(),
                    ..branded("x")
                })
                .unwrap();
            unit.organizations().update(&taker("acme-two")).unwrap();
            unit.organizations().update(&taker("acme-two")).unwrap();
        });
        backend.read(|unit| {
            let found = unit
                .organizations()
                .find_public(&PublicKey::LoginHint(text("acme-two")))
                .unwrap();
            assert_eq!(found, Some(taker("acme-two")));
            assert_eq!(
                unit.organizations()
                    .find_public(&PublicKey::LoginHint(text("acme")))
                    .unwrap(),
                None
            );
        });
    }
}
