//! Licences, and what they give (`docs/rules.md` E1–E3).

mod entitlements;

pub use entitlements::{EnterpriseRequired, Entitlements};

use uuid::Uuid;

use crate::text::Name;
use crate::time::Timestamp;

words! {
    /// What a deployment was sold as (E1).
    pub enum Edition (UnknownEdition: "must be one of community, enterprise") {
        /// Without a licence.
        Community = "community",
        /// With a licence that says so, as long as it holds.
        Enterprise = "enterprise",
    }
}

/// Whom a licence was issued to: 1–200 characters.
pub type Holder = Name<200>;

/// How much a licence allows; `None` for as much as the deployment does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LicenseLimits {
    /// In how many teams somebody may be who makes another one on `/v1/teams`, the personal one included (T4).
    pub teams_per_person: Option<u32>,
}

/// A licence whose signature was found good (E1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct License {
    /// Tells it apart from others of the same holder.
    pub id: Uuid,
    /// Whom it was issued to.
    pub holder: Holder,
    /// What it gives.
    pub edition: Edition,
    /// How much it allows.
    pub limits: LicenseLimits,
    /// From when on it holds.
    pub not_before: Timestamp,
    /// From when on it holds no more.
    pub expires_at: Timestamp,
}

words! {
    /// Whether a licence holds at a moment.
    pub enum Validity (UnknownValidity: "must be one of not_yet_valid, valid, expired") {
        /// It will.
        NotYetValid = "not_yet_valid",
        /// It does.
        Valid = "valid",
        /// It did.
        Expired = "expired",
    }
}

impl License {
    /// Whether it holds.
    pub fn validity(&self, now: Timestamp) -> Validity {
        if now >= self.expires_at {
            Validity::Expired
        } else if now < self.not_before {
            Validity::NotYetValid
        } else {
            Validity::Valid
        }
    }

    /// For how many more whole days it holds; 0 on its last day and after it.
    pub fn days_left(&self, now: Timestamp) -> u32 {
        const MICROS_PER_DAY: i64 = 24 * 60 * 60 * 1_000_000;
        let left = self.expires_at.as_micros().saturating_sub(now.as_micros());
        u32::try_from(left / MICROS_PER_DAY).unwrap_or(0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const DAY: i64 = 86_400_000_000;

    pub(crate) fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    /// Holds from the second day to the end of the tenth.
    pub(crate) fn license() -> License {
        License {
            id: Uuid::from_u128(1),
            holder: "ACME".parse().unwrap(),
            edition: Edition::Enterprise,
            limits: LicenseLimits::default(),
            not_before: at(DAY),
            expires_at: at(10 * DAY),
        }
    }

    #[test]
    fn e1_a_licence_holds_from_its_beginning_until_it_expires() {
        for (moment, validity) in [
            (0, Validity::NotYetValid),
            (DAY - 1, Validity::NotYetValid),
            (DAY, Validity::Valid),
            (10 * DAY - 1, Validity::Valid),
            (10 * DAY, Validity::Expired),
            (99 * DAY, Validity::Expired),
        ] {
            assert_eq!(license().validity(at(moment)), validity, "{moment}");
        }
    }

    #[test]
    fn e1_the_days_that_are_left_are_whole_ones() {
        for (moment, days) in [
            (DAY, 9),
            (DAY + 1, 8),
            (9 * DAY, 1),
            (9 * DAY + 1, 0),
            (10 * DAY, 0),
            (11 * DAY, 0),
            (-DAY, 11),
        ] {
            assert_eq!(license().days_left(at(moment)), days, "{moment}");
        }
    }
}
