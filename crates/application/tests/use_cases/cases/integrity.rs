use tenantry_application::integrity::WrongChain;
use tenantry_application::ports::ChainLinks;
use tenantry_application::{Actor, Error};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::{Balance, NodeId, PoolId};
use tenantry_domain::{BillingAccountId, Limit, OrganizationId, Units, WorkspaceId};

use super::world::{World, locations};
use crate::refused;

#[test]
fn l6_chains_equal_the_tree_and_balances_the_ledger_in_every_billing_mode() {
    let world = World::new();
    let ada = world.person("ada");
    for mode in BillingMode::ALL {
        let w = world.workspace(&ada, mode);
        let account = world.account(&ada, w);
        world.subscribe(&ada, w, account, &[("locations", 50)]);
        let link = (mode != BillingMode::Pooled).then_some(account);
        let root = world.root(&ada, w, link, &[("locations", 40)]);
        let child = world.child(&ada, w, root, &[]);
        world.root(&ada, w, link, &[]);
        for n in 0..5 {
            world
                .charge(
                    &ada,
                    if n % 2 == 0 { root } else { child },
                    &format!("{n}"),
                    n + 1,
                )
                .unwrap();
        }
    }
    let report = world.app.verify(false, |_| {}).unwrap();
    // Ada's personal team has a workspace and a chain of its own.
    assert_eq!(
        (report.workspaces, report.chains, report.differences()),
        (3 + 1, 9 + 1, 0)
    );
}

#[test]
fn l6_b1_wrong_usage_and_wrong_capacity_are_found_and_mended() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    world.charge(&ada, small.root, "x", 4).unwrap();
    let (root, pool) = (
        NodeId::Organization(small.root),
        NodeId::Pool(PoolId::Workspace(small.workspace)),
    );
    let mut unit = world.store.begin_write().unwrap();
    let wrong = |cap, subtree| Balance {
        limit: Limit::from_option(cap),
        direct: Units::ZERO,
        subtree: Units::new(subtree).unwrap(),
    };
    unit.balances()
        .repair(small.workspace, root, &locations(), wrong(None, 9))
        .unwrap();
    unit.balances()
        .repair(small.workspace, pool, &locations(), wrong(Units::new(99).ok(), 4))
        .unwrap();
    unit.commit().unwrap();

    let found = world.app.verify(true, |_| {}).unwrap();
    let nodes: Vec<_> = found.wrong_balances.iter().map(|balance| balance.key.0).collect();
    assert_eq!(nodes, [pool, root]);
    world.is_exact();
    assert_eq!(world.free(&ada, small.workspace, small.root), Some(6));
}

/// An `assigned` workspace with two pools, and a root of the first with a child and a grandchild.
struct Line {
    world: World,
    ada: Actor,
    workspace: WorkspaceId,
    accounts: [BillingAccountId; 2],
    /// From the root down.
    organizations: [OrganizationId; 3],
}

impl Line {
    fn new() -> Self {
        let world = World::new();
        let ada = world.person("ada");
        let workspace = world.workspace(&ada, BillingMode::Assigned);
        let accounts = [(); 2].map(|()| {
            let account = world.account(&ada, workspace);
            world.subscribe(&ada, workspace, account, &[("locations", 10)]);
            account
        });
        let root = world.root(&ada, workspace, Some(accounts[0]), &[("locations", 3)]);
        let child = world.child(&ada, workspace, root, &[]);
        let grandchild = world.child(&ada, workspace, child, &[]);
        Self {
            organizations: [root, child, grandchild],
            world,
            ada,
            workspace,
            accounts,
        }
    }

    fn pool(&self, account: usize) -> NodeId {
        NodeId::Pool(PoolId::BillingAccount(self.accounts[account]))
    }

    fn node(&self, depth: usize) -> NodeId {
        NodeId::Organization(self.organizations[depth])
    }

    fn corrupt(&self, depth: usize, links: &ChainLinks) {
        let mut unit = self.world.store.begin_write().unwrap();
        unit.balances()
            .replace_chain(self.workspace, self.organizations[depth].into(), links)
            .unwrap();
        unit.commit().unwrap();
    }
}

#[test]
fn l6_wrong_chains_are_found_and_mended() {
    let line = Line::new();
    let [pool, other] = [line.pool(0), line.pool(1)];
    let [root, child, grandchild] = [line.node(0), line.node(1), line.node(2)];
    let right = [
        vec![(0, pool), (1, root)],
        vec![(0, pool), (1, root), (2, child)],
        vec![(0, pool), (1, root), (2, child), (3, grandchild)],
    ];
    for (depth, wrong) in [
        (0, vec![(0, other), (1, root)]),
        (0, vec![(0, root)]),
        (1, vec![(0, pool), (1, child)]),
        (2, vec![(0, pool), (1, child), (2, root), (3, grandchild)]),
        (2, vec![(0, pool), (1, root), (2, child), (4, grandchild)]),
        (
            2,
            vec![(0, pool), (1, root), (2, child), (3, grandchild), (4, root)],
        ),
        (2, vec![]),
    ] {
        line.corrupt(depth, &wrong);
        let found = line.world.app.verify(false, |_| {}).unwrap();
        let expected = WrongChain {
            workspace: line.workspace,
            key: line.organizations[depth].into(),
            kept: wrong,
            expected: right[depth].clone(),
        };
        assert_eq!((found.chains, &found.wrong_chains), (3 + 1, &vec![expected]));
        let mended = line.world.app.verify(true, |_| {}).unwrap();
        assert_eq!(mended.wrong_chains, found.wrong_chains);
        line.world.is_exact();
    }
}

#[test]
fn l6_what_was_charged_along_a_wrong_chain_counts_where_it_belongs() {
    let line = Line::new();
    let grandchild = line.node(2);
    line.corrupt(2, &vec![(0, line.pool(1)), (1, grandchild)]);
    line.world
        .charge(&line.ada, line.organizations[2], "x", 5)
        .unwrap();
    let mended = line.world.app.verify(true, |_| {}).unwrap();
    let wrong: Vec<_> = mended.wrong_balances.iter().map(|b| b.key.0).collect();
    let mut expected = vec![line.pool(0), line.pool(1), line.node(0), line.node(1)];
    expected.sort();
    assert_eq!(wrong, expected);
    line.world.is_exact();
    let refused = line.world.charge(&line.ada, line.organizations[2], "y", 1);
    refused!(refused, Error::LimitReached { .. });
}
