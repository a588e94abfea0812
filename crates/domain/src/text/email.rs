use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress, Options};

use super::InvalidText;

/// An e-mail address (RFC 5321 form, no display name, nothing quoted), kept as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// By what addresses are compared (X3): ASCII letters in lower case, everything else byte for byte, so that no mailbox is taken for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailKey(String);

impl Email {
    /// The longest address that SMTP can carry (RFC 5321 §4.5.3.1.3, less the angle brackets), in bytes.
    pub const MAX_LENGTH: usize = 254;

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// By what it is compared with others.
    pub fn key(&self) -> EmailKey {
        EmailKey(self.0.to_ascii_lowercase())
    }
}

impl EmailKey {
    /// The address in this form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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
        // Few can mail to what is quoted, and it would be another spelling of what can be written without quotes.
        let is_quoted = trimmed.starts_with('"');
        if is_quoted || EmailAddress::parse_with_options(trimmed, options).is_err() {
            return Err(InvalidText::Malformed {
                expected: "must be an e-mail address such as ada@example.com",
            });
        }
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
            "\"ada\"@example.com",
            "\"a b\"@example.com",
            "\"a@b\"@example.com",
        ] {
            assert!(text.parse::<Email>().is_err(), "{text:?}");
        }
    }

    fn key(text: &str) -> EmailKey {
        text.parse::<Email>().unwrap().key()
    }

    #[test]
    fn x3_addresses_are_the_same_in_either_case_of_ascii() {
        assert_eq!(key(" Ada.L+1@Example.COM "), key("ada.l+1@example.com"));
        assert_eq!(key("MÜLLER@example.com").as_str(), "mÜller@example.com");
    }

    #[test]
    fn x3_addresses_that_only_look_alike_are_others() {
        for (one, other) in [
            ("ivan@mail.com", "ıvan@maıl.com"),
            ("jess@mail.com", "jeſs@mail.com"),
            ("kelvin@mail.com", "\u{212a}elvin@mail.com"),
            ("strasse@mail.com", "straße@mail.com"),
            ("fiona@mail.com", "ﬁona@mail.com"),
            ("müller@mail.com", "MÜLLER@mail.com"),
        ] {
            assert_ne!(key(one), key(other));
        }
    }
}
