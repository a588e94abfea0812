//! The licence of the deployment (`docs/rules.md` E1).

use std::sync::Arc;

use tenantry_domain::license::{Entitlements, License, Validity};

use crate::service::Tenantry;

/// A licence, as it is at a moment (E1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseStanding {
    /// The licence.
    pub license: Arc<License>,
    /// Whether it holds.
    pub validity: Validity,
    /// For how many more whole days it does.
    pub days_left: u32,
}

impl Tenantry {
    /// What this deployment may do now that not every one may (E1).
    pub fn entitlements(&self) -> Entitlements {
        Entitlements::of(self.parts.licenses.license().as_deref(), self.now())
    }

    /// The licence that is installed, whether or not it holds now; `None` without one whose signature is good.
    pub fn license_standing(&self) -> Option<LicenseStanding> {
        let license = self.parts.licenses.license()?;
        let now = self.now();
        Some(LicenseStanding {
            validity: license.validity(now),
            days_left: license.days_left(now),
            license,
        })
    }
}
