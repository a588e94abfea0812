use tenantry_application::ports::{ChainNode, ChainRecord, NewNode, UnitOfWork, WorkspacePlace};
use tenantry_domain::capacity::{Balance, NodeId, PoolId, TargetId, UsageChange};
use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{BillingMode, Limit, Meter};

use crate::fixtures::*;
use crate::support::*;

fn chain_node(id: NodeId, name: &str, balances: &[(&str, Balance)]) -> ChainNode {
    let balances = balances
        .iter()
        .map(|(name, balance)| (meter(name), *balance))
        .collect();
    ChainNode {
        id,
        name: name.into(),
        balances,
    }
}

fn cap(n: u64) -> Balance {
    Balance {
        limit: Limit::AtMost(units(n)),
        ..Balance::default()
    }
}

fn used(direct: u64, subtree: u64) -> Balance {
    Balance {
        limit: Limit::Unlimited,
        direct: units(direct),
        subtree: units(subtree),
    }
}

#[test]
fn a_chain_goes_from_the_pool_down_with_names_and_balances() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.balances()
                .set_capacity(workspace_id(), account_pool(ACCOUNT), &seats(), units(9))
                .unwrap();
            unit.balances()
                .set_limit(
                    workspace_id(),
                    at_organization(11),
                    &meter("sso"),
                    Limit::AtMost(units(2)),
                )
                .unwrap();
            let nodes = organization(12, &[10, 11]).chain_nodes(account_pool(ACCOUNT));
            let one = UsageChange::Grow(units(1));
            record(unit, (&nodes, Some(12)), &meter("locations"), one);
        });
        let expected = ChainRecord {
            above: vec![
                chain_node(
                    pool_node(),
                    "ACME's bookkeeping",
                    &[("users", cap(9)), ("locations", used(0, 1))],
                ),
                chain_node(node(10), "Organization 10", &[("locations", used(0, 1))]),
                chain_node(
                    node(11),
                    "Organization 11",
                    &[("sso", cap(2)), ("locations", used(0, 1))],
                ),
            ],
            target: chain_node(node(12), "Organization 12", &[("locations", used(1, 1))]),
        };
        backend.write(|unit| {
            let chains = unit
                .balances()
                .chains(
                    workspace_id(),
                    &[at_organization(12), at_organization(20), at_organization(99)],
                )
                .unwrap();
            assert_eq!(chains.get(&at_organization(12)), Some(&expected));
            assert_eq!(
                chains.keys().copied().collect::<Vec<_>>(),
                [at_organization(12), at_organization(20)]
            );
            for name in ["users", "sso", "locations", "unheard_of"] {
                let found = locked_chain(unit, workspace_id(), at_organization(12), &meter(name)).unwrap();
                assert_eq!(found, Some(only(&expected, &meter(name))));
            }
            assert_eq!(
                locked_chain(unit, workspace_id(), at_organization(99), &seats()).unwrap(),
                None
            );
            assert_eq!(
                locked_chain(unit, id(9), at_organization(12), &seats()).unwrap(),
                None
            );
            assert_eq!(
                unit.balances().chains(id(9), &[at_organization(12)]).unwrap(),
                [].into()
            );
            let chains = unit
                .balances()
                .chains(workspace_id(), &[at_organization(12)])
                .unwrap();
            assert_eq!(
                chains.get(&at_organization(12)),
                Some(&expected),
                "a locked chain says no more than before"
            );
        });
    }
}

/// The chain with one meter.
fn only(chain: &ChainRecord, meter: &Meter) -> ChainRecord {
    let only = |node: &ChainNode| {
        let mut node = node.clone();
        node.balances.retain(|name, _| name == meter);
        node
    };
    ChainRecord {
        above: chain.above.iter().map(only).collect(),
        target: only(&chain.target),
    }
}

#[test]
fn the_pool_of_a_workspace_has_its_name() {
    for backend in Backend::all() {
        let root = Organization {
            workspace_id: id(5),
            billing_account_id: None,
            ..organization(50, &[])
        };
        let pool = PoolId::Workspace(id(5));
        backend.write(|unit| {
            let pooled = Workspace {
                billing_mode: BillingMode::Pooled,
                name: text("Pooled"),
                ..workspace(5)
            };
            unit.workspaces().insert(&pooled).unwrap();
            let root = NewNode {
                chain: root.chain_nodes(pool),
                ..new_node(&root)
            };
            unit.organizations().insert(&[root]).unwrap();
            let chain = locked_chain(unit, id(5), at_organization(50), &seats())
                .unwrap()
                .unwrap();
            assert_eq!(chain.above, [chain_node(NodeId::Pool(pool), "Pooled", &[])]);
        });
    }
}

#[test]
fn a_root_takes_its_subtree_to_another_pool() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.billing_accounts().insert(&account(3)).unwrap();
            unit.organizations()
                .relocate(&[organization(10, &[])], 1, &[NodeId::Pool(account_pool(3))])
                .unwrap();
        });
        backend.read(|unit| {
            let ids = [10, 11, 12, 13, 20].map(at_organization);
            let chains = unit.balances().chains(workspace_id(), &ids).unwrap();
            let pools: Vec<NodeId> = chains.values().map(|chain| chain.above[0].id).collect();
            let new = NodeId::Pool(account_pool(3));
            assert_eq!(pools, [new, new, new, new, pool_node()]);
            assert_eq!(
                chains[&at_organization(12)].above[1..],
                [
                    chain_node(node(10), "Organization 10", &[]),
                    chain_node(node(11), "Organization 11", &[]),
                ]
            );
        });
    }
}

/// The ancestors of the moved one and of what is below it, how many nodes of their chains go, and which ones come.
type Step<'a> = (&'a [u128], &'a [u128], usize, &'a [NodeId]);

#[test]
fn o7_a_subtree_takes_its_chains_and_places_along() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.users().insert(&user(1)).unwrap();
            unit.teams().insert(&team(30, Some(12))).unwrap();
        });
        let subtree = backend.read(|unit| unit.organizations().subtree(workspace_id(), id(11)).unwrap());
        assert_eq!(subtree, [organization(11, &[10]), organization(12, &[10, 11])]);
        let chains = |unit: &mut dyn UnitOfWork| unit.balances().chain_links(workspace_id()).unwrap();
        let before = backend.read(chains);
        let version = |unit: &mut dyn UnitOfWork| {
            let place = WorkspacePlace::Id(workspace_id());
            unit.workspaces().find(place).unwrap().unwrap().tree_version
        };
        // Up, down, and back again.
        let places: [Step; 3] = [
            (&[], &[11], 2, &[pool_node()]),
            (&[20], &[20, 11], 1, &[pool_node(), node(20)]),
            (&[10], &[10, 11], 2, &[pool_node(), node(10)]),
        ];
        for (index, (top, below, replaced, above)) in places.into_iter().enumerate() {
            let moved = [organization(11, top), organization(12, below)];
            backend.write(|unit| unit.organizations().relocate(&moved, replaced, above).unwrap());
            backend.read(|unit| {
                let found = unit.organizations().subtree(workspace_id(), id(11)).unwrap();
                assert_eq!(found, moved);
                let links = chains(unit);
                let of = |target: TargetId| links[&target].iter().map(|(_, node)| *node).collect::<Vec<_>>();
                let upper = [above, &[node(11)]].concat();
                assert_eq!(of(at_organization(11)), upper);
                assert_eq!(of(at_organization(12)), [upper.as_slice(), &[node(12)]].concat());
                assert_eq!(
                    of(TargetId::Team(id(30))),
                    [upper.as_slice(), &[node(12), NodeId::Team(id(30))]].concat()
                );
                assert_eq!(links[&at_organization(13)], before[&at_organization(13)]);
                assert_eq!(usize::try_from(version(unit)).unwrap(), index + 1);
            });
        }
        assert_eq!(backend.read(chains), before);
    }
}

#[test]
fn the_links_of_chains_are_kept_as_they_are_given() {
    for backend in Backend::all() {
        seed(&backend);
        let wrong = vec![(0, node(20)), (2, pool_node())];
        backend.write(|unit| {
            unit.balances()
                .replace_chain(workspace_id(), at_organization(12), &wrong)
                .unwrap();
            unit.balances()
                .replace_chain(workspace_id(), at_organization(13), &vec![])
                .unwrap();
        });
        let chains = backend.read(|unit| unit.balances().chain_links(workspace_id()).unwrap());
        let expected = [
            (at_organization(10), vec![(0, pool_node()), (1, node(10))]),
            (
                at_organization(11),
                vec![(0, pool_node()), (1, node(10)), (2, node(11))],
            ),
            (at_organization(12), wrong),
            (at_organization(20), vec![(0, pool_node()), (1, node(20))]),
        ];
        assert_eq!(chains, expected.into());
    }
}
