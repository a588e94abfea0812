use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use tenantry_domain::{Enforcement, Limit, Units};
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder};
use validator::{Validate, ValidationErrorsKind};

use super::entries::{Amount, field, null};
use crate::problem::FieldError;
use crate::wire::{Raw, Wire, fits};

/// Whether a limit is enforced.
pub(crate) type Mode = Raw<Enforcement>;

/// A limit to set: a number, or a number and what is done about more.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum LimitInput {
    AtMost(Raw<Units>),
    Moded(ModedLimit),
}

/// A limit, and what is done about growth beyond it.
#[derive(Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModedLimit {
    #[validate(custom(function = fits))]
    limit: Raw<Units>,
    #[validate(custom(function = fits))]
    mode: Mode,
}

impl ModedLimit {
    fn schema() -> Schema {
        let mut mode = <Enforcement as Wire>::schema();
        mode.description = Some("Whether more is refused, or let pass and told in the feed.".to_owned());
        ObjectBuilder::new()
            .property("limit", <Units as Wire>::schema())
            .property("mode", mode)
            .required("limit")
            .required("mode")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .build()
            .into()
    }
}

impl<'de> Deserialize<'de> for LimitInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrObject)
    }
}

/// Tells by the value which of both it is, so that what is wrong is said of that one.
struct NumberOrObject;

impl NumberOrObject {
    fn number<'de, E: Error>(number: impl IntoDeserializer<'de, E>) -> Result<LimitInput, E> {
        Raw::deserialize(number.into_deserializer()).map(LimitInput::AtMost)
    }
}

impl<'de> Visitor<'de> for NumberOrObject {
    type Value = LimitInput;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or an object")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<LimitInput, E> {
        Self::number(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<LimitInput, E> {
        Self::number(number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<LimitInput, E> {
        Self::number(number)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<LimitInput, A::Error> {
        ModedLimit::deserialize(MapAccessDeserializer::new(fields)).map(LimitInput::Moded)
    }
}

impl LimitInput {
    fn read(&self, pointer: &str) -> Result<Limit, Vec<FieldError>> {
        match self {
            Self::AtMost(limit) => limit.read(pointer).map(Limit::AtMost),
            Self::Moded(ModedLimit { limit, mode }) => Ok(Limit::new(
                Some(limit.read(&format!("{pointer}/limit"))?),
                mode.read(&format!("{pointer}/mode"))?,
            )),
        }
    }
}

/// Null removes it.
impl Amount for Option<LimitInput> {
    const MAY_BE_EMPTY: bool = true;
    type Value = Limit;

    fn check(&self) -> Result<(), ValidationErrorsKind> {
        match self {
            None => Ok(()),
            Some(LimitInput::AtMost(limit)) => fits(limit).map_err(field),
            Some(LimitInput::Moded(limit)) => limit
                .validate()
                .map_err(|errors| ValidationErrorsKind::Struct(errors.into())),
        }
    }

    fn read(&self, pointer: &str) -> Result<Limit, Vec<FieldError>> {
        self.as_ref()
            .map_or(Ok(Limit::Unlimited), |limit| limit.read(pointer))
    }

    fn schema() -> Schema {
        OneOfBuilder::new()
            .item(<Units as Wire>::schema())
            .item(ModedLimit::schema())
            .item(null())
            .build()
            .into()
    }
}

/// A limit as it is shown, in the form in which it can be set.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum LimitShown {
    Unlimited(()),
    AtMost(u64),
    Moded { limit: u64, mode: &'static str },
}

impl From<Limit> for LimitShown {
    fn from(limit: Limit) -> Self {
        match limit {
            Limit::Unlimited => Self::Unlimited(()),
            Limit::AtMost(cap) => Self::AtMost(cap.get()),
            Limit::Observed(cap) => Self::Moded {
                limit: cap.get(),
                mode: Enforcement::Observe.as_str(),
            },
        }
    }
}
