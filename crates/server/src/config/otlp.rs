//! `otlp.*`

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};
use ureq::http::{HeaderName, HeaderValue};
use url::Url;

use super::secret::MASK;
use super::value::{list, ratio, text, web_url};

/// Where traces are sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OtlpSettings {
    /// A collector that takes OTLP over HTTP in JSON, such as `http://localhost:4318`; `/v1/traces` is added. None unless set, and then nothing
    /// is sent.
    #[serde(deserialize_with = "endpoint")]
    pub endpoint: Option<Url>,
    /// What to send along, such as a credential: a list of `name=value`.
    #[serde(deserialize_with = "list")]
    pub headers: Vec<OtlpHeader>,
    /// What the service is called there (`service.name`). `tenantry` unless set.
    #[serde(deserialize_with = "text")]
    pub service_name: String,
    /// The share of traces that is sent, from 0 to 1, of those that begin here: a caller decides about its own. 1 unless set.
    #[serde(deserialize_with = "ratio")]
    pub sampling: f64,
}

impl Default for OtlpSettings {
    fn default() -> Self {
        Self {
            endpoint: None,
            headers: Vec::new(),
            service_name: "tenantry".to_owned(),
            sampling: 1.0,
        }
    }
}

/// A header of every request to a collector. Its value shows in no output.
#[derive(Clone, PartialEq, Eq)]
pub struct OtlpHeader {
    /// Its name.
    pub name: HeaderName,
    /// Its value: for use, never for output.
    pub value: HeaderValue,
}

/// The text is no header. Does not repeat it, since it may hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a header must be written as name=value")]
pub struct InvalidHeader;

impl FromStr for OtlpHeader {
    type Err = InvalidHeader;

    fn from_str(text: &str) -> Result<Self, InvalidHeader> {
        let (name, value) = text.split_once('=').ok_or(InvalidHeader)?;
        let name = name.trim().parse().map_err(|_| InvalidHeader)?;
        let mut value: HeaderValue = value.trim().parse().map_err(|_| InvalidHeader)?;
        value.set_sensitive(true);
        Ok(Self { name, value })
    }
}

impl fmt::Debug for OtlpHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={MASK}", self.name)
    }
}

impl Serialize for OtlpHeader {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_str(&format_args!("{}={MASK}", self.name))
    }
}

impl<'de> Deserialize<'de> for OtlpHeader {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        String::deserialize(reader)?.parse().map_err(D::Error::custom)
    }
}

fn endpoint<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Url>, D::Error> {
    let url = web_url(&text(reader)?).map_err(D::Error::custom)?;
    if url.query().is_some() {
        return Err(D::Error::custom("the URL must not have a query (?…)"));
    }
    Ok(Some(url))
}
