use tenantry_domain::Units;
use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::{Balance, NodeId, PoolId};

use super::world::{World, locations};

#[test]
fn l6_balances_equal_the_ledger_in_every_billing_mode() {
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
    assert_eq!((report.workspaces, report.differences), (3, vec![]));
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
        cap,
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
    let nodes: Vec<_> = found
        .differences
        .iter()
        .map(|difference| difference.node)
        .collect();
    assert_eq!(nodes, [pool, root]);
    assert_eq!(world.app.verify(false, |_| {}).unwrap().differences, []);
    assert_eq!(world.free(&ada, small.workspace, small.root), Some(6));
}
