use std::time::Duration;

use tenantry_domain::organization::OrganizationName;
use tenantry_domain::team::{InvitationToken, TeamName, TeamRole};
use tenantry_domain::text::Email;
use tenantry_domain::user::Profile;
use tenantry_domain::{InvitationId, MailId, Timestamp, WorkspaceId};

use super::store::{Cause, StoreResult};

/// How mail leaves.
pub trait Mailer: Send + Sync {
    /// Hands a mail over, whole or not at all. Departs once everything else is done, and hands nothing over when that fails.
    fn send(&self, mail: &InvitationMail, depart: Departure<'_>) -> Result<(), MailFailure>;
    /// How long it takes at most from the departure to the end.
    fn longest_send(&self) -> Duration;
}

/// Asks whether a mail may still go, and notes that it does.
pub type Departure<'a> = &'a mut dyn FnMut() -> Result<(), Cause>;

/// Tells somebody that they are invited. How it is worded is the mailer's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationMail {
    /// Of what was asked to be sent: the same at every attempt.
    pub id: MailId,
    /// When this attempt was made.
    pub written_at: Timestamp,
    /// Who is invited.
    pub to: Email,
    /// Who invites them.
    pub inviter: Profile,
    /// The team.
    pub team: TeamName,
    /// Its organization, if it is in one.
    pub organization: Option<OrganizationName>,
    /// The role that they get.
    pub role: TeamRole,
    /// Until when they can accept.
    pub expires_at: Timestamp,
    /// What proves that they got the mail. For the mail, never for output.
    pub token: InvitationToken,
}

/// Why a mail was not handed over. The causes are for the log: they hold neither mail nor token.
#[derive(Debug, thiserror::Error)]
pub enum MailFailure {
    /// Not now; later may work.
    #[error("nobody takes the mail at the moment")]
    Temporary(#[source] Cause),
    /// Never.
    #[error("the mail was refused")]
    Refused(#[source] Cause),
    /// It may have been handed over, and must not be again.
    #[error("nobody knows whether the mail was taken")]
    Uncertain(#[source] Cause),
}

/// A mail that is to be sent (T15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMail {
    /// Its id.
    pub id: MailId,
    /// The workspace of the invitation's team.
    pub workspace_id: WorkspaceId,
    /// What it tells. Goes with it.
    pub invitation_id: InvitationId,
    /// How far it is.
    pub state: MailState,
    /// How often somebody has begun to send it.
    pub attempts: u32,
    /// When somebody may begin to send it, again; or by when it must be handed over.
    pub due_at: Timestamp,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// How far a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It waits, or somebody prepares to send it.
    Queued,
    /// It has departed: from here on it may have been handed over.
    Sending,
}

impl QueuedMail {
    /// A mail about an invitation, to be sent at once.
    pub const fn new(
        id: MailId,
        workspace_id: WorkspaceId,
        invitation_id: InvitationId,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            workspace_id,
            invitation_id,
            state: MailState::Queued,
            attempts: 0,
            due_at: now,
            created_at: now,
        }
    }
}

/// Mails to be sent. They are gone when they are, and go with their invitation (T15).
pub trait MailQueue {
    /// Adds a mail.
    fn insert(&mut self, mail: &QueuedMail) -> StoreResult<()>;
    /// The mail in this state that has been due longest by then.
    fn first_due(&mut self, state: MailState, now: Timestamp) -> StoreResult<Option<QueuedMail>>;
    /// Saves state, attempts and moment of a mail that still is what it was, and says whether it was: of several who do so at once, one does.
    fn advance(&mut self, was: &QueuedMail, becomes: &QueuedMail) -> StoreResult<bool>;
    /// Removes a mail that still is what it was, and says whether it was.
    fn take(&mut self, was: &QueuedMail) -> StoreResult<bool>;
}
