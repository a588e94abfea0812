//! What happened, appended in the transaction in which it happened (`docs/rules.md` V1).

mod facts;
mod kind;

use serde_json::Value;
use tenantry_domain::capacity::TargetId;
use tenantry_domain::{EventId, TeamId, Timestamp, WorkspaceId};

pub(crate) use facts::{Facts, facts_of, limit_facts};
pub use kind::{EventKind, UnknownEventKind};

/// One change. Immutable.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it: `user:…`, `machine:…`, `credential:…`, or `system` for what time brings.
    pub actor: String,
    /// Where it happened.
    pub workspace_id: WorkspaceId,
    /// The team in which it happened, when it did in one.
    pub team_id: Option<TeamId>,
    /// What happened.
    pub kind: EventKind,
    /// What it happened to, as its id is shown.
    pub subject: String,
    /// The fields that changed, with their new values.
    pub changes: Value,
}

/// Where something happens: in a workspace, and perhaps in one of its teams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPlace {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The team, when it is one's.
    pub team: Option<TeamId>,
}

impl EventPlace {
    /// Where something happens to an organization or team of a workspace.
    pub fn of(workspace: WorkspaceId, target: TargetId) -> Self {
        let team = match target {
            TargetId::Organization(_) => None,
            TargetId::Team(id) => Some(id),
        };
        Self { workspace, team }
    }
}

impl From<WorkspaceId> for EventPlace {
    fn from(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            team: None,
        }
    }
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
