//! Organizations and the tree they form (`docs/rules.md` O1–O9).

mod branding;
mod deletion;
mod hierarchy;
mod inherited;
pub mod picture;
mod relocation;

pub use branding::{Branding, Colors};
pub use deletion::{Contents, DeletionRefused, check_deletion};
pub use hierarchy::{
    Depth, HierarchyCaps, HierarchyRefused, InvalidDepth, Path, TreeSize, place_child, place_root,
};
pub use inherited::{Inherited, InheritedBranding};
pub use picture::{PictureId, PictureRefused, SubmittedPicture};

pub use relocation::{
    Destination, MoveRefused, SmallestLimits, check_place, is_there, relocated, smallest_limits,
};

use crate::capacity::{NodeId, PoolId};
use crate::id::{BillingAccountId, OrganizationId, WorkspaceId};
use crate::text::Name;
use crate::time::Timestamp;

/// The name of an organization: 1–50 characters (O1).
pub type OrganizationName = Name<50>;

/// One organization of a workspace: a root, or a child of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id; the `external_id` of the API is the same UUID in its usual form.
    pub id: OrganizationId,
    /// The workspace that owns it.
    pub workspace_id: WorkspaceId,
    /// What people call it.
    pub name: OrganizationName,
    /// Its ancestors, root first; empty for a root (O2).
    pub path: Path,
    /// The account that pays, on the roots of `single` and `assigned` workspaces only (O3).
    pub billing_account_id: Option<BillingAccountId>,
    /// The picture of it that is hosted (O4).
    pub picture: Option<PictureId>,
    /// How its sign-in page looks (O5).
    pub branding: Branding,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Organization {
    /// The direct parent; `None` for a root.
    pub fn parent_id(&self) -> Option<OrganizationId> {
        self.path.parent()
    }

    /// The number of ancestors: 0 for a root.
    pub fn depth(&self) -> usize {
        self.path.depth()
    }

    /// The nodes of its capacity chain, from the pool down to itself.
    pub fn chain_nodes(&self, pool: PoolId) -> Vec<NodeId> {
        let organizations = self
            .path
            .ancestors()
            .iter()
            .copied()
            .chain([self.id])
            .map(NodeId::Organization);
        std::iter::once(NodeId::Pool(pool)).chain(organizations).collect()
    }
}
