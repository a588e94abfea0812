//! `billing.*`

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};
use tenantry_domain::BillingEnforcement;

use super::value::{choice, flag, text};

/// How strictly billing rules bind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BillingSettings {
    /// What happens when a pool does not admit a charge (B3). [`BillingEnforcement::Enforce`] unless set.
    #[serde(deserialize_with = "enforcement", serialize_with = "enforcement_word")]
    pub enforcement: BillingEnforcement,
    /// Who takes payments. [`Provider::Local`] unless set.
    #[serde(deserialize_with = "choice")]
    pub provider: Provider,
    /// Whether a subscription without a trial needs a default payment method. True unless set.
    #[serde(deserialize_with = "flag")]
    pub require_payment_method: bool,
}

impl Default for BillingSettings {
    fn default() -> Self {
        Self {
            enforcement: BillingEnforcement::default(),
            provider: Provider::default(),
            require_payment_method: true,
        }
    }
}

/// Who takes payments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Nobody outside: everything is kept here alone, and no money is collected (S6).
    #[default]
    Local,
}

fn enforcement<'de, D: Deserializer<'de>>(reader: D) -> Result<BillingEnforcement, D::Error> {
    text(reader)?.parse().map_err(D::Error::custom)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes fields by reference"
)]
fn enforcement_word<S: Serializer>(enforcement: &BillingEnforcement, writer: S) -> Result<S::Ok, S::Error> {
    writer.serialize_str(enforcement.as_str())
}
