//! `http.cors.*`

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use super::value::{list, web_url};

/// What stands for every origin.
pub const ANY_ORIGIN: &str = "*";

/// Whose pages may call from a browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CorsSettings {
    /// Origins such as `https://app.example.com`, or `*` alone for all. None unless set.
    #[serde(deserialize_with = "origins")]
    pub allowed_origins: Vec<String>,
}

fn origins<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<String>, D::Error> {
    let origins: Vec<String> = list(reader)?;
    if origins.len() > 1 && origins.iter().any(|origin| origin == ANY_ORIGIN) {
        return Err(D::Error::custom(
            "`*` stands for every origin, and therefore alone",
        ));
    }
    for origin in &origins {
        check(origin).map_err(D::Error::custom)?;
    }
    Ok(origins)
}

/// Browsers write an origin in one way, with which this one is compared.
fn check(origin: &str) -> Result<(), String> {
    if origin == ANY_ORIGIN {
        return Ok(());
    }
    let written = web_url(origin)?.origin().ascii_serialization();
    if written == origin {
        return Ok(());
    }
    Err(format!(
        "`{origin}` is not an origin; browsers would write `{written}`"
    ))
}
