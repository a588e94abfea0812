//! The verification of tokens.

use std::collections::HashMap;
use std::sync::Arc;

use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::Deserialize;

use super::claims::{Claims, Identity, check_expiry};
use super::fetch::KeySource;
use super::jwks::FetchedKeys;
use super::key_set::KeySet;
use super::remembered::{Fingerprint, Remembered, Verified};
use super::{AuthError, LOCAL_AUDIENCE, LOCAL_ISSUER, LocalIssuer, Reason};
use crate::config::IssuerSettings;
use crate::sources::Clock;

/// In bytes.
const LONGEST_TOKEN: usize = 8 * 1024;
const ACCEPTED: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// Verifies the tokens of the local issuer and of the configured ones, and remembers for a while what is made of whom they speak for.
pub struct Verifier<T = Identity> {
    issuers: HashMap<String, TrustedIssuer>,
    remembered: Remembered<T>,
    clock: Arc<dyn Clock>,
}

struct TrustedIssuer {
    name: String,
    audience: String,
    keys: Keys,
}

enum Keys {
    Local(KeySet),
    Fetched(Arc<FetchedKeys>),
}

#[derive(Deserialize)]
struct UnverifiedClaims {
    iss: String,
}

impl Verifier {
    /// Trusts the local issuer, if there is one, and `issuers`. Their keys are fetched when the first token arrives.
    #[must_use]
    pub fn new(local: Option<&LocalIssuer>, issuers: &[IssuerSettings], clock: Arc<dyn Clock>) -> Self {
        let remote = issuers.iter().map(|item| TrustedIssuer::remote(item, &clock));
        let trusted = remote.chain(local.map(TrustedIssuer::local));
        Self {
            issuers: trusted.map(|issuer| (issuer.name.clone(), issuer)).collect(),
            remembered: Remembered::new(),
            clock,
        }
    }

    /// The same, of which something else is made and remembered.
    #[must_use]
    pub fn making<T: From<Identity>>(self) -> Verifier<T> {
        Verifier {
            issuers: self.issuers,
            remembered: Remembered::new(),
            clock: self.clock,
        }
    }
}

impl<T: From<Identity>> Verifier<T> {
    /// Tells who `bearer`, a token without the word `Bearer`, speaks for. Call it within a Tokio runtime.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] when the token is not acceptable, [`AuthError::IssuerUnavailable`] when that cannot be
    /// told because its issuer's keys cannot be fetched.
    pub async fn verify(&self, bearer: &str) -> Result<Arc<T>, AuthError> {
        if bearer.len() > LONGEST_TOKEN {
            return Err(Reason::TooLong.into());
        }
        if let Some(said) = self.recall(bearer) {
            return Ok(said);
        }
        let identity = self.examine(bearer).await?;
        let verified = Verified {
            expires_at: identity.expires_at,
            said: Arc::new(T::from(identity)),
            at: self.clock.uptime(),
        };
        self.remembered.put(Fingerprint::of(bearer), verified.clone());
        Ok(verified.said)
    }

    /// Who `bearer` speaks for, when it was verified a moment ago and has not expired since.
    #[must_use]
    pub fn recall(&self, bearer: &str) -> Option<Arc<T>> {
        let verified = self
            .remembered
            .get(&Fingerprint::of(bearer), self.clock.uptime())?;
        self.is_good(&verified).then_some(verified.said)
    }

    /// Whether `bearer` was verified before, however long ago, and has not expired since.
    #[must_use]
    pub fn was_good(&self, bearer: &str) -> bool {
        let known = self.remembered.at_any_time(&Fingerprint::of(bearer));
        known.is_some_and(|verified| self.is_good(&verified))
    }

    fn is_good(&self, verified: &Verified<T>) -> bool {
        check_expiry(verified.expires_at, self.clock.now()).is_ok()
    }

    async fn examine(&self, bearer: &str) -> Result<Identity, AuthError> {
        let header = header(bearer)?;
        let issuer = self.issuer_of(bearer)?;
        let key = issuer.keys.find(header.kid.as_deref(), header.alg).await?;
        let claims = issuer.claims(bearer, &key, header.alg)?;
        Ok(claims.into_identity(self.clock.now())?)
    }

    /// Goes by what the token says: it only chooses which issuer's keys and audience the token must satisfy.
    fn issuer_of(&self, bearer: &str) -> Result<&TrustedIssuer, Reason> {
        let claims: UnverifiedClaims =
            jsonwebtoken::dangerous::insecure_decode_claims(bearer).map_err(|_| Reason::UnknownIssuer)?;
        self.issuers.get(&claims.iss).ok_or(Reason::UnknownIssuer)
    }
}

impl TrustedIssuer {
    fn local(issuer: &LocalIssuer) -> Self {
        Self {
            name: LOCAL_ISSUER.to_owned(),
            audience: LOCAL_AUDIENCE.to_owned(),
            keys: Keys::Local(issuer.key_set()),
        }
    }

    fn remote(settings: &IssuerSettings, clock: &Arc<dyn Clock>) -> Self {
        let name = settings.issuer.clone();
        let source = KeySource::new(&settings.jwks);
        Self {
            keys: Keys::Fetched(FetchedKeys::new(name.clone(), source, Arc::clone(clock))),
            audience: settings.audience.clone(),
            name,
        }
    }

    /// The claims of a token with a good signature, from this issuer and for this audience. Its times are left to
    /// [`Claims::into_identity`]: the library would read the system's clock.
    fn claims(&self, token: &str, key: &DecodingKey, algorithm: Algorithm) -> Result<Claims, Reason> {
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["iss", "aud"]);
        validation.set_issuer(&[&self.name]);
        validation.set_audience(&[&self.audience]);
        validation.validate_exp = false;
        jsonwebtoken::decode(token, key, &validation)
            .map(|token| token.claims)
            .map_err(|error| reason(&error))
    }
}

impl Keys {
    async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<DecodingKey, AuthError> {
        match self {
            Self::Local(keys) => Ok(keys.find(id, algorithm)?),
            Self::Fetched(keys) => keys.find(id, algorithm).await,
        }
    }
}

/// Extensions that must be understood (`crit`) are not, so a token with any is refused, as RFC 7515 demands.
fn header(token: &str) -> Result<Header, Reason> {
    match jsonwebtoken::decode_header(token) {
        Ok(header) if ACCEPTED.contains(&header.alg) && header.crit.is_none() => Ok(header),
        _ => Err(Reason::Malformed),
    }
}

fn reason(error: &Error) -> Reason {
    match error.kind() {
        ErrorKind::InvalidSignature => Reason::Signature,
        ErrorKind::InvalidAudience => Reason::Audience,
        ErrorKind::MissingRequiredClaim(claim) if claim == "aud" => Reason::Audience,
        ErrorKind::InvalidIssuer => Reason::UnknownIssuer,
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidKeyFormat => Reason::KeyMismatch,
        ErrorKind::Json(_) => Reason::Claims,
        _ => Reason::Malformed,
    }
}
