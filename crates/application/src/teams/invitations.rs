use std::collections::BTreeMap;

use tenantry_domain::team::{
    Invitation, InvitationRefused, InvitationToken, SystemRole, Team, TeamMember, TeamRole, TeamScope,
    check_assignable,
};
use tenantry_domain::text::{Email, Folded};
use tenantry_domain::user::User;
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{InvitationId, MailId, OrganizationId, TeamId, WorkspaceId};

use super::create::check_team_count;
use super::members::roles_of;
use super::role_name;
use super::seats::{Concerned, owners_of};
use crate::access::{TeamAccess, person};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, facts_of};
use crate::idempotency::{Once, keep};
use crate::page::{Page, PageRequest};
use crate::ports::{QueuedMail, StoreError, UniqueKey, UnitOfWork, WorkspacePlace};
use crate::precondition::Precondition;
use crate::service::{Attempt, Tenantry};
use crate::settlement::schedule;
use crate::teams::TeamView;

/// Who is to be invited.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Their address.
    pub email: Email,
    /// Name or id of the role that they will have; `None` for Developer.
    pub role: Option<String>,
}

/// A pending invitation, as the team sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationView {
    /// The invitation.
    pub invitation: Invitation,
    /// The name of the role that it promises.
    pub role: String,
}

/// A pending invitation, as the invited person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationTo {
    /// The invitation.
    pub invitation: Invitation,
    /// The name of the role that it promises.
    pub role: String,
    /// The team that it leads into.
    pub team: Team,
}

impl Tenantry {
    /// Invites somebody by e-mail (T12). The mail is queued, and goes out after the commit.
    pub fn invite(
        &self,
        actor: &Actor,
        id: TeamId,
        new: &NewInvitation,
        once: &Once<'_, InvitationView>,
    ) -> Result<InvitationView> {
        let inviter_id = person(actor)?;
        let needed = (id, Some(TeamScope::InviteUsers));
        let invited = self.change_team_once(once, actor, needed, |unit, mut access| {
            let role = promised(unit, &access, new.role.as_deref())?;
            self.check_invitable(unit, &access.team, &new.email)?;
            let (team, now) = (access.team, self.now());
            let invitation = Invitation {
                id: InvitationId::from_uuid(self.parts.ids.fresh()),
                team_id: id,
                email: new.email.clone(),
                role_id: role.id(),
                inviter_id,
                expires_at: self.settings().invitations.expiry(now),
                created_at: now,
                updated_at: now,
            };
            let seats = self.lock_seats(unit, &team)?;
            unit.invitations()
                .insert(team.workspace_id, &invitation)
                .map_err(already_invited)?;
            self.send(unit, &mut access.workspace, &invitation)?;
            self.record_invitation(unit, actor, (EventKind::InvitationCreated, &invitation), &team)?;
            let concerned = Concerned::default().address(&invitation.email);
            self.reseat(unit, actor, seats, &concerned)?;
            Ok(InvitationView {
                invitation,
                role: role.name().to_owned(),
            })
        })?;
        self.mail_bell().ring();
        Ok(invited)
    }

    /// Sends an invitation again, valid for the full time (T12): its role is promised anew. Its links of before lead nowhere once the mail has
    /// gone out (T15).
    pub fn resend_invitation(
        &self,
        actor: &Actor,
        (id, invitation): (TeamId, InvitationId),
        once: &Once<'_, InvitationView>,
    ) -> Result<InvitationView> {
        let needed = (id, Some(TeamScope::InviteUsers));
        let sent = self.change_team_once(once, actor, needed, |unit, mut access| {
            let (before, now) = (find_invitation(unit, id, invitation)?, self.now());
            promised(unit, &access, Some(&before.role_id.to_string()))?;
            let renewed = Invitation {
                expires_at: self.settings().invitations.expiry(now),
                updated_at: now,
                ..before
            };
            unit.invitations().renew(access.team.workspace_id, &renewed)?;
            self.send(unit, &mut access.workspace, &renewed)?;
            let what = (EventKind::InvitationResent, &renewed);
            self.record_invitation(unit, actor, what, &access.team)?;
            show(unit, &access.team, renewed)
        })?;
        self.mail_bell().ring();
        Ok(sent)
    }

    /// Takes an invitation back.
    pub fn cancel_invitation(
        &self,
        actor: &Actor,
        (id, invitation): (TeamId, InvitationId),
        precondition: &Precondition<'_, InvitationView>,
    ) -> Result<()> {
        self.change_team(actor, id, Some(TeamScope::InviteUsers), |unit, access| {
            let invitation = find_invitation(unit, id, invitation)?;
            precondition.check(|| show(unit, &access.team, invitation.clone()).map(Some))?;
            self.end_invitation(
                unit,
                actor,
                (EventKind::InvitationCanceled, &invitation),
                &access.team,
            )
        })
    }

    /// The pending invitations to a team.
    pub fn list_invitations(
        &self,
        actor: &Actor,
        id: TeamId,
        page: &PageRequest<InvitationId>,
    ) -> Result<Page<InvitationView, InvitationId>> {
        self.read_team(actor, id, None, |unit, access| {
            let found = unit.invitations().list(access.team.workspace_id, id, page)?;
            let roles = roles_of(unit, &access.team)?;
            let view = |invitation: Invitation| InvitationView {
                role: named(&roles, &invitation),
                invitation,
            };
            found.try_map(|items| Ok(items.into_iter().map(view).collect()))
        })
    }

    /// The pending invitations that are addressed to the caller's verified address.
    pub fn my_invitations(&self, actor: &Actor) -> Result<Vec<InvitationTo>> {
        let user = person(actor)?;
        self.read(|unit| {
            let user = unit.users().find(user)?.ok_or(Error::NotFound(Noun::User))?;
            let Some(address) = user.profile.verified_address() else {
                return Ok(Vec::new());
            };
            let found = unit.invitations().addressed_to(&address)?;
            let pending: Vec<_> = found
                .into_iter()
                .filter(|(invitation, _)| !invitation.is_expired(self.now()))
                .collect();
            let teams: Vec<Team> = pending.iter().map(|(_, team)| team.clone()).collect();
            let roles = unit.team_roles().of_teams(&teams)?;
            let view = |(invitation, team): (Invitation, Team)| InvitationTo {
                role: role_name(
                    invitation.role_id,
                    roles.get(&team.id).map_or(&[][..], Vec::as_slice),
                ),
                invitation,
                team,
            };
            Ok(pending.into_iter().map(view).collect())
        })
    }

    /// Brings the caller into the team that a token leads to (T12): once, when their verified address is the invited one, there is a seat (C9), and
    /// they are not in too many teams (T4).
    pub fn accept_invitation(
        &self,
        actor: &Actor,
        token: &InvitationToken,
        once: &Once<'_, TeamView>,
    ) -> Result<TeamView> {
        self.answer_invitation(actor, token, once, |unit, user, (invitation, team)| {
            let workspace = team.workspace_id;
            if unit.team_members().find(workspace, team.id, user.id)?.is_some() {
                self.end_invitation(unit, actor, (EventKind::InvitationAccepted, invitation), team)?;
                return self.view(unit, actor, team.clone());
            }
            check_team_count(unit, user.id, &|teams| self.settings().teams.check_teams(teams))?;
            let seats = self.lock_seats(unit, team)?;
            let member = TeamMember {
                team_id: team.id,
                user_id: user.id,
                roles: vec![invitation.role_id],
                created_at: self.now(),
            };
            unit.invitations().delete(workspace, invitation.id)?;
            unit.team_members().insert(workspace, &member)?;
            self.record_invitation(unit, actor, (EventKind::InvitationAccepted, invitation), team)?;
            let place = EventPlace::of(workspace, team.id.into());
            let what: (EventKind, &dyn ToString) = (EventKind::TeamMemberAdded, &user.id);
            self.record(unit, actor, place, what, facts_of(&member))?;
            let concerned = Concerned::default().user(user);
            self.reseat(unit, actor, seats, &concerned)?;
            self.view(unit, actor, team.clone())
        })
    }

    /// Turns down the invitation that a token leads to.
    pub fn decline_invitation(
        &self,
        actor: &Actor,
        token: &InvitationToken,
        once: &Once<'_, ()>,
    ) -> Result<()> {
        self.answer_invitation(actor, token, once, |unit, _, (invitation, team)| {
            self.end_invitation(unit, actor, (EventKind::InvitationDeclined, invitation), team)
        })
    }

    /// Does something with the invitation that a token leads to, when it is the caller's and still counts, while others wait who change its workspace.
    fn answer_invitation<T>(
        &self,
        actor: &Actor,
        token: &InvitationToken,
        once: &Once<'_, T>,
        work: impl Fn(&mut dyn UnitOfWork, &User, (&Invitation, &Team)) -> Result<T>,
    ) -> Result<T> {
        let user = person(actor)?;
        self.settled(|now| {
            self.write(|unit| {
                self.claim(unit, actor, once)?;
                // Looked at before the lock, so that whoever guesses does not hold it.
                let (workspace, _) = led_to(unit, token)?;
                unit.workspaces().lock(workspace)?;
                let (_, invitation) = led_to(unit, token)?;
                let workspace = find_workspace(unit, workspace)?;
                workspace.check_changeable()?;
                if workspace.has_due_transition(now) {
                    return Ok(Attempt::Due(workspace.id));
                }
                let user = unit.users().find_for_update(user)?;
                let user = user.ok_or(Error::NotFound(Noun::User))?;
                invitation.check_recipient(&user)?;
                let team = unit.teams().find(invitation.team_id)?;
                let team = team.ok_or(Error::NotFound(Noun::Invitation))?;
                let outcome = work(unit, &user, (&invitation, &team))?;
                keep(unit, actor, once, &outcome)?;
                Ok(Attempt::Done(outcome))
            })
        })
    }

    fn check_invitable(&self, unit: &mut dyn UnitOfWork, team: &Team, email: &Email) -> Result<()> {
        team.check_shared()?;
        for user in owners_of(unit, &[email.key()])?.into_keys() {
            if unit
                .team_members()
                .find(team.workspace_id, team.id, user)?
                .is_some()
            {
                return Err(InvitationRefused::AlreadyMember.into());
            }
        }
        let people = unit.team_members().count_people(team.workspace_id, team.id)?;
        Ok(self.settings().teams.check_people(people)?)
    }

    /// Queues the mail of an invitation, and has the workspace settled when it expires.
    fn send(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: &mut Workspace,
        invitation: &Invitation,
    ) -> Result<()> {
        let id = MailId::from_uuid(self.parts.ids.fresh());
        unit.mails()
            .insert(&QueuedMail::new(id, workspace.id, invitation.id, self.now()))?;
        schedule(unit, workspace)
    }

    /// Removes an invitation with the seat that it holds.
    fn end_invitation(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        (kind, invitation): (EventKind, &Invitation),
        team: &Team,
    ) -> Result<()> {
        let seats = self.lock_seats(unit, team)?;
        unit.invitations().delete(team.workspace_id, invitation.id)?;
        self.record_invitation(unit, by, (kind, invitation), team)?;
        let concerned = Concerned::default().address(&invitation.email);
        self.reseat(unit, by, seats, &concerned)
    }

    pub(super) fn record_invitation(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        (kind, invitation): (EventKind, &Invitation),
        team: &Team,
    ) -> Result<()> {
        let place = EventPlace::of(team.workspace_id, team.id.into());
        self.record(unit, by, place, (kind, &invitation.id), facts_of(invitation))
    }

    /// Ends the invitations of a workspace that have expired, and gives back the seats that they held. Chains are locked before anything is
    /// written, since whoever writes has the event feed locked.
    pub(crate) fn expire_invitations(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        workspace: WorkspaceId,
    ) -> Result<()> {
        let expired = unit.invitations().expired(workspace, self.now())?;
        let mut left: BTreeMap<OrganizationId, (&Team, Concerned)> = BTreeMap::new();
        for (invitation, team) in &expired {
            unit.invitations().delete(workspace, invitation.id)?;
            if let Some(organization) = team.organization_id {
                let (_, concerned) = left
                    .entry(organization)
                    .or_insert_with(|| (team, Concerned::default()));
                concerned.add(&invitation.email);
            }
        }
        for (team, _) in left.values() {
            self.lock_seats(unit, team)?;
        }
        for (invitation, team) in &expired {
            self.record_invitation(unit, by, (EventKind::InvitationExpired, invitation), team)?;
        }
        for (team, concerned) in left.into_values() {
            // Looked at again, since organizations share what is above them.
            let seats = self.lock_seats(unit, team)?;
            self.reseat(unit, by, seats, &concerned)?;
        }
        Ok(())
    }
}

/// The role that an invitation is to promise, by its name or id: one that the inviter may give (T10, T12).
fn promised(unit: &mut dyn UnitOfWork, access: &TeamAccess, wanted: Option<&str>) -> Result<TeamRole> {
    let wanted = wanted.unwrap_or(SystemRole::Developer.as_str());
    let roles = roles_of(unit, &access.team)?;
    let role = meant(&roles, wanted).ok_or_else(|| Error::UnknownReference {
        pointer: "/role".into(),
        noun: Noun::Role,
    })?;
    check_assignable(role)?;
    access.rights.check_grant(&role.scopes())?;
    Ok(role.clone())
}

/// A role by its id, or else by its name: an id means its role, whatever others are called.
fn meant<'a>(roles: &'a [TeamRole], wanted: &str) -> Option<&'a TeamRole> {
    let folded = Folded::of(wanted.trim());
    let by_id = roles.iter().find(|role| role.id().to_string() == wanted);
    by_id.or_else(|| roles.iter().find(|role| Folded::of(role.name()) == folded))
}

/// The invitation that a token leads to, with its workspace.
fn led_to(unit: &mut dyn UnitOfWork, token: &InvitationToken) -> Result<(WorkspaceId, Invitation)> {
    let found = unit.invitations().find(token.invitation())?;
    found
        .filter(|found| found.tokens.iter().any(|hash| token.matches(hash)))
        .map(|found| (found.workspace_id, found.invitation))
        .ok_or(Error::NotFound(Noun::Invitation))
}

fn find_workspace(unit: &mut dyn UnitOfWork, id: WorkspaceId) -> Result<Workspace> {
    unit.workspaces()
        .find(WorkspacePlace::Id(id))?
        .ok_or(Error::NotFound(Noun::Invitation))
}

fn find_invitation(unit: &mut dyn UnitOfWork, team: TeamId, id: InvitationId) -> Result<Invitation> {
    let found = unit.invitations().find(id)?.map(|found| found.invitation);
    found
        .filter(|invitation| invitation.team_id == team)
        .ok_or(Error::NotFound(Noun::Invitation))
}

fn named(roles: &[TeamRole], invitation: &Invitation) -> String {
    let role = roles.iter().find(|role| role.id() == invitation.role_id);
    role.map_or_else(|| invitation.role_id.to_string(), |role| role.name().to_owned())
}

fn show(unit: &mut dyn UnitOfWork, team: &Team, invitation: Invitation) -> Result<InvitationView> {
    let roles = roles_of(unit, team)?;
    Ok(InvitationView {
        role: named(&roles, &invitation),
        invitation,
    })
}

fn already_invited(error: StoreError) -> Error {
    match error {
        StoreError::Duplicate(UniqueKey::Invitation) => InvitationRefused::AlreadyInvited.into(),
        other => other.into(),
    }
}
