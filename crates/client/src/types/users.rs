use serde::{Deserialize, Serialize};

use super::Team;
use crate::{RoleId, Timestamp, UserId};

/// What is known of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "these are four facts of their own")]
pub struct Account {
    /// Their id.
    pub id: UserId,
    /// Where they sign in.
    pub idp: String,
    /// Their name; their address, while the issuer says no name.
    pub name: String,
    /// Their address; empty while the issuer says none.
    pub email: String,
    /// Whether the issuer has checked that the address is theirs.
    pub email_verified: bool,
    /// Phone numbers are not kept.
    pub mobile: Option<()>,
    /// Phone numbers are not kept.
    pub mobile_verified: bool,
    /// Whether they may sign in.
    pub allow_login: bool,
    /// Countries are not kept.
    pub country: Option<String>,
    /// Their time zone.
    pub timezone: String,
    /// How they want dates written, in the letters of PHP's `date`.
    pub date_format: String,
    /// How they want times written, in the letters of PHP's `date`.
    pub time_format: String,
    /// Their language.
    pub locale: String,
    /// Where their picture is.
    pub picture: String,
    /// Whether they sign in with a second factor, as far as is known.
    pub mfa_enabled: bool,
}

/// The caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserInfo {
    /// What is known of them.
    #[serde(flatten)]
    pub account: Account,
    /// Whether they signed in with a second factor, as far as is known.
    pub mfa_verified: bool,
    /// Their teams.
    pub teams: Vec<Team>,
    /// When they first came.
    pub created_at: Timestamp,
    /// When what is known of them last changed.
    pub updated_at: Timestamp,
}

/// A person of the current team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// What is known of them.
    #[serde(flatten)]
    pub account: Account,
    /// What they are in the current team.
    pub roles: Vec<RoleRef>,
}

/// A role, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RoleRef {
    /// Its id.
    pub id: RoleId,
}

/// Who is to be added to the current team (T13).
#[derive(Debug, Clone, Serialize)]
pub struct NewUser {
    /// Their address.
    pub email: String,
    /// Their name: needed for somebody who is not known yet.
    pub name: Option<String>,
    /// Whether somebody new may sign in.
    pub allow_login: bool,
    /// The time zone of somebody new; `None` for UTC.
    pub timezone: Option<String>,
    /// The roles that they get in the team.
    pub roles: Vec<RoleId>,
}

/// A person who was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AddedUser {
    /// Who.
    pub user: User,
    /// Nobody has a password here.
    pub password: Option<String>,
}

/// What a person is to be from now on (T13).
#[derive(Debug, Clone, Serialize)]
pub struct UserTerms {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they may sign in.
    pub allow_login: bool,
    /// Their time zone.
    pub timezone: String,
    /// How they want dates written, in the letters of PHP's `date`.
    pub date_format: String,
    /// How they want times written, in the letters of PHP's `date`.
    pub time_format: String,
    /// Their roles in the current team; `None` leaves these.
    pub roles: Option<Vec<RoleId>>,
}
