use tenantry_domain::WorkspaceId;
use tenantry_domain::workspace::Permission;

use crate::actor::Actor;
use crate::error::Result;
use crate::event::{EventKind, EventPosition, RecordedEvent};
use crate::page::{Page, PageRequest};
use crate::service::Tenantry;

impl Tenantry {
    /// What happened in a workspace, of one kind or of all, in the order in which it was committed (V1).
    pub fn list_events(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        kind: Option<EventKind>,
        page: &PageRequest<EventPosition>,
    ) -> Result<Page<RecordedEvent, EventPosition>> {
        self.read_in(actor, workspace, Permission::ReadEvents, |unit, _| {
            Ok(unit.events().list(workspace, kind, page)?)
        })
    }
}
