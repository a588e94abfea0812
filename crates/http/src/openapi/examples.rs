//! Examples of answers, composed of the examples of their fields.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::example::Example;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, Ref, RefOr};

use super::refusals;
use super::written::Written;
use crate::problem::{Code, Dialect, members};

/// Gives an example to every answer of an operation that can be composed of one.
pub(super) fn add(schemas: &Written, operation: &mut Operation) {
    for content in contents(operation) {
        if content.example.is_none() && content.examples.is_empty() {
            let schema = content.schema.as_ref();
            content.example = schema.and_then(|schema| schemas.example(schema));
        }
    }
}

fn contents(operation: &mut Operation) -> impl Iterator<Item = &mut Content> {
    let answers = operation.responses.responses.values_mut();
    answers
        .filter_map(own)
        .flat_map(|answer| answer.content.values_mut().filter_map(own))
}

/// What is there itself, rather than in the components.
fn own<T>(place: &mut RefOr<T>) -> Option<&mut T> {
    match place {
        RefOr::T(own) => Some(own),
        RefOr::Ref(_) => None,
    }
}

/// An example of every problem in every dialect, by the name of its answer.
pub(super) fn of_problems(schemas: &Written) -> BTreeMap<String, RefOr<Example>> {
    let one = |(dialect, code): (Dialect, Code)| {
        let members = members::schema_name(code)
            .and_then(|name| schemas.example(&RefOr::Ref(Ref::from_schema_name(name))));
        let example = refusals::example(dialect, code, members.unwrap_or(Value::Null));
        (dialect.component(code), RefOr::T(example))
    };
    refusals::in_every_dialect().map(one).collect()
}
