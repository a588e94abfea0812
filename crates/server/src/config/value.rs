//! Readers of single values. Each refuses what is not allowed and says what is.

use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error, IntoDeserializer, SeqAccess, Unexpected, Visitor,
};
use url::Url;

const A_LIST: &str = "a list, written as in TOML: [ … ]";

/// A whole number from `MIN` to `MAX`, also when written as text (in the environment).
pub(super) fn within<'de, D, T, const MIN: u64, const MAX: u64>(reader: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<u64>,
{
    let range = Range::<MIN, MAX>;
    let number = reader.deserialize_any(range)?;
    T::try_from(number).map_err(|_| D::Error::invalid_value(Unexpected::Unsigned(number), &range))
}

/// As [`within`], for a setting that may be absent.
pub(super) fn some_within<'de, D, T, const MIN: u64, const MAX: u64>(reader: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<u64>,
{
    within::<D, T, MIN, MAX>(reader).map(Some)
}

#[derive(Clone, Copy)]
struct Range<const MIN: u64, const MAX: u64>;

impl<const MIN: u64, const MAX: u64> Visitor<'_> for Range<MIN, MAX> {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {MIN} to {MAX}")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
        if (MIN..=MAX).contains(&number) {
            Ok(number)
        } else {
            Err(E::invalid_value(Unexpected::Unsigned(number), &self))
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
        match u64::try_from(number) {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(number), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
        match text.parse() {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

/// One of an enum's names. The `config` crate's own reader of enums does not say which there are.
pub(super) fn choice<'de, D, T>(reader: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(String::deserialize(reader)?.into_deserializer())
}

/// As [`choice`], for a setting that may be absent.
pub(super) fn some_choice<'de, D, T>(reader: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    choice(reader).map(Some)
}

/// A list; one in the environment is written as in TOML.
pub(super) fn list<'de, D, T>(reader: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    reader.deserialize_any(List(PhantomData))
}

struct List<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(A_LIST)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Vec<T>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
        toml::de::ValueDeserializer::parse(text)
            .and_then(Vec::deserialize)
            .map_err(|error| E::custom(format_args!("expected {A_LIST}: {}", error.message())))
    }
}

/// A path that is not empty.
pub(super) fn path<'de, D: Deserializer<'de>>(reader: D) -> Result<PathBuf, D::Error> {
    text(reader).map(PathBuf::from)
}

/// As [`path`], for a setting that may be absent.
pub(super) fn some_path<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<PathBuf>, D::Error> {
    path(reader).map(Some)
}

/// Text that is not blank and has no control characters.
pub(super) fn text<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    reader.deserialize_any(Text)
}

/// As [`text`], for a setting that may be absent.
pub(super) fn some_text<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<String>, D::Error> {
    text(reader).map(Some)
}

struct Text;

impl Visitor<'_> for Text {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        if text.trim().is_empty() || text.contains(char::is_control) {
            return Err(E::custom("must not be empty nor have control characters"));
        }
        Ok(text.to_owned())
    }
}

/// True or false. The `config` crate's own reader takes any number for one of them.
pub(super) fn flag<'de, D: Deserializer<'de>>(reader: D) -> Result<bool, D::Error> {
    reader.deserialize_any(Flag)
}

struct Flag;

impl Visitor<'_> for Flag {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<bool, E> {
        Ok(flag)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        text.parse()
            .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// A number from 0 to 1.
pub(super) fn ratio<'de, D: Deserializer<'de>>(reader: D) -> Result<f64, D::Error> {
    reader.deserialize_any(Ratio)
}

struct Ratio;

impl Visitor<'_> for Ratio {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number from 0 to 1")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<f64, E> {
        if (0.0..=1.0).contains(&number) {
            Ok(number)
        } else {
            Err(E::invalid_value(Unexpected::Float(number), &self))
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<f64, E> {
        match number {
            0 => Ok(0.0),
            1 => Ok(1.0),
            _ => Err(E::invalid_value(Unexpected::Signed(number), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        match text.parse() {
            Ok(number) => self.visit_f64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

/// An absolute `http` or `https` URL without credentials or fragment.
pub(crate) fn web_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("not a URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("the URL must begin with https:// or http://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the URL must not have a user name or a password".to_owned());
    }
    if url.fragment().is_some() {
        return Err("the URL must not have a fragment (#…)".to_owned());
    }
    Ok(url)
}
