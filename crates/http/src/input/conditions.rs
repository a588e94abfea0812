//! What a request says about being sent again, and about what its caller has seen.

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::{HttpRequest, http::header::HeaderValue};
use sha2::{Digest, Sha256};
use tenantry_application::idempotency::{IdempotencyKey, InvalidIdempotencyKey, KeyedRequest};

use crate::problem::{Code, Problem};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What a request says about being sent again, and about what its caller has seen.
pub(crate) struct Conditions {
    /// Under which key its answer is kept; only of a POST.
    pub key: Option<KeyedRequest>,
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
}

/// The entity tags of a header.
enum Tags {
    Any,
    Listed(Vec<Tag>),
}

struct Tag {
    text: String,
    is_weak: bool,
}

impl Conditions {
    /// Those of a request with this body.
    pub fn of(request: &HttpRequest, body: &[u8]) -> Result<Self, Problem> {
        let headers = request.headers();
        Ok(Self {
            key: if request.method() == Method::POST {
                key(headers)?.map(|key| keyed(key, request, body))
            } else {
                None
            },
            if_match: tags(headers, &IF_MATCH),
            if_none_match: tags(headers, &IF_NONE_MATCH),
        })
    }

    /// Whether there is anything to ask before something is changed.
    pub fn guard_changes(&self) -> bool {
        self.if_match.is_some() || self.if_none_match.is_some()
    }

    /// Whether something with this tag may be changed, or made when there is none (RFC 9110 §13.1.1, §13.1.2).
    pub fn allow_change(&self, current: Option<&str>) -> bool {
        let is_seen = |tags: &Tags| match (tags, current) {
            (_, None) => false,
            (Tags::Any, Some(_)) => true,
            (Tags::Listed(tags), Some(current)) => tags.iter().any(|tag| !tag.is_weak && tag.text == current),
        };
        self.if_match.as_ref().is_none_or(is_seen) && !current.is_some_and(|current| self.has(current))
    }

    /// Whether the caller has what has this tag (RFC 9110 §13.1.2).
    pub fn has(&self, current: &str) -> bool {
        match &self.if_none_match {
            None => false,
            Some(Tags::Any) => true,
            Some(Tags::Listed(tags)) => tags.iter().any(|tag| tag.text == current),
        }
    }
}

fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = headers.get_all(&IDEMPOTENCY_KEY);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let refused = |why: &dyn std::fmt::Display| Problem::new(Code::InvalidIdempotencyKey).detail(why);
    if values.next().is_some() {
        return Err(refused(&"the header Idempotency-Key is given twice"));
    }
    let key = value.to_str().map_err(|_| InvalidIdempotencyKey);
    let key = key
        .and_then(str::parse)
        .map_err(|why| refused(&format!("the key {why}")))?;
    Ok(Some(key))
}

/// Everything that was asked, with what cannot be in it between its parts.
fn keyed(key: IdempotencyKey, request: &HttpRequest, body: &[u8]) -> KeyedRequest {
    let mut digest = Sha256::new();
    for part in [request.path().as_bytes(), request.query_string().as_bytes(), body] {
        digest.update(part);
        digest.update(b"\n");
    }
    KeyedRequest {
        key,
        fingerprint: digest.finalize().into(),
    }
}

/// The tags of a header that may be there several times. What is no tag matches nothing.
fn tags(headers: &HeaderMap, name: &HeaderName) -> Option<Tags> {
    let values: Vec<&HeaderValue> = headers.get_all(name).collect();
    if values.is_empty() {
        return None;
    }
    let texts = values.into_iter().filter_map(|value| value.to_str().ok());
    let mut listed = Vec::new();
    for text in texts {
        if text.trim() == "*" {
            return Some(Tags::Any);
        }
        listed.extend(text.split(',').filter_map(|text| tag(text.trim())));
    }
    Some(Tags::Listed(listed))
}

/// One tag. Ours have no comma.
fn tag(text: &str) -> Option<Tag> {
    let (is_weak, quoted) = match text.strip_prefix("W/") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let text = quoted.strip_prefix('"')?.strip_suffix('"')?;
    Some(Tag {
        text: text.to_owned(),
        is_weak,
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn conditions(headers: &[(&'static str, &'static str)]) -> Conditions {
        let mut request = TestRequest::default();
        for header in headers {
            request = request.append_header(*header);
        }
        Conditions::of(&request.to_http_request(), b"").unwrap()
    }

    #[test]
    fn a_change_is_made_to_what_the_caller_has_seen() {
        for (header, current, allowed) in [
            ("\"a\"", Some("a"), true),
            ("\"b\", \"a\"", Some("a"), true),
            ("*", Some("a"), true),
            ("\"b\"", Some("a"), false),
            ("W/\"a\"", Some("a"), false),
            ("a", Some("a"), false),
            ("", Some("a"), false),
            ("*", None, false),
            ("\"a\"", None, false),
        ] {
            let conditions = conditions(&[("If-Match", header)]);
            assert!(conditions.guard_changes());
            assert_eq!(conditions.allow_change(current), allowed, "{header} {current:?}");
        }
        let unconditional = conditions(&[]);
        assert!(!unconditional.guard_changes() && unconditional.allow_change(Some("a")));
        let only_if_new = conditions(&[("If-None-Match", "*")]);
        assert!(only_if_new.allow_change(None) && !only_if_new.allow_change(Some("a")));
        let weak = conditions(&[("If-None-Match", "W/\"a\"")]);
        assert!(weak.allow_change(Some("b")) && !weak.allow_change(Some("a")));
    }

    #[test]
    fn who_has_it_is_told_so() {
        for (header, has) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
        ] {
            assert_eq!(conditions(&[("If-None-Match", header)]).has("a"), has, "{header}");
        }
        assert!(!conditions(&[]).has("a"));
        let several = conditions(&[("If-None-Match", "\"b\""), ("If-None-Match", "\"a\"")]);
        assert!(several.has("a"));
    }

    #[test]
    fn r1_requests_are_told_apart_by_address_query_and_body() {
        let of = |uri: &str, body: &[u8]| {
            let request = TestRequest::post()
                .uri(uri)
                .append_header(("Idempotency-Key", "k"));
            let conditions = Conditions::of(&request.to_http_request(), body).unwrap();
            conditions.key.unwrap().fingerprint
        };
        assert_eq!(of("/a?b", b"c"), of("/a?b", b"c"));
        for (uri, body) in [("/b?b", "c"), ("/a?c", "c"), ("/a", "c"), ("/a?b", "d")] {
            assert_ne!(of("/a?b", b"c"), of(uri, body.as_bytes()), "{uri} {body}");
        }
    }

    #[test]
    fn r1_a_key_is_refused_when_it_is_none_and_taken_only_with_post() {
        let of = |request: TestRequest, keys: &[&[u8]]| {
            let mut request = request;
            for key in keys {
                request = request.append_header((IDEMPOTENCY_KEY, HeaderValue::from_bytes(key).unwrap()));
            }
            Conditions::of(&request.to_http_request(), b"").map(|conditions| conditions.key.is_some())
        };
        assert!(of(TestRequest::post(), &[b"k"]).unwrap());
        assert!(!of(TestRequest::post(), &[]).unwrap());
        assert!(!of(TestRequest::patch(), &[b"k"]).unwrap());
        let long = [b'k'; 256];
        let refused: [&[&[u8]]; 4] = [&[b""], &[b"a\xff"], &[b"a", b"a"], &[&long]];
        for keys in refused {
            let problem = of(TestRequest::post(), keys).unwrap_err();
            assert_eq!(problem.code(), Code::InvalidIdempotencyKey);
        }
    }
}
