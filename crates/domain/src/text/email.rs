use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress, Options};

use super::InvalidText;

/// An e-mail address (RFC 5321 form, no display name), kept as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// The longest address that SMTP can carry (RFC 5321 §4.5.3.1.3, less the angle brackets), in bytes.
    pub const MAX_LENGTH: usize = 254;

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        if trimmed.len() > Self::MAX_LENGTH {
            return Err(InvalidText::TooLong {
                max: Self::MAX_LENGTH,
            });
        }
        let options = Options::default().without_display_text().without_domain_literal();
        EmailAddress::parse_with_options(trimmed, options).map_err(|_| InvalidText::Malformed {
            expected: "must be an e-mail address such as ada@example.com",
        })?;
        Ok(Self(trimmed.to_owned()))
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b6_an_email_is_an_address_and_nothing_else() {
        assert!(" ada@example.com ".parse::<Email>().is_ok());
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "Ada <ada@example.com>",
            "a b@example.com",
            "ada@exa\0mple.com",
        ] {
            assert!(text.parse::<Email>().is_err(), "{text:?}");
        }
    }
}
