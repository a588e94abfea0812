use std::time::Duration;

use tenantry_domain::team::InvitationToken;
use tenantry_domain::text::Email;
use tenantry_domain::user::Profile;
use tenantry_domain::{MailId, Timestamp};

use super::store::Cause;

/// How mail leaves.
pub trait Mailer: Send + Sync {
    /// Hands a mail over, whole or not at all.
    fn send(&self, mail: &InvitationMail) -> Result<(), MailFailure>;
    /// How long that takes at most.
    fn longest_send(&self) -> Duration;
}

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
    /// The name of the team.
    pub team: String,
    /// The name of its organization, if it is in one.
    pub organization: Option<String>,
    /// The name of the role that they get.
    pub role: String,
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
