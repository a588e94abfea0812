//! Charges: the ledger of what is used, one row a resource (`docs/rules.md` C1, C4).

use crate::id::{OrganizationId, WorkspaceId};
use crate::meter::Meter;
use crate::text::Key;
use crate::time::Timestamp;
use crate::units::{Quantity, Units};

/// The caller's own name for what it charges: 1–200 characters.
pub type ResourceId = Key<200>;

/// What seats are called begins so (C9): callers may not charge or release such resources.
const RESERVED: &str = "seat:";

impl ResourceId {
    /// A name of ours, of up to 195 characters without control characters.
    pub(crate) fn reserved(name: String) -> Self {
        Self::trusted(format!("{RESERVED}{name}"))
    }

    /// Whether it is one that callers may not charge or release.
    pub fn is_reserved(&self) -> bool {
        self.as_str().starts_with(RESERVED)
    }
}

/// One row of the ledger: a resource, and what it uses of one meter at one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The workspace, in which meter and resource id are unique together (C1).
    pub workspace_id: WorkspaceId,
    /// What is counted.
    pub meter: Meter,
    /// What is charged.
    pub resource_id: ResourceId,
    /// The organization that it is charged to.
    pub organization_id: OrganizationId,
    /// How many units.
    pub quantity: Quantity,
    /// When it was first charged.
    pub created_at: Timestamp,
    /// When it was last resized.
    pub updated_at: Timestamp,
}

/// What a charge means, given what is charged for the resource already (C1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargePlan {
    /// The first charge: so many units must be admitted.
    Create(Units),
    /// A repetition: nothing to do.
    Keep,
    /// So many more units must be admitted.
    Grow(Units),
    /// So many units are given back, which is always possible.
    Shrink(Units),
}

/// The resource is charged to another organization; it has to be moved explicitly (C1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the resource is charged to the organization {organization_id} already; release it there first")]
pub struct ChargedElsewhere {
    /// Where it is charged.
    pub organization_id: OrganizationId,
}

/// What to do to have a resource charged with this quantity at this organization (C1).
pub fn plan_charge(
    existing: Option<&Charge>,
    organization_id: OrganizationId,
    quantity: Quantity,
) -> Result<ChargePlan, ChargedElsewhere> {
    let Some(existing) = existing else {
        return Ok(ChargePlan::Create(quantity.units()));
    };
    if existing.organization_id != organization_id {
        return Err(ChargedElsewhere {
            organization_id: existing.organization_id,
        });
    }
    let (before, after) = (existing.quantity.units(), quantity.units());
    Ok(match after.cmp(&before) {
        std::cmp::Ordering::Equal => ChargePlan::Keep,
        std::cmp::Ordering::Greater => ChargePlan::Grow(after.saturating_sub(before)),
        std::cmp::Ordering::Less => ChargePlan::Shrink(before.saturating_sub(after)),
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn organization(n: u128) -> OrganizationId {
        OrganizationId::from_uuid(Uuid::from_u128(n))
    }

    fn quantity(n: i64) -> Quantity {
        Quantity::try_from(n).unwrap()
    }

    fn charge(n: i64) -> Charge {
        let now = Timestamp::from_micros(0).unwrap();
        Charge {
            workspace_id: WorkspaceId::from_uuid(Uuid::from_u128(1)),
            meter: "locations".parse().unwrap(),
            resource_id: "site 1".parse().unwrap(),
            organization_id: organization(1),
            quantity: quantity(n),
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn c1_a_repetition_is_a_no_op_and_another_quantity_a_resize() {
        let units = |n| Units::new(n).unwrap();
        let plan = |existing: Option<Charge>, n| {
            plan_charge(existing.as_ref(), organization(1), quantity(n)).unwrap()
        };
        assert_eq!(plan(None, 3), ChargePlan::Create(units(3)));
        assert_eq!(plan(Some(charge(3)), 3), ChargePlan::Keep);
        assert_eq!(plan(Some(charge(3)), 5), ChargePlan::Grow(units(2)));
        assert_eq!(plan(Some(charge(3)), 1), ChargePlan::Shrink(units(2)));
    }

    #[test]
    fn c1_a_resource_is_charged_in_one_place() {
        let elsewhere = plan_charge(Some(&charge(3)), organization(2), quantity(3));
        assert_eq!(
            elsewhere,
            Err(ChargedElsewhere {
                organization_id: organization(1)
            })
        );
    }
}
