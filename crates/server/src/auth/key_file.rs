//! The file with the local issuer's private key.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::sources::{self, NoRandomness};

const FILE_NAME: &str = "local-issuer.pem";
const PEM_TAG: &str = "PRIVATE KEY";
const GROUP_AND_OTHERS: u32 = 0o077;

/// Why the local issuer's key file cannot be used.
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

/// Where the key of `data_dir` is.
pub(super) fn path_in(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE_NAME)
}

/// The DER of the key in `data_dir`, which is made when it is missing. Of several processes that do so at once, one
/// makes the key that all of them get.
pub(super) fn read_or_create(data_dir: &Path) -> Result<Vec<u8>, KeyFileError> {
    let path = path_in(data_dir);
    match read(&path) {
        Err(KeyFileError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            create(data_dir, &path)?;
            read(&path)
        }
        result => result,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, KeyFileError> {
    let unreadable = |source| KeyFileError::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
    if mode & GROUP_AND_OTHERS != 0 {
        let path = path.to_owned();
        return Err(KeyFileError::Exposed { path, mode });
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    decode(&bytes).ok_or_else(|| KeyFileError::NotAKey {
        path: path.to_owned(),
    })
}

fn decode(bytes: &[u8]) -> Option<Vec<u8>> {
    let block = pem::parse(bytes).ok()?;
    (block.tag() == PEM_TAG).then(|| block.into_contents())
}

fn create(data_dir: &Path, path: &Path) -> Result<(), KeyFileError> {
    let key = pem::encode(&pem::Pem::new(PEM_TAG, sources::ed25519_key()?));
    write_new(data_dir, path, key.as_bytes()).map_err(|source| KeyFileError::Create {
        path: path.to_owned(),
        source,
    })
}

/// The file appears whole or not at all; when another process's is there already, that one stays.
fn write_new(data_dir: &Path, path: &Path, content: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(data_dir)?;
    let mut file = NamedTempFile::new_in(data_dir)?;
    file.as_file()
        .set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => File::open(data_dir)?.sync_all(),
    }
}
