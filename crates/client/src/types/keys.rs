use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ApiCredentialId, ApiKeyId, TeamId, Timestamp};

/// What a new API credential is to be (K1).
#[derive(Debug, Clone, Serialize)]
pub struct NewApiCredential {
    /// What people call it: 1–100 characters.
    pub name: String,
    /// From when on it is good no more; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// The names of the scopes that it gives; `None` for all that its maker has.
    pub abilities: Option<Vec<String>>,
}

/// What a key is to be: a new [`ApiKey`], or an [`ApiCredential`] that changes.
#[derive(Debug, Clone, Serialize)]
pub struct KeyTerms {
    /// What people call it: 1–100 characters.
    pub name: String,
    /// From when on it is good no more; `None` for never.
    pub expires_at: Option<Timestamp>,
}

#[derive(Serialize)]
pub(crate) struct Rotation {
    pub overlap_seconds: Option<u32>,
}

/// A program's place in one team (K1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiCredential {
    /// Its id.
    pub id: ApiCredentialId,
    /// What people call it.
    pub name: String,
    /// The team in which it acts.
    pub team_id: TeamId,
    /// The names of the scopes that it was given. It has those of them that its maker has, too (K3).
    pub abilities: Vec<String>,
    /// From when on it is good no more.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed or rotated.
    pub updated_at: Timestamp,
}

/// A key that acts as the person who made it (K1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// From when on it is good no more.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last rotated.
    pub updated_at: Timestamp,
}

/// A key that was just made or rotated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Issued<T> {
    /// The key.
    #[serde(flatten)]
    pub key: T,
    /// The text that is it, told once: `None` in the answer to a repetition, whose first answer was lost. Then rotate the key.
    pub api_key: Option<Secret>,
}

/// The text of a key. Shows itself in no `Debug` output.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text: what [`Builder::token`](crate::Builder::token) takes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}
