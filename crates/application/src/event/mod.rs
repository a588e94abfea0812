//! What happened, appended in the transaction in which it happened (`docs/rules.md` V1).

mod facts;
mod kind;

use serde_json::Value;
use tenantry_domain::{EventId, Timestamp, WorkspaceId};

pub(crate) use facts::{Facts, facts_of, limit_facts};
pub use kind::{EventKind, UnknownEventKind};

/// One change. Immutable.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it: `user:…`, `machine:…`, or `system` for what time brings.
    pub actor: String,
    /// Where it happened.
    pub workspace_id: WorkspaceId,
    /// What happened.
    pub kind: EventKind,
    /// What it happened to, as its id is shown.
    pub subject: String,
    /// The fields that changed, with their new values.
    pub changes: Value,
}

/// Where an event stands among those of its workspace: 1, 2, 3, … in the order in which their transactions committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventPosition(pub i64);

/// An event as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedEvent {
    /// Where it stands.
    pub position: EventPosition,
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// What happened: the word of an [`EventKind`], which another version of this program may have written.
    pub kind: String,
    /// What it happened to.
    pub subject: String,
    /// The fields that changed, with their new values.
    pub changes: Value,
}
