use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::input::pointer;

/// The key under which `validator` keeps what is wrong with a whole object rather than one of its fields.
pub(crate) const WHOLE: &str = "__all__";

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Which one: a JSON pointer into the body, `?name` for a query parameter, `{name}` for a part of the path.
    #[schema(example = "/name")]
    pub pointer: String,
    /// What is wrong, to be matched by programs.
    #[schema(example = "too_long")]
    pub code: Cow<'static, str>,
    /// What is wrong, for people.
    #[schema(example = "must be at most 50 characters long")]
    pub detail: String,
}

impl FieldError {
    /// Something wrong with the field at this pointer.
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            detail: detail.into(),
        }
    }
}

/// Everything that a validation found, in the order of the pointers.
pub(crate) fn flatten(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found = Vec::new();
    collect("", errors, &mut found);
    found.sort();
    found
}

fn collect(parent: &str, errors: &ValidationErrors, found: &mut Vec<FieldError>) {
    for (field, kind) in errors.errors() {
        let here = if field == WHOLE {
            parent.to_owned()
        } else {
            pointer::join(parent, field)
        };
        match kind {
            ValidationErrorsKind::Field(errors) => found.extend(errors.iter().map(|error| of(&here, error))),
            ValidationErrorsKind::Struct(errors) => collect(&here, errors, found),
            ValidationErrorsKind::List(items) => {
                for (index, errors) in items {
                    collect(&format!("{here}/{index}"), errors, found);
                }
            }
        }
    }
}

fn of(pointer: &str, error: &ValidationError) -> FieldError {
    let detail = error.message.as_deref().unwrap_or("is not valid");
    FieldError::new(pointer, error.code.clone(), detail)
}
