//! The command line's grammar.

use std::time::Duration;

use clap::Parser;
use clap::error::ErrorKind;
use tenantry_server::cli::{Cli, Command, TokenArgs};

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split(' '))
}

fn command(line: &str) -> Command {
    parse(line).unwrap().command.unwrap_or_default()
}

fn refused(line: &str) -> (ErrorKind, String) {
    let error = parse(line).unwrap_err();
    (error.kind(), error.to_string())
}

fn token(line: &str) -> TokenArgs {
    match command(line) {
        Command::Token(args) => args,
        other => panic!("{other:?}"),
    }
}

#[test]
fn serve_is_the_default() {
    assert_eq!(command("tenantry"), Command::Serve);
    assert_eq!(command("tenantry serve"), Command::Serve);
    assert_eq!(command("tenantry --config a.toml"), Command::Serve);
}

#[test]
fn every_command_parses() {
    assert_eq!(command("tenantry migrate"), Command::Migrate);
    assert_eq!(command("tenantry openapi"), Command::Openapi);
    assert_eq!(command("tenantry check-config"), Command::CheckConfig);
    assert_eq!(command("tenantry verify"), Command::Verify { repair: false });
    assert_eq!(
        command("tenantry verify --repair"),
        Command::Verify { repair: true }
    );
}

#[test]
fn the_file_may_stand_before_or_after_the_command() {
    for line in [
        "tenantry --config a.toml migrate",
        "tenantry migrate --config a.toml",
    ] {
        let file = parse(line).unwrap().config.unwrap();
        assert_eq!(file.to_str(), Some("a.toml"));
    }
}

#[test]
fn a_persons_token() {
    let args = token("tenantry token --email Ada@example.com --name Ada --subject s1 --ttl 8h");
    assert_eq!(args.email.as_deref(), Some("Ada@example.com"));
    assert_eq!(args.name.as_deref(), Some("Ada"));
    assert_eq!(args.subject.as_deref(), Some("s1"));
    assert_eq!(args.ttl, Duration::from_hours(8));
    assert_eq!(token("tenantry token --email a@b").ttl, Duration::from_hours(1));
}

#[test]
fn a_machines_token() {
    let args = token("tenantry token --service m --scope usage:write --scope usage:read");
    assert_eq!(args.service.as_deref(), Some("m"));
    assert_eq!(args.scopes, ["usage:write", "usage:read"]);
}

#[test]
fn a_token_is_for_exactly_one_of_them() {
    let (kind, text) = refused("tenantry token");
    assert_eq!(kind, ErrorKind::MissingRequiredArgument);
    assert!(text.contains("--email") && text.contains("--service"), "{text}");
    for line in [
        "tenantry token --email a@b --service m --scope usage:read",
        "tenantry token --email a@b --scope usage:read",
        "tenantry token --service m --scope usage:read --name M",
        "tenantry token --service m --scope usage:read --subject s",
    ] {
        assert_eq!(refused(line).0, ErrorKind::ArgumentConflict, "{line}");
    }
}

#[test]
fn a_machine_needs_a_known_scope() {
    let (kind, text) = refused("tenantry token --service m");
    assert_eq!(kind, ErrorKind::MissingRequiredArgument);
    assert!(text.contains("--scope"), "{text}");
    let (kind, text) = refused("tenantry token --service m --scope usage:all");
    assert_eq!(kind, ErrorKind::InvalidValue);
    assert!(
        text.contains("usage:read") && text.contains("usage:write"),
        "{text}"
    );
}

#[test]
fn bad_values_are_refused() {
    let long = format!("tenantry token --email a@b --subject {}", "s".repeat(256));
    for line in [
        "tenantry token --email ada",
        "tenantry token --email a@b --subject ",
        "tenantry token --email a@b --name \n",
        "tenantry token --email a@b --ttl 0s",
        "tenantry token --email a@b --ttl 367days",
        "tenantry token --email a@b --ttl soon",
        "tenantry token --service  --scope usage:read",
        "tenantry token --service a\tb --scope usage:read",
        &long,
    ] {
        assert_eq!(refused(line).0, ErrorKind::ValueValidation, "{line:?}");
    }
}

#[test]
fn help_shows_examples() {
    let (kind, text) = refused("tenantry --help");
    assert_eq!(kind, ErrorKind::DisplayHelp);
    assert!(text.contains("tenantry token --email ada@example.com"), "{text}");
    assert!(text.contains("TENANTRY__SECTION__KEY"), "{text}");
    assert!(
        refused("tenantry token --help")
            .1
            .contains("--service metering --scope")
    );
}
