use serde::Serialize;
use serde_json::Value;
use tenantry_application::event::{EventKind, RecordedEvent};
use utoipa::ToSchema;

use super::list::Part;
use crate::input::{Pairs, QueryInput};
use crate::problem::{FieldError, Problem};

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub(crate) struct Event {
    /// Its id.
    id: String,
    /// What happened, such as `organization.created`.
    r#type: String,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
    /// Who did it: `user:` or `machine:` and who, or `system` for what time brought.
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
        let kind = pairs.take("type").map(|text| text.parse());
        let kind = kind
            .transpose()
            .map_err(|error: <EventKind as std::str::FromStr>::Err| {
                vec![FieldError::new("?type", "unknown_value", error.to_string())]
            })?;
        Ok(Self {
            part: Part::read(pairs)?,
            kind,
        })
    }
}
