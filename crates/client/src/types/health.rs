use serde::{Deserialize, Serialize};

/// How the service is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Health {
    /// In a word.
    pub status: String,
}
