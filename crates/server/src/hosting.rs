//! How the settings say that pictures are hosted.

use std::sync::Arc;
use std::time::Duration;

use tenantry_application::ports::PictureHost;
use tenantry_pictures::{Bucket, Fetcher, PictureStore, Pictures, Reach, UnusableStore};

use crate::client::{agent, tls};
use crate::config::{BucketSettings, PicturePlace, PictureSettings};

/// Pictures cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("pictures cannot be kept in {place}; set pictures.store or pictures.dir")]
pub struct HostingError {
    place: String,
    source: UnusableStore,
}

/// What hosts pictures.
///
/// # Errors
/// When they cannot be kept where they should be.
pub fn pictures(settings: &PictureSettings) -> Result<Arc<dyn PictureHost>, HostingError> {
    let reach = Reach::beside(settings.allowed_addresses.clone());
    let timeout = Duration::from_millis(settings.fetch_timeout_ms);
    Ok(Arc::new(Pictures {
        fetcher: Fetcher::new(tls(), reach, timeout),
        store: store(&settings.place)?,
    }))
}

fn store(place: &PicturePlace) -> Result<PictureStore, HostingError> {
    let (opened, place) = match place {
        PicturePlace::Folder(folder) => (PictureStore::in_folder(folder), folder.display().to_string()),
        PicturePlace::Bucket(settings) => (
            PictureStore::in_bucket(bucket(settings), agent(&settings.endpoint)),
            settings.address.to_string(),
        ),
    };
    opened.map_err(|source| HostingError { place, source })
}

fn bucket(settings: &BucketSettings) -> Bucket {
    Bucket {
        endpoint: settings.endpoint.clone(),
        region: settings.region.clone(),
        name: settings.address.bucket.clone(),
        prefix: settings.address.prefix.clone(),
        access_key_id: settings.access_key_id.clone(),
        secret_access_key: settings.secret_access_key.expose().to_owned(),
    }
}
