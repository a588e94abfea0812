//! `rate_limits.*`

use serde::{Deserialize, Serialize};

use super::value::within;

/// How often callers may call: 0 to 1 000 000 a minute, 0 for no limit. Quotas are of each process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimitSettings {
    /// Requests of one holder of tokens of the local issuer. No limit unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 1_000_000>")]
    pub local_tokens_per_minute: u32,
    /// Requests of one holder of tokens of another issuer. No limit unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 1_000_000>")]
    pub issuer_tokens_per_minute: u32,
    /// Requests with one API key or credential. 600 unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 1_000_000>")]
    pub api_keys_per_minute: u32,
    /// Bad credentials from one address. 30 unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 1_000_000>")]
    pub failed_authentications_per_minute: u32,
}

/// The interface's own defaults.
impl Default for RateLimitSettings {
    fn default() -> Self {
        let defaults = tenantry_http::RateLimits::default();
        let number = |rate: Option<std::num::NonZeroU32>| rate.map_or(0, std::num::NonZeroU32::get);
        Self {
            local_tokens_per_minute: number(defaults.local_tokens),
            issuer_tokens_per_minute: number(defaults.issuer_tokens),
            api_keys_per_minute: number(defaults.api_keys),
            failed_authentications_per_minute: number(defaults.failed_authentications),
        }
    }
}
