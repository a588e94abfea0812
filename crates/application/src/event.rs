//! What happened, appended in the transaction in which it happened (`docs/rules.md` V1).

use serde_json::Value;
use tenantry_domain::{EventId, Timestamp, WorkspaceId};

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
    /// What happened, such as `organization.created`.
    pub kind: &'static str,
    /// What it happened to, as its id is shown.
    pub subject: String,
    /// The fields that changed, with their new values.
    pub changes: Value,
}
