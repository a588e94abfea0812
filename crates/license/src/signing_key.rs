use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use tenantry_domain::Timestamp;
use tenantry_domain::license::License;

use crate::TYPE;
use crate::claims::Claims;
use crate::public_key::PublicKey;

/// Signs licences.
pub struct SigningKey {
    signing: EncodingKey,
    public: PublicKey,
}

/// The bytes are no Ed25519 key in PKCS#8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 private key in PKCS#8")]
pub struct NotASigningKey;

/// The signature library refused.
#[derive(Debug, thiserror::Error)]
#[error("cannot sign the licence")]
pub struct NotSigned(#[from] jsonwebtoken::errors::Error);

impl SigningKey {
    /// The key with this DER in PKCS#8 (RFC 5958).
    ///
    /// # Errors
    /// When it is something else.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, NotASigningKey> {
        let pair = Ed25519KeyPair::from_pkcs8(der).map_err(|_| NotASigningKey)?;
        Ok(Self {
            signing: EncodingKey::from_ed_der(der),
            public: PublicKey::from_bytes(pair.public_key().as_ref()).ok_or(NotASigningKey)?,
        })
    }

    /// The public half in PEM, for those who check what this key signs.
    pub fn public_pem(&self) -> String {
        self.public.to_pem()
    }

    /// The licence as a token, issued at this moment. Moments are kept to the second.
    ///
    /// # Errors
    /// When the signature library refuses.
    pub fn sign(&self, license: &License, issued_at: Timestamp) -> Result<String, NotSigned> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.public.id()?);
        Ok(jsonwebtoken::encode(
            &header,
            &Claims::of(license, issued_at),
            &self.signing,
        )?)
    }
}
