use std::future::Future;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::web::BytesMut;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use tenantry_domain::Meters;
use validator::Validate;

use super::json;
use crate::problem::{Code, FieldError, Problem, flatten};
use crate::state::Api;

/// The largest body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// A body as it is sent: its derived validation asks the domain about every field, so that everything wrong is known at once, and then
/// it becomes what a use case takes.
pub(crate) trait Body: DeserializeOwned + Validate {
    /// What a use case takes.
    type Command;

    /// The most bytes that it may have.
    const MAX: usize = MAX_BODY;

    /// Becomes it. Only here it is known which meters the deployment has.
    fn command(self, meters: &Meters) -> Result<Self::Command, Vec<FieldError>>;
}

/// What an operation reads from its body.
pub(crate) trait BodyInput {
    /// What handlers get.
    type Value;

    /// Takes it as it is sent.
    fn collect(request: &HttpRequest, payload: Payload) -> impl Future<Output = Result<BytesMut, Problem>>;

    /// Reads it.
    fn read(api: &Api, bytes: &[u8]) -> Result<Self::Value, Problem>;
}

/// No body.
impl BodyInput for () {
    type Value = ();

    async fn collect(_: &HttpRequest, _: Payload) -> Result<BytesMut, Problem> {
        Ok(BytesMut::new())
    }

    fn read(_: &Api, _: &[u8]) -> Result<(), Problem> {
        Ok(())
    }
}

/// A body in JSON.
pub(crate) struct Json<T>(std::marker::PhantomData<T>);

impl<T: Body> BodyInput for Json<T> {
    type Value = T::Command;

    async fn collect(request: &HttpRequest, payload: Payload) -> Result<BytesMut, Problem> {
        check_headers(request.headers(), T::MAX)?;
        collect(payload, T::MAX).await
    }

    fn read(api: &Api, bytes: &[u8]) -> Result<T::Command, Problem> {
        check(json::read::<T>(bytes)?, &api.tenantry.settings().meters)
    }
}

/// Everything that is wrong at once: what the validation finds, and the meters that the deployment does not have.
fn check<T: Body>(body: T, meters: &Meters) -> Result<T::Command, Problem> {
    let mut found = body
        .validate()
        .err()
        .map(|errors| flatten(&errors))
        .unwrap_or_default();
    match body.command(meters) {
        Ok(command) if found.is_empty() => Ok(command),
        Ok(_) => Err(found.into()),
        Err(more) => {
            let is_new = |error: &FieldError| !found.iter().any(|known| known.pointer == error.pointer);
            let more: Vec<_> = more.into_iter().filter(is_new).collect();
            found.extend(more);
            found.sort();
            Err(found.into())
        }
    }
}

fn check_headers(headers: &HeaderMap, max: usize) -> Result<(), Problem> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let is_json = text(CONTENT_TYPE).is_some_and(is_json);
    let is_plain = text(CONTENT_ENCODING).is_none_or(|encoding| encoding.eq_ignore_ascii_case("identity"));
    if !is_json || !is_plain {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    // Whoever says so beforehand need not send it all.
    match text(CONTENT_LENGTH).map(str::parse::<usize>) {
        Some(Ok(length)) if length > max => Err(Problem::new(Code::BodyTooLarge)),
        _ => Ok(()),
    }
}

/// `application/json`, alone or with `charset=utf-8`.
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_json = parts
        .next()
        .is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.filter(|parameter| !parameter.is_empty()).all(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case("charset") && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        })
}

async fn collect(mut payload: Payload, max: usize) -> Result<BytesMut, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            Problem::new(Code::MalformedJson)
                .detail("the body ended early")
                .caused_by(&error)
        })?;
        if bytes.len() + chunk.len() > max {
            return Err(Problem::new(Code::BodyTooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn only_json_in_utf_8_is_json() {
        for text in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json;",
        ] {
            assert!(is_json(text), "{text}");
        }
        for text in [
            "",
            "text/json",
            "application/jsonx",
            "application/json; charset=latin1",
            "application/problem+json",
            "application/x-www-form-urlencoded",
            "application/json; boundary=x",
        ] {
            assert!(!is_json(text), "{text}");
        }
    }
}
