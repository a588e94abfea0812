//! What every answer has in common: a request id, a span, and a body that is a problem whenever the request was not done.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError};
use futures_util::FutureExt;
use tracing::Instrument;

use crate::executor::message_of;
use crate::metrics::Target;
use crate::problem::{Code, Occurrence, Problem};
use crate::span::RequestSpan;
use crate::state::Api;

/// The header that carries the id of a request, in both directions.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over from a caller.
pub(crate) const MAX_REQUEST_ID: usize = 128;

/// Why no handler answered.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error("a handler panicked: {0}")]
    Panicked(String),
    #[error("the framework failed: {0}")]
    Failed(String),
}

/// An answer that is finished although its request is gone.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
struct Finished {
    problem: Problem,
    occurrence: Occurrence,
}

impl ResponseError for Finished {
    fn status_code(&self) -> StatusCode {
        self.problem.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = self.problem.respond(&self.occurrence);
        mark(response.headers_mut(), &self.occurrence);
        response
    }
}

/// Serves one request.
pub(crate) async fn answer(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let api = Api::of(request.request())?;
    let occurrence = Occurrence {
        request_id: sane_id(request.headers()).unwrap_or_else(|| api.ids.fresh().to_string()),
        instance: request.uri().path().to_owned(),
        public_url: api.public_url.clone(),
    };
    let target = Target::new(request.method(), request.match_pattern());
    let span = RequestSpan::open(request.request(), &occurrence.request_id, &target);
    // Whatever can be read can be asked for without its body, which the connection then leaves out.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let in_span = span.span();
    async move {
        let (_in_flight, started) = (api.metrics.requests.begin(), Instant::now());
        let outcome = AssertUnwindSafe(async { next.call(request).await })
            .catch_unwind()
            .await;
        span.record_actor();
        let answer = finish(outcome, occurrence);
        let status = match &answer {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        let took = started.elapsed();
        span.finish(status, took);
        api.metrics.requests.answered(target, status, took);
        answer
    }
    .instrument(in_span)
    .await
}

fn finish<B: MessageBody + 'static>(
    outcome: Result<Result<ServiceResponse<B>, Error>, Box<dyn Any + Send>>,
    occurrence: Occurrence,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match outcome {
        Ok(Ok(response)) => Ok(dress(response.map_into_boxed_body(), &occurrence)),
        Ok(Err(error)) => Err(unanswered(&Unanswered::Failed(error.to_string()), occurrence)),
        Err(panic) => Err(unanswered(
            &Unanswered::Panicked(message_of(&*panic).to_owned()),
            occurrence,
        )),
    }
}

fn unanswered(cause: &Unanswered, occurrence: Occurrence) -> Error {
    let problem = Problem::new(Code::InternalError).caused_by(cause);
    problem.log();
    Finished { problem, occurrence }.into()
}

/// Writes the problem that an answer stands for, and marks the answer.
fn dress(response: ServiceResponse, occurrence: &Occurrence) -> ServiceResponse {
    let (request, response) = response.into_parts();
    let status = response.status();
    let stated = response.error().and_then(|error| error.as_error::<Problem>());
    let mut response = match stated {
        Some(problem) => write(problem, occurrence),
        None if status.is_client_error() || status.is_server_error() => {
            write(&of_framework(status), occurrence)
        }
        None => response,
    };
    mark(response.headers_mut(), occurrence);
    ServiceResponse::new(request, response)
}

fn write(problem: &Problem, occurrence: &Occurrence) -> HttpResponse {
    problem.log();
    problem.respond(occurrence)
}

/// The problem behind a status that the framework answered by itself.
fn of_framework(status: StatusCode) -> Problem {
    Problem::new(match status {
        StatusCode::NOT_FOUND => Code::RouteNotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        status if status.is_client_error() => Code::MalformedJson,
        _ => Code::InternalError,
    })
}

fn mark(headers: &mut HeaderMap, occurrence: &Occurrence) {
    if let Ok(id) = HeaderValue::from_str(&occurrence.request_id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
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
