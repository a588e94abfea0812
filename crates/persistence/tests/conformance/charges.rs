use tenantry_application::page::Position;
use tenantry_application::ports::{ChargeKey, StoreError, UniqueKey, UnitOfWork};
use tenantry_domain::charge::Charge;
use tenantry_domain::{OrganizationId, Quantity};

use crate::fixtures::*;
use crate::support::*;

fn key(name: &str, resource: &str) -> ChargeKey {
    ChargeKey {
        meter: meter(name),
        resource_id: text(resource),
    }
}

#[test]
fn a_charge_is_kept_resized_and_removed() {
    for backend in Backend::all() {
        seed(&backend);
        let first = charge(12, "seat", 3);
        backend.write(|unit| {
            unit.charges().insert(&first).unwrap();
            unit.charges()
                .insert(&Charge {
                    meter: meter("sso"),
                    ..first.clone()
                })
                .unwrap();
        });
        let resized = Charge {
            quantity: Quantity::MAX,
            updated_at: at(5),
            ..first.clone()
        };
        let asked = Charge {
            organization_id: id(10),
            created_at: at(9),
            ..resized.clone()
        };
        backend.write(|unit| {
            assert_eq!(
                unit.charges()
                    .find(workspace_id(), &key("users", "seat"))
                    .unwrap(),
                Some(first)
            );
            assert_eq!(
                unit.charges()
                    .find(workspace_id(), &key("users", "other"))
                    .unwrap(),
                None
            );
            assert_eq!(unit.charges().find(id(9), &key("users", "seat")).unwrap(), None);
            unit.charges().update(&asked).unwrap();
            assert_eq!(
                unit.charges()
                    .find(workspace_id(), &key("users", "seat"))
                    .unwrap(),
                Some(resized)
            );
            unit.charges()
                .delete(workspace_id(), &key("users", "seat"))
                .unwrap();
            unit.charges()
                .delete(workspace_id(), &key("users", "seat"))
                .unwrap();
            assert_eq!(
                unit.charges()
                    .find(workspace_id(), &key("users", "seat"))
                    .unwrap(),
                None
            );
            assert!(
                unit.charges()
                    .find(workspace_id(), &key("sso", "seat"))
                    .unwrap()
                    .is_some()
            );
        });
        backend.fail(|unit| unit.charges().update(&charge(12, "seat", 1)));
    }
}

#[test]
fn a_resource_is_charged_once_and_its_case_matters() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| unit.charges().insert(&charge(12, "seat", 1)).unwrap());
        let error = backend.fail(|unit| unit.charges().insert(&charge(20, "seat", 1)));
        assert!(
            matches!(error, StoreError::Duplicate(UniqueKey::Charge)),
            "{error:?}"
        );
        backend.write(|unit| unit.charges().insert(&charge(12, "SEAT", 1)).unwrap());
        let nowhere = backend.fail(|unit| unit.charges().insert(&charge(99, "x", 1)));
        assert!(matches!(nowhere, StoreError::Other(_)), "{nowhere:?}");
    }
}

#[test]
fn a_ledger_is_in_the_order_of_meters_and_of_the_bytes_of_resources() {
    for backend in Backend::all() {
        seed(&backend);
        let mut resources = [
            "a", "Z", "é", "e\u{301}", "z", "ｚ", "😀", "10", "9", "A", "a b", "a-b", "_",
        ];
        backend.write(|unit| {
            for resource in resources {
                unit.charges().insert(&charge(12, resource, 1)).unwrap();
                unit.charges()
                    .insert(&charge(20, &format!("{resource}!"), 1))
                    .unwrap();
            }
            unit.charges()
                .insert(&Charge {
                    meter: meter("sso"),
                    ..charge(12, "zz", 1)
                })
                .unwrap();
        });
        resources.sort_unstable();
        let mut expected = vec![key("sso", "zz")];
        expected.extend(resources.map(|resource| key("users", resource)));
        backend.read(|unit| {
            assert_eq!(list(unit, Position::Start), expected);
            for (index, key) in expected.iter().enumerate() {
                assert_eq!(list(unit, Position::After(key.clone())), expected[index + 1..]);
                let before: Vec<_> = expected[..index].iter().rev().cloned().collect();
                assert_eq!(list(unit, Position::Before(key.clone())), before);
            }
        });
    }
}

fn list(unit: &mut dyn UnitOfWork, position: Position<ChargeKey>) -> Vec<ChargeKey> {
    let organization: OrganizationId = id(12);
    let found = unit
        .charges()
        .list(workspace_id(), organization, &page(200, position))
        .unwrap();
    found
        .into_iter()
        .map(|charge| ChargeKey {
            meter: charge.meter,
            resource_id: charge.resource_id,
        })
        .collect()
}

#[test]
fn the_ledger_is_summed_by_organization_and_meter() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            for n in 0..3 {
                let large = Charge {
                    quantity: Quantity::MAX,
                    ..charge(12, &format!("seat-{n}"), 1)
                };
                unit.charges().insert(&large).unwrap();
            }
            unit.charges().insert(&charge(20, "seat", 4)).unwrap();
            unit.charges()
                .insert(&Charge {
                    meter: meter("sso"),
                    ..charge(12, "seat", 1)
                })
                .unwrap();
        });
        backend.read(|unit| {
            let totals = unit.charges().totals(workspace_id()).unwrap();
            let expected = [
                (id(12), meter("sso"), units(1)),
                (id(12), seats(), units(3_000_000_000)),
                (id(20), seats(), units(4)),
            ];
            assert_eq!(totals, expected);
            assert_eq!(unit.charges().totals(id(9)).unwrap(), []);
        });
    }
}
