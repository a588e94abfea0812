use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, IF_MATCH};
use hyper::{Method, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::error::Error;
use crate::problem::Code;

/// The header under which a request is done once (R1).
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Dots are encoded too, so that nothing on the way takes a resource called `..` for the one above.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// A text as part of an address.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// A request as it is sent, maybe several times.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: Method,
    /// The path and the query, percent-encoded.
    target: String,
    headers: Vec<(HeaderName, String)>,
    body: Option<Bytes>,
    /// Whether somebody said that it does no harm twice.
    is_harmless: bool,
    done_before: Option<Code>,
}

impl Call {
    /// A request for this address.
    pub fn new(method: Method, path: String) -> Self {
        Self {
            method,
            target: path,
            headers: Vec::new(),
            body: None,
            is_harmless: false,
            done_before: None,
        }
    }

    /// The same, with a body.
    pub fn body(mut self, body: &impl Serialize) -> Result<Self, Error> {
        self.body = Some(
            serde_json::to_vec(body)
                .map_err(|error| Error::Encoding(error.into()))?
                .into(),
        );
        Ok(self)
    }

    /// Adds a parameter to the query.
    pub fn parameter(&mut self, name: &str, value: &str) {
        let separator = if self.target.contains('?') { '&' } else { '?' };
        self.target.push(separator);
        self.target.push_str(name);
        self.target.push('=');
        self.target.push_str(&encoded(value));
    }

    /// Sets a header.
    pub fn header(&mut self, name: HeaderName, value: &str) {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
    }

    /// Says that it does no harm twice.
    pub fn harmless(self) -> Self {
        Self {
            is_harmless: true,
            ..self
        }
    }

    /// Whether it does no harm twice: by its method (RFC 9110, section 9.2.2), by a key (R1), or because it is done only to what was seen.
    pub fn is_repeatable(&self) -> bool {
        let has = |name| self.headers.iter().any(|(known, _)| known == name);
        let is_idempotent = [Method::GET, Method::PUT, Method::DELETE].contains(&self.method);
        self.is_harmless || is_idempotent || has(IDEMPOTENCY_KEY) || has(IF_MATCH)
    }

    /// Says by which problem a repetition learns that an earlier one was done.
    pub fn done_before(self, code: Code) -> Self {
        Self {
            done_before: Some(code),
            ..self
        }
    }

    /// Whether this problem says that an earlier one was done.
    pub fn was_done(&self, problem: Option<&Code>) -> bool {
        self.done_before.is_some() && self.done_before.as_ref() == problem
    }

    /// The request, at a service.
    pub fn request(&self, base: &str) -> Result<Request<Full<Bytes>>, Error> {
        let wrong = |error: hyper::http::Error| Error::Encoding(error.into());
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(format!("{base}{}", self.target))
            .body(Full::new(self.body.clone().unwrap_or_default()))
            .map_err(wrong)?;
        for (name, value) in &self.headers {
            let value = HeaderValue::from_str(value).map_err(|error| wrong(error.into()))?;
            request.headers_mut().append(name, value);
        }
        if self.body.is_some() {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(CONTENT_TYPE, json);
        }
        Ok(request)
    }
}
