use tenantry_application::event::EventKind;
use tenantry_application::page::Position;
use tenantry_application::ports::{ChargeKey, LedgerChange, StoreError, UnitOfWork};
use tenantry_domain::capacity::UsageChange;
use tenantry_domain::charge::Charge;
use tenantry_domain::{Limit, Quantity};

use crate::fixtures::*;
use crate::support::*;

fn key(name: &str, resource: &str) -> ChargeKey {
    ChargeKey {
        meter: meter(name),
        resource_id: text(resource),
    }
}

fn released(name: &str, resource: &str) -> LedgerChange {
    LedgerChange {
        released: vec![key(name, resource)],
        ..charging(&[])
    }
}

#[test]
fn a_charge_is_kept_resized_and_removed() {
    for backend in Backend::all() {
        seed(&backend);
        let first = charge(12, "seat", 3);
        let of_another_meter = Charge {
            meter: meter("sso"),
            ..first.clone()
        };
        let resized = Charge {
            quantity: Quantity::MAX,
            updated_at: at(5),
            ..first.clone()
        };
        let asked = Charge {
            created_at: at(9),
            ..resized.clone()
        };
        backend.write(|unit| {
            unit.charges()
                .save(&[charging(&[of_another_meter.clone(), first.clone()])])
                .unwrap();
            let found = |unit: &mut dyn UnitOfWork, name: &str, resource: &str| {
                unit.charges().find(workspace_id(), &key(name, resource)).unwrap()
            };
            assert_eq!(found(unit, "users", "seat"), Some(first));
            assert_eq!(found(unit, "users", "other"), None);
            assert_eq!(unit.charges().find(id(9), &key("users", "seat")).unwrap(), None);
            unit.charges().save(&[resizing(&asked)]).unwrap();
            assert_eq!(found(unit, "users", "seat"), Some(asked));
            unit.charges().save(&[released("users", "seat")]).unwrap();
            assert_eq!(found(unit, "users", "seat"), None);
            assert_eq!(found(unit, "sso", "seat"), Some(of_another_meter));
        });
    }
}

#[test]
fn c1_a_resource_is_charged_once_and_its_case_matters() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| save_charge(unit, &charge(12, "seat", 1)));
        for organization in [12, 20] {
            let again = charge(organization, "seat", 1);
            let again = backend.fail(|unit| unit.charges().save(&[charging(&[again])]));
            assert!(matches!(again, StoreError::Retry(_)), "{again:?}");
        }
        let elsewhere = backend.fail(|unit| unit.charges().save(&[resizing(&charge(20, "seat", 2))]));
        assert!(matches!(elsewhere, StoreError::Retry(_)), "{elsewhere:?}");
        let gone = backend.fail(|unit| unit.charges().save(&[released("users", "other")]));
        assert!(matches!(gone, StoreError::Retry(_)), "{gone:?}");
        backend.write(|unit| save_charge(unit, &charge(12, "SEAT", 1)));
    }
}

/// On a server the chain says so, which whoever charges has locked or seen.
#[test]
fn c1_a_file_takes_no_charge_of_what_is_not_there() {
    let backend = Backend::sqlite();
    seed(&backend);
    let nowhere = backend.fail(|unit| unit.charges().save(&[charging(&[charge(99, "x", 1)])]));
    assert!(matches!(nowhere, StoreError::Other(_)), "{nowhere:?}");
}

#[test]
fn a_decision_is_written_with_its_usage_and_events_in_one_statement_on_postgresql() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            locked_chain(unit, workspace_id(), at_organization(12), &seats()).unwrap();
            let nodes = [pool_node(), node(10), node(11), node(12)];
            let usage = usage_after(unit, (&nodes, Some(12)), &seats(), UsageChange::Grow(units(3))).unwrap();
            unit.events().append(&event(1, EventKind::ChargeCreated)).unwrap();
            let change = LedgerChange {
                usage,
                ..charging(&[charge(12, "b", 1), charge(12, "a", 2)])
            };
            let ((), statements) =
                statements_of(|| unit.charges().save(std::slice::from_ref(&change)).unwrap());
            assert_eq!(statements.len(), backend.either(8, 1), "{statements:#?}");
        });
        backend.read(|unit| {
            let kept = unit.balances().of_workspace(workspace_id()).unwrap();
            assert_eq!(kept[&pool_node()][&seats()].subtree, units(3));
            assert_eq!(kept[&node(12)][&seats()].direct, units(3));
            assert_eq!(unit.charges().totals(workspace_id()).unwrap().len(), 1);
            let events = unit
                .events()
                .list(workspace_id().into(), None, &page(9, Position::Start));
            assert_eq!(events.unwrap().items.len(), 1);
        });
    }
}

/// What is prepared each time is not kept, so it is not among what is prepared at first either.
#[test]
fn all_that_a_charge_writes_to_a_file_is_prepared_once() {
    let backend = Backend::sqlite();
    seed(&backend);
    let nodes = [pool_node(), node(10), node(11), node(12)];
    let prepared_for = |n: u128| {
        backend.write(|unit| {
            let usage = usage_after(unit, (&nodes, Some(12)), &seats(), UsageChange::Grow(units(1))).unwrap();
            unit.events().append(&event(n, EventKind::ChargeCreated)).unwrap();
            let change = LedgerChange {
                usage,
                ..charging(&[charge(12, &n.to_string(), 1)])
            };
            prepared_by(|| unit.charges().save(&[change]).unwrap())
        })
    };
    assert_eq!([1, 2].map(prepared_for), [4, 0]);
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
                save_charge(unit, &charge(12, resource, 1));
                save_charge(unit, &charge(20, &format!("{resource}!"), 1));
            }
            save_charge(
                unit,
                &Charge {
                    meter: meter("sso"),
                    ..charge(12, "zz", 1)
                },
            );
        });
        resources.sort_unstable();
        let mut expected = vec![key("sso", "zz")];
        expected.extend(resources.map(|resource| key("users", resource)));
        backend.read(|unit| {
            assert_eq!(list(unit, Position::Start), expected);
            for (index, key) in expected.iter().enumerate() {
                assert_eq!(list(unit, after(key.clone())), expected[index + 1..]);
                assert_eq!(list(unit, before(key.clone())), expected[..index]);
            }
        });
    }
}

fn list(unit: &mut dyn UnitOfWork, position: Place<ChargeKey>) -> Vec<ChargeKey> {
    let found = unit
        .charges()
        .list(workspace_id(), at_organization(12), &page(200, position))
        .unwrap();
    found
        .items
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
                save_charge(unit, &large);
            }
            save_charge(unit, &charge(20, "seat", 4));
            save_charge(
                unit,
                &Charge {
                    meter: meter("sso"),
                    ..charge(12, "seat", 1)
                },
            );
        });
        backend.read(|unit| {
            let totals = unit.charges().totals(workspace_id()).unwrap();
            let expected = [
                (charge(12, "x", 1).target, meter("sso"), units(1)),
                (charge(12, "x", 1).target, seats(), units(3_000_000_000)),
                (charge(20, "x", 1).target, seats(), units(4)),
            ];
            assert_eq!(totals, expected);
            assert_eq!(unit.charges().totals(id(9)).unwrap(), []);
        });
    }
}

#[test]
fn l6_nodes_of_which_others_are_not_counted_make_no_chain() {
    for backend in Backend::all() {
        seed(&backend);
        let [of_pool, of_organization] = ["of_pool", "of_root"].map(meter);
        backend.write(|unit| {
            unit.balances()
                .set_capacity(workspace_id(), account_pool(ACCOUNT), &of_pool, units(9))
                .unwrap();
            let limit = Limit::AtMost(units(9));
            unit.balances()
                .set_limit(workspace_id(), at_organization(10), &of_organization, limit)
                .unwrap();
            let asked = [&of_pool, &of_organization].map(|meter| {
                let key = ChargeKey {
                    meter: meter.clone(),
                    resource_id: text("m"),
                };
                (at_organization(10), key)
            });
            for standing in unit.charges().look_up(&asked).unwrap() {
                assert_eq!(standing.chains, []);
            }
        });
    }
}

/// Then other rows lie where what was looked up was.
#[test]
fn l6_what_was_looked_up_is_not_saved_once_its_table_is_written_anew() {
    let backend = Backend::postgres();
    seed(&backend);
    backend.write(|unit| drop(locked_chain(unit, workspace_id(), at_organization(12), &seats()).unwrap()));
    backend.execute("UPDATE balances SET subtree = subtree");
    let mut unit = backend.store.begin_decision().unwrap();
    let asked = [(at_organization(12), charge_key("m"))];
    let chain = unit.charges().look_up(&asked).unwrap().remove(0).chains.remove(0);
    backend.execute("VACUUM FULL balances");
    let left_out = unit.charges().save_free(&[charging_first(&chain)]).unwrap();
    assert_eq!(left_out, [workspace_id()].into());
    backend.read(|unit| {
        let kept = unit.balances().of_workspace(workspace_id()).unwrap();
        let mut balances = kept.values().flat_map(std::collections::BTreeMap::values);
        assert!(balances.all(|balance| balance.subtree == units(0)), "{kept:?}");
        assert_eq!(unit.charges().totals(workspace_id()).unwrap(), []);
    });
}
