use lettre::Message;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{SmtpConnection, Tls};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::{Error, response::Code};
use tenantry_application::ports::MailFailure;

use super::SmtpServer;

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
        self.command(Mail::new(envelope.from().cloned(), parameters))?;
        for to in envelope.to() {
            self.command(Rcpt::new(to.clone(), Vec::new()))?;
        }
        Ok(())
    }

    /// Gives the mail itself away. From its last line on it is the server's, unless that says no.
    pub(super) fn hand_over(mut self, message: &Message) -> Result<(), MailFailure> {
        self.command(Data)?;
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

    fn command(&mut self, command: impl std::fmt::Display) -> Result<(), MailFailure> {
        self.0.command(command).map(drop).map_err(before)
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

/// What an error means while the server has only heard of a mail.
fn before(error: Error) -> MailFailure {
    if error.is_permanent() {
        MailFailure::Refused(error.into())
    } else {
        MailFailure::Temporary(error.into())
    }
}

/// What an error means once the server has a mail. The server's words may repeat what is in there, the link included, so they are not kept.
fn after(error: Error) -> MailFailure {
    match error.status() {
        Some(code) if error.is_permanent() => MailFailure::Refused(Answered(code).into()),
        Some(code) => MailFailure::Temporary(Answered(code).into()),
        None if error.is_response() => MailFailure::Uncertain(NoAnswer.into()),
        None => MailFailure::Uncertain(error.into()),
    }
}

/// What the server said to a mail.
#[derive(Debug, thiserror::Error)]
#[error("the server answered {0} to the mail")]
struct Answered(Code);

/// The connection ended, or what came is no SMTP.
#[derive(Debug, thiserror::Error)]
#[error("the server gave no answer to the mail that can be understood")]
struct NoAnswer;
