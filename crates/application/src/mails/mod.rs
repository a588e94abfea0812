//! Sends the mails that are queued, each once (`docs/rules.md` T15). Whoever adds one to the [queue](crate::ports::MailQueue) rings the
//! [bell](Tenantry::mail_bell) after the commit.

mod bell;
mod outcome;

use std::error::Error;
use std::slice;
use std::time::Duration;

use tenantry_domain::RoleId;
use tenantry_domain::organization::OrganizationName;
use tenantry_domain::team::{Invitation, InvitationToken, SystemRole, Team, TeamRole, pause_after};

pub use bell::Bell;
pub use outcome::MailOutcome;
pub(crate) use outcome::Mails;

use crate::error::{Error as Refusal, Result, with_causes};
use crate::ports::{InvitationMail, MailFailure, MailState, Mailer, QueuedMail, StoreError, UnitOfWork};
use crate::service::Tenantry;

/// How long the preparation to send a mail may take, beside the pause that would follow, before somebody else may begin.
const PREPARATION: Duration = Duration::from_secs(30);
/// How long after the longest time that handing over takes whoever was at it is taken for dead.
const MARGIN: Duration = Duration::from_mins(1);

impl Tenantry {
    /// What is rung when a mail was queued.
    pub fn mail_bell(&self) -> &Bell {
        &self.mails.bell
    }

    /// How many mails came to this end since the parts were put together.
    pub fn mails(&self, outcome: MailOutcome) -> u64 {
        self.mails.counted(outcome)
    }

    /// Deals with the mail that has been due longest, and says whether there was one. Of several processes that do so at once each gets another
    /// mail. Nothing is sent within a transaction, and nothing is sent again that may have been sent.
    pub fn deliver_mail(&self, mailer: &dyn Mailer) -> Result<bool> {
        if let Some(abandoned) = self.first_due(MailState::Sending)? {
            self.give_up(&abandoned, &Abandoned)?;
            return Ok(true);
        }
        let Some(due) = self.first_due(MailState::Queued)? else {
            return Ok(false);
        };
        match self.claim_mail(&due) {
            Ok(Some((claimed, mail))) => self.send_mail(claimed, &mail, mailer)?,
            Ok(None) => {}
            Err(away @ Refusal::Store(StoreError::Unavailable(_))) => return Err(away),
            // What is wrong with one mail must not hold up the others.
            Err(error) => self.put_off(&due, due.attempts.saturating_add(1), &error)?,
        }
        Ok(true)
    }

    fn first_due(&self, state: MailState) -> Result<Option<QueuedMail>> {
        self.read(|unit| Ok(unit.mails().first_due(state, self.now())?))
    }

    /// Makes a mail this caller's, and writes it with a token that is good from its departure on. `None` when it is somebody else's, or its
    /// invitation has ended meanwhile.
    fn claim_mail(&self, due: &QueuedMail) -> Result<Option<(QueuedMail, InvitationMail)>> {
        self.write(|unit| {
            unit.workspaces().lock(due.workspace_id)?;
            let (now, attempts) = (self.now(), due.attempts.saturating_add(1));
            let claimed = QueuedMail {
                attempts,
                due_at: now.plus(PREPARATION + pause_after(attempts)),
                ..due.clone()
            };
            if !unit.mails().advance(due, &claimed)? {
                return Ok(None);
            }
            let found = unit.invitations().find(due.invitation_id)?;
            let invitation = found.ok_or_else(|| gone("invitation"))?.invitation;
            if invitation.is_expired(now) {
                unit.mails().take(&claimed)?;
                return Ok(None);
            }
            let mail = self.write_mail(unit, &claimed, &invitation)?;
            Ok(Some((claimed, mail)))
        })
    }

    fn write_mail(
        &self,
        unit: &mut dyn UnitOfWork,
        queued: &QueuedMail,
        invitation: &Invitation,
    ) -> Result<InvitationMail> {
        let team = unit
            .teams()
            .find(invitation.team_id)?
            .ok_or_else(|| gone("team"))?;
        let inviter = unit.users().find(invitation.inviter_id)?;
        Ok(InvitationMail {
            id: queued.id,
            written_at: self.now(),
            to: invitation.email.clone(),
            inviter: inviter.ok_or_else(|| gone("inviter"))?.profile,
            organization: organization_name(unit, &team)?,
            role: role(unit, &team, invitation.role_id)?,
            team: team.name,
            expires_at: invitation.expires_at,
            token: self.fresh_token(invitation),
        })
    }

    fn fresh_token(&self, invitation: &Invitation) -> InvitationToken {
        let mut secret = [[0; 16]; 2];
        self.parts.secrets.fill(secret.as_flattened_mut());
        InvitationToken::new(invitation.id, secret)
    }

    /// Sends a mail, which nobody else does from its departure on.
    fn send_mail(&self, claimed: QueuedMail, mail: &InvitationMail, mailer: &dyn Mailer) -> Result<()> {
        let (mut queued, mut before) = (claimed, Vec::new());
        let token = mail.token.digest();
        let sent = mailer.send(mail, &mut || {
            let departing = QueuedMail {
                state: MailState::Sending,
                due_at: self.now().plus(mailer.longest_send() + MARGIN),
                ..queued.clone()
            };
            before = self.depart(&queued, &departing, &token)?.ok_or(Withdrawn)?;
            queued = departing;
            Ok(())
        });
        let obsolete = match sent {
            Ok(()) => before,
            Err(MailFailure::Temporary(_) | MailFailure::Refused(_)) => vec![token],
            // Whoever has any of them must come in.
            Err(MailFailure::Uncertain(_)) => Vec::new(),
        };
        self.remove_tokens(&queued, &obsolete)?;
        self.conclude(&queued, sent)
    }

    /// Notes that a mail goes, and that its token is good beside those of the mails before it, which it tells; `None` when the mail may not go any
    /// more.
    fn depart(
        &self,
        queued: &QueuedMail,
        departing: &QueuedMail,
        token: &[u8; 32],
    ) -> Result<Option<Vec<[u8; 32]>>> {
        self.write(|unit| {
            unit.workspaces().lock(queued.workspace_id)?;
            if !unit.mails().advance(queued, departing)? {
                return Ok(None);
            }
            let found = unit.invitations().find(queued.invitation_id)?;
            let before = found.ok_or_else(|| gone("invitation"))?.tokens;
            unit.invitations()
                .add_token(queued.workspace_id, queued.invitation_id, token)?;
            Ok(Some(before))
        })
    }

    fn remove_tokens(&self, mail: &QueuedMail, tokens: &[[u8; 32]]) -> Result<()> {
        if tokens.is_empty() {
            return Ok(());
        }
        self.write(|unit| {
            unit.workspaces().lock(mail.workspace_id)?;
            Ok(unit
                .invitations()
                .remove_tokens(mail.workspace_id, mail.invitation_id, tokens)?)
        })
    }

    /// Notes what came of sending.
    fn conclude(&self, mail: &QueuedMail, sent: std::result::Result<(), MailFailure>) -> Result<()> {
        match sent {
            Ok(()) => self.end(mail, MailOutcome::Sent),
            Err(failure @ MailFailure::Temporary(_)) => self.put_off(mail, mail.attempts, &failure),
            Err(failure @ MailFailure::Refused(_)) => {
                let (id, cause) = (mail.id, with_causes(&failure));
                tracing::warn!(mail = %id, cause, "a mail was refused; it is not sent again");
                self.end(mail, MailOutcome::Refused)
            }
            Err(failure @ MailFailure::Uncertain(_)) => self.give_up(mail, &failure),
        }
    }

    /// Lets go of a mail that may have been sent.
    fn give_up(&self, mail: &QueuedMail, cause: &(dyn Error + 'static)) -> Result<()> {
        let (id, cause) = (mail.id, with_causes(cause));
        tracing::warn!(mail = %id, cause, "a mail may have been sent or not; it is not sent again, but its invitation can be");
        self.end(mail, MailOutcome::Uncertain)
    }

    /// Tries again later, after so many attempts.
    fn put_off(&self, mail: &QueuedMail, attempts: u32, cause: &(dyn Error + 'static)) -> Result<()> {
        let pause = pause_after(attempts);
        let later = QueuedMail {
            state: MailState::Queued,
            attempts,
            due_at: self.now().plus(pause),
            ..mail.clone()
        };
        if self.write(|unit| Ok(unit.mails().advance(mail, &later)?))? {
            let (id, cause) = (mail.id, with_causes(cause));
            tracing::warn!(mail = %id, cause, ?pause, "a mail was not sent; trying again later");
            self.mails.count(MailOutcome::Postponed);
        }
        Ok(())
    }

    /// Removes a mail, and counts it unless somebody has done so before.
    fn end(&self, mail: &QueuedMail, outcome: MailOutcome) -> Result<()> {
        if self.write(|unit| Ok(unit.mails().take(mail)?))? {
            self.mails.count(outcome);
        }
        Ok(())
    }
}

fn organization_name(unit: &mut dyn UnitOfWork, team: &Team) -> Result<Option<OrganizationName>> {
    let Some(id) = team.organization_id else {
        return Ok(None);
    };
    let found = unit.organizations().find(team.workspace_id, id)?;
    Ok(Some(found.ok_or_else(|| gone("organization"))?.name))
}

fn role(unit: &mut dyn UnitOfWork, team: &Team, id: RoleId) -> Result<TeamRole> {
    if let Some(role) = SystemRole::of(id) {
        return Ok(TeamRole::System(role));
    }
    let mut roles = unit.team_roles().of_teams(slice::from_ref(team))?;
    let own = roles.remove(&team.id).unwrap_or_default();
    let role = own.into_iter().find(|role| role.id == id);
    role.map(TeamRole::Custom).ok_or_else(|| gone("role"))
}

/// What an invitation leads to stays while it is there.
fn gone(what: &str) -> Refusal {
    Refusal::Inconsistent(format!("the {what} of a mail is not there"))
}

/// The mail is gone, or somebody else has begun to send it.
#[derive(Debug, thiserror::Error)]
#[error("it was withdrawn, or somebody else is at it")]
struct Withdrawn;

#[derive(Debug, thiserror::Error)]
#[error("whoever was sending it did not come back")]
struct Abandoned;
