mod session;

use std::fmt;
use std::time::Duration;

use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use serde::{Deserialize, Serialize};
use tenantry_application::ports::{Departure, InvitationMail, MailFailure, Mailer};

use crate::Stationery;
use session::Session;

/// The waits from the departure of a mail to the answer to it: for the leave to send it, for the server to read, for the answer, and for what is left
/// of a goodbye.
const WAITS: u32 = 4;

/// How a connection is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// It begins in the clear and must become TLS before anything is said (RFC 3207).
    StartTls,
    /// It is TLS from its beginning (RFC 8314).
    Tls,
    /// Not at all: for a relay on this machine or next to it.
    None,
}

/// A server that takes mail (RFC 5321, RFC 6409).
#[derive(Clone)]
pub struct SmtpServer {
    /// Its name, which its certificate must have.
    pub host: String,
    /// Its TCP port.
    pub port: u16,
    /// How the connection is kept private.
    pub security: Security,
    /// User name and password, where it asks for them.
    pub credentials: Option<(String, String)>,
    /// Certificates of authorities, in PEM, whose word counts beside that of those which the platform trusts.
    pub authorities: Option<Vec<u8>>,
    /// How long each of its answers may take.
    pub timeout: Duration,
}

/// Sends mail to a server, on a connection of its own.
pub struct Smtp {
    server: SmtpServer,
    tls: Tls,
    stationery: Stationery,
}

/// TLS cannot be set up, be it for the certificates that were given.
#[derive(Debug, thiserror::Error)]
#[error("the certificates of the mail server's authorities cannot be used")]
pub struct UnusableServer(#[from] smtp::Error);

impl Smtp {
    /// Speaks to nobody yet.
    ///
    /// # Errors
    /// When the certificates are none.
    pub fn new(server: SmtpServer, stationery: Stationery) -> Result<Self, UnusableServer> {
        Ok(Self {
            tls: server.tls()?,
            server,
            stationery,
        })
    }
}

impl SmtpServer {
    fn tls(&self) -> Result<Tls, smtp::Error> {
        Ok(match self.security {
            Security::StartTls => Tls::Required(self.tls_parameters()?),
            Security::Tls => Tls::Wrapper(self.tls_parameters()?),
            Security::None => Tls::None,
        })
    }

    fn tls_parameters(&self) -> Result<TlsParameters, smtp::Error> {
        let mut tls = TlsParameters::builder(self.host.clone());
        if let Some(pem) = &self.authorities {
            tls = tls.add_root_certificate(Certificate::from_pem(pem)?);
        }
        tls.build()
    }

    fn credentials(&self) -> Option<Credentials> {
        let (user, password) = self.credentials.clone()?;
        Some(Credentials::new(user, password))
    }
}

/// Without the password.
impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.security)
    }
}

impl Mailer for Smtp {
    fn send(&self, mail: &InvitationMail, depart: Departure<'_>) -> Result<(), MailFailure> {
        let message = self.stationery.message(mail).map_err(MailFailure::Refused)?;
        let mut session = Session::open(&self.server, &self.tls)?;
        session.announce(&message)?;
        depart().map_err(MailFailure::Temporary)?;
        session.hand_over(&message)
    }

    fn longest_send(&self) -> Duration {
        self.server.timeout * WAITS
    }
}
