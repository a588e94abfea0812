use std::fs;
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;
use tenantry_tests::{Service, run};

/// A licence that holds for long, one that did, and one that will.
const GOOD: &str = "--days 365";
const PAST: &str = "--not-before 2020-01-01T00:00:00Z --expires 2020-02-01T00:00:00Z";
const FUTURE: &str = "--not-before 2999-01-01T00:00:00Z --days 60";

/// Somebody who issues licences, and installs them here.
struct Issuer(TempDir);

impl Issuer {
    fn new() -> Self {
        let issuer = Self(tempfile::tempdir().expect("a directory"));
        issuer.run("keygen issuer.pem");
        issuer
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `tenantry license`, in which every name of a key is that of a file here.
    fn run(&self, line: &str) -> String {
        let key = self.path("issuer.pem").display().to_string();
        let words = line
            .split(' ')
            .map(|word| if word == "issuer.pem" { key.as_str() } else { word });
        let arguments: Vec<&str> = std::iter::once("license").chain(words).collect();
        let done = run(self.0.path(), &[], &arguments);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        done.stdout
    }

    fn issue(&self, holder: &str, until: &str) -> String {
        self.run(&format!("issue --key issuer.pem --holder {holder} {until}"))
    }

    /// Puts this where the service looks, whole at once.
    fn install(&self, text: &str) {
        fs::write(self.path("new"), text).expect("it is written");
        fs::rename(self.path("new"), self.path("license.jwt")).expect("it is moved");
    }

    /// A service that trusts this issuer.
    fn service(&self, level: &str) -> Service {
        let (keys, file) = (self.path("issuer.pem.pub"), self.path("license.jwt"));
        Service::start(&[
            ("TENANTRY__LICENSE__KEY_FILE", &keys.display().to_string()),
            ("TENANTRY__LICENSE__FILE", &file.display().to_string()),
            ("TENANTRY__LOG__LEVEL", level),
        ])
    }
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
    let (issuer, other) = (Issuer::new(), Issuer::new());
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
        let mut service = issuer.service("info");
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
    let mut service = issuer.service("info");
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
    let issuer = Issuer::new();
    issuer.install(&issuer.issue("ACME", GOOD));
    let service = issuer.service("info");
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
fn e3_v1_teams_follows_the_licence_without_a_restart() {
    let issuer = Issuer::new();
    let service = issuer.service("info");
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
    let issuer = Issuer::new();
    issuer.install(&issuer.issue("ACME", GOOD));
    let mut services = [
        (issuer.service("info"), "licence of ACME: enterprise"),
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
    let issuer = Issuer::new();
    let token = issuer.issue("ACME", GOOD);
    issuer.install(&token);
    let mut service = issuer.service("trace");
    service.wait_for("licence of ACME: enterprise", 1);
    issuer.install(&token.replace('.', ".x"));
    service.wait_for("is not accepted", 1);
    let log = service.stop_and_tell();
    for part in token.trim().split('.') {
        assert!(!log.contains(part), "{part} in\n{log}");
    }
}
