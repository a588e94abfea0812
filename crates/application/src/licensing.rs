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
        self.licensing().0
    }

    /// The same with the licence that is installed, whether or not it holds now; `None` without one whose signature is good.
    pub fn licensing(&self) -> (Entitlements, Option<LicenseStanding>) {
        let (license, now) = (self.parts.licenses.license(), self.now());
        let entitlements = Entitlements::of(license.as_deref(), now);
        let standing = |license: Arc<License>| LicenseStanding {
            validity: license.validity(now),
            days_left: license.days_left(now),
            license,
        };
        (entitlements, license.map(standing))
    }
}
