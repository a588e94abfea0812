//! Licences as signed tokens (E1), issued by one key and checked offline against the public half of it.
//!
//! A licence is a compact JWS (RFC 7515) whose payload is that of a JWT (RFC 7519). Its `alg` is `EdDSA` and nothing else, its `typ` says
//! that it is a licence (RFC 8725 §3.11), so that no access token passes for one, and its `kid` is the key's thumbprint (RFC 7638).
//!
//! Whether it holds now is not asked here but in `tenantry-domain`: one that has expired still tells whose it is.

mod claims;
mod limits;
mod public_key;
mod refused;
mod signing_key;
mod trusted_keys;

pub use claims::whole_second;
pub use refused::Refused;
pub use signing_key::{NotASigningKey, NotSigned, SigningKey};
pub use trusted_keys::{NotPublicKeys, TrustedKeys};

/// The `iss` of every licence.
const ISSUER: &str = "tenantry-license";

/// The `typ` of every licence.
const TYPE: &str = "tenantry-license+jwt";

/// The longest licence, in bytes. They have some 500.
const LONGEST: usize = 16 * 1024;
