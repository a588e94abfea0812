//! Charges: the ledger of what is used, one row a resource (`docs/rules.md` C1, C4, C11).

use crate::capacity::{ChargeTarget, Sight, TargetId};
use crate::id::{ReservationId, WorkspaceId};
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
    pub(crate) fn reserved(name: &str) -> Self {
        Self::trusted(format!("{RESERVED}{name}"))
    }

    /// Whether it is one that callers may not charge or release.
    pub fn is_reserved(&self) -> bool {
        self.as_str().starts_with(RESERVED)
    }

    /// Lets pass what callers may charge and release (C9).
    pub fn check_callers_own(&self) -> Result<(), ReservedResourceId> {
        if self.is_reserved() {
            Err(ReservedResourceId)
        } else {
            Ok(())
        }
    }
}

/// The resource id is one that callers may not charge or release (C9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must not begin with {RESERVED}, which is kept for the seats of people")]
pub struct ReservedResourceId;

/// One row of the ledger: a resource, and what it uses of one meter at one organization or team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The workspace, in which meter and resource id are unique together (C1).
    pub workspace_id: WorkspaceId,
    /// What is counted.
    pub meter: Meter,
    /// What is charged.
    pub resource_id: ResourceId,
    /// What it is charged to.
    pub target: ChargeTarget,
    /// How many units.
    pub quantity: Quantity,
    /// The reservation that holds them; `None` once they are charged (C5).
    pub held_by: Option<ReservationId>,
    /// When it was first charged, or held.
    pub created_at: Timestamp,
    /// When it last changed.
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

/// Why the ledger does not take what is asked of a resource (C1, C5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChargeRefused {
    /// See [`ChargedElsewhere`].
    #[error(transparent)]
    Elsewhere(#[from] ChargedElsewhere),
    /// A reservation holds it there already.
    #[error("the resource is held by the reservation {0}; commit or release that first")]
    Reserved(ReservationId),
    /// It is charged there already.
    #[error("the resource is charged there already; charge it with another quantity instead")]
    Charged,
}

/// The resource is charged to another organization or team; it has to be moved explicitly (C1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the resource is charged to {} already; move it, or release it there first", described(*target))]
pub struct ChargedElsewhere {
    /// What it is charged to, where that may be known.
    pub target: Option<ChargeTarget>,
}

impl ChargeRefused {
    /// The same, for somebody who may know so much of what is beside their team (C3).
    #[must_use]
    pub fn seen_by(self, sight: Sight) -> Self {
        match (self, sight) {
            (Self::Elsewhere(_), Sight::TargetOnly | Sight::Nothing) => {
                Self::Elsewhere(ChargedElsewhere { target: None })
            }
            (refused, _) => refused,
        }
    }
}

fn described(target: Option<ChargeTarget>) -> String {
    match target.map(ChargeTarget::id) {
        Some(TargetId::Organization(id)) => format!("the organization {id}"),
        Some(TargetId::Team(id)) => format!("the team {id}"),
        None => "something else".to_owned(),
    }
}

/// What to do to have a resource charged with this quantity to this organization or team (C1).
///
/// # Errors
/// It is charged or held elsewhere, or held there.
pub fn plan_charge(
    existing: Option<&Charge>,
    target: TargetId,
    quantity: Quantity,
) -> Result<ChargePlan, ChargeRefused> {
    let Some(existing) = existing else {
        return Ok(ChargePlan::Create(quantity.units()));
    };
    existing.check_at(target)?;
    if let Some(reservation) = existing.held_by {
        return Err(ChargeRefused::Reserved(reservation));
    }
    let (before, after) = (existing.quantity.units(), quantity.units());
    Ok(match after.cmp(&before) {
        std::cmp::Ordering::Equal => ChargePlan::Keep,
        std::cmp::Ordering::Greater => ChargePlan::Grow(after.saturating_sub(before)),
        std::cmp::Ordering::Less => ChargePlan::Shrink(before.saturating_sub(after)),
    })
}

/// Lets units of a resource be held for an organization or team: nothing of it is charged or held yet (C5).
///
/// # Errors
/// Every [`ChargeRefused`].
pub fn check_reservable(existing: Option<&Charge>, target: TargetId) -> Result<(), ChargeRefused> {
    let Some(existing) = existing else { return Ok(()) };
    existing.check_at(target)?;
    Err(existing
        .held_by
        .map_or(ChargeRefused::Charged, ChargeRefused::Reserved))
}

/// What moving a charge means (C11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeMove {
    /// It is there already: nothing to do.
    Keep,
    /// It leaves what it is charged to.
    From(ChargeTarget),
}

/// What to do to have a resource charged to this organization or team instead (C11).
///
/// # Errors
/// A reservation holds it: what is promised to one place is not another's.
pub fn plan_move(existing: &Charge, to: TargetId) -> Result<ChargeMove, ChargeRefused> {
    if let Some(reservation) = existing.held_by {
        return Err(ChargeRefused::Reserved(reservation));
    }
    Ok(if existing.target.id() == to {
        ChargeMove::Keep
    } else {
        ChargeMove::From(existing.target)
    })
}

impl Charge {
    fn check_at(&self, target: TargetId) -> Result<(), ChargedElsewhere> {
        if self.target.id() == target {
            Ok(())
        } else {
            Err(ChargedElsewhere {
                target: Some(self.target),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::{OrganizationId, TeamId};

    fn organization(n: u128) -> OrganizationId {
        OrganizationId::from_uuid(Uuid::from_u128(n))
    }

    fn team(n: u128) -> TeamId {
        TeamId::from_uuid(Uuid::from_u128(n))
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
            target: ChargeTarget::Organization(organization(1)),
            quantity: quantity(n),
            held_by: None,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn c1_a_repetition_is_a_no_op_and_another_quantity_a_resize() {
        let units = |n| Units::new(n).unwrap();
        let plan = |existing: Option<Charge>, n| {
            plan_charge(existing.as_ref(), organization(1).into(), quantity(n)).unwrap()
        };
        assert_eq!(plan(None, 3), ChargePlan::Create(units(3)));
        assert_eq!(plan(Some(charge(3)), 3), ChargePlan::Keep);
        assert_eq!(plan(Some(charge(3)), 5), ChargePlan::Grow(units(2)));
        assert_eq!(plan(Some(charge(3)), 1), ChargePlan::Shrink(units(2)));
    }

    #[test]
    fn c9_seats_are_not_for_callers_to_charge() {
        let check = |id: &str| id.parse::<ResourceId>().unwrap().check_callers_own();
        assert_eq!(check("seat:"), Err(ReservedResourceId));
        assert_eq!(check("seat:ada"), Err(ReservedResourceId));
        assert_eq!(check("seat"), Ok(()));
        assert_eq!(check("Seat:ada"), Ok(()));
        assert_eq!(check("a seat:"), Ok(()));
    }

    fn elsewhere(target: ChargeTarget) -> ChargeRefused {
        ChargeRefused::Elsewhere(ChargedElsewhere { target: Some(target) })
    }

    #[test]
    fn c1_a_resource_is_charged_in_one_place() {
        let at_team = ChargeTarget::Team {
            id: team(1),
            organization: Some(organization(1)),
        };
        let of_team = Charge {
            target: at_team,
            ..charge(3)
        };
        let refused =
            |existing: &Charge, target| plan_charge(Some(existing), target, quantity(3)).unwrap_err();
        for target in [organization(2).into(), team(1).into()] {
            let at = ChargeTarget::Organization(organization(1));
            assert_eq!(refused(&charge(3), target), elsewhere(at));
        }
        let of_another = refused(&of_team, organization(1).into());
        assert_eq!(of_another, elsewhere(at_team));
        assert!(of_another.to_string().contains("the team 0"), "{of_another}");
        let kept = plan_charge(Some(&of_team), team(1).into(), quantity(3));
        assert_eq!(kept, Ok(ChargePlan::Keep));
    }

    #[test]
    fn c3_who_sees_a_team_alone_is_not_told_where_else_a_resource_is_charged() {
        let refused = plan_charge(Some(&charge(3)), team(1).into(), quantity(3)).unwrap_err();
        assert_eq!(refused.seen_by(Sight::Whole), refused);
        let veiled = refused.seen_by(Sight::TargetOnly);
        assert_eq!(
            veiled,
            ChargeRefused::Elsewhere(ChargedElsewhere { target: None })
        );
        assert_eq!(
            veiled.to_string(),
            "the resource is charged to something else already; move it, or release it there first"
        );
    }

    fn held(n: i64) -> Charge {
        Charge {
            held_by: Some(reservation()),
            ..charge(n)
        }
    }

    fn reservation() -> ReservationId {
        ReservationId::from_uuid(Uuid::from_u128(7))
    }

    #[test]
    fn c5_what_is_held_is_neither_charged_nor_moved_nor_held_again() {
        let (here, there) = (organization(1).into(), organization(2).into());
        let reserved = ChargeRefused::Reserved(reservation());
        assert_eq!(plan_charge(Some(&held(3)), here, quantity(3)), Err(reserved));
        assert_eq!(plan_move(&held(3), there), Err(reserved));
        assert_eq!(check_reservable(Some(&held(3)), here), Err(reserved));
        let at = elsewhere(ChargeTarget::Organization(organization(1)));
        assert_eq!(plan_charge(Some(&held(3)), there, quantity(3)), Err(at));
        assert_eq!(check_reservable(Some(&held(3)), there), Err(at));
    }

    #[test]
    fn c5_only_what_is_not_charged_is_held() {
        let here = organization(1).into();
        assert_eq!(check_reservable(None, here), Ok(()));
        assert_eq!(
            check_reservable(Some(&charge(1)), here),
            Err(ChargeRefused::Charged)
        );
    }

    #[test]
    fn c11_a_charge_moves_from_where_it_is() {
        let (here, there) = (organization(1).into(), team(1).into());
        assert_eq!(plan_move(&charge(1), here), Ok(ChargeMove::Keep));
        let from = ChargeTarget::Organization(organization(1));
        assert_eq!(plan_move(&charge(1), there), Ok(ChargeMove::From(from)));
    }
}
