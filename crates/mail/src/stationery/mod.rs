//! What every mail has: a sender, headers, a shape.

mod invitation_url;
mod sender;

use std::time::{Duration, SystemTime};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message};
use tenantry_application::ports::{Cause, InvitationMail};
use tenantry_domain::Timestamp;

pub use invitation_url::{InvalidInvitationUrl, InvitationUrl};
pub use sender::{InvalidSender, Sender};

use crate::letter::{Letter, invitation};

/// What the mails of a deployment have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stationery {
    /// Who they are from.
    pub sender: Sender,
    /// Where invitations are accepted.
    pub invitation_url: InvitationUrl,
}

impl Stationery {
    /// The mail as RFC 5322 wants it, in ASCII unless an address is not. Two of one mail are the same, and have the same `Message-ID`.
    pub(crate) fn message(&self, mail: &InvitationMail) -> Result<Message, Cause> {
        let link = self.invitation_url.with(&mail.token);
        let Letter { subject, text, html } = invitation(mail, &link);
        let to: Address = mail.to.as_str().parse()?;
        let parts = MultiPart::builder()
            .kind(MultiPartKind::Alternative)
            .boundary(mail.id.as_uuid().simple().to_string())
            .singlepart(SinglePart::plain(text))
            .singlepart(SinglePart::html(html));
        let message = Message::builder()
            .from(self.sender.mailbox().clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(system_time(mail.written_at))
            .message_id(Some(format!("<{}@{}>", mail.id, self.sender.domain())))
            .raw_header(written_by_a_machine())
            .multipart(parts)?;
        Ok(message)
    }
}

/// So that nobody's absence note comes back (RFC 3834).
fn written_by_a_machine() -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    HeaderValue::new(name, "auto-generated".to_owned())
}

fn system_time(at: Timestamp) -> SystemTime {
    let since_epoch = u64::try_from(at.as_micros()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_micros(since_epoch)
}
