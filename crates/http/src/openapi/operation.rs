//! What follows from the shape of an operation: the parameters in its path, the problems that reading it can cause, and the header that
//! every answer has.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use serde_json::{Value, json};
use tenantry_domain::charge::ResourceId;
use tenantry_domain::{BillingAccountId, OrganizationId, SubscriptionId, UserId, WorkspaceId};
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Required};

use super::conditions;
use crate::middleware::MAX_REQUEST_ID;
use crate::problem::{Code, MEDIA_TYPE};
use crate::wire::Wire;

/// Where an operation names the problems that its rules can cause; the finished document names all of them there.
pub(crate) const PROBLEMS: &str = "x-problems";

const REQUEST_ID: &str = "X-Request-Id";
const RETRY_AFTER: (&str, &str) = ("Retry-After", "After how many seconds to come back.");

/// Completes what an operation says about itself.
pub(super) fn complete(path: &str, method: &Method, operation: &mut Operation) {
    let in_path: Vec<&str> = names(path).collect();
    let parameters = operation.parameters.get_or_insert_default();
    let of_path = in_path.iter().map(|name| RefOr::T(path_parameter(name)));
    parameters.splice(0..0, of_path);
    let mut problems = problems(&in_path, operation);
    problems.extend(conditions::complete(method, operation));
    for (status, codes) in by_status(&problems) {
        operation.responses.responses.insert(status, refusal(&codes));
    }
    for answer in operation.responses.responses.values_mut() {
        if let RefOr::T(answer) = answer {
            answer.headers.insert(REQUEST_ID.to_owned(), request_id());
        }
    }
    let names: Vec<Value> = problems.iter().map(|code| json!(code.entry().code)).collect();
    operation
        .extensions
        .get_or_insert_default()
        .insert(PROBLEMS.to_owned(), Value::Array(names));
    if operation.parameters.as_ref().is_some_and(Vec::is_empty) {
        operation.parameters = None;
    }
}

/// The names between braces.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

pub(super) fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn path_parameter(name: &str) -> Parameter {
    let (schema, description): (Object, &str) = match name {
        "workspace_id" => (WorkspaceId::schema(), "The workspace."),
        "organization_id" | "id" => (
            OrganizationId::schema(),
            "The organization: its id, or the same as a UUID.",
        ),
        "billing_account_id" => (BillingAccountId::schema(), "The billing account."),
        "subscription_id" => (SubscriptionId::schema(), "The subscription."),
        "user_id" => (UserId::schema(), "The person."),
        "meter" => (
            text().examples(["locations"]).build(),
            "One of the deployment's meters.",
        ),
        "resource_id" => (
            ResourceId::schema(),
            "Your own name for what is charged, percent-encoded.",
        ),
        "code" => (text().build(), "The code of a problem."),
        _ => (text().build(), "A name."),
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

/// Every problem that the operation can answer.
fn problems(in_path: &[&str], operation: &Operation) -> BTreeSet<Code> {
    let named = operation
        .extensions
        .as_ref()
        .and_then(|extensions| extensions.get(PROBLEMS)?.as_array());
    let named = named
        .into_iter()
        .flatten()
        .filter_map(|name| Code::named(name.as_str()?));
    let mut problems: BTreeSet<Code> = named.collect();
    problems.extend([Code::UnknownParameter, Code::DuplicateField, Code::InternalError]);
    let is_public = operation.security.is_some();
    if !is_public {
        problems.extend([Code::Unauthenticated, Code::RateLimited]);
    }
    let is_operations = operation.tags.iter().flatten().any(|tag| tag == "operations");
    if !is_operations {
        problems.insert(Code::Unavailable);
    }
    if in_path
        .iter()
        .any(|name| name.ends_with("id") && *name != "resource_id")
    {
        problems.insert(Code::NotFound);
    }
    if operation.request_body.is_some() {
        problems.extend([
            Code::MalformedJson,
            Code::UnknownField,
            Code::RequestTimeout,
            Code::BodyTooLarge,
            Code::UnsupportedMediaType,
            Code::ValidationFailed,
        ]);
    }
    let in_query: Vec<&str> = query_names(operation).collect();
    if !in_query.is_empty() || in_path.contains(&"meter") {
        problems.insert(Code::ValidationFailed);
    }
    if in_query.contains(&"after") {
        problems.insert(Code::InvalidCursor);
    }
    problems
}

pub(super) fn query_names(operation: &Operation) -> impl Iterator<Item = &str> {
    operation
        .parameters
        .iter()
        .flatten()
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => {
                Some(parameter.name.as_str())
            }
            _ => None,
        })
}

fn by_status(problems: &BTreeSet<Code>) -> BTreeMap<String, Vec<Code>> {
    let mut by_status: BTreeMap<String, Vec<Code>> = BTreeMap::new();
    for code in problems {
        by_status
            .entry(code.entry().status.as_u16().to_string())
            .or_default()
            .push(*code);
    }
    by_status
}

/// The answer of one status: that of its only problem, or of several.
fn refusal(codes: &[Code]) -> RefOr<Response> {
    match codes {
        [code] => RefOr::Ref(Ref::from_response_name(code.entry().code)),
        several => RefOr::T(response(several)),
    }
}

fn response(codes: &[Code]) -> Response {
    let line = |code: &Code| format!("`{}`: {}.", code.entry().code, code.entry().title);
    let description = codes.iter().map(line).collect::<Vec<_>>().join("\n\n");
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description(description)
        .content(MEDIA_TYPE, content)
        .build()
}

/// The answers of single problems, to which operations refer.
pub(super) fn responses() -> BTreeMap<String, RefOr<Response>> {
    let text_header = |description: &str| {
        let schema = text().build();
        RefOr::T(
            HeaderBuilder::new()
                .schema(Some(schema))
                .description(Some(description))
                .build(),
        )
    };
    let one = |code: &Code| {
        let mut response = response(&[*code]);
        let more: &[(&str, &str)] = match code {
            Code::Unauthenticated => &[(
                "WWW-Authenticate",
                "`Bearer`, with an error when a token was refused.",
            )],
            Code::Unavailable | Code::IdempotencyInFlight => &[RETRY_AFTER],
            Code::RateLimited => &[
                RETRY_AFTER,
                (
                    "RateLimit-Policy",
                    "The quota of the credential, if that is what is spent.",
                ),
                (
                    "RateLimit",
                    "What is left of it, and when all of it is there again.",
                ),
            ],
            Code::MethodNotAllowed => &[("Allow", "The methods that the address takes.")],
            _ => &[],
        };
        let more = more.iter();
        response
            .headers
            .extend(more.map(|(name, description)| ((*name).to_owned(), text_header(description))));
        response.headers.insert(REQUEST_ID.to_owned(), request_id());
        (code.entry().code.to_owned(), RefOr::T(response))
    };
    Code::ALL.iter().map(one).collect()
}

/// The headers to which answers refer.
pub(super) fn headers() -> BTreeMap<String, RefOr<Header>> {
    let schema = text().max_length(Some(MAX_REQUEST_ID)).build();
    let header = HeaderBuilder::new()
        .schema(Some(schema))
        .description(Some("The id of the request."));
    let mut headers = conditions::headers();
    headers.insert(REQUEST_ID.to_owned(), RefOr::T(header.build()));
    headers
}

fn request_id() -> RefOr<Header> {
    header(REQUEST_ID)
}

/// A header of the components.
pub(super) fn header(name: &str) -> RefOr<Header> {
    RefOr::Ref(Ref::new(format!("#/components/headers/{name}")))
}
