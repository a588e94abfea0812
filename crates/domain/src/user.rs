//! People (`docs/rules.md` I2, T1).

use crate::id::UserId;
use crate::text::{Email, Name};
use crate::time::Timestamp;

/// Who somebody is to the issuer of their token: unique together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The `iss` of the token.
    pub issuer: String,
    /// The `sub` of the token.
    pub subject: String,
}

/// A person, made by their first authenticated request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Who they are to their issuer.
    pub identity: Identity,
    /// What the issuer last said about them.
    pub profile: Profile,
    /// When they first came.
    pub created_at: Timestamp,
    /// When their profile last changed.
    pub updated_at: Timestamp,
}

/// What an issuer says about a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Their address, when it is one.
    pub email: Option<Email>,
    /// Whether the issuer has checked that the address is theirs.
    pub email_verified: bool,
    /// Their name.
    pub name: Option<Name<200>>,
}

impl Profile {
    /// The profile after the issuer has said something: what a token leaves out stays as it was, since not every token says everything.
    #[must_use]
    pub fn updated_by(&self, said: &Self) -> Self {
        let source = if said.email.is_some() { said } else { self };
        Self {
            email: source.email.clone(),
            email_verified: source.email_verified,
            name: said.name.clone().or_else(|| self.name.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t1_what_a_token_leaves_out_stays_as_it_was() {
        let profile = |email: Option<&str>, email_verified, name: Option<&str>| Profile {
            email: email.map(|email| email.parse().unwrap()),
            email_verified,
            name: name.map(|name| name.parse().unwrap()),
        };
        let known = profile(Some("ada@example.com"), true, Some("Ada"));
        assert_eq!(known.updated_by(&Profile::default()), known);
        let renamed = profile(None, false, Some("Ada Lovelace"));
        assert_eq!(
            known.updated_by(&renamed),
            profile(Some("ada@example.com"), true, Some("Ada Lovelace"))
        );
        let moved = profile(Some("ada@example.org"), false, None);
        assert_eq!(
            known.updated_by(&moved),
            profile(Some("ada@example.org"), false, Some("Ada"))
        );
    }
}
