use std::fmt;
use std::str::FromStr;

use super::InvalidText;

/// An RGB colour of the form `#RRGGBB` (O5), kept as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Color(String);

impl Color {
    /// The colour, `#` included.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Color {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_color = text
            .strip_prefix('#')
            .is_some_and(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
        if is_color {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText::Malformed {
                expected: "must be a colour of the form #RRGGBB",
            })
        }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o5_a_colour_is_six_hexadecimal_digits() {
        assert_eq!("#007bff".parse::<Color>().unwrap().as_str(), "#007bff");
        for text in [
            "", "#", "007bff", "#07f", "#007bfg", "#+07bff", "#007bff0", "#0é7bf",
        ] {
            assert!(text.parse::<Color>().is_err(), "{text:?}");
        }
    }
}
