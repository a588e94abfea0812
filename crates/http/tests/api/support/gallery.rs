use std::time::Duration;

use tempfile::TempDir;
use tenantry_application::ports::PictureHost;
use tenantry_pictures::{Fetcher, PictureStore, Pictures, Reach};
use ureq::tls::TlsConfig;

/// A folder of pictures, for as long as the world lasts.
pub struct Gallery(TempDir);

impl Gallery {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The name of some picture that is hosted there, if there is one.
    pub fn any(&self) -> String {
        let first = self.0.path().read_dir().unwrap().next();
        first.map_or_else(String::new, |entry| {
            entry.unwrap().file_name().into_string().unwrap()
        })
    }

    /// What hosts pictures there, and fetches none that is not public.
    pub fn host(&self) -> impl PictureHost + use<> {
        let tls = TlsConfig::builder().build();
        Pictures {
            fetcher: Fetcher::new(tls, Reach::default(), Duration::from_secs(10)),
            store: PictureStore::in_folder(self.0.path()).unwrap(),
        }
    }
}
