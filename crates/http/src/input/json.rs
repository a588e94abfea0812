//! Reads a wire type from the bytes of a body, and says precisely what is wrong with them.

use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::fault::Fault;
use super::pointer;
use super::tree::{TWICE, Tree};
use crate::problem::{Code, FieldError, Problem};

/// How the message of `serde_json` begins when a number, such as `1e400`, has no representation: to us a value that is out of range, to
/// `serde_json` a mistake in the syntax.
const NUMBER_OUT_OF_RANGE: &str = "number out of range";

/// How many values a document may have. In memory a value takes up to a hundred times its text.
const MAX_VALUES: usize = 200_000;

/// Reads one document.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if is_crowded(bytes) {
        let detail = format_args!("the body has more than {MAX_VALUES} values");
        return Err(Problem::new(Code::BodyTooLarge).detail(detail));
    }
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let tree: Tree = serde_path_to_error::deserialize(&mut text)
        .map_err(|error| of_document(&pointer::of(error.path()), error.inner()))?;
    text.end().map_err(|error| malformed(&error))?;
    serde_path_to_error::deserialize(tree).map_err(|error| of_type(pointer::of(error.path()), error.inner()))
}

/// Whether there may be too many values. Each but the first has one of these before it, and the few that are in texts do not matter.
fn is_crowded(bytes: &[u8]) -> bool {
    let marks = bytes.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{'));
    marks.count() >= MAX_VALUES
}

fn of_document(pointer: &str, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    if error.classify() == Category::Data && message.starts_with(TWICE) {
        let field = FieldError::new(pointer, "duplicate_field", "is given twice");
        Problem::new(Code::DuplicateField)
            .detail("a field is given twice")
            .field(field)
    } else if message.starts_with(NUMBER_OUT_OF_RANGE) {
        of_type(pointer.to_owned(), &Fault::Range)
    } else {
        malformed(error)
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(Code::MalformedJson).detail(format_args!("the body is not well-formed JSON: {error}"))
}

fn of_type(at: String, fault: &Fault) -> Problem {
    let (code, pointer) = match fault {
        Fault::Unknown => {
            let field = FieldError::new(at, "unknown_field", fault.to_string());
            return Problem::new(Code::UnknownField)
                .detail("the body has a field that is not known")
                .field(field);
        }
        Fault::Missing(field) => ("required", pointer::join(&at, field)),
        Fault::Range => ("out_of_range", at),
        Fault::Type(_) | Fault::Other(_) => ("invalid_type", at),
    };
    Problem::from(vec![FieldError::new(pointer, code, fault.to_string())])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only that it is read counts")]
    struct Outer {
        name: String,
        #[serde(default)]
        inner: Vec<Inner>,
        #[serde(default)]
        counts: BTreeMap<String, Option<i64>>,
        flag: Option<bool>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        count: i64,
    }

    /// Code of the problem, and pointer and code of its first field.
    fn refused(body: &str) -> (&'static str, String, String) {
        let problem = read::<Outer>(body.as_bytes()).unwrap_err();
        let field = problem.fields().first().cloned();
        let (pointer, code) = field
            .map(|f| (f.pointer, f.code.into_owned()))
            .unwrap_or_default();
        (problem.code().entry().code, pointer, code)
    }

    fn expect(body: &str, problem: &str, pointer: &str, code: &str) {
        assert_eq!(
            refused(body),
            (problem, pointer.to_owned(), code.to_owned()),
            "{body}"
        );
    }

    #[test]
    fn what_is_well_formed_and_of_the_right_types_is_read() {
        let body = r#"{"name": "a", "inner": [{"count": 1}], "counts": {"x": null, "y": -1}, "flag": null}"#;
        assert!(read::<Outer>(body.as_bytes()).is_ok());
    }

    #[test]
    fn a_number_without_a_fraction_is_an_integer_however_it_is_written() {
        let count = |number: &str| {
            let body = format!(r#"{{"name": "a", "inner": [{{"count": {number}}}]}}"#);
            let outer = read::<Outer>(body.as_bytes()).ok()?;
            Some(outer.inner[0].count)
        };
        for (number, read) in [
            ("2.0", 2),
            ("-0.0", 0),
            ("2e3", 2000),
            ("9007199254740991.0", 9_007_199_254_740_991),
        ] {
            assert_eq!(count(number), Some(read), "{number}");
        }
        for number in ["2.5", "1e-1", "1e30"] {
            assert_eq!(count(number), None, "{number}");
        }
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        let deep = "[".repeat(10_000);
        for body in [
            "",
            " ",
            "{",
            "nope",
            "{} {}",
            r#"{"name": "a",}"#,
            "\u{feff}{}",
            &deep,
            r#"{"name": "\ud800"}"#,
        ] {
            expect(body, "malformed_json", "", "");
        }
        for bytes in [&b"{\"name\": \"\xff\"}"[..], b"\xff\xfe", b"{\"name\": \"a\0b\"}"] {
            assert_eq!(read::<Outer>(bytes).unwrap_err().code(), Code::MalformedJson);
        }
    }

    #[test]
    fn a_document_has_a_bounded_number_of_values() {
        let refused = |values: usize| {
            let list = format!("[{}0]", "0,".repeat(values - 2));
            let problem = read::<Vec<i64>>(list.as_bytes()).err();
            problem.map(|problem| problem.code())
        };
        assert_eq!(refused(MAX_VALUES), None);
        assert_eq!(refused(MAX_VALUES + 1), Some(Code::BodyTooLarge));
    }

    #[test]
    fn a_deep_document_is_malformed_wherever_it_is_deep() {
        let deep = format!(r#"{{"name": {}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
        expect(&deep, "malformed_json", "", "");
    }

    #[test]
    fn a_field_is_known_and_given_once() {
        expect(
            r#"{"name": "a", "nmae": 1}"#,
            "unknown_field",
            "/nmae",
            "unknown_field",
        );
        expect(
            r#"{"name": "a", "inner": [{"count": 1}, {"a/b": 1}]}"#,
            "unknown_field",
            "/inner/1/a~1b",
            "unknown_field",
        );
        expect(
            r#"{"name": "a", "name": "b"}"#,
            "duplicate_field",
            "/name",
            "duplicate_field",
        );
        expect(
            r#"{"name": "a", "counts": {"x": 1, "x": 1}}"#,
            "duplicate_field",
            "/counts/x",
            "duplicate_field",
        );
        expect(
            r#"{"name": "a", "counts": {"x": 1, "\u0078": 1}}"#,
            "duplicate_field",
            "/counts/x",
            "duplicate_field",
        );
    }

    #[test]
    fn a_missing_field_is_pointed_at() {
        expect("{}", "validation_failed", "/name", "required");
        expect(
            r#"{"name": "a", "inner": [{}]}"#,
            "validation_failed",
            "/inner/0/count",
            "required",
        );
    }

    #[test]
    fn a_value_of_another_type_is_pointed_at() {
        for (body, pointer) in [
            ("[]", ""),
            ("5", ""),
            ("null", ""),
            (r#"["a", [], {}, null]"#, ""),
            (r#"{"name": 5}"#, "/name"),
            (r#"{"name": null}"#, "/name"),
            (r#"{"name": "a", "inner": {}}"#, "/inner"),
            (r#"{"name": "a", "inner": [[1]]}"#, "/inner/0"),
            (r#"{"name": "a", "inner": [{"count": "1"}]}"#, "/inner/0/count"),
            (r#"{"name": "a", "inner": [{"count": 1.5}]}"#, "/inner/0/count"),
            (r#"{"name": "a", "counts": {"x": true}}"#, "/counts/x"),
            (r#"{"name": "a", "flag": "yes"}"#, "/flag"),
        ] {
            expect(body, "validation_failed", pointer, "invalid_type");
        }
    }

    #[test]
    fn a_number_that_cannot_be_represented_is_out_of_range() {
        for number in [
            "1e400",
            "-1e400",
            "9223372036854775808",
            "18446744073709551615",
            "99999999999999999999",
            "1e30",
        ] {
            let body = format!(r#"{{"name": "a", "counts": {{"x": {number}}}}}"#);
            expect(&body, "validation_failed", "/counts/x", "out_of_range");
        }
    }

    #[test]
    fn types_have_the_names_that_json_has_for_them() {
        let detail = |body: &str| {
            read::<Outer>(body.as_bytes()).unwrap_err().fields()[0]
                .detail
                .clone()
        };
        assert_eq!(detail("[]"), "must be an object");
        assert_eq!(detail(r#"{"name": 1}"#), "must be a string");
        assert_eq!(detail(r#"{"name": "a", "inner": 1}"#), "must be an array");
        assert_eq!(detail(r#"{"name": "a", "counts": 1}"#), "must be an object");
        assert_eq!(
            detail(r#"{"name": "a", "counts": {"x": ""}}"#),
            "must be a whole number"
        );
        assert_eq!(detail(r#"{"name": "a", "flag": 1}"#), "must be true or false");
    }
}
