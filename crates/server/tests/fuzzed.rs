//! Damaged configuration and tokens.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use tenantry_server::auth::{Holder, Issuance, LocalIssuer, Verifier};
use tenantry_server::config::{self, DatabaseUrl};
use tenantry_test_fuzz::{changed, changed_text, hold};
use tokio::runtime::Runtime;

use crate::support::{ManualClock, NOW};

/// An example that is given out, with what it shows set.
fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(name);
    let text = fs::read_to_string(path).unwrap();
    let is_key = |text: &str| text.starts_with(|c: char| c.is_ascii_lowercase());
    let set = |line: &str| match line.strip_prefix('#').filter(|text| is_key(text)) {
        Some(setting) => format!("{setting}\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(set).collect()
}

#[test]
fn fuzz_a_file_of_settings_is_taken_or_refused() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("tenantry.toml");
    let load = |text: &[u8]| {
        fs::write(&file, text).unwrap();
        config::load(&[PathBuf::from(&file)], [])
    };
    let small =
        "[http]\nport = 80\ntrusted_proxies = [\"10.0.0.0/8\"]\n[database]\nurl = \"postgres://a:b@c/d\"\n";
    let seeds = [
        small.to_owned(),
        example("systemd/tenantry.toml"),
        example("compose/tenantry.toml"),
    ];
    assert!(seeds.iter().all(|seed| load(seed.as_bytes()).is_ok()));
    let all = seeds.into_iter().chain([example("tenantry.example.toml")]);
    hold(&changed(all), |text| {
        if let Err(error) = load(&text) {
            assert!(!error.to_string().is_empty());
        }
    });
}

#[test]
fn fuzz_a_variable_of_the_environment_is_taken_or_refused() {
    let seeds = [
        "TENANTRY__HTTP__PORT=80",
        "TENANTRY__HTTP__TRUSTED_PROXIES=[\"10.0.0.0/8\"]",
        "TENANTRY__AUTH__ISSUERS=[{ issuer = \"https://id.example.com\", audience = \"a\", jwks_file = \"/k\" }]",
        "TENANTRY__MAIL__SMTP__PASSWORD=secret",
    ];
    hold(&changed_text(&seeds), |text| {
        if let Some((name, value)) = text.split_once('=') {
            drop(config::load(&[], [(name.into(), value.into())]));
        }
    });
}

#[test]
fn fuzz_the_url_of_a_database_is_taken_or_refused_and_its_password_not_told() {
    let seeds = [
        "sqlite://data/tenantry.db",
        "sqlite://:memory:",
        "postgres://user:hunter22@db.example.com:5432/name?sslmode=verify-full",
        "postgres://user:hunter22@%2Frun%2Fpostgresql/name?options=-csearch_path%3Dtest",
        "postgres://user:hunter22@[::1]:1,[::2]:2/name?target_session_attrs=read-write",
    ];
    hold(&changed_text(&seeds), |text| match text.parse::<DatabaseUrl>() {
        Ok(url) => assert_eq!(url.expose().parse::<DatabaseUrl>().unwrap(), url),
        Err(error) => assert!(!error.to_string().contains("hunter22"), "{error}"),
    });
}

#[test]
fn fuzz_a_token_that_was_changed_says_what_was_signed_or_nothing() {
    let directory = TempDir::new().unwrap();
    let issuer = LocalIssuer::open(directory.path()).unwrap();
    let verifier = Verifier::new(Some(&issuer), &[], ManualClock::new());
    let machine = Holder::Machine {
        name: "metering".to_owned(),
        scopes: vec!["usage:read".to_owned()],
    };
    let issuance = Issuance {
        token_id: "t1".to_owned(),
        issued_at: NOW,
        ttl: Duration::from_mins(1),
    };
    let token = issuer.issue(&machine, &issuance).unwrap();
    let runtime = Runtime::new().unwrap();
    let said = runtime.block_on(verifier.verify(&token)).unwrap();
    let without_algorithm = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJyb290In0.";
    hold(&changed_text(&[&token, without_algorithm]), |text| {
        if let Ok(read) = runtime.block_on(verifier.verify(&text)) {
            assert_eq!(read, said);
        }
    });
}
