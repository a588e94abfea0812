use tenantry_domain::organization::{PictureId, PictureRefused, SubmittedPicture};

use super::store::Cause;

/// Where pictures are hosted (O4).
pub trait PictureHost: Send + Sync {
    /// Fetches a picture when it is elsewhere, makes of it what is hosted, and keeps that for good. Blocks while a foreign site takes its time.
    fn host(&self, submitted: &SubmittedPicture) -> Result<PictureId, PictureFailure>;
    /// A hosted picture, if there is one of this name.
    fn find(&self, id: &PictureId) -> Result<Option<Vec<u8>>, Cause>;
}

/// Why a picture is not hosted.
#[derive(Debug, thiserror::Error)]
pub enum PictureFailure {
    /// It is not one that can be.
    #[error(transparent)]
    Refused(#[from] PictureRefused),
    /// It could not be kept.
    #[error("the picture cannot be kept at the moment")]
    Unavailable(#[source] Cause),
}
