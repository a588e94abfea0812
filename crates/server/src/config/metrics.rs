//! `metrics.*`

use serde::{Deserialize, Serialize};

use super::Secret;
use super::secret::some_secret;
use super::value::flag;

/// Who may read the metrics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsSettings {
    /// Whether `GET /metrics` is served. True unless set.
    #[serde(deserialize_with = "flag")]
    pub enabled: bool,
    /// The bearer token that it takes to read them. None unless set: whoever reaches the service may.
    #[serde(deserialize_with = "some_secret")]
    pub token: Option<Secret>,
}

impl Default for MetricsSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            token: None,
        }
    }
}
