//! The licence of the deployment (`docs/rules.md` E1).

use tenantry_domain::license::Entitlements;

use crate::service::Tenantry;

impl Tenantry {
    /// What the deployment may do now.
    pub fn entitlements(&self) -> Entitlements {
        Entitlements::of(self.parts.licenses.license().as_deref(), self.now())
    }
}
