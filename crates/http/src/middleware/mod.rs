//! What every answer has in common: a request id, a span, and a body that is a problem whenever the request was not done.

mod cors;
mod frame;
mod security;
mod unread;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use futures_util::FutureExt;
use tracing::Instrument;

use crate::executor::message_of;
use crate::metrics::Target;
use crate::problem::{Code, Occurrence, Problem};
use crate::rate_limit::Standing;
use crate::span::RequestSpan;
use crate::state::Api;
pub use cors::AllowedOrigins;
use frame::Frame;
pub(crate) use frame::MAX_REQUEST_ID;
pub(crate) use security::{CROSS_ORIGIN_RESOURCE_POLICY, headers};

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
    frame: Frame,
}

impl ResponseError for Finished {
    fn status_code(&self) -> StatusCode {
        self.problem.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        self.frame.around(self.problem.respond(&self.frame.occurrence))
    }
}

/// Serves one request.
pub(crate) async fn answer(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let api = Api::of(request.request())?;
    let frame = Frame::of(&mut request, &api);
    let place = api.places.at(request.match_info().as_str());
    let target = Target::new(request.method(), place.as_deref());
    if let Some(place) = place {
        request.extensions_mut().insert(place);
    }
    let span = RequestSpan::open(request.request(), &frame.occurrence.request_id, &target);
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
        if !is_done(&outcome) {
            span.record_actor();
        }
        let answer = finish(outcome, frame);
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

type Outcome<B> = Result<Result<ServiceResponse<B>, Error>, Box<dyn Any + Send>>;

/// Whether there is no problem to be logged.
fn is_done<B>(outcome: &Outcome<B>) -> bool {
    matches!(outcome, Ok(Ok(response)) if !response.status().is_client_error() && !response.status().is_server_error())
}

fn finish<B: MessageBody + 'static>(
    outcome: Outcome<B>,
    frame: Frame,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match outcome {
        Ok(Ok(response)) => Ok(dress(response.map_into_boxed_body(), &frame)),
        Ok(Err(error)) => Err(unanswered(&Unanswered::Failed(error.to_string()), frame)),
        Err(panic) => Err(unanswered(
            &Unanswered::Panicked(message_of(&*panic).to_owned()),
            frame,
        )),
    }
}

fn unanswered(cause: &Unanswered, frame: Frame) -> Error {
    let problem = Problem::new(Code::InternalError).caused_by(cause);
    problem.log();
    Finished { problem, frame }.into()
}

/// Writes the problem that an answer stands for, and marks the answer.
fn dress(response: ServiceResponse, frame: &Frame) -> ServiceResponse {
    let (request, response) = response.into_parts();
    let status = response.status();
    let stated = response.error().and_then(|error| error.as_error::<Problem>());
    let mut response = match stated {
        Some(problem) => write(problem, &frame.occurrence),
        None if status.is_client_error() || status.is_server_error() => {
            write(&of_framework(status), &frame.occurrence)
        }
        None => response,
    };
    if let Some(standing) = request.extensions().get::<Standing>() {
        for (name, value) in standing.headers() {
            response.headers_mut().insert(name, value);
        }
    }
    ServiceResponse::new(request, frame.around(response))
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
