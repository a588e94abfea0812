//! Domain values on the wire: for each type how it is read, what is said when it cannot be, and how the document describes it. The rules
//! themselves stay in the domain's constructors.

use std::fmt::Display;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tenantry_application::page::PageSize;
use tenantry_domain::billing::{BillingMode, Country, Currency};
use tenantry_domain::id::{Id, Kind};
use tenantry_domain::organization::Depth;
use tenantry_domain::text::{Color, Email, InvalidText, Key, LoginHint, Name, Note};
use tenantry_domain::workspace::Role;
use tenantry_domain::{Quantity, Units};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::ValidationError;

use crate::problem::FieldError;

/// What is wrong with a value: a code for programs and a text for people.
pub(crate) type Wrong = (&'static str, String);

/// A domain type that callers send.
pub(crate) trait Wire: Sized {
    /// What it is in JSON.
    type Raw: DeserializeOwned + Serialize;

    /// Asks the domain's constructor.
    fn read(raw: &Self::Raw) -> Result<Self, Wrong>;

    /// How the document describes it.
    fn schema() -> Object;
}

/// What is sent for a domain type, before it is known to be one.
pub(crate) struct Raw<T: Wire>(T::Raw);

impl<T: Wire> Raw<T> {
    /// What was sent elsewhere than in a body.
    pub const fn new(raw: T::Raw) -> Self {
        Self(raw)
    }

    /// The domain's value, or what is wrong with what was sent at this pointer.
    pub fn read(&self, pointer: &str) -> Result<T, Vec<FieldError>> {
        T::read(&self.0).map_err(|(code, detail)| vec![FieldError::new(pointer, code, detail)])
    }
}

/// Validates a field: whether it is a value of its domain type.
pub(crate) fn fits<T: Wire>(raw: &Raw<T>) -> Result<(), ValidationError> {
    T::read(&raw.0).map(|_| ()).map_err(invalid)
}

/// What is wrong, as `validator` keeps it.
pub(crate) fn invalid((code, detail): Wrong) -> ValidationError {
    ValidationError::new(code).with_message(detail.into())
}

impl<'de, T: Wire> Deserialize<'de> for Raw<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::Raw::deserialize(deserializer).map(Self)
    }
}

impl<T: Wire> Serialize for Raw<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: Wire> PartialSchema for Raw<T> {
    fn schema() -> RefOr<Schema> {
        T::schema().into()
    }
}

impl<T: Wire> ToSchema for Raw<T> {}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn format(builder: ObjectBuilder, format: &str) -> Object {
    builder
        .format(Some(SchemaFormat::Custom(format.to_owned())))
        .build()
}

pub(crate) fn words<T>(all: impl IntoIterator<Item = T>, word: impl Fn(T) -> &'static str) -> Object {
    text().enum_values(Some(all.into_iter().map(word))).build()
}

fn number(min: u64, max: u64) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(min))
        .maximum(Some(max))
        .build()
}

fn wrong_text(error: &InvalidText) -> Wrong {
    let code = match error {
        InvalidText::Blank => "blank",
        InvalidText::TooLong { .. } => "too_long",
        InvalidText::ControlCharacter => "control_character",
        InvalidText::Malformed { .. } => "malformed",
    };
    (code, error.to_string())
}

fn because<E: Display>(code: &'static str) -> impl Fn(&E) -> Wrong {
    move |error| (code, error.to_string())
}

impl<const MAX: usize> Wire for Name<MAX> {
    type Raw = String;

    fn read(raw: &String) -> Result<Self, Wrong> {
        raw.parse().map_err(|error| wrong_text(&error))
    }

    fn schema() -> Object {
        text().min_length(Some(1)).max_length(Some(MAX)).build()
    }
}

impl<const MAX: usize> Wire for Key<MAX> {
    type Raw = String;

    fn read(raw: &String) -> Result<Self, Wrong> {
        raw.parse().map_err(|error| wrong_text(&error))
    }

    fn schema() -> Object {
        Name::<MAX>::schema()
    }
}

impl<const MAX: usize> Wire for Note<MAX> {
    type Raw = String;

    fn read(raw: &String) -> Result<Self, Wrong> {
        raw.parse().map_err(|error| wrong_text(&error))
    }

    fn schema() -> Object {
        text().max_length(Some(MAX)).build()
    }
}

macro_rules! wire {
    ($($type:ty, $raw:ty: $read:expr, $wrong:expr, $schema:expr;)*) => {$(
        impl Wire for $type {
            type Raw = $raw;

            fn read(raw: &$raw) -> Result<Self, Wrong> {
                $read(raw).map_err(|error| $wrong(&error))
            }

            fn schema() -> Object {
                $schema
            }
        }
    )*};
}

wire! {
    Email, String: |raw: &String| raw.parse(), wrong_text, format(text(), "email");
    Color, String: |raw: &String| raw.parse(), wrong_text, format(text(), "color");
    LoginHint, String: |raw: &String| raw.parse(), wrong_text, format(text(), "login-hint");
    Country, String: |raw: &String| raw.parse(), because("malformed"), format(text(), "iso-3166-1-alpha-2");
    Role, String: |raw: &String| raw.parse(), because("unknown_value"), words(Self::ALL, Self::as_str);
    BillingMode, String: |raw: &String| raw.parse(), because("unknown_value"), words(Self::ALL, Self::as_str);
    Currency, String: |raw: &String| raw.parse(), because("unknown_value"), words(Self::ALL, Self::as_str);
    Units, i64: |raw: &i64| Self::try_from(*raw), because("out_of_range"), number(0, Self::MAX.get());
    Depth, i64: |raw: &i64| Self::try_from(*raw), because("out_of_range"), number(0, Self::MAX.get().into());
    PageSize, i64: |raw: &i64| Self::try_from(*raw), because("out_of_range"), number(1, Self::MAX.get().into());
    Quantity, i64: |raw: &i64| Self::try_from(*raw), because("out_of_range"), number(Self::ONE.get(), Self::MAX.get());
}

impl<K: Kind> Wire for Id<K> {
    type Raw = String;

    fn read(raw: &String) -> Result<Self, Wrong> {
        raw.parse().map_err(|error| because("invalid_id")(&error))
    }

    fn schema() -> Object {
        match K::PREFIX {
            Some(prefix) => {
                let example = Self::from_uuid(crate::openapi::EXAMPLE_ID).to_string();
                let description = format!("Id of one {}: `{prefix}_` and 22 characters.", K::NOUN);
                let id = text().description(Some(description)).examples([example]);
                format(id, &format!("{prefix}-id"))
            }
            None => format(text(), "uuid"),
        }
    }
}
