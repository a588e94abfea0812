use tenantry_domain::capacity::TargetId;
use tenantry_domain::meter::SITES;
use tenantry_domain::team::{Team, TeamName, TeamRefused, TeamScope, site_cap};
use tenantry_domain::user::User;
use tenantry_domain::workspace::{Permission, Workspace};
use tenantry_domain::{OrganizationId, TeamId, Units, UserId};

use super::seats::Concerned;
use super::{TeamView, current_team};
use crate::access::{authorize, authorize_team, person};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, facts_of};
use crate::idempotency::{Once, keep};
use crate::people::insert_team;
use crate::ports::{StoreError, UnitOfWork, WorkspacePlace};
use crate::service::{Attempt, Tenantry};

/// What a new team is to be.
#[derive(Debug, Clone)]
pub struct NewTeam {
    /// Its name.
    pub name: TeamName,
    /// How many sites it may have; `None` and 0 leave that to the organization (T2).
    pub site_limit: Option<Units>,
    /// The organization that it belongs to; `None` for that of the creator's current team (T3).
    pub organization_id: Option<OrganizationId>,
}

/// Whether somebody who is in so many teams may come into one more (T4).
pub(crate) type CheckTeams<'a> = dyn Fn(u32) -> std::result::Result<(), TeamRefused> + 'a;

/// Where a team is made.
struct Home {
    organization: OrganizationId,
    workspace: Workspace,
}

impl Tenantry {
    /// Makes a team of the caller's (T3).
    pub fn create_team(&self, actor: &Actor, new: &NewTeam, once: &Once<'_, TeamView>) -> Result<TeamView> {
        let caps = &self.settings().teams;
        self.create_team_if(&|teams| caps.check_teams(teams), actor, new, once)
    }

    /// The same, when there may be one more beside so many.
    pub(super) fn create_team_if(
        &self,
        check: &CheckTeams<'_>,
        actor: &Actor,
        new: &NewTeam,
        once: &Once<'_, TeamView>,
    ) -> Result<TeamView> {
        let user = person(actor)?;
        self.settled(|now| {
            self.write(|unit| {
                self.claim(unit, actor, once)?;
                let home = lock_home(unit, actor, new.organization_id)?;
                if let Some(Home { workspace, .. }) = &home {
                    workspace.check_changeable()?;
                    if workspace.has_due_transition(now) {
                        return Ok(Attempt::Due(workspace.id));
                    }
                }
                let owner = check_team_count(unit, user, check)?;
                let view = self.create_in(unit, actor, (&owner, home), new)?;
                keep(unit, actor, once, &view)?;
                Ok(Attempt::Done(view))
            })
        })
    }

    fn create_in(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        (owner, home): (&User, Option<Home>),
        new: &NewTeam,
    ) -> Result<TeamView> {
        let (id, now) = (TeamId::from_uuid(self.parts.ids.fresh()), self.now());
        let team = Team {
            id,
            workspace_id: home
                .as_ref()
                .map_or(Team::own_workspace(id), |home| home.workspace.id),
            organization_id: home.map(|home| home.organization),
            name: new.name.clone(),
            owner_id: owner.id,
            is_personal: false,
            created_at: now,
            updated_at: now,
        };
        let seats = self.lock_seats(unit, &team)?;
        insert_team(unit, &team)?;
        self.set_site_limit(unit, &team, new.site_limit)?;
        let facts = facts_of(&team).and("site_limit", new.site_limit.map(Units::get));
        let place = EventPlace::of(team.workspace_id, TargetId::Team(id));
        self.record(unit, actor, place, (EventKind::TeamCreated, &id), facts)?;
        self.reseat(unit, actor, seats, &Concerned::default().user(owner))?;
        self.view(unit, actor, team)
    }

    /// Makes this the most sites that a team may have (T2, C8).
    pub(crate) fn set_site_limit(
        &self,
        unit: &mut dyn UnitOfWork,
        team: &Team,
        limit: Option<Units>,
    ) -> Result<()> {
        let Ok(sites) = self.settings().meters.get(SITES) else {
            return Ok(());
        };
        let target = TargetId::Team(team.id);
        Ok(unit
            .balances()
            .set_limit(team.workspace_id, target, &sites, site_cap(limit))?)
    }
}

/// A person, kept from coming into other teams until the transaction ends, when they may come into one more (T4).
pub(crate) fn check_team_count(
    unit: &mut dyn UnitOfWork,
    user: UserId,
    check: &CheckTeams<'_>,
) -> Result<User> {
    let found = unit.users().find_for_update(user)?;
    let user = found.ok_or(Error::NotFound(Noun::User))?;
    let teams = unit.teams().count_of_user(user.id)?;
    check(user.count_teams(teams))?;
    Ok(user)
}

/// The home of a new team, while others wait who change its workspace.
fn lock_home(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    named: Option<OrganizationId>,
) -> Result<Option<Home>> {
    let Some(before) = find_home(unit, actor, named)? else {
        return Ok(None);
    };
    unit.workspaces().lock(before.workspace.id)?;
    // Asked again, since the answer may have changed meanwhile.
    let home = find_home(unit, actor, named)?;
    let is_elsewhere = |home: &Home| home.workspace.id != before.workspace.id;
    if home.as_ref().is_some_and(is_elsewhere) {
        return Err(StoreError::Retry(Moved.into()).into());
    }
    Ok(home)
}

#[derive(Debug, thiserror::Error)]
#[error("the caller works in a team of another workspace meanwhile")]
struct Moved;

/// The organization in which the caller may make a team: the one that they name, or that of their current team. `None` when neither is one: then
/// the team is outside every organization (T3).
fn find_home(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    named: Option<OrganizationId>,
) -> Result<Option<Home>> {
    let current = current_team(unit, actor)?.ok_or(Error::PeopleOnly)?;
    let here = authorize_team(unit, actor, current, None)?;
    let organization = match named {
        Some(named) if here.team.organization_id != Some(named) => {
            return home_elsewhere(unit, actor, named).map(Some);
        }
        _ => here.team.organization_id,
    };
    let Some(organization) = organization else {
        return Ok(None);
    };
    here.rights.check(TeamScope::TeamCreate)?;
    Ok(Some(Home {
        organization,
        workspace: here.workspace,
    }))
}

/// An organization that the caller's current team is not in: whoever manages its workspace may make teams there.
fn home_elsewhere(unit: &mut dyn UnitOfWork, actor: &Actor, organization: OrganizationId) -> Result<Home> {
    let place = WorkspacePlace::Of(TargetId::Organization(organization));
    let access = authorize(unit, actor, place, Permission::ManageTeams).map_err(|error| match error {
        Error::NotFound(noun) => Error::UnknownReference {
            pointer: "/organization_id".into(),
            noun,
        },
        other => other,
    })?;
    Ok(Home {
        organization,
        workspace: access.workspace,
    })
}
