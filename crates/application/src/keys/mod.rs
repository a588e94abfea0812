//! Keys that programs use in the place of people (`docs/rules.md` K1–K3).

mod authentication;
mod credentials;
mod user_keys;

use tenantry_domain::key::{KeyText, Randomness};

pub use authentication::KeyHolder;
pub use credentials::NewCredential;

use crate::service::Tenantry;

/// A key that was just made or rotated, with the text that is it, which nobody can be shown again (K1).
#[derive(Debug, Clone)]
pub struct Issued<K> {
    /// The key.
    pub key: K,
    /// For its holder alone.
    pub text: KeyText,
}

impl Tenantry {
    /// Random bits for a secret.
    fn randomness<const LENGTH: usize>(&self) -> Randomness<LENGTH> {
        let mut bits = [[0; 2]; LENGTH];
        self.parts.secrets.fill(bits.as_flattened_mut());
        bits
    }
}
