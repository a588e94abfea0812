//! `metrics.*`

use serde::{Deserialize, Deserializer, Serialize};

use super::Secret;
use super::value::flag;

/// Who may read the metrics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsSettings {
    /// Whether `GET /metrics` is served. True unless set.
    #[serde(deserialize_with = "flag")]
    pub enabled: bool,
    /// The bearer token that it takes to read them. None unless set: whoever reaches the service may.
    #[serde(deserialize_with = "token")]
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

fn token<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Secret>, D::Error> {
    Secret::deserialize(reader).map(Some)
}
