use std::fmt;
use std::str::FromStr;

use super::InvalidText;

/// The word by which a sign-in page finds an organization's branding (O5): words of `[a-z0-9]` joined by single `-`,
/// at most 63 characters, so that it also fits a DNS label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginHint(String);

impl LoginHint {
    /// The most characters (O5).
    pub const MAX_LENGTH: usize = 63;

    /// The hint.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LoginHint {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > Self::MAX_LENGTH {
            return Err(InvalidText::TooLong {
                max: Self::MAX_LENGTH,
            });
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if !text.split('-').all(is_word) {
            return Err(InvalidText::Malformed {
                expected: "must be lower-case letters and digits in words joined by `-`, such as acme-inc",
            });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for LoginHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o5_a_login_hint_is_words_joined_by_single_hyphens() {
        for text in ["acme", "acme-inc", "a-1-b", &"a".repeat(63)] {
            assert!(text.parse::<LoginHint>().is_ok(), "{text:?}");
        }
        for text in [
            "",
            "-",
            "a-",
            "-a",
            "a--b",
            "Acme",
            "acme inc",
            "acmé",
            &"a".repeat(64),
        ] {
            assert!(text.parse::<LoginHint>().is_err(), "{text:?}");
        }
    }
}
