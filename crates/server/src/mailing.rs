//! How the settings say that mail leaves.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tenantry_application::ports::Mailer;
use tenantry_mail::{InvalidInvitationUrl, Outbox, Smtp, SmtpServer, Stationery, UnusableServer};

use crate::config::{MailSettings, MailTransport, SmtpSettings};

/// Why no mail can leave.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The address of the service itself leads nowhere.
    #[error("invitations cannot lead to this service; set mail.invitation_url")]
    Url(#[from] InvalidInvitationUrl),
    /// The folder cannot be made.
    #[error("cannot create {}; set mail.outbox_dir", path.display())]
    Outbox {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The authorities' certificates cannot be read.
    #[error("cannot read {}; set mail.smtp.ca_file", path.display())]
    Authorities {
        /// Their file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// They are no certificates.
    #[error(transparent)]
    Server(#[from] UnusableServer),
}

/// What mail leaves by, from a service that is reached at this URL.
///
/// # Errors
/// Every [`MailerError`].
pub fn mailer(settings: &MailSettings, base: &str) -> Result<Arc<dyn Mailer>, MailerError> {
    let invitation_url = match &settings.invitation_url {
        Some(url) => url.clone(),
        None => format!("{base}/invitations").parse()?,
    };
    let stationery = Stationery {
        sender: settings.from.clone(),
        invitation_url,
    };
    Ok(match &settings.transport {
        MailTransport::Outbox(path) => Arc::new(outbox(path, stationery)?),
        MailTransport::Smtp(smtp) => Arc::new(Smtp::new(server(smtp)?, stationery)?),
    })
}

fn outbox(path: &Path, stationery: Stationery) -> Result<Outbox, MailerError> {
    let path = path.to_owned();
    Outbox::open(path.clone(), stationery).map_err(|source| MailerError::Outbox { path, source })
}

fn server(settings: &SmtpSettings) -> Result<SmtpServer, MailerError> {
    let credentials = settings.credentials.as_ref();
    Ok(SmtpServer {
        host: settings.host.clone(),
        port: settings.port,
        security: settings.security,
        credentials: credentials.map(|own| (own.username.clone(), own.password.expose().to_owned())),
        authorities: settings.ca_file.as_deref().map(authorities).transpose()?,
        timeout: Duration::from_millis(settings.timeout_ms),
    })
}

fn authorities(path: &Path) -> Result<Vec<u8>, MailerError> {
    fs::read(path).map_err(|source| MailerError::Authorities {
        path: path.to_owned(),
        source,
    })
}
