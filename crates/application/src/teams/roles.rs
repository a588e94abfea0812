use tenantry_domain::team::{
    CustomRole, RoleName, RoleRefused, Scopes, SystemRole, Team, TeamRole, TeamScope, check_role_name,
};
use tenantry_domain::{RoleId, TeamId};

use super::current_team;
use super::members::roles_of;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, facts_of};
use crate::idempotency::Once;
use crate::ports::{StoreError, UniqueKey, UnitOfWork};
use crate::precondition::Precondition;
use crate::service::Tenantry;

/// What a team's own role is to be.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// Its name.
    pub name: RoleName,
    /// What it allows.
    pub scopes: Scopes,
}

/// A role as it is shown: those that every team has too are shown as the team's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleView {
    /// The team.
    pub team_id: TeamId,
    /// The role.
    pub role: TeamRole,
}

impl Tenantry {
    /// The team that the caller works in (T8).
    pub(crate) fn working_team(&self, actor: &Actor) -> Result<TeamId> {
        self.read(|unit| current_team(unit, actor))?
            .ok_or(Error::PeopleOnly)
    }

    /// The roles of the current team: those that every team has, and its own.
    pub fn list_roles(&self, actor: &Actor) -> Result<Vec<RoleView>> {
        let id = self.working_team(actor)?;
        self.read_team(actor, id, Some(TeamScope::RoleView), |unit, access| {
            let roles = roles_of(unit, &access.team)?.into_iter();
            Ok(roles.map(|role| RoleView { team_id: id, role }).collect())
        })
    }

    /// One role of the current team.
    pub fn role(&self, actor: &Actor, id: RoleId) -> Result<RoleView> {
        let team = self.working_team(actor)?;
        self.read_team(actor, team, Some(TeamScope::RoleView), |unit, access| {
            find_role(unit, &access.team, id)
        })
    }

    /// Makes a role of the current team's own (T10).
    pub fn create_role(&self, actor: &Actor, new: &NewRole, once: &Once<'_, RoleView>) -> Result<RoleView> {
        let team_id = self.working_team(actor)?;
        let needed = (team_id, Some(TeamScope::RoleCreate));
        self.change_team_once(once, actor, needed, |unit, access| {
            let team = &access.team;
            check_role_name(&new.name)?;
            access.rights.check_grant(&new.scopes)?;
            let own = unit.team_roles().of_teams(std::slice::from_ref(team))?;
            let count = own.values().map(Vec::len).sum::<usize>();
            self.settings()
                .teams
                .check_roles(u32::try_from(count).unwrap_or(u32::MAX))?;
            let now = self.now();
            let role = CustomRole {
                id: RoleId::from_uuid(self.parts.ids.fresh()),
                team_id,
                name: new.name.clone(),
                scopes: new.scopes.clone(),
                created_at: now,
                updated_at: now,
            };
            unit.team_roles()
                .insert(team.workspace_id, &role)
                .map_err(name_taken)?;
            let place = EventPlace::of(team.workspace_id, team_id.into());
            let facts = facts_of(&role);
            self.record(unit, actor, place, (EventKind::TeamRoleCreated, &role.id), facts)?;
            Ok(RoleView {
                team_id,
                role: TeamRole::Custom(role),
            })
        })
    }

    /// Changes name and scopes of one of the current team's own roles. Only scopes that come to it must be the caller's (T10).
    pub fn update_role(
        &self,
        actor: &Actor,
        id: RoleId,
        new: &NewRole,
        precondition: &Precondition<'_, RoleView>,
    ) -> Result<RoleView> {
        let team_id = self.working_team(actor)?;
        self.change_team(actor, team_id, Some(TeamScope::RoleUpdate), |unit, access| {
            let team = &access.team;
            let before = find_own(unit, team, id, precondition)?;
            check_role_name(&new.name)?;
            access.rights.check_grant(&new.scopes.beyond(&before.scopes))?;
            if (&new.name, &new.scopes) == (&before.name, &before.scopes) {
                return Ok(RoleView {
                    team_id,
                    role: TeamRole::Custom(before),
                });
            }
            let role = CustomRole {
                name: new.name.clone(),
                scopes: new.scopes.clone(),
                updated_at: self.now(),
                ..before.clone()
            };
            unit.team_roles()
                .update(team.workspace_id, &role)
                .map_err(name_taken)?;
            let place = EventPlace::of(team.workspace_id, team_id.into());
            let facts = facts_of(&role).changed_since(&facts_of(&before));
            self.record(unit, actor, place, (EventKind::TeamRoleUpdated, &id), facts)?;
            Ok(RoleView {
                team_id,
                role: TeamRole::Custom(role),
            })
        })
    }

    /// Deletes one of the current team's own roles that nobody has and no invitation promises (T10).
    pub fn delete_role(
        &self,
        actor: &Actor,
        id: RoleId,
        precondition: &Precondition<'_, RoleView>,
    ) -> Result<()> {
        let team_id = self.working_team(actor)?;
        self.change_team(actor, team_id, Some(TeamScope::RoleDelete), |unit, access| {
            let team = &access.team;
            let role = find_own(unit, team, id, precondition)?;
            if unit.team_roles().is_used(team.workspace_id, id)? {
                return Err(RoleRefused::InUse.into());
            }
            unit.team_roles().delete(team.workspace_id, id)?;
            let place = EventPlace::of(team.workspace_id, team_id.into());
            let facts = facts_of(&role);
            self.record(unit, actor, place, (EventKind::TeamRoleDeleted, &id), facts)
        })
    }
}

fn find_role(unit: &mut dyn UnitOfWork, team: &Team, id: RoleId) -> Result<RoleView> {
    let roles = roles_of(unit, team)?;
    let role = roles.into_iter().find(|role| role.id() == id);
    Ok(RoleView {
        team_id: team.id,
        role: role.ok_or(Error::NotFound(Noun::Role))?,
    })
}

/// A role that can be changed.
fn find_own(
    unit: &mut dyn UnitOfWork,
    team: &Team,
    id: RoleId,
    precondition: &Precondition<'_, RoleView>,
) -> Result<CustomRole> {
    if SystemRole::of(id).is_some() {
        return Err(RoleRefused::System.into());
    }
    let view = find_role(unit, team, id)?;
    precondition.check(|| Ok(Some(view.clone())))?;
    match view.role {
        TeamRole::Custom(role) => Ok(role),
        TeamRole::System(_) => Err(RoleRefused::System.into()),
    }
}

fn name_taken(error: StoreError) -> Error {
    match error {
        StoreError::Duplicate(UniqueKey::RoleName) => RoleRefused::NameTaken.into(),
        other => other.into(),
    }
}
