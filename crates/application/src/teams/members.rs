use tenantry_domain::team::{
    CustomRole, Rights, Scopes, SystemRole, Team, TeamMember, TeamRole, TeamScope, check_assignable,
};
use tenantry_domain::user::User;
use tenantry_domain::{RoleId, TeamId, UserId};

use super::seats::Concerned;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, facts_of};
use crate::page::{Page, PageRequest};
use crate::ports::UnitOfWork;
use crate::precondition::Precondition;
use crate::service::Tenantry;

/// Somebody in a team, as they are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberView {
    /// Who they are.
    pub user: User,
    /// Their roles, the owner's first.
    pub roles: Vec<TeamRole>,
    /// When they came.
    pub member: TeamMember,
}

impl Tenantry {
    /// Who is in a team.
    pub fn list_team_members(
        &self,
        actor: &Actor,
        id: TeamId,
        page: &PageRequest<UserId>,
    ) -> Result<Page<MemberView, UserId>> {
        self.read_team(actor, id, None, |unit, access| {
            let found = unit.team_members().list(access.team.workspace_id, id, page)?;
            let roles = roles_of(unit, &access.team)?;
            let view = |(member, user)| MemberView::new(&access.team, &roles, member, user);
            found.try_map(|items| Ok(items.into_iter().map(view).collect()))
        })
    }

    /// Replaces what a member is in the team (T13). Nobody gives a role with a scope that they lack (T10).
    pub fn set_team_roles(
        &self,
        actor: &Actor,
        id: TeamId,
        (user, roles): (UserId, &[RoleId]),
        precondition: &Precondition<'_, MemberView>,
    ) -> Result<MemberView> {
        self.change_team(actor, id, Some(TeamScope::UserUpdate), |unit, access| {
            let team = &access.team;
            let before = find_member(unit, team, user)?;
            let person = unit.users().find(user)?.ok_or(Error::NotFound(Noun::User))?;
            let known = roles_of(unit, team)?;
            precondition.check(|| {
                Ok(Some(MemberView::new(
                    team,
                    &known,
                    before.clone(),
                    person.clone(),
                )))
            })?;
            self.give_roles(unit, actor, (team, &access.rights), (&before, roles))?;
            let member = find_member(unit, team, user)?;
            Ok(MemberView::new(team, &known, member, person))
        })
    }

    /// Gives a member other roles, when they are others.
    pub(crate) fn give_roles(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        (team, rights): (&Team, &Rights),
        (before, roles): (&TeamMember, &[RoleId]),
    ) -> Result<()> {
        let known = roles_of(unit, team)?;
        let roles = assignable(&known, (roles, &before.roles), rights)?;
        let member = TeamMember {
            roles,
            ..before.clone()
        };
        if member.roles == before.roles {
            return Ok(());
        }
        unit.team_members().set_roles(team.workspace_id, &member)?;
        let facts = facts_of(&member).changed_since(&facts_of(before));
        let place = EventPlace::of(team.workspace_id, team.id.into());
        let what: (EventKind, &dyn ToString) = (EventKind::TeamMemberRolesChanged, &member.user_id);
        self.record(unit, actor, place, what, facts)
    }

    /// Takes somebody out of a team, with the credentials that they made there; oneself, to leave (T7, K3).
    pub fn remove_team_member(
        &self,
        actor: &Actor,
        id: TeamId,
        user: UserId,
        precondition: &Precondition<'_, MemberView>,
    ) -> Result<()> {
        self.take_out(actor, (id, TeamScope::RemoveUsers), user, precondition)
    }

    pub(crate) fn take_out(
        &self,
        actor: &Actor,
        (id, scope): (TeamId, TeamScope),
        user: UserId,
        precondition: &Precondition<'_, MemberView>,
    ) -> Result<()> {
        let is_self = *actor == Actor::Person(user);
        self.change_team(actor, id, (!is_self).then_some(scope), |unit, access| {
            let team = &access.team;
            let member = find_member(unit, team, user)?;
            let person = unit.users().find(user)?.ok_or(Error::NotFound(Noun::User))?;
            let known = roles_of(unit, team)?;
            precondition.check(|| {
                Ok(Some(MemberView::new(
                    team,
                    &known,
                    member.clone(),
                    person.clone(),
                )))
            })?;
            team.check_removable(user)?;
            let seats = self.lock_seats(unit, team)?;
            unit.team_members().delete(team.workspace_id, id, user)?;
            let place = EventPlace::of(team.workspace_id, id.into());
            let what: (EventKind, &dyn ToString) = (EventKind::TeamMemberRemoved, &user);
            self.record(unit, actor, place, what, facts_of(&member))?;
            self.revoke_credentials_of(unit, actor, (team, user))?;
            // Who never signed in is only known to teams.
            if person.identity.is_none() {
                unit.users().forget(&[user])?;
            }
            self.reseat(unit, actor, seats, &Concerned::default().user(&person))
        })
    }
}

impl MemberView {
    /// What their roles allow.
    pub(crate) fn scopes(&self) -> Scopes {
        Rights::of_member(false, &self.roles).scopes
    }

    pub(crate) fn new(team: &Team, known: &[TeamRole], member: TeamMember, user: User) -> Self {
        Self {
            roles: roles_held(team, known, (user.id, &member.roles)),
            user,
            member,
        }
    }
}

/// What somebody is in a team whose roles are these, the owner first.
pub(crate) fn roles_held(
    team: &Team,
    known: &[TeamRole],
    (user, held): (UserId, &[RoleId]),
) -> Vec<TeamRole> {
    let owner = (team.owner_id == user).then_some(TeamRole::System(SystemRole::Owner));
    let held = known.iter().filter(|role| held.contains(&role.id()));
    owner.into_iter().chain(held.cloned()).collect()
}

/// The roles of a team: those that every team has, and its own.
pub(crate) fn roles_of(unit: &mut dyn UnitOfWork, team: &Team) -> Result<Vec<TeamRole>> {
    let mut own = unit.team_roles().of_teams(std::slice::from_ref(team))?;
    Ok(with_system(own.remove(&team.id).unwrap_or_default()))
}

/// The roles of a team that has these of its own.
pub(crate) fn with_system(own: Vec<CustomRole>) -> Vec<TeamRole> {
    let system = SystemRole::ALL.into_iter().map(TeamRole::System);
    system.chain(own.into_iter().map(TeamRole::Custom)).collect()
}

pub(crate) fn find_member(unit: &mut dyn UnitOfWork, team: &Team, user: UserId) -> Result<TeamMember> {
    unit.team_members()
        .find(team.workspace_id, team.id, user)?
        .ok_or(Error::NotFound(Noun::Member))
}

/// Roles that may be given by somebody with these rights, beside those that are held already: ordered, each once.
pub(crate) fn assignable(
    known: &[TeamRole],
    (wanted, held): (&[RoleId], &[RoleId]),
    rights: &Rights,
) -> Result<Vec<RoleId>> {
    let mut granted = Scopes::default();
    for (index, id) in wanted.iter().enumerate() {
        let role = known
            .iter()
            .find(|role| role.id() == *id)
            .ok_or_else(|| Error::UnknownReference {
                pointer: format!("/roles/{index}"),
                noun: Noun::Role,
            })?;
        check_assignable(role)?;
        if !held.contains(id) {
            granted.extend(role.scopes().iter());
        }
    }
    rights.check_grant(&granted)?;
    let mut roles = wanted.to_vec();
    roles.sort();
    roles.dedup();
    Ok(roles)
}
