use serde::{Deserialize, Serialize};

use super::{Branding, Limit, NewOrganization, Organization, PerMeter};
use crate::problem::FieldError;
use crate::{BillingAccountId, OrganizationId};

/// A tree of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tree {
    /// Those on top, in the order of their creation.
    pub organizations: Vec<Branch>,
}

/// An organization with everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Branch {
    /// The organization itself.
    #[serde(flatten)]
    pub organization: Organization,
    /// Its direct children, in the order of their creation.
    pub children: Vec<Self>,
}

/// New organizations with everything below them (O8).
#[derive(Debug, Clone, Default)]
pub struct NewTree<B = NewBranch> {
    /// Below which organization they are to be; `None` for roots.
    pub parent_org_id: Option<OrganizationId>,
    /// Those on top, in the order in which they are to be created.
    pub organizations: Vec<B>,
}

/// A new organization with everything below it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewBranch {
    /// The organization itself.
    #[serde(flatten)]
    pub organization: NewOrganization,
    /// Its direct children, in the order in which they are to be created.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Self>,
}

/// The same organizations, to be made once more: at the top, unless said.
impl From<Tree> for NewTree<Branch> {
    fn from(tree: Tree) -> Self {
        Self {
            parent_org_id: None,
            organizations: tree.organizations,
        }
    }
}

impl<B> NewTree<B> {
    pub(crate) fn request(&self, dry_run: bool) -> TreeRequest<'_, B> {
        TreeRequest {
            organizations: &self.organizations,
            parent_org_id: self.parent_org_id.as_ref(),
            dry_run,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct TreeRequest<'a, B> {
    organizations: &'a [B],
    parent_org_id: Option<&'a OrganizationId>,
    dry_run: bool,
}

/// What would become of new organizations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TreePlan {
    /// Everything that is in the way.
    pub errors: Vec<FieldError>,
    /// The organizations as they would be; those that have no place in the tree are missing.
    pub organizations: Vec<PlannedBranch>,
}

/// An organization as it would be, with everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedBranch {
    /// What people call it.
    pub name: String,
    /// How many ancestors it has.
    pub depth: u64,
    /// The account that pays, on the roots of `single` and `assigned` workspaces.
    pub billing_account_id: Option<BillingAccountId>,
    /// Its limits by meter; none where it has none.
    pub limits: PerMeter<Option<Limit>>,
    /// How its sign-in page looks.
    pub branding: Branding,
    /// Its direct children, in the order of their creation.
    pub children: Vec<Self>,
}
