#[cfg(feature = "tls")]
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::error::Error;

/// Less than the service keeps a connection that is not used, so that ours are not closed under a request.
const IDLE: Duration = Duration::from_secs(30);

/// Connections to the service, kept for the next request.
pub(crate) type Connection = Client<Connector, Full<Bytes>>;

#[cfg(feature = "tls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(feature = "tls"))]
type Connector = HttpConnector;

/// Whoever can speak this scheme. Nothing is connected yet.
pub(crate) fn connect(scheme: &str) -> Result<Connection, Error> {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    let connector = secured(tcp, scheme)?;
    let mut builder = Client::builder(TokioExecutor::new());
    builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
    Ok(builder.build(connector))
}

#[cfg(feature = "tls")]
fn secured(mut tcp: HttpConnector, scheme: &str) -> Result<Connector, Error> {
    tcp.enforce_http(false);
    let trust = trust(scheme).map_err(|error| Error::Encoding(error.into()))?;
    let builder = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(trust);
    Ok(builder.https_or_http().enable_http1().wrap_connector(tcp))
}

/// Whom the system trusts; nobody where nobody is asked, since that takes no certificates.
#[cfg(feature = "tls")]
fn trust(scheme: &str) -> Result<rustls::ClientConfig, rustls::Error> {
    use hyper_rustls::ConfigBuilderExt;

    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = match scheme {
        "https" => builder.try_with_platform_verifier()?,
        _ => builder.with_root_certificates(rustls::RootCertStore::empty()),
    };
    Ok(builder.with_no_client_auth())
}

#[cfg(not(feature = "tls"))]
fn secured(tcp: HttpConnector, scheme: &str) -> Result<Connector, Error> {
    if scheme == "http" {
        Ok(tcp)
    } else {
        Err(Error::Encoding("https needs the feature `tls`".into()))
    }
}
