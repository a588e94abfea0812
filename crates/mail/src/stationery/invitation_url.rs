use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tenantry_domain::team::InvitationToken;
use url::Url;

/// The query parameter with the token.
const PARAMETER: &str = "token";

/// Where an invitation is accepted: an absolute `http` or `https` URL, to which the token is added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InvitationUrl(Url);

/// Why a text is no [`InvitationUrl`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidInvitationUrl {
    /// It is relative, say.
    #[error("not a URL: {0}")]
    Malformed(#[from] url::ParseError),
    /// `ftp://…`
    #[error("the URL must begin with https:// or http://")]
    Scheme,
    /// `https://user:password@…`
    #[error("the URL must not have a user name or a password")]
    Credentials,
    /// `…?token=…`
    #[error("the URL must not have a parameter `token` already")]
    Token,
}

impl InvitationUrl {
    /// The link for somebody who is invited.
    pub(crate) fn with(&self, token: &InvitationToken) -> String {
        let mut url = self.0.clone();
        url.query_pairs_mut().append_pair(PARAMETER, &token.expose());
        url.into()
    }
}

impl FromStr for InvitationUrl {
    type Err = InvalidInvitationUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(InvalidInvitationUrl::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidInvitationUrl::Credentials);
        }
        if url.query_pairs().any(|(name, _)| name == PARAMETER) {
            return Err(InvalidInvitationUrl::Token);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for InvitationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for InvitationUrl {
    type Error = InvalidInvitationUrl;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<InvitationUrl> for String {
    fn from(url: InvitationUrl) -> Self {
        url.0.into()
    }
}
