use std::collections::BTreeMap;

use tenantry_application::ports::{NodeUsage, UnitOfWork};
use tenantry_domain::capacity::{Balance, NodeId, PoolId, UsageChange};
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{BillingMode, Limit, Units};

use crate::fixtures::*;
use crate::support::*;

fn balance(cap: Option<u64>, direct: u64, subtree: u64) -> Balance {
    Balance {
        limit: Limit::from_option(cap.map(units)),
        direct: units(direct),
        subtree: units(subtree),
    }
}

fn kept(unit: &mut dyn UnitOfWork, node: NodeId) -> Balance {
    let of_nodes = unit.balances().of_nodes(workspace_id(), &[node]).unwrap();
    of_nodes
        .get(&node)
        .and_then(|meters| meters.get(&seats()))
        .copied()
        .unwrap_or_default()
}

const CHAIN: [u128; 3] = [10, 11, 12];

fn chain() -> Vec<NodeId> {
    [pool_node()].into_iter().chain(CHAIN.map(node)).collect()
}

#[test]
fn limits_and_capacities_are_set_changed_and_taken_away() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            let set = |unit: &mut dyn UnitOfWork, limit| {
                unit.balances()
                    .set_limit(workspace_id(), at_organization(10), &seats(), limit)
                    .unwrap();
                kept(unit, node(10)).limit
            };
            assert_eq!(set(unit, Limit::AtMost(Units::MAX)), Limit::AtMost(Units::MAX));
            assert_eq!(set(unit, Limit::AtMost(Units::ZERO)), Limit::AtMost(Units::ZERO));
            assert_eq!(
                set(unit, Limit::Observed(Units::ZERO)),
                Limit::Observed(Units::ZERO)
            );
            record(
                unit,
                (&[node(10)], Some(10)),
                &seats(),
                UsageChange::Grow(units(7)),
            );
            assert_eq!(set(unit, Limit::AtMost(units(3))), Limit::AtMost(units(3)));
            assert_eq!(kept(unit, node(10)), balance(Some(3), 7, 7), "usage stays");
            assert_eq!(set(unit, Limit::Unlimited), Limit::Unlimited);
            unit.balances()
                .set_capacity(workspace_id(), account_pool(ACCOUNT), &seats(), units(9))
                .unwrap();
            assert_eq!(kept(unit, pool_node()), balance(Some(9), 0, 0));
        });
    }
}

#[test]
fn usage_counts_at_every_node_and_directly_at_the_target() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.balances()
                .set_limit(
                    workspace_id(),
                    at_organization(11),
                    &seats(),
                    Limit::AtMost(units(50)),
                )
                .unwrap();
            let (chain, seats) = (chain(), seats());
            record(unit, (&chain, Some(12)), &seats, UsageChange::Grow(units(5)));
            record(unit, (&chain[..3], Some(11)), &seats, UsageChange::Grow(units(2)));
            record(unit, (&chain, Some(12)), &seats, UsageChange::Shrink(units(4)));
            record(unit, (&[pool_node()], None), &seats, UsageChange::Grow(units(10)));
            record(unit, (&[], None), &seats, UsageChange::Grow(units(10)));
        });
        backend.read(|unit| {
            assert_eq!(kept(unit, pool_node()), balance(None, 0, 13));
            assert_eq!(kept(unit, node(10)), balance(None, 0, 3));
            assert_eq!(kept(unit, node(11)), balance(Some(50), 2, 3));
            assert_eq!(kept(unit, node(12)), balance(None, 1, 1));
            assert_eq!(kept(unit, node(13)), Balance::default());
        });
    }
}

#[test]
fn nodes_are_read_together_by_meter() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            for (n, name) in [(10, "users"), (10, "sso"), (12, "users"), (13, "users")] {
                unit.balances()
                    .set_limit(
                        workspace_id(),
                        at_organization(n),
                        &meter(name),
                        Limit::AtMost(units(1)),
                    )
                    .unwrap();
            }
            unit.balances()
                .set_limit(workspace_id(), at_organization(13), &seats(), Limit::Unlimited)
                .unwrap();
        });
        backend.write(|unit| {
            let one = balance(Some(1), 0, 0);
            let two_meters: BTreeMap<_, _> = [(meter("sso"), one), (seats(), one)].into();
            let ten = (node(10), two_meters);
            let twelve = (node(12), [(seats(), one)].into());
            let mut of_nodes = |nodes: &[NodeId]| {
                let found = unit.balances().of_nodes(workspace_id(), nodes).unwrap();
                let locked = unit
                    .balances()
                    .of_nodes_for_update(workspace_id(), nodes, &meters())
                    .unwrap();
                assert_eq!(found, locked);
                found
            };
            assert_eq!(of_nodes(&[node(10), node(20), node(13)]), [ten.clone()].into());
            assert_eq!(of_nodes(&[]), [].into());
            assert_eq!(
                unit.balances().of_workspace(workspace_id()).unwrap(),
                [ten, twelve].into()
            );
            assert_eq!(unit.balances().of_workspace(id(9)).unwrap(), [].into());
        });
    }
}

#[test]
fn the_capacities_of_workspace_pools_are_read_together() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            for n in [5, 6, 7] {
                let pooled = Workspace {
                    billing_mode: BillingMode::Pooled,
                    ..workspace(n)
                };
                unit.workspaces().insert(&pooled).unwrap();
            }
            let mut set = |n, pool, name, count| {
                unit.balances()
                    .set_capacity(id(n), pool, &meter(name), units(count))
                    .unwrap();
            };
            set(WORKSPACE, account_pool(ACCOUNT), "users", 3);
            set(5, PoolId::Workspace(id(5)), "users", 5);
            set(5, PoolId::Workspace(id(5)), "sso", 1);
            set(6, PoolId::Workspace(id(6)), "users", 0);
            set(7, PoolId::Workspace(id(7)), "sso", 7);
            let used = NodeUsage {
                node: NodeId::Pool(PoolId::Workspace(id(7))),
                meter: seats(),
                before: Balance::default(),
                balance: balance(None, 0, 1),
            };
            unit.balances().save_usage(id(7), &[used]).unwrap();
        });
        backend.read(|unit| {
            let ids = [workspace_id(), id(5), id(6), id(7), id(99)];
            let capacities = unit.balances().pool_capacities(&ids, &seats()).unwrap();
            assert_eq!(capacities.get(&id(5)), Some(&units(5)));
            assert!(!capacities.contains_key(&workspace_id()) && !capacities.contains_key(&id(7)));
            assert_eq!(capacities.get(&id(6)), Some(&Units::ZERO));
        });
    }
}

#[test]
fn a_repair_replaces_all_that_is_kept() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.balances()
                .set_limit(
                    workspace_id(),
                    at_organization(10),
                    &seats(),
                    Limit::AtMost(units(4)),
                )
                .unwrap();
            let repaired = Balance {
                limit: Limit::Observed(units(9)),
                ..balance(None, 2, 3)
            };
            for node in [node(10), node(20), pool_node()] {
                unit.balances()
                    .repair(workspace_id(), node, &seats(), repaired)
                    .unwrap();
            }
            for node in [node(10), node(20), pool_node()] {
                assert_eq!(kept(unit, node), repaired);
            }
            unit.balances()
                .repair(workspace_id(), node(10), &seats(), Balance::default())
                .unwrap();
            assert_eq!(kept(unit, node(10)), Balance::default());
        });
    }
}

#[test]
fn the_largest_counts_are_kept() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            record(
                unit,
                (&[node(10)], Some(10)),
                &seats(),
                UsageChange::Grow(Units::MAX),
            );
            assert_eq!(kept(unit, node(10)).subtree, Units::MAX);
            record(
                unit,
                (&[node(10)], Some(10)),
                &seats(),
                UsageChange::Shrink(Units::MAX),
            );
            assert_eq!(kept(unit, node(10)), Balance::default());
        });
    }
}
