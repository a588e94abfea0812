use std::fmt;
use std::str::FromStr;

use lettre::Address;
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};

/// Who mail is from: an address, alone or behind a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sender(Mailbox);

/// The text is no [`Sender`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an address such as no-reply@example.com, or Tenantry <no-reply@example.com>")]
pub struct InvalidSender;

impl Sender {
    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.0
    }

    pub(crate) fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

/// `Tenantry <no-reply@localhost>`, whom no answer reaches.
impl Default for Sender {
    fn default() -> Self {
        let address = Address::new_dangerous("no-reply", "localhost");
        Self(Mailbox::new(Some("Tenantry".to_owned()), address))
    }
}

impl FromStr for Sender {
    type Err = InvalidSender;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(char::is_control) {
            return Err(InvalidSender);
        }
        let behind_a_name = text
            .trim()
            .strip_suffix('>')
            .and_then(|text| text.rsplit_once('<'));
        let (name, address) = behind_a_name.unwrap_or(("", text));
        let name = Some(name.trim().trim_matches('"')).filter(|name| !name.is_empty());
        let address = address.trim().parse().map_err(|_| InvalidSender)?;
        Ok(Self(Mailbox::new(name.map(str::to_owned), address)))
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mailbox { name, email } = &self.0;
        match name {
            Some(name) => write!(f, "{name} <{email}>"),
            None => email.fmt(f),
        }
    }
}

impl TryFrom<String> for Sender {
    type Error = InvalidSender;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Sender> for String {
    fn from(sender: Sender) -> Self {
        sender.to_string()
    }
}
