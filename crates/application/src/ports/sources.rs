use std::sync::Arc;

use tenantry_domain::Timestamp;
use tenantry_domain::billing::BillingAccount;
use tenantry_domain::license::License;
use uuid::Uuid;

/// The time.
pub trait Clock: Send + Sync {
    /// This moment, to the microsecond.
    fn now(&self) -> Timestamp;
}

/// Fresh ids.
pub trait IdSource: Send + Sync {
    /// A `UUIDv7`, larger than every one that this source gave before; its low 62 bits are random.
    fn fresh(&self) -> Uuid;
}

/// Randomness for secrets.
pub trait SecretSource: Send + Sync {
    /// Fills all of it with bytes that nobody can foresee; does not return without them.
    fn fill(&self, bytes: &mut [u8]);
}

/// Whoever collects the money (S6).
pub trait PaymentProvider: Send + Sync {
    /// Whether an account has a default payment method (S2). Answers from what is known here, without a call to the outside,
    /// since it is asked inside transactions.
    fn has_payment_method(&self, account: &BillingAccount) -> bool;
}

/// The licence of the deployment.
pub trait LicenseSource: Send + Sync {
    /// The one that is installed now, when its signature is good (E1). Answers from memory: it is asked in requests.
    fn license(&self) -> Option<Arc<License>>;
}
