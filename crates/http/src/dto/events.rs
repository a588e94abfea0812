use serde::Serialize;
use serde_json::Value;
use tenantry_application::event::{EventKind, RecordedEvent};
use utoipa::ToSchema;

use super::list::Part;
use super::shown::EventIdShown;
use crate::input::{Pairs, QueryInput};
use crate::problem::Problem;

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "evt_02wMe2eZtYRY4hvzqF2FgZ", "type": "organization.updated", "at": "2026-11-21T08:30:00.000000Z",
    "actor": "user:018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "subject": "org_02wMe2eZtYRY4hvzqF2FgZ", "changes": { "name": "Marketing Team" }
}))]
pub(crate) struct Event {
    /// Its id.
    #[schema(inline, value_type = EventIdShown)]
    id: String,
    /// What happened, such as `organization.created`.
    r#type: String,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
    /// Who did it: `user:`, `machine:` or `credential:` and who, or `system` for what time brought.
    actor: String,
    /// What it happened to: its id, or the `resource_id` of a charge.
    subject: String,
    /// The fields that changed, with their new values; everything of what is new.
    #[schema(value_type = Object)]
    changes: Value,
}

impl From<RecordedEvent> for Event {
    fn from(event: RecordedEvent) -> Self {
        Self {
            id: event.id.to_string(),
            r#type: event.kind,
            at: event.at.to_string(),
            actor: event.actor,
            subject: event.subject,
            changes: event.changes,
        }
    }
}

/// Which part of a feed is wanted, and of which kind.
pub(crate) struct FeedPart {
    pub part: Part,
    pub kind: Option<EventKind>,
}

impl QueryInput for FeedPart {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Self {
            kind: pairs.optional("type")?,
            part: Part::read(pairs)?,
        })
    }
}
