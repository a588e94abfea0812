use actix_web::http::header::HeaderMap;
use subtle::ConstantTimeEq;

use crate::auth::bearer;

/// Who may read the metrics. To everybody else they are not there.
pub enum Scrapers {
    /// Nobody.
    Nobody,
    /// Anybody who reaches the service.
    Anybody,
    /// Whoever sends this bearer token.
    Bearers(String),
}

impl Scrapers {
    /// Whether a request with these headers comes from one of them.
    pub(crate) fn include(&self, headers: &HeaderMap) -> bool {
        match self {
            Self::Nobody => false,
            Self::Anybody => true,
            // The time that this takes tells nothing about the token but its length.
            Self::Bearers(token) => {
                bearer(headers).is_ok_and(|given| given.as_bytes().ct_eq(token.as_bytes()).into())
            }
        }
    }
}
