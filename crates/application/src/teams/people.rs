use tenantry_domain::team::{Team, TeamMember, TeamRole, TeamScope};
use tenantry_domain::text::Email;
use tenantry_domain::user::{PersonName, Preferences, Profile, User, check_free, check_readdressable};
use tenantry_domain::{RoleId, UserId};

use super::TeamView;
use super::create::check_team_count;
use super::members::{MemberView, assignable, find_member, roles_of};
use super::seats::Concerned;
use crate::access::{TeamAccess, person};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, facts_of};
use crate::idempotency::Once;
use crate::ports::{StoreError, UniqueKey, UnitOfWork};
use crate::precondition::Precondition;
use crate::service::Tenantry;

/// A person as they are shown to those who are in a team with them.
pub type PersonView = MemberView;

/// Who is to be added to a team.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Their address.
    pub email: Email,
    /// Their name: needed for somebody who is not known yet.
    pub name: Option<PersonName>,
    /// Whether they may sign in.
    pub allow_login: bool,
    /// How they want times shown.
    pub preferences: Preferences,
    /// The roles that they get in the team.
    pub roles: Vec<RoleId>,
}

/// What a person is to be from now on.
#[derive(Debug, Clone)]
pub struct PersonChanges {
    /// Their name.
    pub name: PersonName,
    /// Their address.
    pub email: Email,
    /// Whether they may sign in.
    pub allow_login: bool,
    /// How they want times shown.
    pub preferences: Preferences,
    /// Their roles in the current team, when they are to be replaced.
    pub roles: Option<Vec<RoleId>>,
}

impl Tenantry {
    /// The caller, with their teams.
    pub fn my_account(&self, actor: &Actor) -> Result<(User, Vec<TeamView>)> {
        let user = person(actor)?;
        self.read(|unit| {
            let user = unit.users().find(user)?.ok_or(Error::NotFound(Noun::User))?;
            let teams = self.teams_of(unit, user.id)?;
            Ok((user, teams))
        })
    }

    /// The people in the current team.
    pub fn list_people(&self, actor: &Actor) -> Result<Vec<PersonView>> {
        let id = self.working_team(actor)?;
        self.read_team(actor, id, Some(TeamScope::UserView), |unit, access| {
            let team = &access.team;
            let roles = roles_of(unit, team)?;
            let members = unit.team_members().all(team.workspace_id, id)?.into_iter();
            Ok(members
                .map(|(member, user)| MemberView::new(team, &roles, member, user))
                .collect())
        })
    }

    /// One of the people in the current team; oneself without a scope.
    pub fn find_person(&self, actor: &Actor, user: UserId) -> Result<PersonView> {
        let id = self.working_team(actor)?;
        let scope = needed(actor, user, TeamScope::UserView);
        self.read_team(actor, id, scope, |unit, access| show(unit, &access.team, user))
    }

    /// Adds somebody to the current team: a new person, or one who is in the organization or its workspace already. Others must be invited (T13).
    pub fn add_person(
        &self,
        actor: &Actor,
        new: &NewPerson,
        once: &Once<'_, PersonView>,
    ) -> Result<PersonView> {
        let id = self.working_team(actor)?;
        let needed = (id, Some(TeamScope::UserCreate));
        self.change_team_once(once, actor, needed, |unit, access| {
            let team = &access.team;
            team.check_shared()?;
            let known = roles_of(unit, team)?;
            let roles = assignable(&known, (&new.roles, &[]), &access.rights)?;
            let people = unit.team_members().count_people(team.workspace_id, id)?;
            self.settings().teams.check_people(people)?;
            let user = self.known_or_new(unit, &access, new)?;
            if unit
                .team_members()
                .find(team.workspace_id, id, user.id)?
                .is_some()
            {
                return Err(tenantry_domain::team::InvitationRefused::AlreadyMember.into());
            }
            let user = check_team_count(unit, user.id, &|teams| self.settings().teams.check_teams(teams))?;
            let member = TeamMember {
                team_id: id,
                user_id: user.id,
                roles,
                created_at: self.now(),
            };
            self.join(unit, actor, (team, &user), &member)?;
            Ok(MemberView::new(team, &known, member, user))
        })
    }

    /// Brings a person into a team. An invitation that they had to it has no more to say, and is cancelled (T12).
    fn join(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        (team, user): (&Team, &User),
        member: &TeamMember,
    ) -> Result<()> {
        let seats = self.lock_seats(unit, team)?;
        unit.team_members().insert(team.workspace_id, member)?;
        let invited = unit.invitations().of_teams(std::slice::from_ref(team))?;
        let address = user.profile.address();
        let theirs = invited
            .into_values()
            .flatten()
            .find(|one| Some(one.email.key()) == address);
        if let Some(invitation) = theirs {
            unit.invitations().delete(team.workspace_id, invitation.id)?;
            self.record_invitation(unit, actor, (EventKind::InvitationCanceled, &invitation), team)?;
        }
        let place = EventPlace::of(team.workspace_id, team.id.into());
        let what: (EventKind, &dyn ToString) = (EventKind::TeamMemberAdded, &user.id);
        self.record(unit, actor, place, what, facts_of(member))?;
        self.reseat(unit, actor, seats, &Concerned::default().user(user))
    }

    fn known_or_new(&self, unit: &mut dyn UnitOfWork, access: &TeamAccess, new: &NewPerson) -> Result<User> {
        let mut known = unit.users().of_addresses(&[new.email.key()])?;
        known.retain(|user| user.identity.is_none() || user.own_address().is_some());
        // Whoever has the address comes before those who only get notifications there.
        known.sort_by_key(|user| user.own_address().is_none());
        for user in &known {
            if is_colleague(unit, &access.team, user.id)? {
                return Ok(user.clone());
            }
        }
        check_free(&known)?;
        let name = new.name.clone().ok_or_else(|| Error::Missing {
            pointer: "/name".into(),
            why: "is needed for somebody who is not known yet",
        })?;
        let profile = Profile {
            email: Some(new.email.clone()),
            name: Some(name),
            ..Profile::default()
        };
        let user = User {
            allow_login: new.allow_login,
            preferences: new.preferences.clone(),
            ..User::invited(UserId::from_uuid(self.parts.ids.fresh()), profile, self.now())
        };
        unit.users().insert(&user).map_err(taken_meanwhile)?;
        Ok(user)
    }

    /// Changes a person of the current team, or oneself. What the issuer of somebody who has signed in says about them stays as it is (T13).
    pub fn update_person(
        &self,
        actor: &Actor,
        id: UserId,
        changes: &PersonChanges,
        precondition: &Precondition<'_, PersonView>,
    ) -> Result<PersonView> {
        let team = self.working_team(actor)?;
        let scope = needed(actor, id, TeamScope::UserUpdate);
        self.change_team(actor, team, scope, |unit, access| {
            let before = show(unit, &access.team, id)?;
            precondition.check(|| Ok(Some(before.clone())))?;
            let user = unit.users().find_for_update(id)?;
            let mut user = user.ok_or(Error::NotFound(Noun::User))?;
            let is_self = *actor == Actor::Person(id);
            user.change(
                (&changes.name, &changes.email, changes.allow_login),
                (&changes.preferences, is_self),
            )?;
            let seats = if user.is_reached_as(&before.user) {
                None
            } else {
                check_readdressing(unit, &access, &before)?;
                check_free(&others_of(unit, &user)?)?;
                self.lock_seats(unit, &access.team)?
            };
            if user != before.user {
                user.updated_at = self.now();
                unit.users().update(&user).map_err(taken_meanwhile)?;
            }
            if let Some(roles) = &changes.roles {
                self.replace_roles(unit, actor, &access, (&before, roles))?;
            }
            let after = show(unit, &access.team, id)?;
            let concerned = Concerned::default().user(&before.user).user(&user);
            self.reseat(unit, actor, seats, &concerned)?;
            Ok(after)
        })
    }

    /// Replaces somebody's roles, which takes the scope for it also where it is one's own (T13).
    fn replace_roles(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        access: &TeamAccess,
        (before, roles): (&PersonView, &[RoleId]),
    ) -> Result<()> {
        let owners = tenantry_domain::team::SystemRole::Owner.id();
        // The owner's role comes back as it was shown, and is nobody's to give.
        let is_owner = before.roles.iter().any(|role| role.id() == owners);
        let wanted: Vec<RoleId> = roles
            .iter()
            .copied()
            .filter(|role| !(is_owner && *role == owners))
            .collect();
        let mut sorted = wanted.clone();
        sorted.sort();
        if sorted == before.member.roles {
            return Ok(());
        }
        access.rights.check(TeamScope::UserUpdate)?;
        self.give_roles(
            unit,
            actor,
            (&access.team, &access.rights),
            (&before.member, &wanted),
        )
    }

    /// Takes a person out of the current team. Who never signed in and is in no other team is forgotten.
    pub fn remove_person(
        &self,
        actor: &Actor,
        user: UserId,
        precondition: &Precondition<'_, PersonView>,
    ) -> Result<()> {
        let team = self.working_team(actor)?;
        self.take_out(actor, (team, TeamScope::UserDelete), user, precondition)
    }
}

/// The scope that it takes to do something with a person; none with oneself.
fn needed(actor: &Actor, user: UserId, scope: TeamScope) -> Option<TeamScope> {
    (*actor != Actor::Person(user)).then_some(scope)
}

/// Whoever signs in with the address of somebody who never did gets what that person may do. So it takes all of that to say whose it is (T10).
fn check_readdressing(unit: &mut dyn UnitOfWork, access: &TeamAccess, person: &PersonView) -> Result<()> {
    access.rights.check_grant(&person.scopes())?;
    check_readdressable(unit.teams().count_of_user(person.user.id)?)?;
    Ok(())
}

/// Who else is known by the address of a person.
fn others_of(unit: &mut dyn UnitOfWork, person: &User) -> Result<Vec<User>> {
    let addresses: Vec<_> = person.profile.address().into_iter().collect();
    let mut known = unit.users().of_addresses(&addresses)?;
    known.retain(|user| user.id != person.id);
    Ok(known)
}

/// Another transaction has given the address to somebody at the same moment: when that is done, it is known whose it is.
fn taken_meanwhile(error: StoreError) -> Error {
    match error {
        StoreError::Duplicate(UniqueKey::UserAddress) => StoreError::Retry(error.into()).into(),
        other => other.into(),
    }
}

/// Whether somebody is in the organization of a team, or in its workspace.
fn is_colleague(unit: &mut dyn UnitOfWork, team: &Team, user: UserId) -> Result<bool> {
    if unit.members().find(team.workspace_id, user)?.is_some() {
        return Ok(true);
    }
    match team.organization_id {
        Some(organization) => {
            let seated = unit
                .team_members()
                .seated(team.workspace_id, organization, &[user])?;
            Ok(seated.contains(&user))
        }
        None => Ok(false),
    }
}

fn show(unit: &mut dyn UnitOfWork, team: &Team, user: UserId) -> Result<PersonView> {
    let member = find_member(unit, team, user)?;
    let person = unit.users().find(user)?.ok_or(Error::NotFound(Noun::User))?;
    let roles: Vec<TeamRole> = roles_of(unit, team)?;
    Ok(MemberView::new(team, &roles, member, person))
}
