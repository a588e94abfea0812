//! Validated text: what people type, trimmed and bounded once, so that nothing behind it has to check again.

mod color;
mod email;
mod folded;
mod login_hint;

use std::fmt;
use std::str::FromStr;

pub use color::Color;
pub use email::{Email, EmailKey};
pub use folded::Folded;
pub use login_hint::LoginHint;

/// Why a text was refused. Lengths count Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Nothing is left after trimming.
    #[error("must not be blank")]
    Blank,
    /// Longer than allowed.
    #[error("must be at most {max} characters long")]
    TooLong {
        /// The largest length allowed.
        max: usize,
    },
    /// Holds a control character (NUL, escape sequences, …), which no name needs and some stores refuse.
    #[error("must not contain control characters")]
    ControlCharacter,
    /// Not of the form wanted.
    #[error("{expected}")]
    Malformed {
        /// A sentence that says what is wanted.
        expected: &'static str,
    },
}

/// One line of 1–`MAX` characters, trimmed, without control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<const MAX: usize>(String);

impl<const MAX: usize> Name<MAX> {
    /// A text that is known to be one.
    pub(crate) fn trusted(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> FromStr for Name<MAX> {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(InvalidText::Blank);
        }
        check_length(trimmed, MAX)?;
        check_characters(trimmed, |c| c.is_control() || is_line_break(c))?;
        Ok(Self(trimmed.to_owned()))
    }
}

impl<const MAX: usize> fmt::Display for Name<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Free text of at most `MAX` characters, kept as typed; line breaks and tabs are allowed, other control characters not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Note<const MAX: usize>(String);

impl<const MAX: usize> Note<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> FromStr for Note<MAX> {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check_length(text, MAX)?;
        check_characters(text, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))?;
        Ok(Self(text.to_owned()))
    }
}

/// The caller's own name for something, kept letter by letter: 1–`MAX` characters on one line, without control characters. Blanks at
/// the ends are refused rather than trimmed, since two keys that differ must stay two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key<const MAX: usize>(Name<MAX>);

impl<const MAX: usize> Key<MAX> {
    /// A text that is known to be one.
    pub(crate) fn trusted(text: String) -> Self {
        Self(Name::trusted(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl<const MAX: usize> FromStr for Key<MAX> {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name: Name<MAX> = text.parse()?;
        if name.as_str() == text {
            Ok(Self(name))
        } else {
            Err(InvalidText::Malformed {
                expected: "must not begin or end with a blank",
            })
        }
    }
}

impl<const MAX: usize> fmt::Display for Key<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Unicode's own line and paragraph separators, which are not control characters.
const fn is_line_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

fn check_length(text: &str, max: usize) -> Result<(), InvalidText> {
    if text.chars().nth(max).is_some() {
        return Err(InvalidText::TooLong { max });
    }
    Ok(())
}

fn check_characters(text: &str, refused: impl Fn(char) -> bool) -> Result<(), InvalidText> {
    if text.chars().any(refused) {
        return Err(InvalidText::ControlCharacter);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn w1_a_name_is_trimmed_and_counted_in_characters() {
        assert_eq!("  Acme ".parse::<Name<50>>().unwrap().as_str(), "Acme");
        assert!("🦀".repeat(50).parse::<Name<50>>().is_ok());
        assert_eq!(
            "🦀".repeat(51).parse::<Name<50>>(),
            Err(InvalidText::TooLong { max: 50 })
        );
        assert_eq!(" \u{3000}\t".parse::<Name<50>>(), Err(InvalidText::Blank));
    }

    #[test]
    fn w1_a_name_holds_no_control_character() {
        for text in ["a\0b", "a\nb", "a\u{1b}[31mb", "a\u{85}b", "a\u{2028}b"] {
            assert_eq!(
                text.parse::<Name<50>>(),
                Err(InvalidText::ControlCharacter),
                "{text:?}"
            );
        }
    }

    #[test]
    fn w1_a_description_may_have_lines_but_no_nul() {
        assert!("one\ntwo".parse::<Note<200>>().is_ok());
        assert_eq!(
            "one\0two".parse::<Note<200>>(),
            Err(InvalidText::ControlCharacter)
        );
        assert_eq!(
            "x".repeat(201).parse::<Note<200>>(),
            Err(InvalidText::TooLong { max: 200 })
        );
    }

    #[test]
    fn c1_a_key_is_kept_letter_by_letter() {
        assert_eq!("site 1".parse::<Key<200>>().unwrap().as_str(), "site 1");
        for text in [" site", "site ", "\u{3000}site", "", "a\0"] {
            assert!(text.parse::<Key<200>>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn w1_a_name_read_again_is_the_same(text: String) {
            if let Ok(name) = text.parse::<Name<50>>() {
                prop_assert_eq!(name.as_str().parse::<Name<50>>(), Ok(name.clone()));
                prop_assert!((1..=50).contains(&name.as_str().chars().count()));
            }
        }
    }
}
