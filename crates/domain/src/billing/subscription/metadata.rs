use std::collections::BTreeMap;

use crate::text::{InvalidText, Key, Note};

/// What a caller notes on a subscription: at most 10 pairs, keys of 1–40 and values of at most 500 characters (S1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata(BTreeMap<MetadataKey, MetadataValue>);

/// What a note is found by.
pub type MetadataKey = Key<40>;
/// What is noted.
pub type MetadataValue = Note<500>;

/// Why metadata was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMetadata {
    /// More than 10.
    #[error("must hold at most {max} pairs", max = Metadata::MAX_PAIRS)]
    TooManyPairs,
    /// One key or value is not fit.
    #[error("the pair {key:?}: {problem}")]
    Pair {
        /// The key as given.
        key: String,
        /// What is wrong with the key or its value.
        problem: InvalidText,
    },
}

impl Metadata {
    /// The most pairs (S1).
    pub const MAX_PAIRS: usize = 10;

    /// These pairs.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, InvalidMetadata> {
        let pair = |(key, value): (String, String)| {
            let parsed = key.parse().and_then(|name| Ok((name, value.parse()?)));
            parsed.map_err(|problem| InvalidMetadata::Pair { key, problem })
        };
        let pairs = pairs
            .into_iter()
            .map(pair)
            .collect::<Result<BTreeMap<_, _>, _>>()?;
        if pairs.len() > Self::MAX_PAIRS {
            Err(InvalidMetadata::TooManyPairs)
        } else {
            Ok(Self(pairs))
        }
    }

    /// Every pair, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_metadata_has_at_most_ten_pairs() {
        let pairs = |n: usize| (0..n).map(|i| (format!("key {i}"), "value".to_owned()));
        assert!(Metadata::new(pairs(10)).is_ok());
        assert_eq!(Metadata::new(pairs(11)), Err(InvalidMetadata::TooManyPairs));
        assert!(Metadata::new([("k".into(), "\0".into())]).is_err());
    }
}
