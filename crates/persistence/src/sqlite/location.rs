use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::SetupError;

/// Where an SQLite database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In a file. Its directory is created when it is missing, for this user alone.
    File(PathBuf),
    /// In memory: new, and gone with the store.
    Memory,
}

/// `:memory:`, or the path of a file.
impl FromStr for Location {
    type Err = SetupError;

    fn from_str(text: &str) -> Result<Self, SetupError> {
        match text {
            "" => Err(SetupError::InvalidUrl("names no file")),
            ":memory:" => Ok(Self::Memory),
            path => Ok(Self::File(path.into())),
        }
    }
}

impl Location {
    /// What SQLite is told to open. A file is made when it is missing, if it may be.
    pub(super) fn prepare(&self, may_create: bool) -> Result<String, SetupError> {
        match self {
            Self::File(path) if !may_create && !path.exists() => Err(SetupError::NoDatabase(path.clone())),
            Self::File(path) => prepare_file(path),
            Self::Memory => Ok(fresh_memory()),
        }
    }
}

fn prepare_file(path: &Path) -> Result<String, SetupError> {
    // Absolute, so that no path reads as one of SQLite's `file:` URIs.
    let path = std::path::absolute(path).map_err(SetupError::File)?;
    if let Some(directory) = path.parent() {
        create_private(directory).map_err(SetupError::File)?;
    }
    create_private_file(&path).map_err(SetupError::File)?;
    path.into_os_string()
        .into_string()
        .map_err(|_| SetupError::InvalidUrl("is not UTF-8"))
}

pub(super) fn create_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Makes the file when there is none, for this user alone. SQLite gives its other files the mode of this one.
pub(super) fn create_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// A name of its own for every database in memory, by which the connections of one store share it.
fn fresh_memory() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("file:tenantry-{number}?mode=memory&cache=shared")
}
