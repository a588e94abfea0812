use jsonwebtoken::errors::{Error, ErrorKind};

/// Why a text is no licence, and what to do about it. Repeats nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Longer than 16 KiB.
    #[error("it is longer than any licence; use the text that its issuer sent, and nothing else")]
    TooLong,
    /// Something else, a token for another purpose included.
    #[error("it is no licence; use the text that its issuer sent, whole and alone")]
    NotALicense,
    /// By a key that is not trusted, or none.
    #[error(
        "it is forged, or signed with a key that is not trusted here; trust its issuer's public key, or ask them for another licence"
    )]
    UnknownKey,
    /// The signature is not that of the key that the licence names.
    #[error("it is forged or damaged, for its signature is wrong; use it as it was issued")]
    Signature,
    /// Something else that somebody signed with a key for licences.
    #[error(
        "its `iss` is not `tenantry-license`, so it is for something else; use the text that its issuer sent as a licence"
    )]
    Issuer,
    /// A claim is missing or not of its type, or a moment is outside of the years 0 to 9999.
    #[error("it does not say all that a licence says; ask its issuer for another one")]
    Claims,
    /// An edition of the future, maybe.
    #[error(
        "it is for an edition that this version does not know; update Tenantry, or ask its issuer for another licence"
    )]
    Edition,
    /// A limit of the future, maybe: to ignore it would give more than was sold.
    #[error(
        "it has limits that this version does not know; update Tenantry, or ask its issuer for another licence"
    )]
    Limits,
    /// A limit that is known says nothing.
    #[error(
        "one of its limits is there twice, or is no number from 0 to 4294967295; ask its issuer for another licence"
    )]
    Limit,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidSignature => Self::Signature,
            ErrorKind::InvalidIssuer => Self::Issuer,
            ErrorKind::Json(_) => Self::Claims,
            _ => Self::NotALicense,
        }
    }
}
