use std::fmt;
use std::str::FromStr;

use crate::id::{BillingAccountId, WorkspaceId};
use crate::text::{Email, Name, Note};
use crate::time::Timestamp;

/// The name of a billing account: 1–100 characters (B6).
pub type BillingAccountName = Name<100>;

/// Who is billed (B6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingAccount {
    /// Its id.
    pub id: BillingAccountId,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// Who it is.
    pub name: BillingAccountName,
    /// Where invoices go.
    pub email: Email,
    /// At most 50 characters.
    pub phone: Option<Name<50>>,
    /// At most 200 characters.
    pub description: Option<Note<200>>,
    /// Fixed at creation.
    pub currency: Currency,
    /// Where they are.
    pub address: Option<Address>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A postal address. Only the country is needed, since taxes depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// ISO 3166-1 alpha-2.
    pub country: Country,
    /// Street and number.
    pub line1: Option<Name<200>>,
    /// Floor, suite, building.
    pub line2: Option<Name<200>>,
    /// City.
    pub city: Option<Name<100>>,
    /// State, county, province.
    pub state: Option<Name<100>>,
    /// Postal code.
    pub postal_code: Option<Name<20>>,
}

/// Two letters of ISO 3166-1, upper-case. Whether they are assigned is for whoever computes the tax to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country([u8; 2]);

/// The text is not a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a country as two letters of ISO 3166-1, such as ZA")]
pub struct InvalidCountry;

impl FromStr for Country {
    type Err = InvalidCountry;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(InvalidCountry),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b] = self.0.map(char::from);
        write!(f, "{a}{b}")
    }
}

words! {
    /// The currencies in which an account may be billed (B6).
    pub enum Currency (UnknownCurrency: "must be one of usd, zar, eur, gbp, aud") {
        /// United States dollar.
        Usd = "usd",
        /// South African rand.
        Zar = "zar",
        /// Euro.
        Eur = "eur",
        /// Pound sterling.
        Gbp = "gbp",
        /// Australian dollar.
        Aud = "aud",
    }
}

/// Why a billing account cannot be deleted (B6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BillingAccountDeletionRefused {
    /// It has live subscriptions.
    #[error("the billing account has live subscriptions; cancel them first")]
    ActiveSubscriptions,
    /// A root organization refers to it.
    #[error("a root organization uses the billing account; give it another one first")]
    InUse,
}

/// Whether an account may be deleted, given its live subscriptions and the roots that refer to it (B6).
pub fn check_billing_account_deletion(
    live_subscriptions: u32,
    linked_roots: u32,
) -> Result<(), BillingAccountDeletionRefused> {
    match (live_subscriptions, linked_roots) {
        (0, 0) => Ok(()),
        (0, _) => Err(BillingAccountDeletionRefused::InUse),
        _ => Err(BillingAccountDeletionRefused::ActiveSubscriptions),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b6_five_currencies_and_no_other() {
        for currency in Currency::ALL {
            assert_eq!(currency.as_str().parse(), Ok(currency));
        }
        assert_eq!("chf".parse::<Currency>(), Err(UnknownCurrency));
    }

    #[test]
    fn b6_a_country_is_two_letters() {
        assert_eq!("za".parse::<Country>().unwrap().to_string(), "ZA");
        for text in ["", "Z", "ZAF", "Z1", "é"] {
            assert_eq!(text.parse::<Country>(), Err(InvalidCountry), "{text:?}");
        }
    }

    #[test]
    fn b6_an_account_in_use_stays() {
        use BillingAccountDeletionRefused::{ActiveSubscriptions, InUse};
        assert_eq!(check_billing_account_deletion(0, 0), Ok(()));
        assert_eq!(check_billing_account_deletion(0, 2), Err(InUse));
        assert_eq!(check_billing_account_deletion(1, 2), Err(ActiveSubscriptions));
    }
}
