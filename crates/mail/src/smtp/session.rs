use std::fmt::Display;

use lettre::Message;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{SmtpConnection, Tls};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::{Error, response::Code};
use tenantry_application::ports::{Cause, MailFailure};

use super::SmtpServer;

/// What a server answers to in the end.
const MAIL: &str = "the mail";

/// A connection to a server. It is driven command by command, since what an error means depends on how far the mail has come.
pub(super) struct Session(SmtpConnection);

impl Session {
    /// Connects, encrypts and signs in. A server that refuses that says nothing about a mail, so it is asked again later, also when it
    /// means it for good: somebody has to mend its settings or ours.
    pub(super) fn open(server: &SmtpServer, tls: &Tls) -> Result<Self, MailFailure> {
        connect(server, tls)
            .map(Self)
            .map_err(|error| MailFailure::Temporary(error.into()))
    }

    /// Tells from whom and to whom a mail is.
    pub(super) fn announce(&mut self, message: &Message) -> Result<(), MailFailure> {
        let parameters = self.parameters(message)?;
        let envelope = message.envelope();
        self.command(Mail::new(envelope.from().cloned(), parameters), "the sender")?;
        for to in envelope.to() {
            self.command(Rcpt::new(to.clone(), Vec::new()), "the recipient")?;
        }
        Ok(())
    }

    /// Gives the mail itself away. From its last line on it is the server's, unless that says no.
    pub(super) fn hand_over(mut self, message: &Message) -> Result<(), MailFailure> {
        self.command(Data, MAIL)?;
        self.0.message(&message.formatted()).map_err(after)?;
        // It is sent, whatever the answer to a goodbye is.
        let _ = self.0.quit();
        Ok(())
    }

    /// Mails are in ASCII but for addresses that are not (RFC 6531).
    fn parameters(&self, message: &Message) -> Result<Vec<MailParameter>, MailFailure> {
        if message.formatted().is_ascii() {
            return Ok(Vec::new());
        }
        if self.0.server_info().supports_feature(Extension::SmtpUtfEight) {
            let body = MailParameter::Body(MailBodyParameter::EightBitMime);
            return Ok(vec![MailParameter::SmtpUtfEight, body]);
        }
        Err(MailFailure::Refused(
            "the server takes addresses in ASCII only".into(),
        ))
    }

    /// Says something about this, which is not the mail yet.
    fn command(&mut self, command: impl Display, what: &'static str) -> Result<(), MailFailure> {
        let answer = self.0.command(command).map(drop);
        answer.map_err(|error| {
            answered(&error, what).unwrap_or_else(|| MailFailure::Temporary(unanswered(error)))
        })
    }
}

fn connect(server: &SmtpServer, tls: &Tls) -> Result<SmtpConnection, Error> {
    let us = ClientId::default();
    let wrapper = match tls {
        Tls::Wrapper(parameters) => Some(parameters),
        _ => None,
    };
    let place = (server.host.as_str(), server.port);
    let mut connection = SmtpConnection::connect(place, Some(server.timeout), &us, wrapper, None)?;
    if let Tls::Required(parameters) = tls {
        connection.starttls(parameters, &us)?;
    }
    if let Some(credentials) = server.credentials() {
        connection.auth(DEFAULT_MECHANISMS, &credentials)?;
    }
    Ok(connection)
}

/// What an error means once the server has a mail.
fn after(error: Error) -> MailFailure {
    answered(&error, MAIL).unwrap_or_else(|| MailFailure::Uncertain(unanswered(error)))
}

/// What the server's answer means, when there is one. Its words may repeat what it was told, the address and the link included, so they are not kept.
fn answered(error: &Error, what: &'static str) -> Option<MailFailure> {
    let answer = Answered(error.status()?, what).into();
    Some(if error.is_permanent() {
        MailFailure::Refused(answer)
    } else {
        MailFailure::Temporary(answer)
    })
}

/// Why there is none.
fn unanswered(error: Error) -> Cause {
    if error.is_response() {
        NoAnswer.into()
    } else {
        error.into()
    }
}

/// What the server said to something.
#[derive(Debug, thiserror::Error)]
#[error("the server answered {0} to {1}")]
struct Answered(Code, &'static str);

/// What came is no SMTP.
#[derive(Debug, thiserror::Error)]
#[error("the server gave no answer that can be understood")]
struct NoAnswer;
