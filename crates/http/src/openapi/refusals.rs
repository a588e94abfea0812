//! The answers that are problems: one schema for what they have in common, and one for what some add.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, OneOfBuilder, Schema};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};

use super::headers::{
    ALLOW, RATE_LIMIT, RATE_LIMIT_POLICY, REQUEST_ID, RETRY_AFTER, WWW_AUTHENTICATE, header,
};
use super::operation::text;
use crate::problem::{Code, Dialect, FieldError, MEDIA_TYPE, Occurrence, Problem, ProblemBody, members};

/// The answer of one status: that of its only problem, or of several.
pub(super) fn refusal(dialect: Dialect, codes: &[Code]) -> RefOr<Response> {
    match codes {
        [code] => RefOr::Ref(Ref::from_response_name(dialect.component(*code))),
        several => RefOr::T(response(dialect, several)),
    }
}

/// The answers of single problems, to which operations refer.
pub(super) fn responses() -> BTreeMap<String, RefOr<Response>> {
    let one = |(dialect, code): (Dialect, Code)| {
        let response = response(dialect, &[code]);
        (dialect.component(code), RefOr::T(response))
    };
    in_every_dialect().map(one).collect()
}

/// Every problem as it is told in every dialect.
pub(super) fn in_every_dialect() -> impl Iterator<Item = (Dialect, Code)> {
    let told = |dialect: Dialect| Code::ALL.iter().map(move |code| (dialect, *code));
    Dialect::ALL.into_iter().flat_map(told)
}

fn response(dialect: Dialect, codes: &[Code]) -> Response {
    let line = |code: &Code| format!("`{}`: {}.", code.entry().code, code.entry().title);
    let description = codes.iter().map(line).collect::<Vec<_>>().join("\n\n");
    let example = |code: &Code| {
        let place = format!("#/components/examples/{}", dialect.component(*code));
        (code.entry().code, RefOr::Ref(Ref::new(place)))
    };
    let content = ContentBuilder::new()
        .schema(Some(schema(codes)))
        .examples_from_iter(codes.iter().map(example))
        .build();
    let mut response = ResponseBuilder::new()
        .description(description)
        .content(MEDIA_TYPE, content)
        .build();
    let named = codes
        .iter()
        .flat_map(|code| headers_of(*code))
        .chain([&REQUEST_ID]);
    let named = named.map(|name| ((*name).to_owned(), header(name)));
    response.headers.extend(named);
    response
}

/// The headers that come along with a problem.
const fn headers_of(code: Code) -> &'static [&'static str] {
    match code {
        Code::Unauthenticated => &[WWW_AUTHENTICATE],
        Code::Unavailable | Code::IdempotencyInFlight => &[RETRY_AFTER],
        Code::RateLimited => &[RETRY_AFTER, RATE_LIMIT_POLICY, RATE_LIMIT],
        Code::MethodNotAllowed => &[ALLOW],
        _ => &[],
    }
}

fn schema(codes: &[Code]) -> Schema {
    schema_on(&ProblemBody::name(), codes)
}

/// Problems of these kinds, whose common members are those of this schema.
pub(crate) fn schema_on(common: &str, codes: &[Code]) -> Schema {
    let mut by_members: BTreeMap<Option<Cow<str>>, Vec<&str>> = BTreeMap::new();
    for code in codes {
        let alike = by_members.entry(members::schema_name(*code)).or_default();
        alike.push(code.entry().code);
    }
    let bodies: Vec<Schema> = by_members
        .into_iter()
        .map(|(members, codes)| body(common, members, &codes))
        .collect();
    match <[Schema; 1]>::try_from(bodies) {
        Ok([body]) => body,
        Err(bodies) => bodies
            .into_iter()
            .fold(OneOfBuilder::new(), OneOfBuilder::item)
            .build()
            .into(),
    }
}

/// Problems of these kinds, all of which add the same members.
fn body(common: &str, members: Option<Cow<str>>, codes: &[&str]) -> Schema {
    let kinds = text().enum_values(Some(codes.iter().copied()));
    let mut parts = AllOfBuilder::new().item(Ref::from_schema_name(common));
    if let Some(members) = members {
        parts = parts.item(Ref::from_schema_name(members));
    }
    parts
        .item(ObjectBuilder::new().property("code", kinds))
        .build()
        .into()
}

/// What a problem of this kind looks like, with these members.
pub(super) fn example(dialect: Dialect, code: Code, members: Value) -> Example {
    let mut problem = Problem::new(code).with(members);
    if code == Code::ValidationFailed {
        let wrong = FieldError::new("/name", "too_long", "must be at most 50 characters long");
        problem = problem.field(wrong);
    }
    let occurrence = Occurrence {
        request_id: super::EXAMPLE_ID.to_string(),
        instance: match dialect {
            Dialect::Own => "/workspaces".to_owned(),
            Dialect::V1 => "/v1/teams".to_owned(),
        },
        dialect,
        public_url: "https://tenantry.example.com".to_owned(),
    };
    let written = serde_json::to_value(problem.body(&occurrence));
    ExampleBuilder::new()
        .summary(code.entry().title)
        .value(written.ok())
        .build()
}
