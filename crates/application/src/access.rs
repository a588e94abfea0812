//! What an actor may do: decided here and nowhere else.

use std::collections::BTreeMap;

use tenantry_domain::capacity::{Sight, TargetId};
use tenantry_domain::workspace::{Permission, Role, Workspace};
use tenantry_domain::{UserId, WorkspaceId};

use crate::actor::{Actor, Scope};
use crate::error::{Error, Noun, Result};
use crate::ports::{UnitOfWork, WorkspacePlace};

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
    let nowhere = Error::NotFound(noun(place));
    match actor {
        Actor::Person(user) => {
            let found = unit.workspaces().find_as_member(place, *user)?;
            let (workspace, role) = found.ok_or(nowhere)?;
            if !role.allows(permission) {
                return Err(Error::NeedsRole(permission.least_role()));
            }
            Ok(Access {
                workspace,
                role: Some(role),
            })
        }
        Actor::Machine(machine) => {
            let Some(scope) = scope_for(permission) else {
                return Err(nowhere);
            };
            if !machine.scopes.contains(&scope) {
                return Err(Error::NeedsScope(scope));
            }
            let workspace = unit.workspaces().find(place)?.ok_or(nowhere)?;
            Ok(Access {
                workspace,
                role: None,
            })
        }
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
    const fn permission(self) -> Permission {
        match self {
            Self::Read => Permission::ReadUsage,
            Self::Charge | Self::Release => Permission::WriteUsage,
        }
    }
}

/// Where the caller may do something about usage, and how much of its chain they may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UsageAccess {
    pub workspace: Workspace,
    pub sight: Sight,
}

/// Lets the actor do something about the usage of an organization or team.
pub(crate) fn authorize_usage(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    target: TargetId,
    act: UsageAct,
) -> Result<UsageAccess> {
    let access = authorize(unit, actor, WorkspacePlace::Of(target), act.permission())?;
    Ok(UsageAccess {
        workspace: access.workspace,
        sight: Sight::Whole,
    })
}

/// Of these organizations and teams of a workspace, those whose usage the actor may see, with how much they may know of each chain.
pub(crate) fn usage_seen(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    workspace: WorkspaceId,
    ids: &[TargetId],
) -> Result<Option<(Workspace, BTreeMap<TargetId, Sight>)>> {
    match authorize(unit, actor, WorkspacePlace::Id(workspace), Permission::ReadUsage) {
        Ok(access) => {
            let sights = ids.iter().map(|id| (*id, Sight::Whole)).collect();
            Ok(Some((access.workspace, sights)))
        }
        Err(Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
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
        Actor::Machine(_) => Err(Error::PeopleOnly),
    }
}

impl Access {
    /// The caller's role, where only members get.
    pub(crate) fn member_role(&self) -> Result<Role> {
        self.role.ok_or(Error::PeopleOnly)
    }
}
