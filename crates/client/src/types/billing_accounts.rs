use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{BillingAccountId, Patch, Timestamp, WorkspaceId};

words! {
    /// In which currency an account is billed (B6).
    Currency {
        /// US dollars.
        Usd = "usd",
        /// South African rand.
        Zar = "zar",
        /// Euros.
        Eur = "eur",
        /// Pounds sterling.
        Gbp = "gbp",
        /// Australian dollars.
        Aud = "aud",
    }
}

/// What a new billing account is to be (B6).
#[derive(Debug, Clone, Serialize)]
pub struct NewBillingAccount {
    /// Who is billed: at most 100 characters.
    pub name: String,
    /// Where invoices go.
    pub email: String,
    /// A number to call: at most 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What it is for: at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// In which currency, for good.
    pub currency: Currency,
    /// Where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

impl NewBillingAccount {
    /// An account with no more than it needs.
    pub fn new(name: impl Into<String>, email: impl Into<String>, currency: Currency) -> Self {
        Self {
            name: name.into(),
            email: email.into(),
            phone: None,
            description: None,
            currency,
            address: None,
        }
    }
}

/// What is to change about a billing account. Its currency never does.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BillingAccountChanges {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another address for invoices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Another number, or none.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub phone: Patch<String>,
    /// Another description, or none.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub description: Patch<String>,
    /// Another address, which replaces the whole one, or none.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub address: Patch<Address>,
}

/// A postal address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Two letters of ISO 3166-1.
    pub country: String,
    /// Street and number.
    pub line1: Option<String>,
    /// Floor, suite, building.
    pub line2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State, county, province.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
}

/// Who is billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BillingAccount {
    /// Its id.
    pub id: BillingAccountId,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// Who it is.
    pub name: String,
    /// Where invoices go.
    pub email: String,
    /// A number to call.
    pub phone: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// In which currency it is billed.
    pub currency: Currency,
    /// Where they are.
    pub address: Option<Address>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
