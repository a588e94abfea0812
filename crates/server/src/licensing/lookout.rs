use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

use tenantry_application::ports::{Clock, LicenseSource};
use tenantry_domain::license::License;

use super::{News, Standing, read_license};
use crate::config::{LicenseFiles, LicenseSettings};

/// The licence that was found last.
#[derive(Debug, Default)]
pub struct Licenses(RwLock<Option<Arc<License>>>);

impl LicenseSource for Licenses {
    fn license(&self) -> Option<Arc<License>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Licenses {
    fn put(&self, license: Option<Arc<License>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = license;
    }
}

/// Looks at the licence that is installed. Nothing of it is kept from one look to the next but what was told: what counts is what is there.
pub struct Lookout {
    files: Option<LicenseFiles>,
    clock: Arc<dyn Clock>,
    licenses: Arc<Licenses>,
    told: Option<Standing>,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// What there is to tell.
    pub news: News,
    /// Whether that is something else than what was to tell before.
    pub is_new: bool,
}

impl Lookout {
    /// Has not looked yet.
    #[must_use]
    pub fn new(settings: &LicenseSettings, clock: Arc<dyn Clock>) -> Self {
        Self {
            files: settings.files().cloned(),
            clock,
            licenses: Arc::default(),
            told: None,
        }
    }

    /// What was found at the last look.
    #[must_use]
    pub fn licenses(&self) -> Arc<Licenses> {
        Arc::clone(&self.licenses)
    }

    /// Reads the files, and puts what they hold where it is asked for. A panic on the way counts as no licence, for it must stop neither the
    /// service nor the next look.
    pub fn look(&mut self) -> Sight {
        // Nothing is changed before it is known how the licence stands.
        let standing = catch_unwind(AssertUnwindSafe(|| self.standing())).unwrap_or(Standing::Failed);
        self.licenses.put(standing.license().cloned());
        let is_new = self.told.as_ref().is_none_or(|told| standing.is_news_after(told));
        let news = standing.news();
        self.told = Some(standing);
        Sight { news, is_new }
    }

    fn standing(&self) -> Standing {
        let Some(files) = &self.files else {
            return Standing::NotConfigured;
        };
        match read_license(files) {
            Ok(license) => Standing::of(license.into(), self.clock.now()),
            Err(why) => Standing::Unusable(why),
        }
    }
}
