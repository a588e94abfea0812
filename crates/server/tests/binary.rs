//! The real binary: what it prints where, and how it exits.

use std::process::{Command, Output};

use tempfile::TempDir;
use tenantry_server::auth::{IdentityKind, LocalIssuer, Verifier};
use tenantry_server::sources::SystemClock;

fn tenantry(directory: &TempDir, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(arguments)
        .current_dir(directory.path())
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn check_config_prints_every_setting() {
    let directory = TempDir::new().unwrap();
    let environment = [
        ("TENANTRY__HTTP__PORT", "9000"),
        ("TENANTRY__DATABASE__URL", "sqlite://u:secret@h/t.db"),
    ];
    let output = tenantry(&directory, &["check-config"], &environment);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
    let printed: toml::Table = toml::from_str(text(&output.stdout)).unwrap();
    assert_eq!(printed["http"]["port"].as_integer(), Some(9000));
    assert_eq!(
        printed["http"]["public_url"].as_str(),
        Some("http://127.0.0.1:9000/")
    );
    assert_eq!(printed["database"]["url"].as_str(), Some("sqlite://u:***@h/t.db"));
    assert_eq!(printed["limits"]["depth"].as_integer(), Some(10));
}

#[test]
fn a_bad_configuration_exits_2_with_the_reason_on_standard_error() {
    let directory = TempDir::new().unwrap();
    let output = tenantry(&directory, &["check-config"], &[("TENANTRY__HTTP__PROT", "1")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    assert!(text(&output.stderr).contains("TENANTRY__HTTP__PROT"));
    let output = tenantry(&directory, &["--config", "missing.toml", "check-config"], &[]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(
        message.contains("missing.toml") && message.contains("No such file"),
        "{message}"
    );
}

#[test]
fn a_bad_command_line_exits_2() {
    let directory = TempDir::new().unwrap();
    let output = tenantry(&directory, &["token"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
}

#[tokio::test]
async fn token_prints_a_good_token_and_nothing_else() {
    let directory = TempDir::new().unwrap();
    let output = tenantry(&directory, &["token", "--email", "Ada@Example.com"], &[]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
    let token = text(&output.stdout).strip_suffix('\n').unwrap();
    let issuer = LocalIssuer::open(&directory.path().join("data")).unwrap();
    let verifier = Verifier::new(Some(&issuer), &[], std::sync::Arc::new(SystemClock::start()));
    let identity = verifier.verify(token).await.unwrap();
    assert_eq!(identity.subject, "ada@example.com");
    let expected = IdentityKind::Person {
        email: Some("Ada@Example.com".to_owned()),
        email_verified: true,
        name: None,
        picture: None,
        locale: None,
    };
    assert_eq!(identity.kind, expected);
}

#[tokio::test]
async fn token_serves_machines() {
    let directory = TempDir::new().unwrap();
    let arguments = ["token", "--service", "metering", "--scope", "usage:write"];
    let output = tenantry(&directory, &arguments, &[("TENANTRY__DATA_DIR", "elsewhere")]);
    let issuer = LocalIssuer::open(&directory.path().join("elsewhere")).unwrap();
    let verifier = Verifier::new(Some(&issuer), &[], std::sync::Arc::new(SystemClock::start()));
    let identity = verifier.verify(text(&output.stdout).trim_end()).await.unwrap();
    assert_eq!(identity.subject, "metering");
    let scopes = vec!["usage:write".to_owned()];
    assert_eq!(identity.kind, IdentityKind::Machine { scopes });
}

#[test]
fn two_tokens_differ() {
    let directory = TempDir::new().unwrap();
    let print = || tenantry(&directory, &["token", "--email", "a@b"], &[]).stdout;
    assert_ne!(print(), print());
}

#[test]
fn no_token_is_made_while_the_local_issuer_is_off() {
    let directory = TempDir::new().unwrap();
    let environment = [
        ("TENANTRY__AUTH__LOCAL_ISSUER", "false"),
        (
            "TENANTRY__AUTH__ISSUERS",
            r#"[{issuer = "i", audience = "a", jwks_file = "f"}]"#,
        ),
    ];
    let output = tenantry(&directory, &["token", "--email", "a@b"], &environment);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    assert!(text(&output.stderr).contains("auth.local_issuer"));
    assert!(!directory.path().join("data").exists());
}
