use tenantry_domain::capacity::{Balance, NodeId, PoolId};
use tenantry_domain::{Limit, OrganizationId, Units, WorkspaceId};
use tenantry_persistence::{Options, open};

use super::{start, world};

#[test]
fn migrate_says_what_it_did_and_that_there_was_nothing_to_do() {
    let service = start(&[]);
    let printed = service.run(&["migrate"]);
    assert_eq!(printed.code, Some(0));
    assert!(printed.stdout.contains("up to date"), "{}", printed.stdout);
}

#[test]
fn l6_verify_finds_a_wrong_balance_and_a_wrong_chain_and_repair_mends_both() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 10, &[Some(8), None]);
    assert_eq!(world::charge(&ada, &organizations[1], "x", 2), 201);
    assert_eq!(service.run(&["verify"]).code, Some(0));

    let workspace: WorkspaceId = w.rsplit('/').next().expect("an id").parse().expect("an id");
    let [root, child]: [OrganizationId; 2] = [0, 1].map(|index| organizations[index].parse().expect("an id"));
    let store = open(&service.database_url(), &Options::default()).expect("it opens");
    let mut unit = store.begin_write().expect("it begins");
    let wrong = Balance {
        limit: Limit::from_option(Units::new(8).ok()),
        direct: Units::ZERO,
        subtree: Units::new(7).expect("few"),
    };
    let meter = "locations".parse().expect("a meter");
    unit.balances()
        .repair(workspace, NodeId::Organization(root), &meter, wrong)
        .expect("it is written");
    let own_pool = (0, NodeId::Pool(PoolId::Workspace(workspace)));
    unit.balances()
        .replace_chain(
            workspace,
            child.into(),
            &vec![own_pool, (1, NodeId::Organization(child))],
        )
        .expect("it is written");
    unit.commit().expect("it commits");

    let found = service.run(&["verify"]);
    assert_eq!(found.code, Some(1));
    let lines: Vec<&str> = found.stdout.lines().collect();
    let [chain, balance, summary] = lines[..] else {
        panic!("{}", found.stdout)
    };
    let expected = format!(
        "{workspace} {child} chain: kept (0 pool of {workspace}, 1 {child}), \
         should be (0 pool of {workspace}, 1 {root}, 2 {child})"
    );
    assert_eq!(chain, expected);
    assert!(
        balance.contains(&format!("{root} locations: kept (direct 0, subtree 7")),
        "{balance}"
    );
    // The third is that of Ada's personal team.
    assert!(summary.starts_with("2 of 3 chains and "), "{summary}");
    assert_eq!(service.run(&["verify", "--repair"]).code, Some(0));
    assert_eq!(service.run(&["verify"]).code, Some(0));
    assert_eq!(world::used(&ada, &w, &organizations[0]), 2);
}
