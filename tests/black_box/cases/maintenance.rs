use tenantry_domain::capacity::{Balance, NodeId};
use tenantry_domain::{OrganizationId, Units, WorkspaceId};
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
fn l6_verify_finds_a_wrong_balance_and_repair_mends_it() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 10, &[Some(8)]);
    assert_eq!(world::charge(&ada, &organizations[0], "x", 2), 201);
    assert_eq!(service.run(&["verify"]).code, Some(0));

    let workspace: WorkspaceId = w.rsplit('/').next().expect("an id").parse().expect("an id");
    let organization: OrganizationId = organizations[0].parse().expect("an id");
    let store = open(&service.database_url(), &Options::default()).expect("it opens");
    let mut unit = store.begin_write().expect("it begins");
    let wrong = Balance {
        cap: Units::new(8).ok(),
        direct: Units::ZERO,
        subtree: Units::new(7).expect("few"),
    };
    let meter = "locations".parse().expect("a meter");
    unit.balances()
        .repair(workspace, NodeId::Organization(organization), &meter, wrong)
        .expect("it is written");
    unit.commit().expect("it commits");

    let found = service.run(&["verify"]);
    assert_eq!(found.code, Some(1));
    assert!(found.stdout.contains(&organizations[0]), "{}", found.stdout);
    assert_eq!(service.run(&["verify", "--repair"]).code, Some(0));
    assert_eq!(service.run(&["verify"]).code, Some(0));
    assert_eq!(world::used(&ada, &w, &organizations[0]), 2);
}
