//! The command line's grammar.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use clap::error::ErrorKind;
use tenantry_domain::license::{Edition, LicenseLimits};
use tenantry_server::cli::{
    BackupArgs, Cli, Command, HealthArgs, IssueArgs, LicenseCommand, RestoreArgs, ShowArgs, TokenArgs,
};

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
fn backups_are_written_and_restored_by_name() {
    for force in [false, true] {
        let file = PathBuf::from("b.db");
        let option = if force { " --force" } else { "" };
        let backup = BackupArgs {
            file: file.clone(),
            force,
        };
        assert_eq!(
            command(&format!("tenantry backup b.db{option}")),
            Command::Backup(backup)
        );
        let restore = RestoreArgs { file, force };
        assert_eq!(
            command(&format!("tenantry restore b.db{option}")),
            Command::Restore(restore)
        );
    }
}

#[test]
fn a_file_or_a_database_must_be_named() {
    for line in [
        "tenantry backup",
        "tenantry restore",
        "tenantry copy",
        "tenantry copy --from sqlite://a",
    ] {
        assert_eq!(refused(line).0, ErrorKind::MissingRequiredArgument, "{line}");
    }
}

#[test]
fn what_is_copied_where_does_not_show() {
    let copy = command("tenantry copy --from sqlite://a --to postgres://u:secret@h/db");
    assert!(!format!("{copy:?}").contains("secret"));
    let Command::Copy(args) = copy else {
        panic!("{copy:?}");
    };
    assert_eq!(args.from.as_deref(), Some("sqlite://a"));
    assert_eq!(args.to, "postgres://u:secret@h/db");
}

#[test]
fn files_may_stand_before_or_after_the_command() {
    for line in [
        "tenantry --config a.toml --config b.toml migrate",
        "tenantry migrate --config a.toml --config b.toml",
    ] {
        let files = parse(line).unwrap().config;
        assert_eq!(files, [Path::new("a.toml"), Path::new("b.toml")], "{line}");
    }
}

#[test]
fn health_is_asked_here_or_somewhere_else() {
    let health = |url: Option<&str>, live| {
        let url = url.map(|url| url.parse().unwrap());
        Command::Health(HealthArgs { url, live })
    };
    assert_eq!(command("tenantry health"), health(None, false));
    assert_eq!(command("tenantry health --live"), health(None, true));
    assert_eq!(
        command("tenantry health --url https://tenants.example.com"),
        health(Some("https://tenants.example.com"), false)
    );
    let (kind, text) = refused("tenantry health --url tenants.example.com");
    assert_eq!(kind, ErrorKind::ValueValidation, "{text}");
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

fn issue(line: &str) -> IssueArgs {
    match command(&format!("tenantry license issue --key k.pem {line}")) {
        Command::License(LicenseCommand::Issue(args)) => args,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_licence_is_for_a_holder_until_some_day() {
    let args = issue("--holder ACME --days 365");
    assert_eq!(
        (args.holder.as_str(), args.days, args.expires),
        ("ACME", Some(365), None)
    );
    assert_eq!(
        (args.edition, args.limit, args.not_before),
        (Edition::Enterprise, None, None)
    );
    let args = issue(
        "--holder ACME --expires 2028-01-01T00:00:00Z --not-before 2027-01-01T00:00:00+01:00 \
         --edition community --limit teams_per_person=50",
    );
    let moments = [args.not_before, args.expires].map(|moment| moment.unwrap().to_string());
    assert_eq!(
        moments,
        ["2026-12-31T23:00:00.000000Z", "2028-01-01T00:00:00.000000Z"]
    );
    let limits = LicenseLimits {
        teams_per_person: Some(50),
    };
    assert_eq!((args.edition, args.limit), (Edition::Community, Some(limits)));
}

#[test]
fn keys_and_licences_are_named_by_their_files() {
    let file = "issuer.pem".into();
    assert_eq!(
        command("tenantry license keygen issuer.pem"),
        Command::License(LicenseCommand::Keygen { file })
    );
    for (line, file, key) in [
        ("tenantry license show", None, None),
        ("tenantry license show -", Some("-"), None),
        (
            "tenantry license show a.jwt --key k.pub",
            Some("a.jwt"),
            Some("k.pub"),
        ),
    ] {
        let args = ShowArgs {
            file: file.map(Into::into),
            key: key.map(Into::into),
        };
        assert_eq!(
            command(line),
            Command::License(LicenseCommand::Show(args)),
            "{line}"
        );
    }
}

#[test]
fn a_licence_that_says_too_little_or_nonsense_is_refused() {
    for (line, kind, hint) in [
        ("--days 1", ErrorKind::MissingRequiredArgument, "--holder"),
        ("--holder ACME", ErrorKind::MissingRequiredArgument, "--expires"),
        (
            "--holder ACME --days 1 --expires 2028-01-01T00:00:00Z",
            ErrorKind::ArgumentConflict,
            "--expires",
        ),
        ("--holder  --days 1", ErrorKind::ValueValidation, "--holder"),
        ("--holder a\u{7}b --days 1", ErrorKind::ValueValidation, "control"),
        ("--holder ACME --days 0", ErrorKind::ValueValidation, "1..="),
        ("--holder ACME --days 36501", ErrorKind::ValueValidation, "36500"),
        (
            "--holder ACME --expires tomorrow",
            ErrorKind::ValueValidation,
            "RFC 3339",
        ),
        (
            "--holder ACME --days 1 --edition platinum",
            ErrorKind::InvalidValue,
            "enterprise",
        ),
        (
            "--holder ACME --days 1 --limit sites=1",
            ErrorKind::ValueValidation,
            "teams_per_person=50",
        ),
        (
            "--holder ACME --days 1 --limit teams_per_person=1 --limit teams_per_person=2",
            ErrorKind::ArgumentConflict,
            "--limit",
        ),
    ] {
        let (found, text) = refused(&format!("tenantry license issue --key k.pem {line}"));
        assert_eq!(found, kind, "{line}: {text}");
        assert!(text.contains(hint), "{line}: {text}");
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
    for (line, example) in [
        ("tenantry health --help", "GET /readyz"),
        (
            "tenantry license --help",
            "license show license.jwt --key issuer.pem.pub",
        ),
        ("tenantry license keygen --help", "issuer.pem.pub"),
        ("tenantry license issue --help", "--limit teams_per_person=50"),
        ("tenantry license show --help", "Exit code 0"),
    ] {
        assert!(refused(line).1.contains(example), "{line}");
    }
}
