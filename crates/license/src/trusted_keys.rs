use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use tenantry_domain::license::License;

use crate::claims::SignedClaims;
use crate::public_key::PublicKey;
use crate::{ISSUER, LONGEST, Refused, TYPE};

/// The keys whose licences count, by their thumbprints. Several, so that they can be replaced one after the other.
pub struct TrustedKeys(BTreeMap<String, DecodingKey>);

/// The text is no list of public keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not Ed25519 public keys in PEM form")]
pub struct NotPublicKeys;

impl TrustedKeys {
    /// The keys in these blocks, each of them a `PUBLIC KEY`; what stands between them is ignored.
    ///
    /// # Errors
    /// When there is no block, or one that is something else.
    pub fn from_pem(text: &[u8]) -> Result<Self, NotPublicKeys> {
        let blocks = pem::parse_many(text).map_err(|_| NotPublicKeys)?;
        let keys: Option<BTreeMap<_, _>> = blocks
            .iter()
            .map(|block| {
                let key = PublicKey::from_pem(block)?;
                Some((key.id().ok()?, key.verifying()))
            })
            .collect();
        keys.filter(|keys| !keys.is_empty())
            .map(Self)
            .ok_or(NotPublicKeys)
    }

    /// What this token says, once its signature was found good. Whitespace around it is no part of it, nor is the mark of an editor (BOM) before it.
    ///
    /// # Errors
    /// Every [`Refused`].
    pub fn verify(&self, token: &str) -> Result<License, Refused> {
        let token = token.trim_start_matches('\u{feff}').trim();
        if token.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        let key = self.key(&header(token)?)?;
        let signed = jsonwebtoken::decode::<SignedClaims>(token, key, &validation())?;
        signed.claims.try_into()
    }

    fn key(&self, header: &Header) -> Result<&DecodingKey, Refused> {
        let id = header.kid.as_ref().ok_or(Refused::UnknownKey)?;
        self.0.get(id).ok_or(Refused::UnknownKey)
    }
}

/// Extensions that must be understood (`crit`) are not, so a token with any is refused, as RFC 7515 demands.
fn header(token: &str) -> Result<Header, Refused> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| Refused::NotALicense)?;
    let is_license = header.alg == Algorithm::EdDSA && header.typ.as_deref() == Some(TYPE);
    if is_license && header.crit.is_none() {
        Ok(header)
    } else {
        Err(Refused::NotALicense)
    }
}

/// Times are none of the library's business: it would read the system's clock.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["iss"]);
    validation.set_issuer(&[ISSUER]);
    validation.validate_exp = false;
    // A claim that licences do not have.
    validation.validate_aud = false;
    validation
}
