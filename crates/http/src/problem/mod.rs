//! Problems (RFC 9457): what is answered when a request is not done.

mod catalog;
mod dialect;
mod field;
mod from_application;
pub(crate) mod members;
mod row;

use std::error::Error;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use tenantry_application::error::with_causes;
use utoipa::ToSchema;

pub use catalog::Code;
pub(crate) use dialect::Dialect;
pub(crate) use field::{FieldError, WHOLE, flatten};
pub(crate) use from_application::{code_of, of_branch};
pub(crate) use row::{RowProblem, RowProblemShown};

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";
/// After how many seconds somebody who was sent away may come back.
const RETRY_SECONDS: &str = "1";

/// Why a request was not done. Built where that is noticed, and written where the answer leaves.
#[derive(Debug)]
pub(crate) struct Problem(Box<Details>);

#[derive(Debug)]
struct Details {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

/// What the answer says about the request itself.
#[derive(Debug, Clone)]
pub(crate) struct Occurrence {
    /// The id of the request.
    pub request_id: String,
    /// The path that was asked for.
    pub instance: String,
    /// How problems are told there.
    pub dialect: Dialect,
    /// Where the pages about problems are.
    pub public_url: String,
}

/// A problem as it is written (RFC 9457). Some have more members, which the answers name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// The address of the page about this kind of problem.
    #[serde(rename = "type")]
    #[schema(format = "uri", example = "http://127.0.0.1:8080/problems/not_found")]
    kind: String,
    /// What it is, in a few words.
    title: &'a str,
    /// The status of the answer.
    status: u16,
    /// What happened this time.
    detail: &'a str,
    /// The path that was asked for.
    instance: &'a str,
    /// The kind of problem, to be matched by programs.
    #[schema(example = "not_found")]
    code: &'a str,
    /// The id of the request, as in `X-Request-Id`.
    request_id: &'a str,
    /// The same as `detail`, under `/v1` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    error: Option<&'a str>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [FieldError],
    #[serde(flatten)]
    #[schema(ignore)]
    members: &'a Map<String, Value>,
}

impl Problem {
    /// A problem that says what all of its kind have in common.
    pub fn new(code: Code) -> Self {
        let problem = Self(Box::new(Details {
            code,
            detail: code.entry().what.to_owned(),
            errors: Vec::new(),
            members: Map::new(),
            headers: Vec::new(),
            cause: None,
        }));
        match code {
            Code::Unavailable | Code::IdempotencyInFlight => {
                problem.header(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS))
            }
            _ => problem,
        }
    }

    /// Says what happened this time.
    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.0.detail = detail.to_string();
        self
    }

    /// Points at a field.
    pub fn field(mut self, error: FieldError) -> Self {
        self.0.errors.push(error);
        self
    }

    /// Says more than other problems do.
    pub fn with(mut self, members: impl Serialize) -> Self {
        if let Ok(Value::Object(members)) = serde_json::to_value(members) {
            self.0.members.extend(members);
        }
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Keeps the cause for the log. It never reaches the caller.
    pub fn caused_by(mut self, cause: &dyn Error) -> Self {
        self.0.cause = Some(with_causes(cause));
        self
    }

    /// The kind.
    #[cfg(test)]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The fields that it points at.
    #[cfg(test)]
    pub fn fields(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Writes down what only the operator may know, once.
    pub fn log(&self) {
        let Details { code, cause, .. } = &*self.0;
        let cause = cause.as_deref().unwrap_or("unknown");
        match code {
            Code::InternalError => tracing::error!(cause, "the request failed"),
            Code::Unavailable => tracing::error!(cause, "the request could not be served now"),
            _ => {}
        }
    }

    /// What is written of it.
    pub fn body<'a>(&'a self, occurrence: &'a Occurrence) -> ProblemBody<'a> {
        let Details {
            code,
            detail,
            errors,
            members,
            ..
        } = &*self.0;
        let entry = code.entry();
        ProblemBody {
            kind: format!("{}/problems/{}", occurrence.public_url, entry.code),
            title: entry.title,
            status: occurrence.dialect.status(*code).as_u16(),
            detail,
            instance: &occurrence.instance,
            code: entry.code,
            request_id: &occurrence.request_id,
            error: (occurrence.dialect == Dialect::V1).then_some(detail),
            errors,
            members,
        }
    }

    /// The answer.
    pub fn respond(&self, occurrence: &Occurrence) -> HttpResponse {
        let mut response = HttpResponse::build(occurrence.dialect.status(self.0.code));
        response.content_type(MEDIA_TYPE);
        for header in self.0.headers.iter().cloned() {
            response.append_header(header);
        }
        response.json(self.body(occurrence))
    }
}

/// Several fields are wrong.
impl From<Vec<FieldError>> for Problem {
    fn from(errors: Vec<FieldError>) -> Self {
        errors.into_iter().fold(
            Self::new(Code::ValidationFailed).detail("some values are not valid"),
            Self::field,
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.entry().code, self.0.detail)
    }
}

/// Carries the problem to the middleware, which writes it.
impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.code.entry().status
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
