use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// 2^53: larger floating point numbers are whole.
pub(super) const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Why a wire type cannot be read from a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A field that must be there is not.
    Missing(&'static str),
    /// A field that nobody knows.
    Unknown,
    /// A value of another type. Holds what is wanted.
    Type(String),
    /// A number that cannot be represented.
    Range,
    /// Anything else.
    Other(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(_) => f.write_str("is required"),
            Self::Unknown => f.write_str("is not a field here"),
            Self::Type(wanted) => write!(f, "must be {wanted}"),
            Self::Range => f.write_str("is a number out of range"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Other(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::Unknown
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        // Whole numbers beyond 64 bits arrive as floating point; so large, they have no fraction.
        if matches!(unexpected, Unexpected::Float(value) if value.abs() > LARGEST_EXACT) {
            return Self::Range;
        }
        Self::Type(in_json(&expected.to_string()).to_owned())
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        match unexpected {
            Unexpected::Signed(_) | Unexpected::Unsigned(_) | Unexpected::Float(_) => Self::Range,
            other => Self::invalid_type(other, expected),
        }
    }
}

/// What callers call the types that Rust has other names for.
fn in_json(expected: &str) -> &str {
    match expected {
        "i64" => "a whole number",
        "a boolean" => "true or false",
        "a sequence" => "an array",
        "a map" => "an object",
        other => other,
    }
}
