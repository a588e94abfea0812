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
