//! Why a token is not accepted.

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The token is bad (401).
    #[error("{reason}")]
    Invalid {
        /// In words fit for the client.
        reason: Reason,
    },
    /// The token may be good, but its issuer's keys cannot be had just now (503).
    #[error("the keys of the token's issuer cannot be fetched just now")]
    IssuerUnavailable,
}

/// What is wrong with a token. The texts are fit for clients: they repeat nothing of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Longer than 8 KiB.
    #[error("the token is too long")]
    TooLong,
    /// No JWT, or signed in a way that is not accepted, which includes `none` and `HS256`.
    #[error("the token is not a JWT signed with RS256, ES256 or EdDSA")]
    Malformed,
    /// `iss` is missing or not configured.
    #[error("the token's issuer is not trusted here")]
    UnknownIssuer,
    /// The issuer has no such key.
    #[error("the token's signing key is not one of its issuer's")]
    UnknownKey,
    /// There is no `kid`, and the issuer has several keys of that algorithm.
    #[error("the token does not say which of its issuer's keys signed it")]
    UnnamedKey,
    /// The key is for another algorithm.
    #[error("the token's algorithm does not fit its signing key")]
    KeyMismatch,
    /// The signature does not match.
    #[error("the token's signature is wrong")]
    Signature,
    /// `aud` is missing or names others.
    #[error("the token is not meant for this service")]
    Audience,
    /// `exp` is past.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is to come.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// The claims are not an object with the expected types, or `sub` or `exp` is missing.
    #[error("the token's claims are incomplete or of the wrong types")]
    Claims,
    /// This claim's text is empty, too long, or has control characters.
    #[error("the token's `{0}` claim is not acceptable")]
    Claim(&'static str),
}

impl From<Reason> for AuthError {
    fn from(reason: Reason) -> Self {
        Self::Invalid { reason }
    }
}
