use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{Code, Details, FieldError, Problem};
use crate::dto::charges::{METER, RESOURCE_ID};
use crate::openapi::refusals::schema_on;

/// The kinds of problems that rows have.
const CODES: [Code; 8] = [
    Code::ValidationFailed,
    Code::NotFound,
    Code::RoleRequired,
    Code::ScopeRequired,
    Code::WorkspaceArchived,
    Code::LimitReached,
    Code::ChargedElsewhere,
    Code::ResourceReserved,
];

/// A [`RowProblem`] as the document describes it.
pub(crate) enum RowProblemShown {}

impl PartialSchema for RowProblemShown {
    fn schema() -> RefOr<Schema> {
        schema_on(&RowProblem::name(), &CODES).into()
    }
}

impl ToSchema for RowProblemShown {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("RowProblem")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((RowProblem::name().into_owned(), RowProblem::schema()));
    }
}

/// Why one row of a batch was not done: a problem without what is so of the request as a whole. `code` is that of the page under `/problems`, and
/// some have more members, as the same problem of a request of its own.
#[derive(Serialize, ToSchema)]
#[schema(as = RowProblemFields)]
pub(crate) struct RowProblem {
    /// What it is, in a few words.
    title: &'static str,
    /// The status that the row would have had alone.
    #[schema(example = 409)]
    pub status: u16,
    /// What happened this time.
    detail: String,
    /// The kind of problem, to be matched by programs.
    #[schema(example = "limit_reached")]
    code: &'static str,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    #[serde(flatten)]
    #[schema(ignore)]
    members: Map<String, Value>,
}

impl RowProblem {
    /// The problem of the row at this pointer.
    pub fn new(problem: Problem, row: &str) -> Self {
        let Details {
            code,
            detail,
            errors,
            members,
            ..
        } = *problem.0;
        let entry = code.entry();
        Self {
            title: entry.title,
            status: entry.status.as_u16(),
            detail,
            code: entry.code,
            errors: errors.into_iter().map(|error| within(error, row)).collect(),
            members,
        }
    }
}

/// What stands in the path of a request of its own stands in a field of the row.
fn within(error: FieldError, row: &str) -> FieldError {
    let field = match error.pointer.as_str() {
        METER => "meter",
        RESOURCE_ID => "resource_id",
        _ => return error,
    };
    FieldError {
        pointer: format!("{row}/{field}"),
        ..error
    }
}
