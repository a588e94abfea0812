//! `pictures.*`

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use super::secret::some_secret;
use super::value::{list, path, some_text, text, web_url, within};
use super::{DEFAULT_DATA_DIR, Secret};

const FOLDER: &str = "folder";
const SCHEME: &str = "s3://";

/// Where pictures are kept, and where they may come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawPictures", into = "RawPictures")]
pub struct PictureSettings {
    /// Where they are kept. In the folder `{data_dir}/pictures` unless set.
    pub place: PicturePlace,
    /// Addresses that they may be fetched from although they are not public, each with its port. None unless set.
    pub allowed_addresses: Vec<SocketAddr>,
    /// How long fetching one may take, in milliseconds, 100 to 30 000. 10 000 unless set.
    pub fetch_timeout_ms: u64,
}

/// Where pictures are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PicturePlace {
    /// In this folder.
    Folder(PathBuf),
    /// In a bucket.
    Bucket(BucketSettings),
}

/// A bucket of a store that speaks S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketSettings {
    /// The bucket, and what the names in it begin with.
    pub address: BucketAddress,
    /// Where the store is. Amazon's of the region unless set.
    pub endpoint: Url,
    /// Its region. `us-east-1` unless set.
    pub region: String,
    /// The name of the key.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: Secret,
}

/// `s3://bucket` or `s3://bucket/prefix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketAddress {
    /// 3–63 lower-case letters, digits, dots and hyphens.
    pub bucket: String,
    /// What names begin with, without a slash at either end; may be empty.
    pub prefix: String,
}

/// The text is no address of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be `folder`, or a bucket such as s3://bucket/prefix")]
pub struct InvalidBucketAddress;

impl FromStr for BucketAddress {
    type Err = InvalidBucketAddress;

    fn from_str(text: &str) -> Result<Self, InvalidBucketAddress> {
        let address = text.strip_prefix(SCHEME).ok_or(InvalidBucketAddress)?;
        let (bucket, prefix) = address.split_once('/').unwrap_or((address, ""));
        let is_of_bucket = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
        let is_bucket = (3..=63).contains(&bucket.len()) && bucket.bytes().all(is_of_bucket);
        let is_of_prefix = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        let is_part = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(is_of_prefix);
        let prefix = prefix.trim_end_matches('/');
        if is_bucket && (prefix.is_empty() || prefix.split('/').all(is_part)) {
            Ok(Self {
                bucket: bucket.to_owned(),
                prefix: prefix.to_owned(),
            })
        } else {
            Err(InvalidBucketAddress)
        }
    }
}

impl fmt::Display for BucketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.prefix.is_empty() { "" } else { "/" };
        write!(f, "{SCHEME}{}{separator}{}", self.bucket, self.prefix)
    }
}

/// Where pictures are kept unless something else is said.
pub(super) fn pictures_in(data_dir: &Path) -> PathBuf {
    data_dir.join("pictures")
}

impl Default for PictureSettings {
    fn default() -> Self {
        let RawPictures {
            dir,
            allowed_addresses,
            fetch_timeout_ms,
            ..
        } = RawPictures::default();
        Self {
            place: PicturePlace::Folder(dir),
            allowed_addresses,
            fetch_timeout_ms,
        }
    }
}

/// `folder`, or the address of a bucket.
#[derive(Clone, Default)]
enum RawStore {
    #[default]
    Folder,
    Bucket(BucketAddress),
}

impl<'de> Deserialize<'de> for RawStore {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let text = text(reader)?;
        if text == FOLDER {
            return Ok(Self::Folder);
        }
        text.parse().map(Self::Bucket).map_err(D::Error::custom)
    }
}

impl Serialize for RawStore {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Folder => writer.serialize_str(FOLDER),
            Self::Bucket(address) => writer.collect_str(address),
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawPictures {
    store: RawStore,
    #[serde(deserialize_with = "path")]
    dir: PathBuf,
    #[serde(deserialize_with = "addresses")]
    allowed_addresses: Vec<SocketAddr>,
    #[serde(deserialize_with = "within::<_, _, 100, 30_000>")]
    fetch_timeout_ms: u64,
    s3: RawS3,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawS3 {
    #[serde(deserialize_with = "endpoint")]
    endpoint: Option<Url>,
    #[serde(deserialize_with = "text")]
    region: String,
    #[serde(deserialize_with = "some_text")]
    access_key_id: Option<String>,
    #[serde(deserialize_with = "some_secret")]
    secret_access_key: Option<Secret>,
}

impl Default for RawPictures {
    fn default() -> Self {
        Self {
            store: RawStore::Folder,
            dir: pictures_in(Path::new(DEFAULT_DATA_DIR)),
            allowed_addresses: Vec::new(),
            fetch_timeout_ms: 10_000,
            s3: RawS3::default(),
        }
    }
}

impl Default for RawS3 {
    fn default() -> Self {
        Self {
            endpoint: None,
            region: "us-east-1".to_owned(),
            access_key_id: None,
            secret_access_key: None,
        }
    }
}

impl TryFrom<RawPictures> for PictureSettings {
    type Error = String;

    fn try_from(raw: RawPictures) -> Result<Self, String> {
        Ok(Self {
            place: match raw.store {
                RawStore::Folder => PicturePlace::Folder(raw.dir),
                RawStore::Bucket(address) => PicturePlace::Bucket(bucket(address, raw.s3)?),
            },
            allowed_addresses: raw.allowed_addresses,
            fetch_timeout_ms: raw.fetch_timeout_ms,
        })
    }
}

fn bucket(address: BucketAddress, s3: RawS3) -> Result<BucketSettings, String> {
    let (Some(access_key_id), Some(secret_access_key)) = (s3.access_key_id, s3.secret_access_key) else {
        return Err(
            "pictures.s3.access_key_id and pictures.s3.secret_access_key must be set when pictures.store is a bucket"
                .to_owned(),
        );
    };
    let endpoint = match s3.endpoint {
        Some(endpoint) => endpoint,
        None => web_url(&format!("https://s3.{}.amazonaws.com", s3.region))
            .map_err(|problem| format!("pictures.s3.region: {problem}"))?,
    };
    Ok(BucketSettings {
        address,
        endpoint,
        region: s3.region,
        access_key_id,
        secret_access_key,
    })
}

impl From<PictureSettings> for RawPictures {
    fn from(settings: PictureSettings) -> Self {
        let raw = Self {
            allowed_addresses: settings.allowed_addresses,
            fetch_timeout_ms: settings.fetch_timeout_ms,
            ..Self::default()
        };
        match settings.place {
            PicturePlace::Folder(dir) => Self { dir, ..raw },
            PicturePlace::Bucket(bucket) => Self {
                store: RawStore::Bucket(bucket.address),
                s3: RawS3 {
                    endpoint: Some(bucket.endpoint),
                    region: bucket.region,
                    access_key_id: Some(bucket.access_key_id),
                    secret_access_key: Some(bucket.secret_access_key),
                },
                ..raw
            },
        }
    }
}

fn endpoint<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Url>, D::Error> {
    let url = web_url(&text(reader)?).map_err(D::Error::custom)?;
    if url.query().is_some() {
        return Err(D::Error::custom("the URL must not have a query (?…)"));
    }
    Ok(Some(url))
}

fn addresses<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<SocketAddr>, D::Error> {
    let texts: Vec<String> = list(reader)?;
    let addresses = texts.iter().map(|text| address(text));
    addresses.collect::<Result<_, _>>().map_err(D::Error::custom)
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not an address with a port such as 10.0.0.8:443 or [fd00::8]:443"))
}
