use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::value::text;

/// What stands for a secret in every output.
pub(super) const MASK: &str = "***";

/// Text that shows in no output; see [`Secret::expose`]. Not blank, without control characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text as it was given: for use, never for output.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.serialize_str(MASK)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        text(reader).map(Self)
    }
}

/// A [`Secret`], for a setting that may be absent.
pub(super) fn some_secret<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Secret>, D::Error> {
    Secret::deserialize(reader).map(Some)
}
