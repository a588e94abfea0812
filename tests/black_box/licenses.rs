use std::fs;

use serde_json::json;
use tenantry_tests::{LicenseIssuer, Service};

/// A licence that holds for long, one that did, and one that will.
const GOOD: &str = "--days 365";
const PAST: &str = "--not-before 2020-01-01T00:00:00Z --expires 2020-02-01T00:00:00Z";
const FUTURE: &str = "--not-before 2999-01-01T00:00:00Z --days 60";

/// A service that trusts this issuer.
fn service(issuer: &LicenseIssuer, level: &str) -> Service {
    let [key, file] = issuer.settings();
    Service::start(&[
        (key.0, &key.1),
        (file.0, &file.1),
        ("TENANTRY__LOG__LEVEL", level),
    ])
}

/// What the metrics show of the licence.
fn shown(service: &Service) -> Vec<String> {
    let metrics = service.anonymous().get("/metrics").expect(200).text;
    let lines = metrics
        .lines()
        .filter(|line| line.starts_with("tenantry_license"));
    lines.map(str::to_owned).collect()
}

fn standing(edition: &str, standing: &str) -> String {
    format!("tenantry_license{{edition=\"{edition}\",standing=\"{standing}\"}} 1")
}

#[test]
fn e1_whatever_the_licence_is_the_service_starts_and_says_so() {
    let (issuer, other) = (LicenseIssuer::create(), LicenseIssuer::create());
    let forged = other.issue("ACME", GOOD);
    let [good, past, future] = [GOOD, PAST, FUTURE].map(|until| issuer.issue("ACME", until));
    for (text, level, line, edition, word) in [
        (
            good.as_str(),
            "INFO",
            "licence of ACME: enterprise until",
            "enterprise",
            "valid",
        ),
        (
            &past,
            "WARN",
            "licence of ACME expired at 2020-02-01",
            "community",
            "expired",
        ),
        (
            &future,
            "WARN",
            "licence of ACME is not yet valid; it begins at 2999-01-01",
            "community",
            "not_yet_valid",
        ),
        (
            &forged,
            "WARN",
            "is not accepted: it is forged",
            "community",
            "absent",
        ),
        (
            "nonsense",
            "WARN",
            "is not accepted: it is no licence",
            "community",
            "absent",
        ),
    ] {
        issuer.install(text);
        let mut service = service(&issuer, "info");
        assert!(shown(&service).contains(&standing(edition, word)), "{line}");
        let log = service.stop_and_tell();
        let found = log.lines().find(|found| found.contains(line));
        assert!(
            found.is_some_and(|found| found.contains(level)),
            "{line} is not in {log}"
        );
        assert_eq!(
            log.matches("edition: ").count(),
            usize::from(edition == "community"),
            "{log}"
        );
    }
    fs::remove_file(issuer.path("license.jwt")).expect("it is there");
    let mut service = service(&issuer, "info");
    let log = service.stop_and_tell();
    assert!(log.contains("community edition: there is no licence at"), "{log}");
}

#[test]
fn e1_without_a_licence_there_is_one_line_and_no_warning() {
    let mut service = Service::start(&[]);
    assert_eq!(shown(&service), [standing("community", "absent")]);
    let log = service.stop_and_tell();
    let line = "INFO tenantry_server::licensing::standing: community edition: no licence is configured (license.file)";
    assert!(log.contains(line), "{log}");
    assert_eq!(log.matches("licence").count(), 1, "{log}");
}

#[test]
fn e1_a_licence_that_is_replaced_is_noticed() {
    let issuer = LicenseIssuer::create();
    issuer.install(&issuer.issue("ACME", GOOD));
    let service = service(&issuer, "info");
    service.wait_for("licence of ACME: enterprise", 1);
    issuer.install(&issuer.issue("Initech", "--days 11"));
    service.wait_for(
        "WARN tenantry_server::licensing::standing: licence of Initech: enterprise",
        1,
    );
    let days = "tenantry_license_days_left 10".to_owned();
    assert_eq!(shown(&service), [standing("enterprise", "valid"), days]);
    issuer.install("broken");
    service.wait_for("community edition: the licence at ", 1);
    assert_eq!(shown(&service), [standing("community", "absent")]);
    issuer.install(&issuer.issue("Hooli", GOOD));
    service.wait_for("licence of Hooli: enterprise", 1);
    assert_eq!(shown(&service)[0], standing("enterprise", "valid"));
}

#[test]
fn e1_a_pipe_keeps_neither_the_start_nor_the_end_waiting() {
    let issuer = LicenseIssuer::create();
    issuer.install_pipe();
    let mut service = service(&issuer, "info");
    service.wait_for("license.jwt: it is no regular file", 1);
    issuer.install(&issuer.issue("ACME", GOOD));
    service.wait_for("licence of ACME: enterprise", 1);
    issuer.install_pipe();
    service.wait_for("license.jwt: it is no regular file", 2);
    assert_eq!(shown(&service), [standing("community", "absent")]);
    assert!(service.stop_and_tell().contains("stopped"));
}

#[test]
fn e3_v1_teams_follows_the_licence_without_a_restart() {
    let issuer = LicenseIssuer::create();
    let service = service(&issuer, "info");
    let ada = service.person("ada@example.com");
    let make = || ada.post("/v1/teams", &json!({ "name": "ACME" }));
    make().expect(402);
    issuer.install(&issuer.issue("ACME", "--days 365 --limit teams_per_person=2"));
    service.wait_for("licence of ACME: enterprise", 1);
    make().expect(201);
    // The personal team and this one.
    make().expect(400);
    ada.post("/teams", &json!({ "name": "Field Crew", "site_limit": 0 }))
        .expect(201);
    issuer.install(&issuer.issue("ACME", PAST));
    service.wait_for("licence of ACME expired", 1);
    make().expect(402);
}

#[test]
fn e1_a_hangup_asks_how_the_licence_stands_and_ends_nothing() {
    let issuer = LicenseIssuer::create();
    issuer.install(&issuer.issue("ACME", GOOD));
    let mut services = [
        (service(&issuer, "info"), "licence of ACME: enterprise"),
        (Service::start(&[]), "no licence is configured"),
    ];
    for (service, line) in &mut services {
        for times in 2..5 {
            service.hang_up();
            service.wait_for(line, times);
        }
        service.anonymous().get("/healthz").expect(200);
        assert_eq!(service.stop_and_tell().matches(*line).count(), 4);
    }
}

#[test]
fn no_line_holds_a_licence() {
    let issuer = LicenseIssuer::create();
    let token = issuer.issue("ACME", GOOD);
    issuer.install(&token);
    let mut service = service(&issuer, "trace");
    service.wait_for("licence of ACME: enterprise", 1);
    issuer.install(&token.replace('.', ".x"));
    service.wait_for("is not accepted", 1);
    let log = service.stop_and_tell();
    for part in token.trim().split('.') {
        assert!(!log.contains(part), "{part} in\n{log}");
    }
}
