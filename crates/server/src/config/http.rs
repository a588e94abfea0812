//! `http.*`

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use tenantry_http::ForwardedHeader;
use url::Url;

use super::CorsSettings;
use super::value::{choice, list, some_within, text, web_url, within};

/// Where the service listens, and how it is called from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSettings {
    /// The address or host name to listen on. `127.0.0.1` unless set.
    #[serde(deserialize_with = "host")]
    pub host: String,
    /// The TCP port to listen on; 0 lets the system choose one. 8080 unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 65_535>")]
    pub port: u16,
    /// Worker threads, 1 to 1024; one per core unless set.
    #[serde(deserialize_with = "some_within::<_, _, 1, 1_024>")]
    pub workers: Option<usize>,
    /// The URL callers use, when it is not where the service listens: behind a proxy, say.
    #[serde(deserialize_with = "public_url")]
    pub public_url: Option<Url>,
    /// How long the head of a connection's first request may take to arrive, in milliseconds, 100 to 600 000. 5000 unless set.
    #[serde(deserialize_with = "within::<_, _, 100, 600_000>")]
    pub header_timeout_ms: u64,
    /// How long the body of a request may take to arrive, in milliseconds, 100 to 600 000. 10 000 unless set.
    #[serde(deserialize_with = "within::<_, _, 100, 600_000>")]
    pub body_timeout_ms: u64,
    /// How long a request waits for what it asked for once it has its turn, in milliseconds, 100 to 600 000. 40 000 unless set: more than the
    /// database takes to give up by itself.
    #[serde(deserialize_with = "within::<_, _, 100, 600_000>")]
    pub answer_timeout_ms: u64,
    /// How long an answer may wait for its reader, in milliseconds, 1000 to 600 000. 30 000 unless set. Linux alone can tell.
    #[serde(deserialize_with = "within::<_, _, 1_000, 600_000>")]
    pub unread_timeout_ms: u64,
    /// How long a connection is kept for another request, in milliseconds, 0 to 600 000; 0 keeps none. 75 000 unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 600_000>")]
    pub keep_alive_ms: u64,
    /// How long a connection that is being closed may take to end, in milliseconds, 100 to 600 000. 1000 unless set.
    #[serde(deserialize_with = "within::<_, _, 100, 600_000>")]
    pub disconnect_timeout_ms: u64,
    /// How long the service goes on serving after SIGTERM while `/readyz` is 503, in milliseconds, 0 to 600 000. 0 unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 600_000>")]
    pub drain_ms: u64,
    /// Connections that are open at once, shared evenly among the workers, 1 to 1 000 000. 10 000 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000_000>")]
    pub max_connections: usize,
    /// Connections that wait to be taken, 1 to 65 535. 1024 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 65_535>")]
    pub backlog: u16,
    /// Proxies whose word about where requests come from counts: addresses and networks. None unless set.
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say so. `x-forwarded-for` unless set.
    #[serde(deserialize_with = "choice")]
    pub client_address_header: ForwardedHeader,
    /// Whose pages may call from a browser.
    pub cors: CorsSettings,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 8080,
            workers: None,
            public_url: None,
            header_timeout_ms: 5_000,
            body_timeout_ms: 10_000,
            answer_timeout_ms: 40_000,
            unread_timeout_ms: 30_000,
            keep_alive_ms: 75_000,
            disconnect_timeout_ms: 1_000,
            drain_ms: 0,
            max_connections: 10_000,
            backlog: 1_024,
            trusted_proxies: Vec::new(),
            client_address_header: ForwardedHeader::default(),
            cors: CorsSettings::default(),
        }
    }
}

impl HttpSettings {
    /// The URL that callers use, without a slash at its end: [`HttpSettings::public_url`], or else `host` at the port
    /// that was really bound.
    #[must_use]
    pub fn base_url(&self, bound_port: u16) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}:{bound_port}", self.url_host()),
        }
    }

    fn url_host(&self) -> String {
        match self.host.parse::<Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => self.host.clone(),
        }
    }
}

pub(super) fn host<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    let host = text(reader)?;
    if host.parse::<IpAddr>().is_ok() || is_host_name(&host) {
        return Ok(host);
    }
    Err(D::Error::custom(format_args!(
        "`{host}` is neither an IP address nor a host name"
    )))
}

fn is_host_name(host: &str) -> bool {
    host.split('.')
        .all(|label| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
}

fn public_url<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Url>, D::Error> {
    let url = web_url(&text(reader)?).map_err(D::Error::custom)?;
    if url.query().is_some() {
        return Err(D::Error::custom("the URL must not have a query (?…)"));
    }
    Ok(Some(url))
}

fn networks<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<IpNet>, D::Error> {
    let texts: Vec<String> = list(reader)?;
    let networks = texts.iter().map(|text| network(text));
    networks.collect::<Result<_, _>>().map_err(D::Error::custom)
}

fn network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address
        .or_else(|_| text.parse())
        .map_err(|_| format!("`{text}` is neither an IP address nor a network such as 10.0.0.0/8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_url_follows_host_and_bound_port() {
        let mut http = HttpSettings::default();
        assert_eq!(http.base_url(8080), "http://127.0.0.1:8080");
        http.host = "::1".to_owned();
        assert_eq!(http.base_url(9), "http://[::1]:9");
    }

    #[test]
    fn a_public_url_wins_and_loses_its_last_slash() {
        let http = HttpSettings {
            public_url: Url::parse("https://tenants.example.com/").ok(),
            ..HttpSettings::default()
        };
        assert_eq!(http.base_url(8080), "https://tenants.example.com");
    }
}
