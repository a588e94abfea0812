use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::EventKind;
use crate::{EventId, Timestamp};

/// Something that happened in a workspace (V1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
    /// Who did it: `user:`, `machine:` or `credential:` and an id, or `system`.
    pub actor: String,
    /// What it happened to.
    pub subject: String,
    /// The fields that changed with their new values, or all fields of what is new or gone.
    pub changes: Map<String, Value>,
}
