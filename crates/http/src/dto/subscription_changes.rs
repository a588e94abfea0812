use std::borrow::Cow;
use std::collections::BTreeSet;
use std::marker::PhantomData;

use serde::Deserialize;
use tenantry_application::SubscriptionPatch;
use tenantry_domain::billing::{Metadata, Quantities, SubscriptionChange};
use tenantry_domain::{Meter, Meters};
use utoipa::openapi::schema::{AllOfBuilder, Object, ObjectBuilder, OneOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::{Validate, ValidationError};

use super::entries::{MetadataInput, QuantitiesInput, meter};
use super::patch::{optional, present};
use super::shown::MeterName;
use crate::input::Body;
use crate::problem::FieldError;
use crate::wire::{Raw, Wire, Wrong, fits, invalid, words};

/// What a new subscription is to provide.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateSubscription {
    /// How much of each product, at least one.
    #[validate(nested)]
    #[schema(inline)]
    product_quantities: QuantitiesInput,
    /// Notes of yours, at most 10.
    #[serde(default)]
    #[validate(nested)]
    #[schema(inline)]
    metadata: MetadataInput,
}

impl Body for CreateSubscription {
    type Command = (Quantities, Metadata);

    fn command(self, meters: &Meters) -> Result<(Quantities, Metadata), Vec<FieldError>> {
        let quantities = self
            .product_quantities
            .quantities("/product_quantities", meters)?;
        Ok((quantities, self.metadata.read("/metadata")?))
    }
}

/// What is to change about a subscription: exactly one of `action`, `product_quantities`, `add_products` and `remove_products`; `metadata`
/// may come along, or alone. Increases count at once, decreases at the end of the period.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, bound = "")]
#[validate(schema(function = one_change))]
#[schema(as = SubscriptionChanges, bound = "")]
pub(crate) struct Changes<A: ByName> {
    /// `pause` stops it at once, `resume` starts it again, `sync` reads it anew; `cancel`, in a preview alone, ends it.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(nullable = false, value_type = String)]
    action: Option<Raw<A>>,
    /// Quantities to set; products that are not mentioned keep theirs.
    #[serde(default, deserialize_with = "present")]
    #[validate(nested)]
    #[schema(inline, nullable = false)]
    product_quantities: Option<QuantitiesInput>,
    /// Products that it does not provide yet.
    #[serde(default, deserialize_with = "present")]
    #[validate(nested)]
    #[schema(inline, nullable = false)]
    add_products: Option<QuantitiesInput>,
    /// Products to take away at the end of the period.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = some_product))]
    #[schema(nullable = false, min_items = 1, value_type = Vec<MeterName>)]
    remove_products: Option<Vec<String>>,
    /// Notes of yours, at most 10, which replace those that are there.
    #[serde(default, deserialize_with = "present")]
    #[validate(nested)]
    #[schema(inline, nullable = false)]
    metadata: Option<MetadataInput>,
}

fn one_change<A: ByName>(body: &Changes<A>) -> Result<(), ValidationError> {
    let given = [
        body.action.is_some(),
        body.product_quantities.is_some(),
        body.add_products.is_some(),
        body.remove_products.is_some(),
    ];
    let count = given.into_iter().filter(|is_given| *is_given).count();
    if count == 1 || (count == 0 && body.metadata.is_some()) {
        return Ok(());
    }
    let detail = "must have exactly one of action, product_quantities, add_products and remove_products, or metadata alone";
    Err(invalid(("exactly_one", detail.to_owned())))
}

/// What is to change about a subscription.
pub(crate) type UpdateSubscription = Changes<Action>;
/// What somebody thinks of doing to a subscription.
pub(crate) type PreviewChange = Changes<PreviewAction>;

/// What the document calls the fields of [`Changes`], whatever can be asked for by name.
const FIELDS: &str = "SubscriptionChanges";

/// [`Changes`] as the document describes them: with which fields go together.
pub(crate) struct OneChange<A>(PhantomData<A>);

/// An [`UpdateSubscription`].
pub(crate) type OneUpdate = OneChange<Action>;
/// A [`PreviewChange`].
pub(crate) type OnePreview = OneChange<PreviewAction>;

impl<A: ByName> PartialSchema for OneChange<A> {
    fn schema() -> RefOr<Schema> {
        let with = |field| ObjectBuilder::new().required(field);
        let one = ["action", "product_quantities", "add_products", "remove_products"]
            .into_iter()
            .fold(OneOfBuilder::new(), |one, field| one.item(with(field)))
            .item(with("metadata").max_properties(Some(1)));
        let all = AllOfBuilder::new()
            .item(Ref::from_schema_name(FIELDS))
            .item(ObjectBuilder::new().property("action", <A as Wire>::schema()))
            .item(one)
            .build();
        Schema::from(all).into()
    }
}

impl<A: ByName> ToSchema for OneChange<A> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(A::BODY)
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((FIELDS.to_owned(), Changes::<A>::schema()));
        Changes::<A>::schemas(schemas);
    }
}

fn some_product(products: &[String]) -> Result<(), ValidationError> {
    if products.is_empty() {
        Err(invalid(("empty", "must name at least one product".to_owned())))
    } else {
        Ok(())
    }
}

impl<A: ByName> Changes<A> {
    fn change(&self, meters: &Meters) -> Result<Option<SubscriptionChange>, Vec<FieldError>> {
        if let Some(quantities) = &self.product_quantities {
            let quantities = quantities.quantities("/product_quantities", meters)?;
            return Ok(Some(SubscriptionChange::SetQuantities(quantities)));
        }
        if let Some(products) = &self.add_products {
            return Ok(Some(SubscriptionChange::AddProducts(
                products.quantities("/add_products", meters)?,
            )));
        }
        if let Some(products) = &self.remove_products {
            return Ok(Some(SubscriptionChange::RemoveProducts(all_meters(
                products,
                "/remove_products",
                meters,
            )?)));
        }
        let action = optional(self.action.as_ref(), "/action")?;
        Ok(action.and_then(A::change))
    }
}

/// The deployment's meters of these names; all names that are none at once.
fn all_meters(names: &[String], at: &str, meters: &Meters) -> Result<BTreeSet<Meter>, Vec<FieldError>> {
    let (mut found, mut errors) = (BTreeSet::new(), Vec::new());
    for (index, name) in names.iter().enumerate() {
        match meter(name, &format!("{at}/{index}"), meters) {
            Ok(meter) => {
                found.insert(meter);
            }
            Err(unknown) => errors.extend(unknown),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

impl<A: ByName> Body for Changes<A> {
    type Command = SubscriptionPatch;

    fn command(self, meters: &Meters) -> Result<SubscriptionPatch, Vec<FieldError>> {
        let change = self.change(meters)?;
        let metadata = self
            .metadata
            .map(|metadata| metadata.read("/metadata"))
            .transpose()?;
        Ok(SubscriptionPatch { change, metadata })
    }
}

/// What can be done to a subscription by name.
pub(crate) trait ByName: Wire {
    /// What the document calls a body that takes it.
    const BODY: &'static str;

    /// The change that it is, if it is one.
    fn change(self) -> Option<SubscriptionChange>;
}

/// What a change does by name (S3).
#[derive(Clone, Copy)]
pub(crate) enum Action {
    Pause,
    Resume,
    Sync,
}

impl Action {
    const ALL: [Self; 3] = [Self::Pause, Self::Resume, Self::Sync];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Sync => "sync",
        }
    }
}

impl ByName for Action {
    const BODY: &'static str = "UpdateSubscription";

    fn change(self) -> Option<SubscriptionChange> {
        match self {
            Self::Pause => Some(SubscriptionChange::Pause),
            Self::Resume => Some(SubscriptionChange::Resume),
            Self::Sync => None,
        }
    }
}

impl Wire for Action {
    type Raw = String;

    fn read(raw: &String) -> Result<Self, Wrong> {
        one_of(&Self::ALL, Self::as_str, raw)
    }

    fn schema() -> Object {
        words(Self::ALL, Self::as_str)
    }
}

/// What a preview can be asked about by name: a change, or the end.
#[derive(Clone, Copy)]
pub(crate) enum PreviewAction {
    Change(Action),
    Cancel,
}

impl PreviewAction {
    const ALL: [Self; 4] = [
        Self::Change(Action::Pause),
        Self::Change(Action::Resume),
        Self::Change(Action::Sync),
        Self::Cancel,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Change(action) => action.as_str(),
            Self::Cancel => "cancel",
        }
    }
}

impl ByName for PreviewAction {
    const BODY: &'static str = "PreviewChange";

    fn change(self) -> Option<SubscriptionChange> {
        match self {
            Self::Change(action) => action.change(),
            Self::Cancel => Some(SubscriptionChange::Cancel),
        }
    }
}

impl Wire for PreviewAction {
    type Raw = String;

    fn read(raw: &String) -> Result<Self, Wrong> {
        one_of(&Self::ALL, Self::as_str, raw)
    }

    fn schema() -> Object {
        words(Self::ALL, Self::as_str)
    }
}

fn one_of<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str, raw: &str) -> Result<T, Wrong> {
    let found = all.iter().copied().find(|one| word(*one) == raw);
    found.ok_or_else(|| {
        let words: Vec<_> = all.iter().map(|one| word(*one)).collect();
        ("unknown_value", format!("must be one of {}", words.join(", ")))
    })
}
