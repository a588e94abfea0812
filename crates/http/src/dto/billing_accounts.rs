use serde::{Deserialize, Serialize};
use tenantry_application::{BillingAccountChanges, NewBillingAccount, Patch};
use tenantry_domain::billing::{self, BillingAccountName, Country, Currency};
use tenantry_domain::text::{Email, Name, Note};
use tenantry_domain::{Meters, Timestamp};
use utoipa::ToSchema;
use validator::Validate;

use super::patch::{nullable, optional, patch, present};
use super::shown::{BillingAccountIdShown, WorkspaceIdShown};
use crate::input::Body;
use crate::problem::FieldError;
use crate::wire::{Raw, fits};

type NameInput = Raw<BillingAccountName>;
type EmailInput = Raw<Email>;
type PhoneInput = Raw<Name<50>>;
type DescriptionInput = Raw<Note<200>>;
type CurrencyInput = Raw<Currency>;
type CountryInput = Raw<Country>;
type LineInput = Raw<Name<200>>;
type PlaceInput = Raw<Name<100>>;
type PostalCodeInput = Raw<Name<20>>;

/// What a new billing account is to be.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateBillingAccount {
    /// Who is billed.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: NameInput,
    /// Where invoices go.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    email: EmailInput,
    /// A number to call.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    phone: Option<PhoneInput>,
    /// What it is for.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    description: Option<DescriptionInput>,
    /// In which currency, for good.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    currency: CurrencyInput,
    /// Where they are.
    #[validate(nested)]
    address: Option<AddressInput>,
}

impl Body for CreateBillingAccount {
    type Command = NewBillingAccount;

    fn command(self, _: &Meters) -> Result<NewBillingAccount, Vec<FieldError>> {
        Ok(NewBillingAccount {
            name: self.name.read("/name")?,
            email: self.email.read("/email")?,
            phone: optional(self.phone.as_ref(), "/phone")?,
            description: optional(self.description.as_ref(), "/description")?,
            currency: self.currency.read("/currency")?,
            address: self.address.as_ref().map(AddressInput::read).transpose()?,
        })
    }
}

/// What is to change about a billing account. What is not mentioned stays; the currency always does.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateBillingAccount {
    /// Another name.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    name: Option<NameInput>,
    /// Another address for invoices.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    email: Option<EmailInput>,
    /// Another number; null for none.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    phone: Option<Option<PhoneInput>>,
    /// Another description; null for none.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    description: Option<Option<DescriptionInput>>,
    /// Another address, which replaces the whole one; null for none.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(nested)]
    address: Option<Option<AddressInput>>,
}

impl Body for UpdateBillingAccount {
    type Command = BillingAccountChanges;

    fn command(self, _: &Meters) -> Result<BillingAccountChanges, Vec<FieldError>> {
        Ok(BillingAccountChanges {
            name: optional(self.name.as_ref(), "/name")?,
            email: optional(self.email.as_ref(), "/email")?,
            phone: patch(self.phone.as_ref(), "/phone")?,
            description: patch(self.description.as_ref(), "/description")?,
            address: match &self.address {
                None => Patch::Keep,
                Some(None) => Patch::Clear,
                Some(Some(address)) => Patch::Set(address.read()?),
            },
        })
    }
}

/// A postal address.
#[derive(Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressInput {
    /// Two letters of ISO 3166-1.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    country: CountryInput,
    /// Street and number.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    line1: Option<LineInput>,
    /// Floor, suite, building.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    line2: Option<LineInput>,
    /// City.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    city: Option<PlaceInput>,
    /// State, county, province.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    state: Option<PlaceInput>,
    /// Postal code.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    postal_code: Option<PostalCodeInput>,
}

impl AddressInput {
    fn read(&self) -> Result<billing::Address, Vec<FieldError>> {
        Ok(billing::Address {
            country: self.country.read("/address/country")?,
            line1: optional(self.line1.as_ref(), "/address/line1")?,
            line2: optional(self.line2.as_ref(), "/address/line2")?,
            city: optional(self.city.as_ref(), "/address/city")?,
            state: optional(self.state.as_ref(), "/address/state")?,
            postal_code: optional(self.postal_code.as_ref(), "/address/postal_code")?,
        })
    }
}

/// Who is billed.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "cus_02wMe2eZtYRY4hvzqF2FgZ", "workspace_id": "ws_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME Corporation",
    "email": "billing@acme.example", "phone": null, "description": null, "currency": "usd",
    "address": {
        "country": "US", "line1": "1 Main Street", "line2": null, "city": "Springfield", "state": null, "postal_code": "12345"
    },
    "created_at": "2026-11-21T08:30:00.000000Z", "updated_at": "2026-11-21T08:30:00.000000Z"
}))]
pub(crate) struct BillingAccount {
    /// Its id.
    #[schema(inline, value_type = BillingAccountIdShown)]
    id: String,
    /// The workspace that it belongs to.
    #[schema(inline, value_type = WorkspaceIdShown)]
    workspace_id: String,
    /// Who it is.
    #[schema(inline, value_type = NameInput)]
    name: String,
    /// Where invoices go.
    #[schema(inline, value_type = EmailInput)]
    email: String,
    /// A number to call.
    #[schema(inline, required, value_type = Option<PhoneInput>)]
    phone: Option<String>,
    /// What it is for.
    #[schema(inline, required, value_type = Option<DescriptionInput>)]
    description: Option<String>,
    /// In which currency it is billed.
    #[schema(inline, value_type = CurrencyInput)]
    currency: &'static str,
    /// Where they are.
    #[schema(required)]
    address: Option<Address>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A postal address.
#[derive(Serialize, ToSchema)]
pub(crate) struct Address {
    /// Two letters of ISO 3166-1.
    #[schema(inline, value_type = CountryInput)]
    country: String,
    /// Street and number.
    #[schema(inline, required, value_type = Option<LineInput>)]
    line1: Option<String>,
    /// Floor, suite, building.
    #[schema(inline, required, value_type = Option<LineInput>)]
    line2: Option<String>,
    /// City.
    #[schema(inline, required, value_type = Option<PlaceInput>)]
    city: Option<String>,
    /// State, county, province.
    #[schema(inline, required, value_type = Option<PlaceInput>)]
    state: Option<String>,
    /// Postal code.
    #[schema(inline, required, value_type = Option<PostalCodeInput>)]
    postal_code: Option<String>,
}

impl From<billing::Address> for Address {
    fn from(address: billing::Address) -> Self {
        Self {
            country: address.country.to_string(),
            line1: address.line1.map(|text| text.to_string()),
            line2: address.line2.map(|text| text.to_string()),
            city: address.city.map(|text| text.to_string()),
            state: address.state.map(|text| text.to_string()),
            postal_code: address.postal_code.map(|text| text.to_string()),
        }
    }
}

impl From<billing::BillingAccount> for BillingAccount {
    fn from(account: billing::BillingAccount) -> Self {
        let shown = |at: Timestamp| at.to_string();
        Self {
            id: account.id.to_string(),
            workspace_id: account.workspace_id.to_string(),
            name: account.name.to_string(),
            email: account.email.to_string(),
            phone: account.phone.map(|phone| phone.to_string()),
            description: account.description.map(|text| text.as_str().to_owned()),
            currency: account.currency.as_str(),
            address: account.address.map(Address::from),
            created_at: shown(account.created_at),
            updated_at: shown(account.updated_at),
        }
    }
}
