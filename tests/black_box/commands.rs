use tenantry_tests::Service;

#[test]
fn the_committed_openapi_document_is_current() {
    let service = Service::start(&[]);
    let printed = service.run(&["openapi"]);
    assert_eq!(printed.code, Some(0));
    let committed = include_str!("../../docs/openapi.json");
    assert!(
        printed.stdout == committed,
        "docs/openapi.json is not current: run `make openapi`"
    );
}

#[test]
fn a_token_is_all_that_token_prints() {
    let service = Service::start(&[]);
    let printed = service.run(&["token", "--email", "ada@example.com"]);
    assert_eq!(printed.stdout.lines().count(), 1);
    assert_eq!(printed.stdout.trim().split('.').count(), 3);
    assert_eq!(printed.stderr, "");
}

#[test]
fn migrate_says_what_it_did_and_that_there_was_nothing_to_do() {
    let service = Service::start(&[]);
    let printed = service.run(&["migrate"]);
    assert_eq!(printed.code, Some(0));
    assert!(printed.stdout.contains("up to date"), "{}", printed.stdout);
}

#[test]
fn a_setting_that_does_not_exist_is_refused_by_name() {
    let refused = tenantry_tests::run(
        std::path::Path::new("/nonexistent"),
        &[("TENANTRY__HTTP__PROT".to_owned(), "1".to_owned())],
        &["serve"],
    );
    assert_eq!(refused.code, Some(2));
    assert!(
        refused.stderr.to_lowercase().contains("prot"),
        "{}",
        refused.stderr
    );
}

#[test]
fn l6_verify_finds_a_wrong_balance_and_repair_mends_it() {
    use tenantry_domain::capacity::{Balance, NodeId};
    use tenantry_domain::{OrganizationId, Units, WorkspaceId};

    let service = Service::start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = super::world::chain(&ada, 10, &[Some(8)]);
    assert_eq!(super::world::charge(&ada, &organizations[0], "x", 2), 201);
    assert_eq!(service.run(&["verify"]).code, Some(0));

    let workspace: WorkspaceId = w.rsplit('/').next().expect("an id").parse().expect("an id");
    let organization: OrganizationId = organizations[0].parse().expect("an id");
    let url = format!("sqlite://{}", service.data_dir().join("tenantry.db").display());
    let store =
        tenantry_persistence::open(&url, &tenantry_persistence::Options::default()).expect("it opens");
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
    assert_eq!(super::world::used(&ada, &w, &organizations[0]), 2);
}

#[test]
fn verify_makes_no_database_where_there_is_none() {
    let nowhere = tempfile::tempdir().expect("a directory").path().join("typo");
    let refused = tenantry_tests::run(&nowhere, &[], &["verify"]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("there is no database at"),
        "{}",
        refused.stderr
    );
    assert!(!nowhere.exists());
}
