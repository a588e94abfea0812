//! What every mail has: a sender, headers, a shape.

mod invitation_url;
mod sender;

use std::fmt;
use std::time::{Duration, SystemTime};

use email_encoding::headers::rfc2047;
use email_encoding::headers::writer::EmailWriter;
use lettre::message::header::{ContentTransferEncoding, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message};
use tenantry_application::ports::{Cause, InvitationMail};
use tenantry_domain::Timestamp;

pub use invitation_url::{InvalidInvitationUrl, InvitationUrl};
pub use sender::{InvalidSender, Sender};

use crate::letter::{Letter, invitation};

/// The longest line that a mail may have (RFC 5322), without its end.
const LONGEST_LINE: usize = 998;

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
            .singlepart(SinglePart::plain(body(text)))
            .singlepart(SinglePart::html(body(html)));
        let message = Message::builder()
            .from(self.sender.mailbox().clone())
            .to(Mailbox::new(None, to))
            .raw_header(subject_line(subject)?)
            .date(system_time(mail.written_at))
            .message_id(Some(format!("<{}@{}>", mail.id, self.sender.domain())))
            .raw_header(written_by_a_machine())
            .multipart(parts)?;
        Ok(message)
    }
}

/// A subject that its reader's program shows as it is: lettre itself leaves alone what looks like an encoded word (RFC 2047) and would be read as one.
fn subject_line(subject: String) -> Result<HeaderValue, fmt::Error> {
    let name = HeaderName::new_from_ascii_str("Subject");
    if !subject.contains("=?") {
        return Ok(HeaderValue::new(name, subject));
    }
    let mut encoded = String::new();
    rfc2047::encode(
        &subject,
        &mut EmailWriter::new(&mut encoded, name.len() + ": ".len(), 0, false),
    )?;
    Ok(HeaderValue::dangerous_new_pre_encoded(name, subject, encoded))
}

/// As it is where that can be, so that a link can be copied out of a file: lettre itself leaves shorter lines alone only.
fn body(text: String) -> Body {
    if text.is_ascii() && text.lines().all(|line| line.len() <= LONGEST_LINE) {
        let lines = text.replace('\n', "\r\n");
        return Body::dangerous_pre_encoded(lines.into(), ContentTransferEncoding::SevenBit);
    }
    Body::new(text)
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
