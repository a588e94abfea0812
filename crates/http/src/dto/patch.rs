//! Fields of a partial update: absent, null, or a value.

use serde::{Deserialize, Deserializer};
use tenantry_application::Patch;

use crate::problem::FieldError;
use crate::wire::{Raw, Wire};

/// Reads a field whose null means something: absent is `None`, null is `Some(None)`.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Reads a field that may be absent, but not null.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// What a nullable field does to the domain's value.
pub(crate) fn patch<T: Wire>(
    field: Option<&Option<Raw<T>>>,
    pointer: &str,
) -> Result<Patch<T>, Vec<FieldError>> {
    Ok(match field {
        None => Patch::Keep,
        Some(None) => Patch::Clear,
        Some(Some(raw)) => Patch::Set(raw.read(pointer)?),
    })
}

/// The domain's value of a field that may be absent.
pub(crate) fn optional<T: Wire>(field: Option<&Raw<T>>, pointer: &str) -> Result<Option<T>, Vec<FieldError>> {
    field.map(|raw| raw.read(pointer)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Fields {
        #[serde(default, deserialize_with = "nullable")]
        nullable: Option<Option<i64>>,
        #[serde(default, deserialize_with = "present")]
        present: Option<i64>,
    }

    fn read(text: &str) -> Option<(Option<Option<i64>>, Option<i64>)> {
        let fields: Fields = serde_json::from_str(text).ok()?;
        Some((fields.nullable, fields.present))
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        assert_eq!(read("{}"), Some((None, None)));
        assert_eq!(read(r#"{"nullable": null}"#), Some((Some(None), None)));
        assert_eq!(
            read(r#"{"nullable": 1, "present": 2}"#),
            Some((Some(Some(1)), Some(2)))
        );
        assert_eq!(read(r#"{"present": null}"#), None);
    }
}
