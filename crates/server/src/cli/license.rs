//! `tenantry license …`

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args, Subcommand, value_parser};
use tenantry_domain::Timestamp;
use tenantry_domain::license::{Edition, Holder, LicenseLimits};

const LONGEST_DAYS: i64 = 36_500;
const TEAMS_PER_PERSON: &str = "teams_per_person";

pub(super) const EXAMPLES: &str = "\
Examples:
  tenantry license keygen issuer.pem
  tenantry license issue --key issuer.pem --holder ACME --days 365 > license.jwt
  tenantry license show license.jwt --key issuer.pem.pub

Whoever issues licences keeps issuer.pem to themselves. A service is given
license.jwt and issuer.pem.pub, as license.file and license.key_file.";

const KEYGEN_EXAMPLES: &str = "\
Examples:
  tenantry license keygen issuer.pem      writes issuer.pem and issuer.pem.pub

Files that are there already are left alone.";

const ISSUE_EXAMPLES: &str = "\
Examples:
  tenantry license issue --key issuer.pem --holder ACME --days 365 > license.jwt
  tenantry license issue --key issuer.pem --holder 'ACME GmbH' \\
      --not-before 2027-01-01T00:00:00Z --expires 2028-01-01T00:00:00Z \\
      --limit teams_per_person=50

Only the licence is printed, on standard output. A running service notices within
seconds that license.file has changed: write another file and move it there.";

const SHOW_EXAMPLES: &str = "\
Examples:
  tenantry license show                   the licence that is configured
  tenantry license show license.jwt --key issuer.pem.pub
  tenantry license issue … | tenantry license show - --key issuer.pem.pub

Exit code 0 when the licence holds now; 1 when it is absent, forged, expired or
not yet valid.";

/// What is done about licences.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum LicenseCommand {
    /// Make a key that signs licences
    #[command(after_help = KEYGEN_EXAMPLES)]
    Keygen {
        /// Where the private key is written; the public one gets .pub behind that
        file: PathBuf,
    },
    /// Print a licence
    Issue(IssueArgs),
    /// Show a licence and whether it holds; exit 0 when it does, 1 when not
    Show(ShowArgs),
}

/// What a licence says. Either [`IssueArgs::days`] or [`IssueArgs::expires`] is set.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(group = ArgGroup::new("until").required(true).args(["days", "expires"]), after_help = ISSUE_EXAMPLES)]
pub struct IssueArgs {
    /// The private key to sign with, as `license keygen` writes it
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,

    /// Whom it is for
    #[arg(long, value_name = "NAME")]
    pub holder: Holder,

    /// For how many days it holds, from its beginning
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=LONGEST_DAYS))]
    pub days: Option<u32>,

    /// When it expires, such as 2028-01-01T00:00:00Z
    #[arg(long, value_name = "MOMENT")]
    pub expires: Option<Timestamp>,

    /// When it begins; now unless given
    #[arg(long, value_name = "MOMENT")]
    pub not_before: Option<Timestamp>,

    /// The edition that it gives
    #[arg(long, default_value = Edition::Enterprise.as_str(), value_parser = edition())]
    pub edition: Edition,

    /// How much it allows, such as `teams_per_person=50`; as much as the service does unless given
    #[arg(long, value_name = "NAME=N", value_parser = limits)]
    pub limit: Option<LicenseLimits>,
}

/// Which licence is shown.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub struct ShowArgs {
    /// The licence, `-` for standard input; `license.file` unless given
    pub file: Option<PathBuf>,

    /// The public keys to check it with; `license.key_file` unless given
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

fn edition() -> impl TypedValueParser<Value = Edition> {
    PossibleValuesParser::new(Edition::ALL.map(Edition::as_str)).try_map(|word| word.parse::<Edition>())
}

fn limits(text: &str) -> Result<LicenseLimits, String> {
    let expected = || format!("write it as {TEAMS_PER_PERSON}=50");
    match text.split_once('=') {
        Some((TEAMS_PER_PERSON, number)) => Ok(LicenseLimits {
            teams_per_person: Some(number.parse().map_err(|_| expected())?),
        }),
        _ => Err(expected()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e1_a_limit_is_a_name_and_a_number() {
        let teams = |teams_per_person| {
            Ok(LicenseLimits {
                teams_per_person: Some(teams_per_person),
            })
        };
        assert_eq!(limits("teams_per_person=50"), teams(50));
        assert_eq!(limits("teams_per_person=0"), teams(0));
        for bad in [
            "",
            "teams_per_person",
            "teams_per_person=",
            "teams_per_person=-1",
            "teams_per_person=many",
            "teams_per_person=4294967296",
            "teams=50",
            "50",
        ] {
            assert!(limits(bad).is_err(), "{bad}");
        }
    }
}
