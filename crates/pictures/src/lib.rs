//! Pictures of organizations (`docs/rules.md` O4): fetched from where they are, made anew so that nothing of the file that was sent is left,
//! and kept under the name that follows from their bytes.

mod fetch;
mod render;
mod store;

pub use fetch::{Fetcher, Reach};
pub use store::{Bucket, PictureStore, UnusableStore};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tenantry_application::ports::{Cause, PictureFailure, PictureHost};
use tenantry_domain::organization::picture::InlinePicture;
use tenantry_domain::organization::{PictureId, PictureRefused, SubmittedPicture};

use render::render;

/// Hosts pictures.
pub struct Pictures {
    /// Gets those that are elsewhere.
    pub fetcher: Fetcher,
    /// Keeps them.
    pub store: PictureStore,
}

impl PictureHost for Pictures {
    fn host(&self, submitted: &SubmittedPicture) -> Result<PictureId, PictureFailure> {
        let hosted = match submitted {
            SubmittedPicture::At(address) => render(&self.fetcher.fetch(address)?, None)?,
            SubmittedPicture::Inline(picture) => render(&decoded(picture)?, Some(picture.format))?,
        };
        let id = PictureId::of(&hosted.bytes, hosted.format);
        self.store
            .keep(&id, hosted.bytes)
            .map_err(PictureFailure::Unavailable)?;
        Ok(id)
    }

    fn find(&self, id: &PictureId) -> Result<Option<Vec<u8>>, Cause> {
        self.store.find(id)
    }
}

fn decoded(picture: &InlinePicture) -> Result<Vec<u8>, PictureRefused> {
    STANDARD
        .decode(&picture.base64)
        .map_err(|_| PictureRefused::NotBase64)
}
