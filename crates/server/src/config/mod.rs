//! The configuration: built-in defaults, then TOML files, then the environment.

mod auth;
mod billing;
mod charges;
mod cors;
mod database;
mod error;
mod http;
mod license;
mod limits;
mod load;
mod log;
mod mail;
mod metrics;
mod otlp;
mod pictures;
mod rate_limits;
mod secret;
mod value;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use auth::{AuthSettings, IssuerSettings, JwksLocation};
pub use billing::{BillingSettings, Provider};
pub use charges::ChargeSettings;
pub use cors::{ANY_ORIGIN, CorsSettings};
pub use database::{DatabaseEngine, DatabaseSettings, DatabaseUrl, DatabaseUrlError};
pub use error::{ConfigError, Origin};
pub use http::HttpSettings;
pub use license::{LicenseFiles, LicenseSettings};
pub use limits::LimitSettings;
pub use load::load;
pub use log::{LogFormat, LogSettings};
pub use mail::{MailSettings, MailTransport, SmtpCredentials, SmtpSettings};
pub use metrics::MetricsSettings;
pub use otlp::{OtlpHeader, OtlpSettings};
pub use pictures::{BucketAddress, BucketSettings, PicturePlace, PictureSettings};
pub use rate_limits::RateLimitSettings;
pub use secret::Secret;
pub(crate) use value::web_url;

const DEFAULT_DATA_DIR: &str = "data";

/// Everything that can be configured. What [`load`] returns has passed every check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Holds the local signing key, pictures and the SQLite file.
    #[serde(deserialize_with = "value::path")]
    pub data_dir: PathBuf,
    /// Where the service listens.
    pub http: HttpSettings,
    /// Where the data lives.
    pub database: DatabaseSettings,
    /// Whose tokens are accepted.
    #[serde(deserialize_with = "auth::checked")]
    pub auth: AuthSettings,
    /// How strictly billing rules bind.
    pub billing: BillingSettings,
    /// How requests about the ledger are decided together.
    pub charges: ChargeSettings,
    /// The numbers marked (c) in the rules.
    pub limits: LimitSettings,
    /// Where the licence is.
    pub license: LicenseSettings,
    /// How often callers may call.
    pub rate_limits: RateLimitSettings,
    /// What is logged, and how.
    pub log: LogSettings,
    /// Who may read the metrics.
    pub metrics: MetricsSettings,
    /// How mail leaves.
    pub mail: MailSettings,
    /// Where pictures are kept.
    pub pictures: PictureSettings,
    /// Where traces are sent.
    pub otlp: OtlpSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data_dir: DEFAULT_DATA_DIR.into(),
            http: HttpSettings::default(),
            database: DatabaseSettings::default(),
            auth: AuthSettings::default(),
            billing: BillingSettings::default(),
            charges: ChargeSettings::default(),
            limits: LimitSettings::default(),
            license: LicenseSettings::default(),
            rate_limits: RateLimitSettings::default(),
            log: LogSettings::default(),
            metrics: MetricsSettings::default(),
            mail: MailSettings::default(),
            pictures: PictureSettings::default(),
            otlp: OtlpSettings::default(),
        }
    }
}

impl Settings {
    /// The settings as TOML that [`load`] reads back, but for secrets, which are masked.
    ///
    /// # Errors
    /// When a value has no TOML form, which no loaded settings have.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}
