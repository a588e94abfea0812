//! How this process calls others over HTTP.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("tenantry/", env!("CARGO_PKG_VERSION"));

/// Calls the service at this address. Every call ends within 5 seconds. Redirects are not followed: whoever could plant
/// one would choose an issuer's keys, or where traces go.
pub(crate) fn agent(url: &Url) -> Agent {
    let secure = url.scheme() == "https";
    let mut config = Agent::config_builder()
        .tls_config(tls())
        .https_only(secure)
        .max_redirects(0)
        .timeout_global(Some(TIMEOUT))
        .max_idle_connections(0)
        .http_status_as_error(false)
        .user_agent(USER_AGENT);
    if !secure {
        // Plain http is for this machine and its neighbours, which no proxy reaches.
        config = config.proxy(None);
    }
    config.build().new_agent()
}

/// The platform's certificates are trusted, so that a private authority's can be added there.
pub(crate) fn tls() -> TlsConfig {
    TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
        .build()
}
