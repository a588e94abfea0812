//! What the document says of requests that may be sent again, and of entity tags: it follows from the method.

use actix_web::http::Method;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{RefOr, Required};

use super::headers::{ETAG, REPLAYED, header};
use super::operation::{PROBLEMS, query_names, text};
use crate::problem::Code;

/// Adds parameters, headers and answers; tells which problems they can cause.
pub(super) fn complete(method: &Method, operation: &mut Operation) -> Vec<Code> {
    if operation.tags.iter().flatten().any(|tag| tag == "operations") {
        return Vec::new();
    }
    match *method {
        Method::GET if query_names(operation).any(|name| name == "after") => Vec::new(),
        Method::GET => {
            add(
                operation,
                if_none_match("Answers 304 when it still has this `ETag`."),
            );
            let unchanged = ResponseBuilder::new().description("You have it.").build();
            let answers = &mut operation.responses.responses;
            answers.insert("304".to_owned(), RefOr::T(unchanged));
            tag(operation, &["200", "304"]);
            Vec::new()
        }
        Method::POST => {
            add(operation, idempotency_key());
            say(operation, &["200", "201"], REPLAYED);
            tag(operation, &["201"]);
            if named(operation, Code::PreconditionFailed) {
                add(operation, if_match());
                tag(operation, &["200"]);
            }
            vec![
                Code::InvalidIdempotencyKey,
                Code::IdempotencyInFlight,
                Code::IdempotencyKeyReused,
            ]
        }
        _ => {
            add(operation, if_match());
            if *method == Method::PUT {
                add(operation, if_none_match("`*`: only when it is not there yet."));
            }
            tag(operation, &["200", "201"]);
            vec![Code::PreconditionFailed]
        }
    }
}

/// Whether an operation names a problem.
fn named(operation: &Operation, code: Code) -> bool {
    let extensions = operation.extensions.as_ref();
    let problems = extensions.and_then(|extensions| extensions.get(PROBLEMS)?.as_array());
    problems.is_some_and(|problems| problems.iter().any(|problem| problem == code.entry().code))
}

fn add(operation: &mut Operation, parameter: Parameter) {
    operation
        .parameters
        .get_or_insert_default()
        .push(RefOr::T(parameter));
}

fn tag(operation: &mut Operation, statuses: &[&str]) {
    say(operation, statuses, ETAG);
}

/// Names a header of the answers with these statuses.
fn say(operation: &mut Operation, statuses: &[&str], name: &str) {
    for status in statuses {
        if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut(*status) {
            answer.headers.insert(name.to_owned(), header(name));
        }
    }
}

fn parameter(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema.build()))
        .build()
}

fn idempotency_key() -> Parameter {
    let description = "Your own name for this request. When you send it again with the same key within 24 hours, you get the same answer and \
                       nothing is done again.";
    let schema = text()
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[ -~]*$"));
    parameter("Idempotency-Key", description, schema)
}

fn if_match() -> Parameter {
    parameter(
        "If-Match",
        "The change is made only while it has this `ETag`.",
        text(),
    )
}

fn if_none_match(description: &str) -> Parameter {
    parameter("If-None-Match", description, text())
}
