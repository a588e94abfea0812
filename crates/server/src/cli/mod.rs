//! The command line.

mod health;
mod license;
mod storage;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, Parser, Subcommand};

use tenantry_application::Scope;
use tenantry_domain::text::Email;

pub use health::HealthArgs;
pub use license::{IssueArgs, LicenseCommand, ShowArgs};
pub use storage::{BackupArgs, CopyArgs, RestoreArgs};

use crate::auth::LONGEST_SUBJECT;

const LONGEST_TTL: Duration = Duration::from_hours(366 * 24);
const SHORTEST_TTL: Duration = Duration::from_secs(1);

const EXAMPLES: &str = "\
Examples:
  tenantry                                      serve on http://127.0.0.1:8080, data in ./data
  tenantry --config tenantry.toml serve         the same with a configuration file
  TENANTRY__HTTP__PORT=9000 tenantry            … or with environment variables
  tenantry check-config                         every setting and its value
  tenantry token --email ada@example.com        a token to call the service with

Settings come from built-in defaults, then the files given with --config, the later
over the earlier, then environment variables named TENANTRY__SECTION__KEY.";

const TOKEN_EXAMPLES: &str = "\
Examples:
  tenantry token --email ada@example.com --name 'Ada Lovelace' --ttl 8h
  tenantry token --service metering --scope usage:write --scope usage:read
  curl -H \"Authorization: Bearer $(tenantry token --email ada@example.com)\" \\
       http://127.0.0.1:8080/workspaces

Only the token is printed, on standard output. It is signed with the key in
{data_dir}/local-issuer.pem, so run this with the service's own configuration.";

/// What the process was asked to do.
#[derive(Debug, Parser)]
#[command(
    name = "tenantry",
    version,
    about = "Tenancy control plane: workspaces, organizations, limits and billing",
    after_help = EXAMPLES
)]
pub struct Cli {
    /// A TOML file with settings; may be repeated, and the later file wins
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Vec<PathBuf>,

    /// `serve` unless given
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Run the service (the default)
    #[default]
    Serve,
    /// Apply outstanding database migrations
    Migrate,
    /// Ask a running service whether it is ready; exit 0 when it is, 1 when not
    Health(HealthArgs),
    /// Print a token from the local issuer, for a person or a machine
    Token(TokenArgs),
    /// Issue licences, and show them
    #[command(subcommand, after_help = license::EXAMPLES)]
    License(LicenseCommand),
    /// Print the OpenAPI document
    Openapi,
    /// Recompute every balance from the ledger; exit 0 when all are equal, 1 when not
    Verify {
        /// Also write the recomputed balances
        #[arg(long)]
        repair: bool,
    },
    /// Write the SQLite database to a file, while the service runs
    Backup(BackupArgs),
    /// Put a backup in the place of the SQLite database
    Restore(RestoreArgs),
    /// Copy everything to another database, such as from SQLite to PostgreSQL
    Copy(CopyArgs),
    /// Print the effective configuration, secrets masked
    CheckConfig,
}

/// Whom a token is for. Either [`TokenArgs::email`] or [`TokenArgs::service`] is set.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(group = ArgGroup::new("whom").required(true).args(["email", "service"]), after_help = TOKEN_EXAMPLES)]
pub struct TokenArgs {
    /// For the person with this e-mail address
    #[arg(long, value_parser = email)]
    pub email: Option<String>,

    /// The person's name
    #[arg(long, conflicts_with = "service", value_parser = subject)]
    pub name: Option<String>,

    /// The person's `sub` claim; the e-mail address in lower case unless given
    #[arg(long, conflicts_with = "service", value_parser = subject)]
    pub subject: Option<String>,

    /// For the machine with this name; needs at least one --scope
    #[arg(long, requires = "scopes", value_parser = service)]
    pub service: Option<String>,

    /// What the machine may do; may be repeated
    #[arg(
        long = "scope",
        conflicts_with = "email",
        value_name = "SCOPE",
        value_parser = PossibleValuesParser::new(Scope::ALL.map(Scope::as_str))
    )]
    pub scopes: Vec<String>,

    /// How long the token is valid, such as 90s, 8h or 30days
    #[arg(long, default_value = "1h", value_parser = ttl)]
    pub ttl: Duration,
}

fn email(text: &str) -> Result<String, String> {
    text.parse::<Email>()
        .map(|email| email.to_string())
        .map_err(|error| error.to_string())
}

fn subject(text: &str) -> Result<String, String> {
    if text.trim().is_empty() || text.contains(char::is_control) {
        return Err("must not be empty nor have control characters".to_owned());
    }
    if text.chars().count() > LONGEST_SUBJECT {
        return Err(format!("longer than {LONGEST_SUBJECT} characters"));
    }
    Ok(text.to_owned())
}

fn service(text: &str) -> Result<String, String> {
    if text.contains(char::is_whitespace) {
        return Err("must not have spaces".to_owned());
    }
    subject(text)
}

fn ttl(text: &str) -> Result<Duration, String> {
    let ttl =
        humantime::parse_duration(text).map_err(|error| format!("{error}; write it as 90s, 8h or 30days"))?;
    if (SHORTEST_TTL..=LONGEST_TTL).contains(&ttl) {
        Ok(ttl)
    } else {
        Err("must be from 1s to 366days".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_ttl_is_from_a_second_to_a_leap_year() {
        assert_eq!(ttl("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(ttl("1s"), Ok(SHORTEST_TTL));
        assert_eq!(ttl("366days"), Ok(LONGEST_TTL));
        for bad in ["0s", "999ms", "367days", "1", "soon", "-1h"] {
            assert!(ttl(bad).is_err(), "{bad}");
        }
    }
}
