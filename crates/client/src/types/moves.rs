use serde::{Deserialize, Serialize};

use crate::problem::LimitReached;
use crate::{BillingAccountId, OrganizationId};

/// Where an organization is wanted, with everything below it (O7).
#[derive(Debug, Clone, Default)]
pub struct NewPlace {
    /// Below which organization; `None` for a root.
    pub parent_org_id: Option<OrganizationId>,
    /// The account that pays, where a root needs one.
    pub billing_account_id: Option<BillingAccountId>,
}

impl NewPlace {
    pub(crate) const fn request(&self, dry_run: bool) -> MoveRequest<'_> {
        MoveRequest {
            parent_org_id: self.parent_org_id.as_ref(),
            billing_account_id: self.billing_account_id.as_ref(),
            dry_run,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct MoveRequest<'a> {
    pub parent_org_id: Option<&'a OrganizationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_account_id: Option<&'a BillingAccountId>,
    pub dry_run: bool,
}

/// What a move makes, or would make, of a subtree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Move {
    /// Whether it is made.
    pub applied: bool,
    /// Everything that is in the way.
    pub blockers: Vec<MoveBlocker>,
    /// The organizations as they are afterwards, the moved one first and no child before its parent.
    pub organizations: Vec<MovedOrganization>,
}

/// What keeps an organization from going where it is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MoveBlocker {
    /// The kind, to be matched, such as `cycle` or `limit_reached`.
    pub code: String,
    /// What is in the way, for people.
    pub detail: String,
    /// Of `limit_reached`, what has no room and where.
    pub refusal: Option<LimitReached>,
}

/// One organization of a subtree that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MovedOrganization {
    /// The organization.
    pub id: OrganizationId,
    /// What people call it.
    pub name: String,
    /// The organization directly above it; `None` for a root.
    pub parent_org_id: Option<OrganizationId>,
    /// Its ancestors, root first, joined by `#`; `None` for a root.
    pub path: Option<String>,
    /// The number of ancestors.
    pub depth: u32,
    /// The account that pays, where it is a root with one.
    pub billing_account_id: Option<BillingAccountId>,
    /// The smallest limit that binds it, of every meter.
    pub limits: Vec<LimitShift>,
}

/// The smallest limit that binds, before and after a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LimitShift {
    /// Of which meter.
    pub meter: String,
    /// Before; `None` when there is none.
    pub before: Option<u64>,
    /// Afterwards; `None` when there is none.
    pub after: Option<u64>,
}
