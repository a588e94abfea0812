use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tenantry_domain::license::License;
use tenantry_license::{Refused, TrustedKeys};

use crate::config::LicenseFiles;
use crate::regular_file;

/// As large as no licence is, nor any list of keys, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Why there is no licence to be had from the files, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// There is no such file.
    #[error("there is no licence at {}; put it there, or name another file", .0.display())]
    Absent(PathBuf),
    /// A file cannot be read.
    #[error("cannot read {}: {reason}; mend that, or name another file", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// The file with the keys holds something else.
    #[error("{} is no list of Ed25519 public keys in PEM form; name the .pub file of whoever issued the licence", .0.display())]
    NotKeys(PathBuf),
    /// What is there is not accepted.
    #[error("the licence at {} is not accepted: {reason}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: Refused,
    },
}

/// The licence in its file, checked with the keys in theirs.
///
/// # Errors
/// Every [`Unusable`].
pub fn read_license(files: &LicenseFiles) -> Result<License, Unusable> {
    let token = read_token(&files.file)?;
    let license = read_keys(&files.key_file)?.verify(&token);
    license.map_err(|reason| Unusable::Refused {
        path: files.file.clone(),
        reason,
    })
}

/// The text in the file of a licence.
///
/// # Errors
/// When there is none, or it cannot be read.
pub fn read_token(path: &Path) -> Result<String, Unusable> {
    match regular_file::open(path).and_then(read_token_from) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Unusable::Absent(path.to_owned())),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// The text of a licence from somewhere else.
///
/// # Errors
/// When it cannot be read.
pub fn read_token_from(source: impl Read) -> io::Result<String> {
    let bytes = read(source)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The public keys in a file.
///
/// # Errors
/// When it cannot be read, or holds something else.
pub fn read_keys(path: &Path) -> Result<TrustedKeys, Unusable> {
    let text = regular_file::open(path).and_then(read);
    let text = text.map_err(|error| unreadable(path, &error))?;
    TrustedKeys::from_pem(&text).map_err(|_| Unusable::NotKeys(path.to_owned()))
}

/// All that is there, unless it is too large to be what it should be.
fn read(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = source.take(LARGEST);
    rest.read_to_end(&mut bytes)?;
    if rest.limit() == 0 {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Unusable {
    Unusable::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}
