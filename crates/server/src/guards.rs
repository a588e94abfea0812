//! What the settings say about callers, as the interface takes it.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use tenantry_http::{AllowedOrigins, Guards, RateLimits, TrustedProxies};

use crate::config::{ANY_ORIGIN, HttpSettings, RateLimitSettings, Settings};
use crate::sources::{Clock, SystemClock};

/// What keeps callers from harming one another.
#[must_use]
pub fn guards(settings: &Settings) -> Guards {
    let http = &settings.http;
    let clock = SystemClock::start();
    Guards {
        rate_limits: rate_limits(&settings.rate_limits),
        uptime: Arc::new(move || clock.uptime()),
        proxies: TrustedProxies {
            networks: http.trusted_proxies.clone(),
            header: http.client_address_header,
        },
        origins: origins(http),
        body_timeout: Duration::from_millis(http.body_timeout_ms),
    }
}

fn rate_limits(settings: &RateLimitSettings) -> RateLimits {
    RateLimits {
        local_tokens: NonZeroU32::new(settings.local_tokens_per_minute),
        issuer_tokens: NonZeroU32::new(settings.issuer_tokens_per_minute),
        api_keys: NonZeroU32::new(settings.api_keys_per_minute),
        failed_authentications: NonZeroU32::new(settings.failed_authentications_per_minute),
    }
}

fn origins(settings: &HttpSettings) -> AllowedOrigins {
    let origins = &settings.cors.allowed_origins;
    if origins.iter().any(|origin| origin == ANY_ORIGIN) {
        return AllowedOrigins::Any;
    }
    AllowedOrigins::These(origins.iter().cloned().collect())
}
