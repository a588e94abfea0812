//! What follows from the shape of an operation: the parameters in its path, the problems that reading it can cause, and the header that
//! every answer has.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use serde_json::{Value, json};
use tenantry_application::event::EventKind;
use tenantry_application::page::PageSize;
use tenantry_domain::charge::ResourceId;
use tenantry_domain::organization::{Depth, PictureId};
use tenantry_domain::text::LoginHint;
use tenantry_domain::workspace::Role;
use tenantry_domain::{BillingAccountId, OrganizationId, SubscriptionId, UserId, WorkspaceId};
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr, Required, SecurityRequirement};

use super::conditions;
use super::headers::{LOCATION, REQUEST_ID, header};
use super::refusals::refusal;
use crate::dto::selection::{Parent, PartOfName};
use crate::dto::shown::MeterName;
use crate::problem::{Code, Dialect};
use crate::wire::{Wire, words};

/// Where an operation names the problems that its rules can cause; the finished document names all of them there.
pub(crate) const PROBLEMS: &str = "x-problems";

/// Completes what an operation says about itself.
pub(super) fn complete(path: &str, method: &Method, operation: &mut Operation) {
    let in_path: Vec<&str> = names(path).collect();
    let parameters = operation.parameters.get_or_insert_default();
    describe_query(parameters);
    let of_path = in_path.iter().map(|name| RefOr::T(path_parameter(name)));
    parameters.splice(0..0, of_path);
    let mut problems = problems(&in_path, operation);
    problems.extend(conditions::complete(method, operation));
    let dialect = Dialect::of(path);
    for (status, codes) in by_status(dialect, &problems) {
        operation
            .responses
            .responses
            .insert(status, refusal(dialect, &codes));
    }
    for (status, answer) in &mut operation.responses.responses {
        if let RefOr::T(answer) = answer {
            answer.headers.insert(REQUEST_ID.to_owned(), header(REQUEST_ID));
            if status == "308" {
                answer.headers.insert(LOCATION.to_owned(), header(LOCATION));
            }
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
pub(super) fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

pub(super) fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// What the parameters of a query are that have the same rule wherever they are.
fn describe_query(parameters: &mut [RefOr<Parameter>]) {
    for parameter in parameters {
        if let RefOr::T(parameter) = parameter
            && let Some(schema) = query_schema(&parameter.name)
        {
            parameter.schema = Some(schema.into());
        }
    }
}

fn query_schema(name: &str) -> Option<Object> {
    Some(match name {
        "limit" => {
            let mut size = PageSize::schema();
            size.default = Some(json!(PageSize::default().get()));
            size
        }
        "after" | "before" => text().pattern(Some("^[A-Za-z0-9_-]+$")).build(),
        "organization_id" => OrganizationId::schema(),
        "login_hint" => LoginHint::schema(),
        "type" => EventKind::schema(),
        "name" => PartOfName::schema(),
        "depth" => Depth::schema(),
        "role" => Role::schema(),
        "parent" => Parent::schema(),
        _ => return None,
    })
}

fn path_parameter(name: &str) -> Parameter {
    let (schema, description): (RefOr<Schema>, &str) = match name {
        "meter" => (
            Ref::from_schema_name(MeterName::name()).into(),
            "One of the deployment's meters.",
        ),
        "workspace_id" => (WorkspaceId::schema().into(), "The workspace."),
        "organization_id" | "id" => (
            OrganizationId::schema().into(),
            "The organization: its id, or the same as a UUID.",
        ),
        "billing_account_id" => (BillingAccountId::schema().into(), "The billing account."),
        "subscription_id" => (SubscriptionId::schema().into(), "The subscription."),
        "user_id" => (UserId::schema().into(), "The person."),
        "picture_id" => (PictureId::schema().into(), "The picture."),
        "resource_id" => (
            ResourceId::schema().into(),
            "Your own name for what is charged, percent-encoded.",
        ),
        "code" => (
            words(Code::ALL, |code| code.entry().code).into(),
            "The code of a problem.",
        ),
        _ => (text().build().into(), "A name."),
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
    let is_public = operation.security == Some(vec![SecurityRequirement::default()]);
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

fn by_status(dialect: Dialect, problems: &BTreeSet<Code>) -> BTreeMap<String, Vec<Code>> {
    let mut by_status: BTreeMap<String, Vec<Code>> = BTreeMap::new();
    for code in problems {
        by_status
            .entry(dialect.status(*code).as_u16().to_string())
            .or_default()
            .push(*code);
    }
    by_status
}
