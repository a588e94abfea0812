//! Domain values on the wire: for each type how it is read, what is said when it cannot be, and how the document describes it. The rules
//! themselves stay in the domain's constructors.

use std::fmt::Display;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tenantry_application::event::EventKind;
use tenantry_application::page::PageSize;
use tenantry_domain::billing::{BillingMode, Country, Currency};
use tenantry_domain::id::{Id, Kind};
use tenantry_domain::key::Overlap;
use tenantry_domain::organization::{Depth, PictureId, PictureRefused, SubmittedPicture};
use tenantry_domain::reservation::TimeToLive;
use tenantry_domain::team::{InvitationToken, TeamScope, UnknownTeamScope};
use tenantry_domain::text::{Color, Email, InvalidText, Key, LoginHint, Name, Note};
use tenantry_domain::user::{IdentityProvider, Timezone};
use tenantry_domain::workspace::Role;
use tenantry_domain::{Enforcement, Meter, Quantity, ScopeId, Timestamp, Units};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::ValidationError;

use crate::dto::batches::Op;
use crate::problem::FieldError;

/// Blanks that are no control characters, as the inside of a character class.
const BLANK: &str = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000";
/// What no line holds, as the inside of a character class: control characters and line breaks.
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f\u2028\u2029";

/// A picture of one pixel.
pub(crate) const EXAMPLE_PICTURE: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// What is wrong with a value: a code for programs and a text for people.
pub(crate) type Wrong = (&'static str, String);

/// A domain type that callers send.
pub(crate) trait Wire: Sized {
    /// What it is in JSON.
    type Raw: DeserializeOwned + Serialize;

    /// Asks the domain's constructor.
    fn read(raw: &Self::Raw) -> Result<Self, Wrong>;

    /// How the document describes what may be sent.
    fn schema() -> Object;

    /// How the document describes what is answered.
    fn shown() -> Object {
        Self::schema()
    }
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

/// The domain's values, or everything that is wrong with what was sent in the list at this pointer.
pub(crate) fn read_all<T: Wire>(sent: &[Raw<T>], pointer: &str) -> Result<Vec<T>, Vec<FieldError>> {
    read_each(sent, pointer, Raw::read)
}

/// The same for whatever is read by a function that is told the pointer of each.
pub(crate) fn read_each<I, T>(
    sent: &[I],
    pointer: &str,
    read: impl Fn(&I, &str) -> Result<T, Vec<FieldError>>,
) -> Result<Vec<T>, Vec<FieldError>> {
    let (mut values, mut errors) = (Vec::with_capacity(sent.len()), Vec::new());
    for (index, one) in sent.iter().enumerate() {
        match read(one, &format!("{pointer}/{index}")) {
            Ok(value) => values.push(value),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() {
        Ok(values)
    } else {
        Err(errors)
    }
}

/// Lets a list pass that holds something, but not more than so much.
pub(crate) fn some<I>(list: &[I], most: usize, (one, many): (&str, &str)) -> Result<(), ValidationError> {
    if list.is_empty() {
        return Err(invalid(("empty", format!("must hold at least one {one}"))));
    }
    if list.len() > most {
        return Err(invalid(("too_many", format!("must hold at most {most} {many}"))));
    }
    Ok(())
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

/// What is answered for a domain type, for the document alone.
pub(crate) struct Shown<T: Wire>(PhantomData<T>);

impl<T: Wire> PartialSchema for Shown<T> {
    fn schema() -> RefOr<Schema> {
        T::shown().into()
    }
}

impl<T: Wire> ToSchema for Shown<T> {}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn format(format: &str) -> ObjectBuilder {
    text().format(Some(SchemaFormat::Custom(format.to_owned())))
}

/// Text of one form, with an example of it.
fn form(pattern: impl Into<String>, example: impl Into<String>) -> ObjectBuilder {
    text().pattern(Some(pattern)).examples([example.into()])
}

/// One line. The lengths are those of what is sent, although a name is trimmed before it is measured (X1).
fn line(pattern: &str, max_length: usize) -> Object {
    let pattern = pattern.replace("BLANK", BLANK).replace("CONTROL", CONTROL);
    text()
        .pattern(Some(pattern))
        .min_length(Some(1))
        .max_length(Some(max_length))
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
        line("^[^CONTROL]*[^BLANKCONTROL][^CONTROL]*$", MAX)
    }
}

impl<const MAX: usize> Wire for Key<MAX> {
    type Raw = String;

    fn read(raw: &String) -> Result<Self, Wrong> {
        raw.parse().map_err(|error| wrong_text(&error))
    }

    fn schema() -> Object {
        line("^[^BLANKCONTROL]([^CONTROL]*[^BLANKCONTROL])?$", MAX)
    }
}

impl<const MAX: usize> Wire for Note<MAX> {
    type Raw = String;

    fn read(raw: &String) -> Result<Self, Wrong> {
        raw.parse().map_err(|error| wrong_text(&error))
    }

    fn schema() -> Object {
        let pattern = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";
        text().pattern(Some(pattern)).max_length(Some(MAX)).build()
    }
}

/// Types that the document alone knows, for what a handwritten schema says better than a derived one.
macro_rules! described {
    ($($(#[$doc:meta])* $name:ident: $schema:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) enum $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::Schema::from($schema).into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}
pub(crate) use described;

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
    Email, String: |raw: &String| raw.parse(), wrong_text, format("email").max_length(Some(Self::MAX_LENGTH)).examples(["billing@acme.example"]).build();
    Color, String: |raw: &String| raw.parse(), wrong_text, form("^#[0-9A-Fa-f]{6}$", "#007bff").build();
    LoginHint, String: |raw: &String| raw.parse(), wrong_text,
        form("^[a-z0-9]+(-[a-z0-9]+)*$", "acme-inc").max_length(Some(Self::MAX_LENGTH)).build();
    SubmittedPicture, String: |raw: &String| raw.parse(), |refused: &PictureRefused| wrong_picture(*refused), submitted_picture();
    PictureId, String: |raw: &String| raw.parse(), because("malformed"), form("^[0-9a-f]{64}\\.(jpg|png)$",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.png").build();
    Country, String: |raw: &String| raw.parse(), because("malformed"), form("^[A-Za-z]{2}$", "US").build();
    Role, String: |raw: &String| raw.parse(), because("unknown_value"), words(Self::ALL, Self::as_str);
    Enforcement, String: |raw: &String| raw.parse(), because("unknown_value"), words(Self::ALL, Self::as_str);
    BillingMode, String: |raw: &String| raw.parse(), because("unknown_value"), words(Self::ALL, Self::as_str);
    Currency, String: |raw: &String| raw.parse(), because("unknown_value"), words(Self::ALL, Self::as_str);
    EventKind, String: |raw: &String| raw.parse(), because("unknown_value"), words(Self::ALL, Self::as_str);
    TeamScope, String: |raw: &String| scope(raw), because("unknown_value"), scopes();
    IdentityProvider, String: |raw: &String| raw.parse(), because("unknown_value"), words(Self::ALL, Self::as_str);
    InvitationToken, String: |raw: &String| raw.parse(), because("malformed"),
        form("^([0-7][0-9A-Za-z]{21}){3}$", "02wMe2eZtYRY4hvzqF2FgZ".repeat(3)).build();
    Timezone, String: |raw: &String| raw.parse(), wrong_text,
        form("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)*$", "Europe/Berlin").max_length(Some(64)).build();
    Op, String: |raw: &String| raw.parse(), because("unknown_value"), words(Self::ALL, Self::as_str);
    Meter, String: |raw: &String| raw.parse(), because("malformed"),
        form("^[a-z][a-z0-9_]*$", "locations").max_length(Some(Self::MAX_LENGTH)).build();
    Units, i64: |raw: &i64| Self::try_from(*raw), because("out_of_range"), number(0, Self::MAX.get());
    Depth, i64: |raw: &i64| Self::try_from(*raw), because("out_of_range"), number(0, Self::MAX.get().into());
    PageSize, i64: |raw: &i64| Self::try_from(*raw), because("out_of_range"), number(1, Self::MAX.get().into());
    TimeToLive, i64: |raw: &i64| Self::try_from(*raw), because("out_of_range"),
        number(Self::MIN.as_secs().into(), Self::MAX.as_secs().into());
    Overlap, i64: |raw: &i64| Self::try_from(*raw), because("out_of_range"), number(0, Self::MAX.seconds().into());
    Timestamp, String: |raw: &String| raw.parse(), because("malformed"), format("date-time").examples(["2027-11-21T08:30:00Z"]).build();
    Quantity, i64: |raw: &i64| Self::try_from(*raw), because("out_of_range"), number(Self::ONE.get(), Self::MAX.get());
}

/// What is wrong with a picture, whenever that is noticed.
pub(crate) fn wrong_picture(refused: PictureRefused) -> Wrong {
    let code = match refused {
        PictureRefused::Malformed | PictureRefused::NotBase64 | PictureRefused::Url => "malformed",
        PictureRefused::Format(_) => "unsupported_format",
        PictureRefused::Contradicts { .. } => "wrong_format",
        PictureRefused::TooLarge => "too_large",
        PictureRefused::TooManyPixels => "too_many_pixels",
        PictureRefused::Damaged => "damaged",
        PictureRefused::NotPublic => "address_not_public",
        PictureRefused::TooManyRedirects => "too_many_redirects",
        PictureRefused::Status(_) | PictureRefused::Unreachable => "not_fetched",
        PictureRefused::NotHosted => "not_hosted",
    };
    (code, refused.to_string())
}

fn submitted_picture() -> Object {
    let url = r"https?://\S+";
    let inline = "data:image/(jpeg|png|gif);base64,[A-Za-z0-9+/]+={0,2}";
    form(format!("^({url}|{inline})$"), EXAMPLE_PICTURE)
        .description(Some(
            "An https URL that everybody can fetch it from, or a data URI in base64. JPEG, PNG or GIF, at most 2 MB (2,000,000 bytes) and 4096 × 4096 \
             pixels. It is scaled down to fit 512 × 512, and hosted here. The URL of a picture that is hosted here keeps that one.",
        ))
        .build()
}

/// The names and ids of scopes.
fn scopes() -> Object {
    let names = TeamScope::ALL.into_iter().map(|scope| scope.to_string());
    let ids = TeamScope::ALL.into_iter().map(|scope| scope.id().to_string());
    text().enum_values(Some(names.chain(ids))).build()
}

/// A scope, by its name or its id.
fn scope(raw: &str) -> Result<TeamScope, UnknownTeamScope> {
    let by_id = raw.parse::<ScopeId>().ok().and_then(TeamScope::of);
    by_id.map_or_else(|| raw.parse(), Ok)
}

/// An id of this kind in its first form. 22 digits hold more than an id does: the first one is 7 at most, and that only from the year
/// 9913 on, when the time in a `UUIDv7` is that large.
fn prefixed(prefix: &str) -> String {
    format!("{prefix}_[0-6][0-9A-Za-z]{{21}}")
}

impl<K: Kind> Wire for Id<K> {
    type Raw = String;

    fn read(raw: &String) -> Result<Self, Wrong> {
        raw.parse().map_err(|error| because("invalid_id")(&error))
    }

    fn schema() -> Object {
        match K::PREFIX {
            Some(prefix) if K::UUID_ACCEPTED => {
                let uuid = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
                id::<K>(
                    &format!("^({}|{uuid})$", prefixed(prefix)),
                    ", or the same as a UUID",
                )
            }
            _ => Self::shown(),
        }
    }

    fn shown() -> Object {
        match K::PREFIX {
            Some(prefix) => id::<K>(&format!("^{}$", prefixed(prefix)), ""),
            None => format("uuid").examples([example::<K>()]).build(),
        }
    }
}

/// An id of this kind, as examples show it.
fn example<K: Kind>() -> String {
    Id::<K>::from_uuid(crate::openapi::EXAMPLE_ID).to_string()
}

fn id<K: Kind>(pattern: &str, or: &str) -> Object {
    let prefix = K::PREFIX.unwrap_or_default();
    let description = format!("Id of one {}: `{prefix}_` and 22 characters{or}.", K::NOUN);
    form(pattern, example::<K>())
        .description(Some(description))
        .build()
}
