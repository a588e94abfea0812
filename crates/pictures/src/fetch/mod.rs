//! Gets a picture from where somebody says that it is, without going where only we can go.

mod network;
mod reach;

use std::time::{Duration, Instant};

use tenantry_domain::organization::PictureRefused;
use tenantry_domain::organization::picture::{MAX_BYTES, PictureAddress};
use ureq::http::header::LOCATION;
use ureq::http::{Response, StatusCode};
use ureq::tls::TlsConfig;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};
use url::Url;

use network::Guarded;
pub use reach::Reach;

/// How many redirects are followed.
const REDIRECTS: usize = 3;
/// The largest head of an answer, in bytes.
const MAX_HEAD: usize = 16 * 1024;
const ACCEPT: &str = "image/png, image/jpeg, image/gif";
const USER_AGENT: &str = concat!("tenantry/", env!("CARGO_PKG_VERSION"));

/// Fetches pictures from the public internet: by https alone, from addresses within reach, redirects included (O4).
pub struct Fetcher {
    agent: Agent,
    reach: Reach,
    timeout: Duration,
}

impl Fetcher {
    /// Fetches from there, from whoever can prove to this configuration who they are. All of a picture, redirects included, must be there in this
    /// time.
    pub fn new(tls: TlsConfig, reach: Reach, timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .tls_config(tls)
            .https_only(true)
            .proxy(None)
            .max_redirects(0)
            .max_idle_connections(0)
            .max_response_header_size(MAX_HEAD)
            .http_status_as_error(false)
            .accept(ACCEPT)
            .user_agent(USER_AGENT)
            .build();
        let names = Guarded::new(reach.clone());
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), names),
            reach,
            timeout,
        }
    }

    /// The bytes behind an address.
    pub(crate) fn fetch(&self, address: &PictureAddress) -> Result<Vec<u8>, PictureRefused> {
        let end = Instant::now() + self.timeout;
        let mut url = Url::parse(address.as_str()).map_err(|_| PictureRefused::Url)?;
        for _ in 0..=REDIRECTS {
            let answer = self.ask(&url, end.saturating_duration_since(Instant::now()))?;
            match redirect(&answer) {
                Some(target) => url = url.join(target).map_err(|_| PictureRefused::Url)?,
                None => return read(answer),
            }
        }
        Err(PictureRefused::TooManyRedirects)
    }

    fn ask(&self, url: &Url, time: Duration) -> Result<Response<Body>, PictureRefused> {
        self.check(url)?;
        let request = self.agent.get(url.as_str()).config();
        let answer = request.timeout_global(Some(time)).build().call();
        answer.map_err(|error| refused(&error))
    }

    fn check(&self, url: &Url) -> Result<(), PictureRefused> {
        let is_plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
        let is_port = url
            .port_or_known_default()
            .is_some_and(|port| self.reach.has_port(port));
        if is_plain && is_port {
            Ok(())
        } else {
            Err(PictureRefused::Url)
        }
    }
}

/// Where an answer sends its reader, if it does (RFC 9110 §15.4).
fn redirect(answer: &Response<Body>) -> Option<&str> {
    match answer.status() {
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => answer.headers().get(LOCATION)?.to_str().ok(),
        _ => None,
    }
}

/// The body, of which no more is read than tells that it is too large.
fn read(mut answer: Response<Body>) -> Result<Vec<u8>, PictureRefused> {
    if answer.status() != StatusCode::OK {
        return Err(PictureRefused::Status(answer.status().as_u16()));
    }
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let body = answer.body_mut().with_config().limit(limit).read_to_vec();
    body.map_err(|error| refused(&error))
}

/// What a failure means to whoever sent the address.
fn refused(error: &ureq::Error) -> PictureRefused {
    match error {
        ureq::Error::BodyExceedsLimit(_) => PictureRefused::TooLarge,
        ureq::Error::Other(cause) => cause
            .downcast_ref()
            .copied()
            .unwrap_or(PictureRefused::Unreachable),
        _ => PictureRefused::Unreachable,
    }
}
