//! `auth.*`

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::value::{flag, list, some_path, text, web_url};
use crate::auth::LOCAL_ISSUER;

/// Whose tokens are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthSettings {
    /// Whether tokens signed with the key in the data directory are accepted. True unless set.
    #[serde(deserialize_with = "flag")]
    pub local_issuer: bool,
    /// OpenID Connect providers, each named once. None unless set.
    #[serde(deserialize_with = "list")]
    pub issuers: Vec<IssuerSettings>,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self {
            local_issuer: true,
            issuers: Vec::new(),
        }
    }
}

impl AuthSettings {
    fn check(&self) -> Result<(), String> {
        if !self.local_issuer && self.issuers.is_empty() {
            return Err(
                "nobody could sign in: auth.local_issuer is false and auth.issuers is empty; \
                 set one of them"
                    .to_owned(),
            );
        }
        let mut seen = BTreeSet::from([LOCAL_ISSUER]);
        match self.issuers.iter().find(|item| !seen.insert(&item.issuer)) {
            Some(item) if item.issuer == LOCAL_ISSUER => {
                Err(format!("the issuer `{LOCAL_ISSUER}` is the built-in one"))
            }
            Some(item) => Err(format!("the issuer `{}` is listed twice", item.issuer)),
            None => Ok(()),
        }
    }
}

pub(super) fn checked<'de, D: Deserializer<'de>>(reader: D) -> Result<AuthSettings, D::Error> {
    let auth = AuthSettings::deserialize(reader)?;
    auth.check().map_err(D::Error::custom)?;
    Ok(auth)
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawIssuer", into = "RawIssuer")]
pub struct IssuerSettings {
    /// The `iss` of its tokens, compared exactly.
    pub issuer: String,
    /// What the `aud` of its tokens must be or contain.
    pub audience: String,
    /// Where its public keys are.
    pub jwks: JwksLocation,
}

/// Where a JSON Web Key Set is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksLocation {
    /// At an `https` URL, or an `http` one on this machine.
    Url(Url),
    /// In a file.
    File(PathBuf),
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIssuer {
    #[serde(deserialize_with = "text")]
    issuer: String,
    #[serde(deserialize_with = "text")]
    audience: String,
    #[serde(default, deserialize_with = "some_jwks_url")]
    jwks_url: Option<Url>,
    #[serde(default, deserialize_with = "some_path")]
    jwks_file: Option<PathBuf>,
}

impl TryFrom<RawIssuer> for IssuerSettings {
    type Error = &'static str;

    fn try_from(raw: RawIssuer) -> Result<Self, Self::Error> {
        let jwks = match (raw.jwks_url, raw.jwks_file) {
            (Some(url), None) => JwksLocation::Url(url),
            (None, Some(file)) => JwksLocation::File(file),
            _ => return Err("exactly one of jwks_url and jwks_file must be set"),
        };
        Ok(Self {
            issuer: raw.issuer,
            audience: raw.audience,
            jwks,
        })
    }
}

impl From<IssuerSettings> for RawIssuer {
    fn from(settings: IssuerSettings) -> Self {
        let (jwks_url, jwks_file) = match settings.jwks {
            JwksLocation::Url(url) => (Some(url), None),
            JwksLocation::File(file) => (None, Some(file)),
        };
        Self {
            issuer: settings.issuer,
            audience: settings.audience,
            jwks_url,
            jwks_file,
        }
    }
}

fn some_jwks_url<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Url>, D::Error> {
    let url = web_url(&text(reader)?).map_err(D::Error::custom)?;
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(D::Error::custom(
            "the URL must begin with https:// (http:// only for localhost and loopback addresses)",
        ));
    }
    Ok(Some(url))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
