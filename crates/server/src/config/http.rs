//! `http.*`

use std::net::{IpAddr, Ipv6Addr};

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use url::Url;

use super::value::{some_within, text, web_url, within};

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
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 8080,
            workers: None,
            public_url: None,
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

fn host<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
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
