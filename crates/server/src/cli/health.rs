//! `tenantry health`

use clap::Args;
use url::Url;

use crate::config::web_url;

const EXAMPLES: &str = "\
Examples:
  tenantry health                         is the service on this machine ready?
  tenantry health --live                  does it run, whatever its database does?
  tenantry health --url https://tenants.example.com

Ready is a service whose database answers and has every migration (GET /readyz).
It is asked at http.host and http.port of the configuration unless --url says where,
and has 5 seconds to answer. The probe of a container, which needs no curl for it.";

/// Which service is asked, and what.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(after_help = EXAMPLES)]
pub struct HealthArgs {
    /// Where the service is
    #[arg(long, value_parser = web_url)]
    pub url: Option<Url>,

    /// Ask only whether it runs
    #[arg(long)]
    pub live: bool,
}
