//! Where pictures are kept: a folder, or a bucket of an S3-compatible store.

mod client;

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{Error, ObjectStore, ObjectStoreExt, RetryConfig};
use tenantry_application::ports::Cause;
use tenantry_domain::organization::PictureId;
use tokio::runtime::Builder;
use ureq::Agent;
use url::Url;

use client::Client;

/// How often a store that does not answer is asked again, and for how long.
const RETRIES: usize = 2;
const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps pictures under their names.
pub struct PictureStore {
    objects: Box<dyn ObjectStore>,
    prefix: Key,
}

/// A bucket of a store that speaks S3, and who we are there.
pub struct Bucket {
    /// Where the store is; buckets are in its path.
    pub endpoint: Url,
    /// Its region, which every signature names.
    pub region: String,
    /// The bucket.
    pub name: String,
    /// What the names of all pictures begin with, without a slash at either end; nothing, perhaps.
    pub prefix: String,
    /// The name of our key.
    pub access_key_id: String,
    /// Our key.
    pub secret_access_key: String,
}

/// Why pictures cannot be kept there.
#[derive(Debug, thiserror::Error)]
pub enum UnusableStore {
    /// The folder cannot be made.
    #[error("the folder cannot be made")]
    Folder(#[from] io::Error),
    /// The folder or bucket is not what the library takes.
    #[error(transparent)]
    Store(#[from] Error),
    /// The prefix is no part of a name.
    #[error(transparent)]
    Prefix(#[from] object_store::path::Error),
}

impl PictureStore {
    /// In a folder, which is made when it is missing, for the service's own user alone.
    ///
    /// # Errors
    /// When the operating system does not let it be made.
    pub fn in_folder(folder: &Path) -> Result<Self, UnusableStore> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            objects: Box::new(objects),
            prefix: Key::default(),
        })
    }

    /// In a bucket, which is called like this. Whether it is there shows with the first picture.
    ///
    /// # Errors
    /// When the bucket has no name that can be in a URL.
    pub fn in_bucket(bucket: Bucket, agent: Agent) -> Result<Self, UnusableStore> {
        let objects = AmazonS3Builder::new()
            .with_allow_http(bucket.endpoint.scheme() == "http")
            .with_endpoint(bucket.endpoint.as_str().trim_end_matches('/'))
            .with_region(bucket.region)
            .with_bucket_name(bucket.name)
            .with_access_key_id(bucket.access_key_id)
            .with_secret_access_key(bucket.secret_access_key)
            .with_retry(RetryConfig {
                max_retries: RETRIES,
                retry_timeout: PATIENCE,
                ..RetryConfig::default()
            })
            .with_http_connector(Client(agent))
            .build()?;
        Ok(Self {
            objects: Box::new(objects),
            prefix: Key::parse(bucket.prefix)?,
        })
    }

    /// Keeps a picture, whole or not at all, before it returns. The same one again changes nothing.
    pub(crate) fn keep(&self, id: &PictureId, bytes: Vec<u8>) -> Result<(), Cause> {
        let kept = async { self.objects.put(&self.key(id), bytes.into()).await };
        finish(kept)??;
        Ok(())
    }

    /// A picture that was kept.
    pub(crate) fn find(&self, id: &PictureId) -> Result<Option<Vec<u8>>, Cause> {
        let found = async { self.objects.get(&self.key(id)).await?.bytes().await };
        match finish(found)? {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn key(&self, id: &PictureId) -> Key {
        self.prefix.clone().join(id.to_string())
    }
}

/// Waits for the store. Each time with a runtime of its own: pictures are rarely written and long remembered, and a runtime that is kept must not
/// be dropped where others are.
fn finish<T>(work: impl Future<Output = T>) -> io::Result<T> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    Ok(runtime.block_on(work))
}
