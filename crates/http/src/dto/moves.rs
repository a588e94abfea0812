//! Moving organizations in the tree.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use tenantry_application::{LimitShift, MoveView, MovedOrganization, NewPlace};
use tenantry_domain::billing::LinkRefused;
use tenantry_domain::organization::{HierarchyRefused, MoveRefused};
use tenantry_domain::{BillingAccountId, Meters, OrganizationId, Units};
use utoipa::ToSchema;
use validator::Validate;

use super::patch::{nullable, optional};
use super::shown::{BillingAccountIdShown, MeterName, OrganizationIdShown, UnitsShown};
use crate::deployment::Deployment;
use crate::input::Body;
use crate::problem::FieldError;
use crate::problem::members::NoRoom;
use crate::representation::Representation;
use crate::wire::{Raw, described, fits, words};

type OrganizationIdInput = Raw<OrganizationId>;
type BillingAccountIdInput = Raw<BillingAccountId>;

/// Where an organization is wanted, with everything below it.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoveOrganization {
    /// Below which organization; null for a root. It must be said.
    #[serde(deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline, required)]
    parent_org_id: Option<Option<OrganizationIdInput>>,
    /// The account that pays: needed by what becomes a root in `single` and `assigned` mode, null otherwise.
    #[serde(default)]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    billing_account_id: Option<BillingAccountIdInput>,
    /// Whether only to tell what would happen.
    #[serde(default)]
    dry_run: bool,
}

/// A move that is wanted, or looked at.
pub(crate) struct WantedMove {
    /// Where to.
    pub place: NewPlace,
    /// Whether nothing is to change.
    pub dry_run: bool,
}

impl Body for MoveOrganization {
    type Command = WantedMove;

    fn command(self, _: &Meters) -> Result<WantedMove, Vec<FieldError>> {
        let parent = self.parent_org_id.flatten();
        Ok(WantedMove {
            place: NewPlace {
                parent: optional(parent.as_ref(), "/parent_org_id")?,
                billing_account_id: optional(self.billing_account_id.as_ref(), "/billing_account_id")?,
            },
            dry_run: self.dry_run,
        })
    }
}

/// What a move makes, or would make, of a subtree.
#[derive(Serialize, ToSchema)]
pub(crate) struct Move {
    /// Whether it is made.
    applied: bool,
    /// Everything that is in the way. Nothing is, of a move that is made.
    blockers: Vec<Blocker>,
    /// The organizations as they are afterwards, the moved one first and no child before its parent.
    organizations: Vec<Moved>,
}

impl Move {
    /// That might be made. Whoever makes it may ask that it still looks so.
    pub fn preview(view: &MoveView) -> Representation {
        Self::of(view, false)
    }

    /// That was made.
    pub fn made(view: &MoveView, _: &Deployment) -> Representation {
        Self::of(view, true)
    }

    fn of(view: &MoveView, applied: bool) -> Representation {
        let shown = Self {
            applied,
            blockers: view.blockers.iter().map(Blocker::from).collect(),
            organizations: view.subtree.iter().map(Moved::from).collect(),
        };
        Representation::tagged(StatusCode::OK, &shown)
    }
}

/// What keeps an organization from going where it is wanted (O7).
#[derive(Serialize, ToSchema)]
pub(crate) struct Blocker {
    /// The kind, to be matched by programs.
    #[schema(inline, value_type = BlockerCodes)]
    code: &'static str,
    /// What is in the way.
    #[schema(example = "the parent is on the last of 10 levels, so nothing can be placed below it")]
    detail: String,
    /// Of `limit_reached`, what has no room and where: the nodes that would count it in addition, from the pool down.
    #[schema(required)]
    refusal: Option<NoRoom>,
}

described! {
    /// The words for what is in the way of a move.
    BlockerCodes: words(
        [
            "cycle", "depth_limit_reached", "children_limit_reached", "billing_account_required",
            "billing_account_inherited", "billing_account_not_allowed", "limit_reached",
        ],
        |code| code
    );
}

impl From<&MoveRefused> for Blocker {
    fn from(refused: &MoveRefused) -> Self {
        Self {
            code: code(refused),
            detail: refused.to_string(),
            refusal: match refused {
                MoveRefused::NoRoom { meter, refusal } => Some(NoRoom::of(meter, refusal)),
                _ => None,
            },
        }
    }
}

const fn code(refused: &MoveRefused) -> &'static str {
    match refused {
        MoveRefused::Cycle(_) => "cycle",
        MoveRefused::Hierarchy(HierarchyRefused::TooDeep(_)) => "depth_limit_reached",
        MoveRefused::Hierarchy(HierarchyRefused::TooManyChildren(_)) => "children_limit_reached",
        MoveRefused::Hierarchy(HierarchyRefused::TooManyOrganizations(_)) => "organization_limit_reached",
        MoveRefused::Link(refused) => link_code(*refused),
        MoveRefused::NoRoom { .. } => "limit_reached",
    }
}

/// The words for what is wrong with a link.
pub(crate) const fn link_code(refused: LinkRefused) -> &'static str {
    match refused {
        LinkRefused::Required => "billing_account_required",
        LinkRefused::Inherited => "billing_account_inherited",
        LinkRefused::Pooled => "billing_account_not_allowed",
    }
}

/// One organization of a subtree that moves.
#[derive(Serialize, ToSchema)]
#[schema(as = MovedOrganization)]
pub(crate) struct Moved {
    /// The organization.
    #[schema(inline, value_type = OrganizationIdShown)]
    id: String,
    /// What people call it.
    #[schema(example = "Berlin")]
    name: String,
    /// The organization directly above it; null for a root.
    #[schema(inline, required, value_type = Option<OrganizationIdShown>)]
    parent_org_id: Option<String>,
    /// Its ancestors, root first, joined by `#`; null for a root.
    #[schema(required, example = "org_02wMe2eZtYRY4hvzqF2FgZ")]
    path: Option<String>,
    /// The number of ancestors.
    #[schema(inline, value_type = UnitsShown)]
    depth: usize,
    /// The account that pays, where it is a root with one.
    #[schema(inline, required, value_type = Option<BillingAccountIdShown>)]
    billing_account_id: Option<String>,
    /// The smallest limit that binds it, its own included, of every meter.
    limits: Vec<Shift>,
}

impl From<&MovedOrganization> for Moved {
    fn from(moved: &MovedOrganization) -> Self {
        let organization = &moved.organization;
        let is_root = organization.parent_id().is_none();
        Self {
            id: organization.id.to_string(),
            name: organization.name.to_string(),
            parent_org_id: organization.parent_id().map(|id| id.to_string()),
            path: (!is_root).then(|| organization.path.to_string()),
            depth: organization.depth(),
            billing_account_id: organization.billing_account_id.map(|id| id.to_string()),
            limits: moved.limits.iter().map(Shift::from).collect(),
        }
    }
}

/// The smallest limit that binds, before and after a move.
#[derive(Serialize, ToSchema)]
#[schema(as = LimitShift)]
pub(crate) struct Shift {
    /// Of which meter.
    #[schema(value_type = MeterName)]
    meter: String,
    /// Before; null when there is none.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    before: Option<u64>,
    /// Afterwards; null when there is none.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    after: Option<u64>,
}

impl From<&LimitShift> for Shift {
    fn from(shift: &LimitShift) -> Self {
        Self {
            meter: shift.meter.to_string(),
            before: shift.before.cap().map(Units::get),
            after: shift.after.cap().map(Units::get),
        }
    }
}
