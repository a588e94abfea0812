//! `mail.*`

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize};
use tenantry_mail::{InvitationUrl, Security, Sender};

use super::http::host;
use super::secret::some_secret;
use super::value::{choice, path, some_path, some_text, some_within, within};
use super::{DEFAULT_DATA_DIR, Secret};

/// How mail leaves, and what it says of us.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawMail", into = "RawMail")]
pub struct MailSettings {
    /// Who it is from. `Tenantry <no-reply@localhost>` unless set.
    pub from: Sender,
    /// Where invitations are accepted. `{http.public_url}/invitations` unless set.
    pub invitation_url: Option<InvitationUrl>,
    /// How it leaves. Into the folder `{data_dir}/outbox` unless set.
    pub transport: MailTransport,
}

/// How mail leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTransport {
    /// Not at all: it is written into this folder.
    Outbox(PathBuf),
    /// To a server.
    Smtp(SmtpSettings),
}

/// A server that takes mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// Its name or address.
    pub host: String,
    /// Its TCP port, 1 to 65 535. Unless set, 587 with STARTTLS, 465 with TLS, 25 without.
    pub port: u16,
    /// How the connection is kept private. By STARTTLS unless set.
    pub security: Security,
    /// What it is signed in with, if that is needed.
    pub credentials: Option<SmtpCredentials>,
    /// A file with certificates of authorities, in PEM, that are trusted beside the platform's.
    pub ca_file: Option<PathBuf>,
    /// How long each of its answers may take, in milliseconds, 100 to 600 000. 30 000 unless set.
    pub timeout_ms: u64,
}

/// What a server is signed in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpCredentials {
    /// The user.
    pub username: String,
    /// Their password.
    pub password: Secret,
}

/// Where mail is written unless something else is said.
pub(super) fn outbox_in(data_dir: &Path) -> PathBuf {
    data_dir.join("outbox")
}

impl Default for MailSettings {
    fn default() -> Self {
        let RawMail {
            from,
            invitation_url,
            outbox_dir,
            ..
        } = RawMail::default();
        Self {
            from,
            invitation_url,
            transport: MailTransport::Outbox(outbox_dir),
        }
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawTransport {
    Outbox,
    Smtp,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawMail {
    #[serde(deserialize_with = "choice")]
    transport: RawTransport,
    from: Sender,
    invitation_url: Option<InvitationUrl>,
    #[serde(deserialize_with = "path")]
    outbox_dir: PathBuf,
    smtp: RawSmtp,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawSmtp {
    #[serde(deserialize_with = "some_host")]
    host: Option<String>,
    #[serde(deserialize_with = "some_within::<_, _, 1, 65_535>")]
    port: Option<u16>,
    #[serde(deserialize_with = "choice")]
    security: Security,
    #[serde(deserialize_with = "some_text")]
    username: Option<String>,
    #[serde(deserialize_with = "some_secret")]
    password: Option<Secret>,
    #[serde(deserialize_with = "some_path")]
    ca_file: Option<PathBuf>,
    #[serde(deserialize_with = "within::<_, _, 100, 600_000>")]
    timeout_ms: u64,
}

impl Default for RawMail {
    fn default() -> Self {
        Self {
            transport: RawTransport::Outbox,
            from: Sender::default(),
            invitation_url: None,
            outbox_dir: outbox_in(Path::new(DEFAULT_DATA_DIR)),
            smtp: RawSmtp::default(),
        }
    }
}

impl Default for RawSmtp {
    fn default() -> Self {
        Self {
            host: None,
            port: None,
            security: Security::StartTls,
            username: None,
            password: None,
            ca_file: None,
            timeout_ms: 30_000,
        }
    }
}

impl TryFrom<RawMail> for MailSettings {
    type Error = &'static str;

    fn try_from(raw: RawMail) -> Result<Self, Self::Error> {
        Ok(Self {
            from: raw.from,
            invitation_url: raw.invitation_url,
            transport: match raw.transport {
                RawTransport::Outbox => MailTransport::Outbox(raw.outbox_dir),
                RawTransport::Smtp => MailTransport::Smtp(raw.smtp.try_into()?),
            },
        })
    }
}

impl TryFrom<RawSmtp> for SmtpSettings {
    type Error = &'static str;

    fn try_from(raw: RawSmtp) -> Result<Self, Self::Error> {
        let credentials = match (raw.username, raw.password) {
            (Some(username), Some(password)) => Some(SmtpCredentials { username, password }),
            (None, None) => None,
            _ => return Err("mail.smtp.username and mail.smtp.password must be set together"),
        };
        if credentials.is_some() && raw.security == Security::None {
            return Err(
                "mail.smtp.password would be sent in the clear; set mail.smtp.security to starttls or tls",
            );
        }
        Ok(Self {
            host: raw
                .host
                .ok_or("mail.smtp.host must be set when mail.transport is smtp")?,
            port: raw.port.unwrap_or(usual_port(raw.security)),
            security: raw.security,
            credentials,
            ca_file: raw.ca_file,
            timeout_ms: raw.timeout_ms,
        })
    }
}

/// RFC 6409, RFC 8314, RFC 5321.
const fn usual_port(security: Security) -> u16 {
    match security {
        Security::StartTls => 587,
        Security::Tls => 465,
        Security::None => 25,
    }
}

impl From<MailSettings> for RawMail {
    fn from(settings: MailSettings) -> Self {
        let (from, invitation_url) = (settings.from, settings.invitation_url);
        match settings.transport {
            MailTransport::Outbox(outbox_dir) => Self {
                from,
                invitation_url,
                outbox_dir,
                ..Self::default()
            },
            MailTransport::Smtp(smtp) => Self {
                transport: RawTransport::Smtp,
                from,
                invitation_url,
                smtp: smtp.into(),
                ..Self::default()
            },
        }
    }
}

impl From<SmtpSettings> for RawSmtp {
    fn from(settings: SmtpSettings) -> Self {
        let (username, password) = settings
            .credentials
            .map(|credentials| (credentials.username, credentials.password))
            .unzip();
        Self {
            host: Some(settings.host),
            port: Some(settings.port),
            security: settings.security,
            username,
            password,
            ca_file: settings.ca_file,
            timeout_ms: settings.timeout_ms,
        }
    }
}

fn some_host<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<String>, D::Error> {
    host(reader).map(Some)
}
