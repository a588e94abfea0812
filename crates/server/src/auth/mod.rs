//! Tokens: the local issuer's, and the verification of everybody's.

mod claims;
mod error;
mod fetch;
mod jwks;
mod key_set;
mod local_issuer;
mod remembered;
mod verify;

pub use claims::{Identity, IdentityKind};
pub use error::{AuthError, Reason};
pub use local_issuer::{Holder, Issuance, KEY_FILE, LocalIssuer, LocalIssuerError};
pub use verify::Verifier;

/// The `iss` of the local issuer's tokens.
pub const LOCAL_ISSUER: &str = "tenantry-local";

/// The `aud` of the local issuer's tokens.
pub const LOCAL_AUDIENCE: &str = "tenantry";

/// The longest `sub`, in characters.
pub const LONGEST_SUBJECT: usize = 255;

/// The longest e-mail address, in bytes (RFC 5321).
pub const LONGEST_EMAIL: usize = 254;
