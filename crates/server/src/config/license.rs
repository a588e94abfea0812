//! `license.*`

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::value::some_path;

/// Where the licence is (E1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawLicense", into = "RawLicense")]
pub enum LicenseSettings {
    /// Nowhere: this is the community edition. So it is unless set.
    #[default]
    None,
    /// Nowhere, and licences would be checked with the public keys in this file.
    KeyFile(PathBuf),
    /// In a file.
    Installed(LicenseFiles),
}

/// A licence, and what it is checked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseFiles {
    /// A file with Ed25519 public keys in PEM.
    pub key_file: PathBuf,
    /// The file with the licence.
    pub file: PathBuf,
}

impl LicenseSettings {
    /// The file with the public keys.
    #[must_use]
    pub fn key_file(&self) -> Option<&Path> {
        match self {
            Self::None => None,
            Self::KeyFile(key_file) | Self::Installed(LicenseFiles { key_file, .. }) => Some(key_file),
        }
    }

    /// The licence and its keys.
    #[must_use]
    pub const fn files(&self) -> Option<&LicenseFiles> {
        match self {
            Self::None | Self::KeyFile(_) => None,
            Self::Installed(files) => Some(files),
        }
    }
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawLicense {
    #[serde(deserialize_with = "some_path")]
    key_file: Option<PathBuf>,
    #[serde(deserialize_with = "some_path")]
    file: Option<PathBuf>,
}

impl TryFrom<RawLicense> for LicenseSettings {
    type Error = &'static str;

    fn try_from(raw: RawLicense) -> Result<Self, Self::Error> {
        match (raw.key_file, raw.file) {
            (None, None) => Ok(Self::None),
            (Some(key_file), None) => Ok(Self::KeyFile(key_file)),
            (Some(key_file), Some(file)) => Ok(Self::Installed(LicenseFiles { key_file, file })),
            (None, Some(_)) => Err(
                "license.file needs license.key_file, the public key of whoever issued the licence: \
                 without one nobody could tell whether it is genuine",
            ),
        }
    }
}

impl From<LicenseSettings> for RawLicense {
    fn from(settings: LicenseSettings) -> Self {
        Self {
            key_file: settings.key_file().map(Path::to_owned),
            file: settings.files().map(|files| files.file.clone()),
        }
    }
}
