use tenantry_domain::team::TeamScope;
use tenantry_domain::workspace::Permission;
use tenantry_domain::{TeamId, WorkspaceId};

use crate::actor::Actor;
use crate::error::Result;
use crate::event::{EventKind, EventPlace, EventPosition, RecordedEvent};
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
            Ok(unit.events().list(workspace.into(), kind, page)?)
        })
    }

    /// What happened in a team, likewise, for who may change it.
    pub fn list_team_events(
        &self,
        actor: &Actor,
        team: TeamId,
        kind: Option<EventKind>,
        page: &PageRequest<EventPosition>,
    ) -> Result<Page<RecordedEvent, EventPosition>> {
        self.read_team(actor, team, Some(TeamScope::TeamUpdate), |unit, access| {
            let place = EventPlace::of(access.workspace.id, team.into());
            Ok(unit.events().list(place, kind, page)?)
        })
    }
}
