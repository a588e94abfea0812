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
fn health_says_whether_a_service_is_ready() {
    let mut service = Service::start(&[]);
    let base = service.base.clone();
    let ask = |service: &Service, more: &[&str]| service.run(&[&["health", "--url", &base], more].concat());
    for (more, said) in [(&[][..], "ready\n"), (&["--live"][..], "running\n")] {
        let well = ask(&service, more);
        assert_eq!(
            (well.code, well.stdout.as_str()),
            (Some(0), said),
            "{}",
            well.stderr
        );
    }
    assert_eq!(service.stop(), Some(0));
    let gone = ask(&service, &[]);
    assert_eq!((gone.code, gone.stdout.as_str()), (Some(1), ""));
    assert!(
        gone.stderr.contains(&format!("{base}/readyz does not answer")),
        "{}",
        gone.stderr
    );
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
