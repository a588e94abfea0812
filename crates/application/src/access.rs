//! What an actor may do: decided here and nowhere else.

use std::collections::BTreeMap;

use tenantry_domain::capacity::{Sight, TargetId};
use tenantry_domain::team::{Rights, Scopes, Team, TeamScope};
use tenantry_domain::workspace::{Permission, Role, Workspace};
use tenantry_domain::{TeamId, UserId, WorkspaceId};

use crate::actor::{Actor, Scope};
use crate::error::{Error, Noun, Result};
use crate::ports::{Glance, TeamStanding, UnitOfWork, Viewer, WorkspacePlace};

/// A workspace that the caller may do something in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The workspace.
    pub workspace: Workspace,
    /// The caller's role in it; `None` for a machine.
    pub role: Option<Role>,
}

/// Lets the actor into a workspace when they may do that there (W5).
///
/// Whoever is not in a workspace learns nothing about it: the same answer after the same work, whether it is there or not (I3).
pub(crate) fn authorize(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    place: WorkspacePlace,
    permission: Permission,
) -> Result<Access> {
    let found = match viewer(actor, place, permission)? {
        Viewer::Member(user) => {
            let found = unit.workspaces().find_as_member(place, user)?;
            found.map(|(workspace, role)| (workspace, Some(role)))
        }
        Viewer::Machine => unit.workspaces().find(place)?.map(|workspace| (workspace, None)),
    };
    let (workspace, role) = found.ok_or(Error::NotFound(noun(place)))?;
    check_viewer(role, permission)?;
    Ok(Access { workspace, role })
}

/// The same for what is looked at without a transaction: nothing else is told of it.
pub(crate) fn admit<T>(
    glance: Option<Glance<T>>,
    place: WorkspacePlace,
    permission: Permission,
) -> Result<Glance<T>> {
    let glance = glance.ok_or(Error::NotFound(noun(place)))?;
    check_viewer(glance.role, permission)?;
    Ok(glance)
}

/// As whom the actor may come to a workspace to do that there.
pub(crate) fn viewer(actor: &Actor, place: WorkspacePlace, permission: Permission) -> Result<Viewer> {
    match (actor, scope_for(permission)) {
        (Actor::Person(user), _) => Ok(Viewer::Member(*user)),
        (Actor::Machine(machine), Some(scope)) if machine.scopes.contains(&scope) => Ok(Viewer::Machine),
        (Actor::Machine(_), Some(scope)) => Err(Error::NeedsScope(scope)),
        (Actor::Machine(_), None) | (Actor::Credential(_), _) => Err(Error::NotFound(noun(place))),
    }
}

/// Lets pass machines, and members whose role is enough.
fn check_viewer(role: Option<Role>, permission: Permission) -> Result<()> {
    role.map_or(Ok(()), |role| check_role(role, permission))
}

/// Lets pass whose role is enough.
fn check_role(role: Role, permission: Permission) -> Result<()> {
    if role.allows(permission) {
        Ok(())
    } else {
        Err(Error::NeedsRole(permission.least_role()))
    }
}

/// What the caller mentioned is what they are told about.
fn noun(place: WorkspacePlace) -> Noun {
    match place {
        WorkspacePlace::Id(_) => Noun::Workspace,
        WorkspacePlace::Of(target) => noun_of(target),
    }
}

/// The same for what usage is charged to.
pub(crate) fn noun_of(target: TargetId) -> Noun {
    match target {
        TargetId::Organization(_) => Noun::Organization,
        TargetId::Team(_) => Noun::Team,
    }
}

/// What somebody does about usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UsageAct {
    /// See it.
    Read,
    /// Charge it.
    Charge,
    /// Release it.
    Release,
}

impl UsageAct {
    /// What it takes in the workspace.
    pub(crate) const fn permission(self) -> Permission {
        match self {
            Self::Read => Permission::ReadUsage,
            Self::Charge | Self::Release => Permission::WriteUsage,
        }
    }

    /// What it takes in a team.
    const fn scope(self) -> TeamScope {
        match self {
            Self::Read => TeamScope::SiteView,
            Self::Charge => TeamScope::SiteCreate,
            Self::Release => TeamScope::SiteDelete,
        }
    }
}

/// Where the caller may do something about usage, and how much of its chain they may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UsageAccess {
    pub workspace: Workspace,
    pub sight: Sight,
}

/// Whoever is in the workspace knows every chain in it (C3).
impl From<Access> for UsageAccess {
    fn from(access: Access) -> Self {
        Self {
            workspace: access.workspace,
            sight: Sight::Whole,
        }
    }
}

/// Whoever is only in a team knows the team (C3).
impl From<TeamAccess> for UsageAccess {
    fn from(access: TeamAccess) -> Self {
        Self {
            workspace: access.workspace,
            sight: match access.workspace_role {
                Some(_) => Sight::Whole,
                None => Sight::TargetOnly,
            },
        }
    }
}

/// Lets the actor do something about the usage of an organization or team: machines by their scopes, people by their role in the workspace
/// or by what they are in the team, its credentials by what those are given.
pub(crate) fn authorize_usage(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    target: TargetId,
    act: UsageAct,
) -> Result<UsageAccess> {
    match target {
        TargetId::Team(id) if is_by_place_in_team(actor, target) => {
            authorize_team(unit, actor, id, Some(act.scope())).map(Into::into)
        }
        _ => authorize(unit, actor, WorkspacePlace::Of(target), act.permission()).map(Into::into),
    }
}

/// The same for somebody who looks the chain up anyway, and so finds out whether it is there: how much of it they may know. Machines, which may
/// go everywhere, take no statement.
pub(crate) fn sight_of_usage(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    target: TargetId,
    act: UsageAct,
) -> Result<Sight> {
    match viewer(actor, WorkspacePlace::Of(target), act.permission()) {
        Ok(Viewer::Machine) => Ok(Sight::Whole),
        _ => authorize_usage(unit, actor, target, act).map(|access| access.sight),
    }
}

/// Whether it is what the actor is in a team that decides about its usage, and not what they are in its workspace alone.
pub(crate) fn is_by_place_in_team(actor: &Actor, target: TargetId) -> bool {
    matches!(target, TargetId::Team(_)) && !matches!(actor, Actor::Machine(_))
}

/// A workspace, and how much somebody may know of the chains of some of its organizations and teams.
pub(crate) type SeenUsage = (Workspace, BTreeMap<TargetId, Sight>);

/// Of these organizations and teams of a workspace, those whose usage the actor may see, with how much they may know of each chain. `None`
/// when there are none.
pub(crate) fn usage_seen(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    workspace: WorkspaceId,
    ids: &[TargetId],
) -> Result<Option<SeenUsage>> {
    match authorize(unit, actor, WorkspacePlace::Id(workspace), Permission::ReadUsage) {
        Ok(access) => {
            let sights = ids.iter().map(|id| (*id, Sight::Whole)).collect();
            Ok(Some((access.workspace, sights)))
        }
        Err(Error::NotFound(_)) => teams_seen(unit, actor, ids),
        Err(other) => Err(other),
    }
}

/// The same for somebody who is not in the workspace, but perhaps in some of its teams. One of these in which they may not look refuses it all
/// (C6).
fn teams_seen(unit: &mut dyn UnitOfWork, actor: &Actor, ids: &[TargetId]) -> Result<Option<SeenUsage>> {
    let teams: Vec<TeamId> = ids.iter().filter_map(|id| id.team()).collect();
    let mut seen: Option<SeenUsage> = None;
    for access in team_accesses(unit, actor, &teams)? {
        access.rights.check(UsageAct::Read.scope())?;
        let id = TargetId::Team(access.team.id);
        let access = UsageAccess::from(access);
        let (_, sights) = seen.get_or_insert((access.workspace, BTreeMap::new()));
        sights.insert(id, access.sight);
    }
    Ok(seen)
}

/// What somebody may do about the usage of some organizations and teams of one workspace.
#[derive(Debug, Clone)]
pub(crate) struct UsageRights {
    pub workspace: Workspace,
    role: RoleHere,
    teams: BTreeMap<TeamId, (Rights, Sight)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RoleHere {
    /// It may write everywhere.
    Machine,
    Member(Role),
    Nobody,
}

impl UsageRights {
    /// Lets the actor change the usage of one of them; says how much they may know of its chain.
    pub fn check(&self, target: TargetId, act: UsageAct) -> Result<Sight> {
        let nowhere = Error::NotFound(noun_of(target));
        match (self.role, target) {
            (RoleHere::Machine, _) => Ok(Sight::Whole),
            (_, TargetId::Team(id)) => {
                let (rights, sight) = self.teams.get(&id).ok_or(nowhere)?;
                rights.check(act.scope())?;
                Ok(*sight)
            }
            (RoleHere::Member(role), TargetId::Organization(_)) => {
                check_role(role, act.permission())?;
                Ok(Sight::Whole)
            }
            (RoleHere::Nobody, TargetId::Organization(_)) => Err(nowhere),
        }
    }
}

/// What the actor may do about the usage of these organizations and teams, as far as they are of this workspace; `None` when it is not theirs to
/// know.
pub(crate) fn usage_rights(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    workspace: WorkspaceId,
    ids: &[TargetId],
) -> Result<Option<UsageRights>> {
    let place = WorkspacePlace::Id(workspace);
    let (workspace, role) = match actor {
        Actor::Machine(_) => match authorize(unit, actor, place, Permission::WriteUsage) {
            Ok(access) => (Some(access.workspace), RoleHere::Machine),
            Err(Error::NotFound(_)) => (None, RoleHere::Nobody),
            Err(other) => return Err(other),
        },
        Actor::Person(user) => match unit.workspaces().find_as_member(place, *user)? {
            Some((workspace, role)) => (Some(workspace), RoleHere::Member(role)),
            None => (None, RoleHere::Nobody),
        },
        Actor::Credential(_) => (None, RoleHere::Nobody),
    };
    let teams: Vec<TeamId> = ids.iter().filter_map(|id| id.team()).collect();
    let mut teams = if teams.is_empty() {
        Vec::new()
    } else {
        team_accesses(unit, actor, &teams)?
    };
    teams.retain(|access| WorkspacePlace::Id(access.workspace.id) == place);
    let workspace = workspace.or_else(|| teams.first().map(|access| access.workspace.clone()));
    let teams = teams.into_iter().map(|access| {
        let (id, rights) = (access.team.id, access.rights.clone());
        (id, (rights, UsageAccess::from(access).sight))
    });
    Ok(workspace.map(|workspace| UsageRights {
        workspace,
        role,
        teams: teams.collect(),
    }))
}

/// The scope with which a machine does something in any workspace; `None` where only people go.
fn scope_for(permission: Permission) -> Option<Scope> {
    match permission {
        Permission::ReadUsage => Some(Scope::UsageRead),
        Permission::WriteUsage => Some(Scope::UsageWrite),
        _ => None,
    }
}

/// The person behind the actor, where only people may act.
pub(crate) fn person(actor: &Actor) -> Result<UserId> {
    match actor {
        Actor::Person(user) => Ok(*user),
        Actor::Machine(_) | Actor::Credential(_) => Err(Error::PeopleOnly),
    }
}

impl Access {
    /// The caller's role, where only members get.
    pub(crate) fn member_role(&self) -> Result<Role> {
        self.role.ok_or(Error::PeopleOnly)
    }
}

/// A team that the caller may do something in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamAccess {
    /// The team.
    pub team: Team,
    /// Its workspace.
    pub workspace: Workspace,
    /// The caller's role in that workspace.
    pub workspace_role: Option<Role>,
    /// Whether the caller is in the team.
    pub is_member: bool,
    /// What the caller may do in the team.
    pub rights: Rights,
}

/// Lets the actor do something in a team: what takes no scope, whoever is in it or in its workspace may do (T10, W5).
///
/// Whoever has nothing to do with a team learns nothing about it (I3).
pub(crate) fn authorize_team(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    id: TeamId,
    scope: Option<TeamScope>,
) -> Result<TeamAccess> {
    let access = team_accesses(unit, actor, &[id])?.pop();
    let access = access.ok_or(Error::NotFound(Noun::Team))?;
    if let Some(scope) = scope {
        access.rights.check(scope)?;
    }
    Ok(access)
}

/// Of these teams, those that are the actor's to know, as they come to them.
fn team_accesses(unit: &mut dyn UnitOfWork, actor: &Actor, ids: &[TeamId]) -> Result<Vec<TeamAccess>> {
    match actor {
        Actor::Person(user) => {
            let standings = unit.teams().standings(ids, Some(*user))?;
            let accesses = standings
                .into_iter()
                .filter_map(|standing| of_person(standing, *user));
            Ok(accesses.collect())
        }
        Actor::Credential(credential) => {
            let mut standings = unit.teams().standings(ids, None)?;
            standings.retain(|standing| standing.team.id == credential.team_id);
            let accesses = standings
                .into_iter()
                .map(|standing| of_credential(standing, credential.scopes.clone()));
            Ok(accesses.collect())
        }
        Actor::Machine(_) => Ok(Vec::new()),
    }
}

/// What a credential is to its team.
fn of_credential(standing: TeamStanding, scopes: Scopes) -> TeamAccess {
    TeamAccess {
        team: standing.team,
        workspace: standing.workspace,
        workspace_role: None,
        is_member: false,
        rights: Rights {
            scopes,
            may_transfer: false,
        },
    }
}

/// What somebody is to a team: a member, somebody in its workspace, both, or nothing.
pub(crate) fn of_person(standing: TeamStanding, user: UserId) -> Option<TeamAccess> {
    let is_owner = standing.team.owner_id == user;
    let as_member = standing
        .roles
        .as_ref()
        .map(|roles| Rights::of_member(is_owner, roles));
    let in_workspace = standing.workspace_role.map(Rights::of_workspace_role);
    let rights = match (as_member, in_workspace) {
        (Some(as_member), Some(in_workspace)) => as_member.and(&in_workspace),
        (as_member, in_workspace) => as_member.or(in_workspace)?,
    };
    Some(TeamAccess {
        team: standing.team,
        workspace: standing.workspace,
        workspace_role: standing.workspace_role,
        is_member: standing.roles.is_some(),
        rights,
    })
}
