//! How Tenantry's mail is worded, and how it leaves: by SMTP, or into a folder.

mod letter;
mod outbox;
mod smtp;
mod stationery;

pub use outbox::Outbox;
pub use smtp::{Security, Smtp, SmtpServer, UnusableServer};
pub use stationery::{InvalidInvitationUrl, InvalidSender, InvitationUrl, Sender, Stationery};
