//! Teams, the people in them and what these may do (`docs/rules.md` T2–T14, C8, C9).

mod change;
mod create;
mod homes;
mod invitations;
mod listed;
mod members;
mod people;
mod roles;
mod seats;

use std::collections::BTreeMap;

use tenantry_domain::capacity::Balance;
use tenantry_domain::meter::SITES;
use tenantry_domain::team::{CustomRole, Invitation, SystemRole, Team, slugs};
use tenantry_domain::user::User;
use tenantry_domain::workspace::Permission;
use tenantry_domain::{OrganizationId, RoleId, TeamId, UserId, WorkspaceId};

pub use change::TeamChanges;
pub use create::NewTeam;
pub(crate) use homes::Homes;
pub use invitations::{InvitationTo, InvitationView, NewInvitation};
pub use listed::ListedTeam;
pub use members::MemberView;
pub(crate) use members::{roles_held, with_system};
pub use people::{NewPerson, PersonChanges, PersonView};
pub use roles::{NewRole, RoleView};

use crate::access::person;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::page::{Page, PageRequest};
use crate::ports::UnitOfWork;
use crate::service::Tenantry;

/// A team as it is shown to somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamView {
    /// The team.
    pub team: Team,
    /// What it is called in addresses; unique among those that are shown together (T9).
    pub slug: String,
    /// Its members, in the order of their ids.
    pub members: Vec<User>,
    /// Its pending invitations, in the order of their creation.
    pub invitations: Vec<InvitationView>,
    /// Its own roles, in the order of their creation.
    pub roles: Vec<CustomRole>,
    /// Its sites and its site limit (C8).
    pub sites: Balance,
    /// Whether it is the one that they work in (T8).
    pub is_current: bool,
}

impl Tenantry {
    /// The caller's teams: their personal one, then the others in the order of their creation.
    pub fn my_teams(&self, actor: &Actor) -> Result<Vec<TeamView>> {
        let user = person(actor)?;
        self.read(|unit| self.teams_of(unit, user))
    }

    /// One team.
    pub fn team(&self, actor: &Actor, id: TeamId) -> Result<TeamView> {
        self.read_team(actor, id, None, |unit, access| {
            self.view(unit, actor, access.team.clone())
        })
    }

    /// The teams of an organization.
    pub fn teams_of_organization(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        organization: OrganizationId,
        page: &PageRequest<TeamId>,
    ) -> Result<Page<TeamView, TeamId>> {
        self.read_in(actor, workspace, Permission::Read, |unit, _| {
            let found = unit.teams().of_organization(workspace, organization, page)?;
            if found.items.is_empty() && unit.organizations().find(workspace, organization)?.is_none() {
                return Err(Error::NotFound(Noun::Organization));
            }
            let current = current_team(unit, actor)?;
            found.try_map(|teams| self.views(unit, current, teams))
        })
    }

    /// The teams of a person, as they see them.
    pub(crate) fn teams_of(&self, unit: &mut dyn UnitOfWork, user: UserId) -> Result<Vec<TeamView>> {
        let current = current_team_of(unit, user)?;
        let teams = unit.teams().of_user(user)?;
        self.views(unit, current, teams)
    }

    /// A team as the caller sees it.
    pub(crate) fn view(&self, unit: &mut dyn UnitOfWork, actor: &Actor, team: Team) -> Result<TeamView> {
        let (id, current) = (team.id, current_team(unit, actor)?);
        let view = self.views(unit, current, vec![team])?.pop();
        view.ok_or_else(|| Error::Inconsistent(format!("the team {id} is there and cannot be shown")))
    }

    /// Teams with everything that is shown of them, in as many statements for many as for one.
    fn views(
        &self,
        unit: &mut dyn UnitOfWork,
        current: Option<TeamId>,
        teams: Vec<Team>,
    ) -> Result<Vec<TeamView>> {
        let mut members: BTreeMap<TeamId, Vec<User>> = BTreeMap::new();
        for (team, user) in unit.team_members().people_of(&teams)? {
            members.entry(team).or_default().push(user);
        }
        let mut invitations = unit.invitations().of_teams(&teams)?;
        let mut roles = unit.team_roles().of_teams(&teams)?;
        let mut sites = match self.settings().meters.get(SITES) {
            Ok(meter) => unit.teams().sites(&teams, &meter)?,
            Err(_) => BTreeMap::new(),
        };
        let mut slugs = slugs(teams.iter().map(|team| (team.id, team.name.as_str())));
        let now = self.now();
        let view = |team: Team| {
            let roles = roles.remove(&team.id).unwrap_or_default();
            let invited = invitations.remove(&team.id).unwrap_or_default();
            let pending = invited.into_iter().filter(|one| !one.is_expired(now));
            TeamView {
                slug: slugs.remove(&team.id).unwrap_or_default(),
                members: members.remove(&team.id).unwrap_or_default(),
                invitations: pending.map(|one| InvitationView::new(one, &roles)).collect(),
                roles,
                sites: sites.remove(&team.id).unwrap_or_default(),
                is_current: current == Some(team.id),
                team,
            }
        };
        Ok(teams.into_iter().map(view).collect())
    }
}

impl InvitationView {
    fn new(invitation: Invitation, roles: &[CustomRole]) -> Self {
        Self {
            role: role_name(invitation.role_id, roles),
            invitation,
        }
    }
}

/// What people call a role; its id, should it be gone.
fn role_name(id: RoleId, roles: &[CustomRole]) -> String {
    let own = || roles.iter().find(|role| role.id == id);
    match SystemRole::of(id) {
        Some(role) => role.to_string(),
        None => own().map_or_else(|| id.to_string(), |role| role.name.to_string()),
    }
}

/// The team that the caller works in (T8).
pub(crate) fn current_team(unit: &mut dyn UnitOfWork, actor: &Actor) -> Result<Option<TeamId>> {
    match actor {
        Actor::Person(user) => current_team_of(unit, *user),
        Actor::Credential(credential) => Ok(Some(credential.team_id)),
        Actor::Machine(_) => Ok(None),
    }
}

fn current_team_of(unit: &mut dyn UnitOfWork, user: UserId) -> Result<Option<TeamId>> {
    let user = unit.users().find(user)?.ok_or(Error::NotFound(Noun::User))?;
    Ok(user.current_team_id.or(user.personal_team_id))
}
