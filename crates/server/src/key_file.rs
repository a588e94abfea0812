//! Files with a private key that signs.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::regular_file;
use crate::sources::{self, NoRandomness};

const PEM_TAG: &str = "PRIVATE KEY";
const GROUP_AND_OTHERS: u32 = 0o077;
const FOR_ITS_OWNER: u32 = 0o600;

/// Why a file with a signing key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file or its directory cannot be made.
    #[error("cannot create the signing key {}", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There is a file already where a key was to be made.
    #[error("{} is there already and was left alone; name another file", path.display())]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("cannot read the signing key {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Others on this machine may read or change the key.
    #[error("the signing key {} is open to other users (mode {mode:03o}); if nobody has read it, run: chmod 600 {}", path.display(), path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file holds something else.
    #[error("the signing key {} is not an Ed25519 private key in PKCS#8 PEM form", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
    },
    /// No key could be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// The DER of the key in this file, which is made when it is missing. Of several processes that do so at once, one
/// makes the key that all of them get.
pub(crate) fn read_or_create(path: &Path) -> Result<Vec<u8>, KeyFileError> {
    match read(path) {
        Err(KeyFileError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            write_key(path, &sources::ed25519_key()?)?;
            read(path)
        }
        result => result,
    }
}

/// Writes a key in DER to a file that is not there yet: mode 0600, in a directory that is made, with mode 0700, when it is missing.
pub(crate) fn create(path: &Path, key: &[u8]) -> Result<(), KeyFileError> {
    if write_key(path, key)? {
        Ok(())
    } else {
        Err(KeyFileError::Taken {
            path: path.to_owned(),
        })
    }
}

/// The DER of the key in this file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, KeyFileError> {
    let unreadable = |source| KeyFileError::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = regular_file::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    let key = decode(&bytes).ok_or_else(|| KeyFileError::NotAKey {
        path: path.to_owned(),
    })?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
    if mode & GROUP_AND_OTHERS != 0 {
        let path = path.to_owned();
        return Err(KeyFileError::Exposed { path, mode });
    }
    Ok(key)
}

fn decode(bytes: &[u8]) -> Option<Vec<u8>> {
    let block = pem::parse(bytes).ok()?;
    (block.tag() == PEM_TAG).then(|| block.into_contents())
}

fn write_key(path: &Path, key: &[u8]) -> Result<bool, KeyFileError> {
    let key = pem::encode(&pem::Pem::new(PEM_TAG, key));
    write_new(path, key.as_bytes(), FOR_ITS_OWNER).map_err(|source| KeyFileError::Create {
        path: path.to_owned(),
        source,
    })
}

/// The file appears whole or not at all; one that is there already stays, and false is answered.
pub(crate) fn write_new(path: &Path, content: &[u8], mode: u32) -> io::Result<bool> {
    let directory = directory_of(path);
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let mut file = NamedTempFile::new_in(directory)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error.error),
        Ok(_) => {}
    }
    File::open(directory)?.sync_all()?;
    Ok(true)
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
