//! Reads an issuer's JSON Web Key Set from where it is.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ureq::Agent;
use url::Url;

use super::key_set::KeySet;
use crate::client::agent;
use crate::config::JwksLocation;

const LARGEST: u64 = 1024 * 1024;

/// Where a key set is, ready to be read.
pub(super) enum KeySource {
    Url { url: Url, agent: Agent },
    File(PathBuf),
}

/// Why a key set could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("cannot be read: {0}")]
    File(#[from] io::Error),
    #[error("cannot be fetched: {0}")]
    Http(Box<ureq::Error>),
    #[error("answered with status {0} instead of 200; redirects are not followed")]
    Status(u16),
    #[error("is larger than 1 MiB")]
    TooLarge,
    #[error("is not a JSON Web Key Set: {0}")]
    NotAKeySet(#[from] serde_json::Error),
}

impl KeySource {
    pub(super) fn new(location: &JwksLocation) -> Self {
        match location {
            JwksLocation::File(path) => Self::File(path.clone()),
            JwksLocation::Url(url) => Self::Url {
                url: url.clone(),
                agent: agent(url),
            },
        }
    }

    /// Reads the key set. Blocks for up to 5 seconds.
    pub(super) fn read(&self) -> Result<KeySet, FetchError> {
        let document = match self {
            Self::Url { url, agent } => get(agent, url)?,
            Self::File(path) => read_file(path)?,
        };
        Ok(KeySet::from_jwks(&document)?)
    }
}

fn get(agent: &Agent, url: &Url) -> Result<Vec<u8>, FetchError> {
    let mut response = agent.get(url.as_str()).call().map_err(http)?;
    if response.status() != 200 {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    let body = response.body_mut().with_config().limit(LARGEST);
    body.read_to_vec().map_err(http)
}

fn http(error: ureq::Error) -> FetchError {
    match error {
        ureq::Error::BodyExceedsLimit(_) => FetchError::TooLarge,
        error => FetchError::Http(Box::new(error)),
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, FetchError> {
    let mut document = Vec::new();
    let mut file = File::open(path)?.take(LARGEST.saturating_add(1));
    let read = file.read_to_end(&mut document)?;
    if u64::try_from(read).is_ok_and(|read| read > LARGEST) {
        return Err(FetchError::TooLarge);
    }
    Ok(document)
}
