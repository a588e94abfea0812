use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserInfo {
    /// Their id.
    pub id: UserId,
    /// Their name, when the issuer of the token says it.
    pub name: Option<String>,
    /// Their address, when the issuer of the token says it.
    pub email: Option<String>,
    /// Whether the issuer has checked that the address is theirs.
    pub email_verified: bool,
    /// When they first came.
    pub created_at: Timestamp,
    /// When what is known of them last changed.
    pub updated_at: Timestamp,
}
