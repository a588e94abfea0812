//! Cross-origin requests (the Fetch standard). Credentials are bearer tokens, which no browser sends by itself, so there is no
//! credentials mode.

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
    HeaderName, HeaderValue, ORIGIN, VARY,
};
use actix_web::{HttpRequest, HttpResponse};

/// What a page may send.
const SENT: &str = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id";
/// What a page may read, beside the body.
const READ: &str = "Allow, Content-Disposition, ETag, Idempotency-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, \
                    WWW-Authenticate, X-Request-Id";
/// How long browsers remember a preflight, in seconds.
const MAX_AGE: &str = "600";

/// Whose pages may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Everybody's.
    Any,
    /// Those of these origins, such as `https://app.example.com`.
    These(BTreeSet<String>),
}

/// Nobody's.
impl Default for AllowedOrigins {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

impl AllowedOrigins {
    /// What every answer to a request with these headers says about it.
    pub(crate) fn headers(&self, request: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
        let mut headers = Vec::new();
        if matches!(self, Self::These(origins) if !origins.is_empty()) {
            headers.push((VARY, HeaderValue::from_static("Origin")));
        }
        if let Some(origin) = self.admitted(request) {
            headers.push((ACCESS_CONTROL_ALLOW_ORIGIN, origin));
            headers.push((ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(READ)));
        }
        headers
    }

    /// The answer to a browser that asks before it calls an address that takes these methods. Others get none: theirs is the answer to any
    /// method that the address does not take.
    pub(crate) fn preflight(&self, request: &HttpRequest, methods: &HeaderValue) -> Option<HttpResponse> {
        let headers = request.headers();
        let asks = request.method() == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || self.admitted(headers).is_none() {
            return None;
        }
        let mut answer = HttpResponse::NoContent();
        answer
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, methods.clone()))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, SENT))
            .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE));
        Some(answer.finish())
    }

    /// Whom the answer is for.
    fn admitted(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let origin = request.get(ORIGIN)?;
        match self {
            Self::Any => Some(HeaderValue::from_static("*")),
            Self::These(origins) => {
                let is_listed = origin.to_str().is_ok_and(|origin| origins.contains(origin));
                is_listed.then(|| origin.clone())
            }
        }
    }
}
