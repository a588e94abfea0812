//! What all answers have in common, whoever writes them.

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use super::unread::HeldBody;
use crate::problem::{Dialect, Occurrence};
use crate::state::Api;

/// The header that carries the id of a request, in both directions.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over from a caller.
pub(crate) const MAX_REQUEST_ID: usize = 128;

/// What an answer has beside what it is about.
#[derive(Debug)]
pub(super) struct Frame {
    /// What it says about the request.
    pub occurrence: Occurrence,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<HeldBody>,
}

impl Frame {
    /// Of the answer to this request.
    pub fn of(request: &mut ServiceRequest, api: &Api) -> Self {
        let request_id = sane_id(request.headers()).unwrap_or_else(|| api.ids.fresh().to_string());
        let id = HeaderValue::from_str(&request_id).ok().map(|id| (REQUEST_ID, id));
        let of_origin = api.origins.headers(request.headers());
        Self {
            headers: api.headers.iter().cloned().chain(id).chain(of_origin).collect(),
            body: HeldBody::of(request),
            occurrence: Occurrence {
                request_id,
                instance: request.uri().path().to_owned(),
                dialect: Dialect::of(request.match_info().as_str()),
                public_url: api.deployment.public_url.clone(),
            },
        }
    }

    /// The answer with the headers that it does not have from elsewhere.
    pub fn around(&self, mut answer: HttpResponse) -> HttpResponse {
        let headers = answer.headers_mut();
        for (name, value) in &self.headers {
            if !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
        match self.body.clone() {
            Some(body) => answer.map_body(|_, answer| body.under(answer)),
            None => answer,
        }
    }
}

/// The caller's id for the request, when it can be logged and echoed as it is.
fn sane_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_plain = id
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    let is_sane = is_plain && (1..=MAX_REQUEST_ID).contains(&id.len());
    is_sane.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_over_when_it_is_sane() {
        let longest = "a".repeat(128);
        let too_long = "a".repeat(129);
        let taken = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(id).unwrap());
            sane_id(&headers).is_some()
        };
        for id in ["a", "0-9.Az_", &longest] {
            assert!(taken(id), "{id}");
        }
        for id in ["", "a b", "a\"b", "ä", &too_long, "a/b"] {
            assert!(!taken(id), "{id}");
        }
        assert_eq!(sane_id(&HeaderMap::new()), None);
    }
}
