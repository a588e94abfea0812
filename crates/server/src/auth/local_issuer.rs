//! The built-in token issuer, for trying the service out and for running it without a provider.

use std::path::Path;
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::Serialize;

use super::key_set::KeySet;
use super::{LOCAL_AUDIENCE, LOCAL_ISSUER};
use crate::key_file::{self, KeyFileError};

/// What its key is called in the data directory.
pub const KEY_FILE: &str = "local-issuer.pem";

/// The `typ` of a machine's token (RFC 9068 §2.1).
const ACCESS_TOKEN: &str = "at+jwt";

/// Signs tokens with the Ed25519 key in the data directory.
pub struct LocalIssuer {
    key_id: String,
    signing: EncodingKey,
    verifying: DecodingKey,
}

/// Why the local issuer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LocalIssuerError {
    /// Its key cannot be had.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The signature library refused.
    #[error("cannot sign with the local issuer's key")]
    Signing(#[from] jsonwebtoken::errors::Error),
}

/// Whom a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Somebody, whose address counts as verified.
    Person {
        /// `sub`
        subject: String,
        /// `email`
        email: String,
        /// `name`
        name: Option<String>,
    },
    /// A service (RFC 9068 §2.2: a client with its own credentials).
    Machine {
        /// `sub` and `client_id`
        name: String,
        /// `scope`
        scopes: Vec<String>,
    },
}

/// What sets one token apart from another of the same holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuance {
    /// `jti`; see [`crate::sources::token_id`].
    pub token_id: String,
    /// `iat` and `nbf`, in seconds since 1970-01-01T00:00:00Z.
    pub issued_at: u64,
    /// From `iat` to `exp`; a fraction of a second is cut off.
    pub ttl: Duration,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    jti: &'a str,
    iat: u64,
    nbf: u64,
    exp: u64,
    #[serde(flatten)]
    about: About<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum About<'a> {
    Person {
        email: &'a str,
        email_verified: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
    },
    Machine {
        client_id: &'a str,
        scope: String,
    },
}

impl LocalIssuer {
    /// Takes the key from `{data_dir}/local-issuer.pem`, which is made, with its directory, when it is missing: mode
    /// 0600 in a directory of mode 0700.
    ///
    /// # Errors
    /// When the file cannot be made or read, holds no Ed25519 key, or is open to other users.
    pub fn open(data_dir: &Path) -> Result<Self, LocalIssuerError> {
        let path = data_dir.join(KEY_FILE);
        let der = key_file::read_or_create(&path)?;
        let pair = Ed25519KeyPair::from_pkcs8(&der).map_err(|_| KeyFileError::NotAKey { path })?;
        let verifying = DecodingKey::from_ed_der(pair.public_key().as_ref());
        let jwk = Jwk::from_decoding_key(&verifying, None)?;
        Ok(Self {
            key_id: jwk.thumbprint(ThumbprintHash::SHA256)?,
            signing: EncodingKey::from_ed_der(&der),
            verifying,
        })
    }

    /// The RFC 7638 thumbprint of the public key: the `kid` of the tokens.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// A signed token.
    ///
    /// # Errors
    /// [`LocalIssuerError::Signing`] when the signature library refuses.
    pub fn issue(&self, holder: &Holder, issuance: &Issuance) -> Result<String, LocalIssuerError> {
        let claims = claims(holder, issuance);
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.key_id.clone());
        if matches!(holder, Holder::Machine { .. }) {
            header.typ = Some(ACCESS_TOKEN.to_owned());
        }
        Ok(jsonwebtoken::encode(&header, &claims, &self.signing)?)
    }

    pub(super) fn key_set(&self) -> KeySet {
        KeySet::of_ed25519(self.key_id.clone(), self.verifying.clone())
    }
}

fn claims<'a>(holder: &'a Holder, issuance: &'a Issuance) -> Claims<'a> {
    let (sub, about) = match holder {
        Holder::Person { subject, email, name } => (
            subject,
            About::Person {
                email,
                email_verified: true,
                name: name.as_deref(),
            },
        ),
        Holder::Machine { name, scopes } => (
            name,
            About::Machine {
                client_id: name,
                scope: scopes.join(" "),
            },
        ),
    };
    Claims {
        iss: LOCAL_ISSUER,
        aud: LOCAL_AUDIENCE,
        sub,
        jti: &issuance.token_id,
        iat: issuance.issued_at,
        nbf: issuance.issued_at,
        exp: issuance.issued_at.saturating_add(issuance.ttl.as_secs()),
        about,
    }
}
