use std::collections::BTreeMap;

use tenantry_domain::billing::BillingMode;
use tenantry_domain::text::Folded;
use tenantry_domain::workspace::{
    Member, Permission, Role, Workspace, WorkspaceDescription, WorkspaceName, WorkspaceNotEmpty,
    check_archivable,
};
use tenantry_domain::{Meter, Units, WorkspaceId};

use crate::access::person;
use crate::actor::Actor;
use crate::error::Result;
use crate::event::{EventKind, facts_of};
use crate::idempotency::{Once, keep};
use crate::page::{Page, PageRequest};
use crate::patch::Patch;
use crate::ports::{Glances, UnitOfWork, WorkspaceKey};
use crate::precondition::Precondition;
use crate::service::Tenantry;

/// How many organizations a refusal to archive names.
const NAMED_BLOCKERS: i64 = 10;
/// The meter that [`WorkspaceView::pooled_seat_limit`] shows (W4).
const SEATS: &str = "users";

/// What a new workspace is to be (W1).
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// Its name.
    pub name: WorkspaceName,
    /// What it is for.
    pub description: Option<WorkspaceDescription>,
    /// Its billing mode, for good.
    pub billing_mode: BillingMode,
}

/// What is to change about a workspace (W3).
#[derive(Debug, Clone, Default)]
pub struct WorkspaceChanges {
    /// Another name.
    pub name: Option<WorkspaceName>,
    /// Another description, or none.
    pub description: Patch<WorkspaceDescription>,
}

/// A workspace as its members see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceView {
    /// The workspace.
    pub workspace: Workspace,
    /// In `pooled` mode the pool's capacity of `users`; `None` in the other modes and while it is unlimited (W4).
    pub pooled_seat_limit: Option<Units>,
}

impl Tenantry {
    /// Makes a workspace, whose owner the caller becomes (W2).
    pub fn create_workspace(
        &self,
        actor: &Actor,
        new: &NewWorkspace,
        once: &Once<'_, WorkspaceView>,
    ) -> Result<WorkspaceView> {
        let user_id = person(actor)?;
        let (id, now) = (WorkspaceId::from_uuid(self.parts.ids.fresh()), self.now());
        let workspace = Workspace {
            id,
            name: new.name.clone(),
            description: new.description.clone(),
            billing_mode: new.billing_mode,
            ever_subscribed: false,
            next_transition_at: None,
            created_at: now,
            updated_at: now,
            archived_at: None,
            tree_version: 0,
        };
        let owner = Member {
            workspace_id: id,
            user_id,
            role: Role::Owner,
            created_at: now,
            updated_at: now,
        };
        self.write(|unit| {
            self.claim(unit, actor, once)?;
            unit.workspaces().insert(&workspace)?;
            unit.members().insert(&owner)?;
            let facts = facts_of(&workspace);
            self.record(unit, actor, id, (EventKind::WorkspaceCreated, &id), facts)?;
            let view = self.workspace_view(unit, workspace.clone())?;
            keep(unit, actor, once, &view)?;
            Ok(view)
        })
    }

    /// The caller's workspaces, all or those whose names have this part, archived ones last (W2).
    pub fn list_workspaces(
        &self,
        actor: &Actor,
        name: Option<&Folded>,
        page: &PageRequest<WorkspaceKey>,
    ) -> Result<Page<WorkspaceView, WorkspaceKey>> {
        let user = person(actor)?;
        let read = || self.read(|unit| Ok(unit.workspaces().list_of_member(user, name, page)?));
        let mut found = read()?;
        let now = self.now();
        let due: Vec<_> = found
            .items
            .iter()
            .filter(|w| w.has_due_transition(now))
            .map(|w| w.id)
            .collect();
        if !due.is_empty() {
            due.into_iter().try_for_each(|id| self.settle(id))?;
            found = read()?;
        }
        let seats = self.read(|unit| self.seats(unit, &found.items.iter().collect::<Vec<_>>()))?;
        Ok(found.map(|workspace| WorkspaceView {
            pooled_seat_limit: seats.get(&workspace.id).copied(),
            workspace,
        }))
    }

    /// One workspace.
    pub fn workspace(&self, actor: &Actor, id: WorkspaceId) -> Result<WorkspaceView> {
        let look = |store: &dyn Glances, user| store.workspace(user, id);
        let (workspace, pool) = self.glance_as_member(actor, id, look)?;
        let capacity = |meter| pool.get(&meter).and_then(|kept| kept.limit.cap());
        Ok(WorkspaceView {
            pooled_seat_limit: self
                .seat_meter(&workspace)
                .map(|meter| capacity(meter).unwrap_or_default()),
            workspace,
        })
    }

    /// Changes name or description (W3).
    pub fn update_workspace(
        &self,
        actor: &Actor,
        id: WorkspaceId,
        changes: &WorkspaceChanges,
        precondition: &Precondition<'_, WorkspaceView>,
    ) -> Result<WorkspaceView> {
        self.change_in(actor, id, Permission::UpdateWorkspace, |unit, access| {
            precondition.check(|| self.workspace_view(unit, access.workspace.clone()).map(Some))?;
            let mut workspace = access.workspace.clone();
            if let Some(name) = &changes.name {
                workspace.name = name.clone();
            }
            changes.description.clone().apply(&mut workspace.description);
            if workspace == access.workspace {
                return self.workspace_view(unit, workspace);
            }
            workspace.updated_at = self.now();
            unit.workspaces().update(&workspace)?;
            let facts = facts_of(&workspace).changed_since(&facts_of(&access.workspace));
            self.record(unit, actor, id, (EventKind::WorkspaceUpdated, &id), facts)?;
            self.workspace_view(unit, workspace)
        })
    }

    /// Archives a workspace that uses nothing and pays for nothing (W3).
    pub fn archive_workspace(
        &self,
        actor: &Actor,
        id: WorkspaceId,
        precondition: &Precondition<'_, WorkspaceView>,
    ) -> Result<()> {
        self.change_in(actor, id, Permission::ArchiveWorkspace, |unit, access| {
            precondition.check(|| self.workspace_view(unit, access.workspace.clone()).map(Some))?;
            self.lock_usage(unit, &access.workspace)?;
            let live = unit.subscriptions().live(id)?;
            check_archivable(WorkspaceNotEmpty {
                organizations_with_usage: unit.organizations().with_usage(id, NAMED_BLOCKERS)?,
                live_subscriptions: live.iter().map(|s| (s.billing_account_id, s.id)).collect(),
            })?;
            let now = self.now();
            let archived = Workspace {
                archived_at: Some(now),
                updated_at: now,
                ..access.workspace.clone()
            };
            unit.workspaces().update(&archived)?;
            let facts = facts_of(&archived).changed_since(&facts_of(&access.workspace));
            self.record(unit, actor, id, (EventKind::WorkspaceArchived, &id), facts)
        })
    }

    /// Takes an archived workspace into use again; one that is in use stays as it is (W3).
    pub fn unarchive_workspace(
        &self,
        actor: &Actor,
        id: WorkspaceId,
        precondition: &Precondition<'_, WorkspaceView>,
        once: &Once<'_, WorkspaceView>,
    ) -> Result<WorkspaceView> {
        let permission = Permission::UnarchiveWorkspace;
        self.change_once_in(once, actor, id, permission, |unit, access| {
            precondition.check(|| self.workspace_view(unit, access.workspace.clone()).map(Some))?;
            if access.workspace.archived_at.is_none() {
                return self.workspace_view(unit, access.workspace);
            }
            let unarchived = Workspace {
                archived_at: None,
                updated_at: self.now(),
                ..access.workspace.clone()
            };
            unit.workspaces().update(&unarchived)?;
            let facts = facts_of(&unarchived).changed_since(&facts_of(&access.workspace));
            self.record(unit, actor, id, (EventKind::WorkspaceUnarchived, &id), facts)?;
            self.workspace_view(unit, unarchived)
        })
    }

    fn workspace_view(&self, unit: &mut dyn UnitOfWork, workspace: Workspace) -> Result<WorkspaceView> {
        let seats = self.seats(unit, &[&workspace])?;
        Ok(WorkspaceView {
            pooled_seat_limit: seats.get(&workspace.id).copied(),
            workspace,
        })
    }

    /// The seats of those workspaces that show them, in one statement (W4).
    fn seats(
        &self,
        unit: &mut dyn UnitOfWork,
        workspaces: &[&Workspace],
    ) -> Result<BTreeMap<WorkspaceId, Units>> {
        let shown = workspaces
            .iter()
            .filter_map(|w| Some((w.id, self.seat_meter(w)?)));
        let (pooled, meters): (Vec<_>, Vec<_>) = shown.unzip();
        let Some(meter) = meters.first() else {
            return Ok(BTreeMap::new());
        };
        let mut seats: BTreeMap<_, _> = pooled.iter().map(|id| (*id, Units::ZERO)).collect();
        seats.extend(unit.balances().pool_capacities(&pooled, meter)?);
        Ok(seats)
    }

    /// The meter of the seats that a workspace shows, if it does (W4).
    fn seat_meter(&self, workspace: &Workspace) -> Option<Meter> {
        let has_pool = self.settings().enforcement.of_pool().is_some();
        let shows = has_pool && workspace.billing_mode == BillingMode::Pooled;
        self.settings().meters.get(SEATS).ok().filter(|_| shows)
    }
}
