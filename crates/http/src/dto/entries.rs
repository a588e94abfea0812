//! Maps whose keys callers choose: meters with numbers, and metadata.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenantry_domain::billing::{InvalidMetadata, Metadata, MetadataKey, MetadataValue, Quantities};
use tenantry_domain::{Meter, Meters, Quantity, Units};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use super::limit::LimitInput;
use super::subscriptions::ProductQuantity;
use crate::input::pointer;
use crate::problem::{FieldError, WHOLE};
use crate::wire::{Raw, Wire, described, fits, invalid};

/// A number for each of some meters.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct PerMeter<V>(BTreeMap<String, V>);

/// Limits to set, or to remove where null.
pub(crate) type LimitsInput = PerMeter<Option<LimitInput>>;
/// Quantities of products, of which there must be one.
pub(crate) type QuantitiesInput = PerMeter<Raw<Quantity>>;

/// What a map of meters holds.
pub(crate) trait Amount {
    /// Whether it may be empty.
    const MAY_BE_EMPTY: bool;
    /// The domain's value.
    type Value;
    /// Whether it is one.
    fn check(&self) -> Result<(), ValidationErrorsKind>;
    /// Becomes one.
    fn read(&self, pointer: &str) -> Result<Self::Value, Vec<FieldError>>;
    /// How the document describes it.
    fn schema() -> Schema;
}

impl Amount for Raw<Quantity> {
    const MAY_BE_EMPTY: bool = false;
    type Value = Quantity;

    fn check(&self) -> Result<(), ValidationErrorsKind> {
        fits(self).map_err(field)
    }

    fn read(&self, pointer: &str) -> Result<Quantity, Vec<FieldError>> {
        Self::read(self, pointer)
    }

    fn schema() -> Schema {
        Quantity::schema().into()
    }
}

/// How the document describes null.
pub(crate) fn null() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Null)
}

impl<V> Default for PerMeter<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V: Amount> PerMeter<V> {
    /// The domain's values, by the deployment's meters.
    pub fn read(&self, at: &str, meters: &Meters) -> Result<BTreeMap<Meter, V::Value>, Vec<FieldError>> {
        let (mut values, mut errors) = (BTreeMap::new(), Vec::new());
        for (name, amount) in &self.0 {
            let here = pointer::join(at, name);
            match (meter(name, &here, meters), amount.read(&here)) {
                (Ok(meter), Ok(value)) => {
                    values.insert(meter, value);
                }
                (Err(found), _) | (_, Err(found)) => errors.extend(found),
            }
        }
        if errors.is_empty() {
            Ok(values)
        } else {
            Err(errors)
        }
    }
}

impl QuantitiesInput {
    /// The quantities of a subscription.
    pub fn quantities(&self, at: &str, meters: &Meters) -> Result<Quantities, Vec<FieldError>> {
        let empty = |error: tenantry_domain::billing::NoQuantities| {
            vec![FieldError::new(at, "empty", error.to_string())]
        };
        Quantities::new(self.read(at, meters)?).map_err(empty)
    }
}

/// The deployment's meter of this name.
pub(crate) fn meter(name: &str, at: &str, meters: &Meters) -> Result<Meter, Vec<FieldError>> {
    meters
        .get(name)
        .map_err(|unknown| vec![FieldError::new(at, "unknown_meter", unknown.to_string())])
}

impl<V: Amount> Validate for PerMeter<V> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let wrong = self
            .0
            .iter()
            .filter_map(|(name, amount)| Some((name.clone(), amount.check().err()?)));
        let empty = || ("empty", "must name at least one product".to_owned());
        let is_empty = self.0.is_empty() && !V::MAY_BE_EMPTY;
        collect(wrong, is_empty.then(empty).map(invalid))
    }
}

impl<V: Amount> PartialSchema for PerMeter<V> {
    fn schema() -> RefOr<Schema> {
        let least = (!V::MAY_BE_EMPTY).then_some(1);
        by_meter(V::schema()).min_properties(least).build().into()
    }
}

described! {
    /// Counts by meter, as they are shown.
    Counts: by_meter(Units::schema());
    /// Limits by meter, as they are shown.
    Limits: by_meter(Option::<LimitInput>::schema());
    /// What a subscription provides, as it is shown.
    Provided: by_meter(Ref::from_schema_name(ProductQuantity::name()));
}

/// A map whose keys are meters.
pub(crate) fn by_meter(amount: impl Into<RefOr<Schema>>) -> ObjectBuilder {
    map(Meter::schema(), amount)
}

fn map(key: impl Into<Schema>, value: impl Into<RefOr<Schema>>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .property_names(Some(key))
        .additional_properties(Some(AdditionalProperties::RefOr(value.into())))
}

impl<V: Amount> ToSchema for PerMeter<V> {}

/// What a caller notes on a subscription.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct MetadataInput(BTreeMap<String, String>);

impl MetadataInput {
    /// The domain's value.
    pub fn read(&self, at: &str) -> Result<Metadata, Vec<FieldError>> {
        Metadata::new(self.0.clone()).map_err(|wrong| {
            let (code, detail, key) = explain(&wrong);
            let here = key.map_or_else(|| at.to_owned(), |key| pointer::join(at, key));
            vec![FieldError::new(here, code, detail)]
        })
    }
}

fn explain(wrong: &InvalidMetadata) -> (&'static str, String, Option<&str>) {
    match wrong {
        InvalidMetadata::TooManyPairs => ("too_many", wrong.to_string(), None),
        InvalidMetadata::Pair { key, .. } => ("invalid_pair", wrong.to_string(), Some(key)),
    }
}

impl Validate for MetadataInput {
    fn validate(&self) -> Result<(), ValidationErrors> {
        // Pair by pair first, so that every one that is wrong is named.
        let check = |(key, value): (&String, &String)| {
            let wrong = Metadata::new([(key.clone(), value.clone())]).err()?;
            let (code, detail, _) = explain(&wrong);
            Some((key.clone(), field(invalid((code, detail)))))
        };
        let whole = match Metadata::new(self.0.clone()) {
            Err(wrong @ InvalidMetadata::TooManyPairs) => {
                Some(invalid((explain(&wrong).0, wrong.to_string())))
            }
            _ => None,
        };
        collect(self.0.iter().filter_map(check), whole)
    }
}

impl PartialSchema for MetadataInput {
    fn schema() -> RefOr<Schema> {
        map(MetadataKey::schema(), MetadataValue::schema())
            .max_properties(Some(Metadata::MAX_PAIRS))
            .build()
            .into()
    }
}

impl ToSchema for MetadataInput {}

/// What is wrong with one entry.
pub(crate) fn field(error: ValidationError) -> ValidationErrorsKind {
    ValidationErrorsKind::Field(vec![error])
}

/// What is wrong with some entries, and with the map as a whole.
fn collect(
    entries: impl Iterator<Item = (String, ValidationErrorsKind)>,
    whole: Option<ValidationError>,
) -> Result<(), ValidationErrors> {
    let mut errors = ValidationErrors::new();
    errors
        .0
        .extend(entries.map(|(key, kind)| (Cow::Owned(key), kind)));
    errors
        .0
        .extend(whole.map(|error| (Cow::Borrowed(WHOLE), field(error))));
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
