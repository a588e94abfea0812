//! Trees of organizations, as they are shown and as they are made. Whatever is shown can be sent back (O8).

use std::collections::{BTreeMap, HashMap};

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use tenantry_application::{NewBranch, NewTree, OrganizationView, TreeView};
use tenantry_domain::organization::OrganizationName;
use tenantry_domain::{BillingAccountId, Meters, OrganizationId};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::Validate;

use super::branding::{Branding, BrandingInput};
use super::entries::{Limits, LimitsInput};
use super::limit::LimitShown;
use super::organizations::{CreateOrganization, Organization};
use super::patch::optional;
use super::shown::BillingAccountIdShown;
use crate::deployment::Deployment;
use crate::input::Body;
use crate::problem::{FieldError, of_branch};
use crate::representation::Resource;
use crate::wire::{Raw, fits};

type NameInput = Raw<OrganizationName>;
type OrganizationIdInput = Raw<OrganizationId>;
type BillingAccountIdInput = Raw<BillingAccountId>;

/// A tree of a workspace.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tree {
    /// Those on top, in the order of their creation.
    organizations: Vec<Branch>,
}

/// An organization with everything below it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Branch {
    #[serde(flatten)]
    organization: Organization,
    /// Its direct children, in the order of their creation.
    #[schema(no_recursion, example = json!([]))]
    children: Vec<Self>,
}

impl Resource for Tree {
    type Of = Vec<OrganizationView>;

    /// Organizations that are given with parents before their children.
    fn show(views: Self::Of, deployment: &Deployment) -> Self {
        let branch = |view, children| Branch {
            organization: Organization::show(view, deployment),
            children,
        };
        Self {
            organizations: nested(views, branch),
        }
    }
}

/// Puts organizations, given with parents before their children, under one another.
fn nested<B>(views: Vec<OrganizationView>, branch: impl Fn(OrganizationView, Vec<B>) -> B) -> Vec<B> {
    let top = views.first().and_then(|view| view.organization.parent_id());
    let mut below: HashMap<Option<OrganizationId>, Vec<B>> = HashMap::new();
    // From the end, so that whatever is below an organization is complete when its turn comes.
    for view in views.into_iter().rev() {
        let (id, parent) = (view.organization.id, view.organization.parent_id());
        let children = in_order(below.remove(&Some(id)));
        below.entry(parent).or_default().push(branch(view, children));
    }
    in_order(below.remove(&top))
}

fn in_order<B>(collected_from_the_end: Option<Vec<B>>) -> Vec<B> {
    let mut branches = collected_from_the_end.unwrap_or_default();
    branches.reverse();
    branches
}

/// New organizations with everything below them. What `GET /workspaces/{workspace_id}/tree` answers can be sent as it is.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateTree {
    /// Those on top, in the order in which they are to be created.
    #[validate(nested)]
    organizations: Vec<CreateBranch>,
    /// The organization below which they are to be; null for roots.
    #[serde(default)]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    parent_org_id: Option<OrganizationIdInput>,
    /// Whether only to tell what would happen.
    #[serde(default)]
    dry_run: bool,
}

/// A new organization with everything below it.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what is only answered may be sent, and is ignored")]
pub(crate) struct CreateBranch {
    /// What people call it. Blanks around it are dropped.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: NameInput,
    /// The account that pays: needed by roots in `single` and `assigned` mode, null otherwise.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    billing_account_id: Option<BillingAccountIdInput>,
    /// Its limits by meter; 0 disables, null sets none. An object says what is done about more: with `observe` nothing is refused.
    #[serde(default)]
    #[validate(nested)]
    #[schema(inline)]
    limits: LimitsInput,
    /// How its sign-in page looks.
    #[validate(nested)]
    branding: Option<BrandingInput>,
    /// Its direct children, in the order in which they are to be created.
    #[serde(default)]
    #[validate(nested)]
    #[schema(no_recursion)]
    children: Vec<Self>,
    #[serde(default)]
    #[schema(inline)]
    id: Answered,
    #[serde(default)]
    #[schema(inline)]
    workspace_id: Answered,
    #[serde(default)]
    #[schema(inline)]
    external_id: Answered,
    #[serde(default)]
    #[schema(inline)]
    parent_org_id: Answered,
    #[serde(default)]
    #[schema(inline)]
    path: Answered,
    #[serde(default)]
    #[schema(inline)]
    depth: Answered,
    #[serde(default)]
    #[schema(inline)]
    picture: Answered,
    #[serde(default)]
    #[schema(inline)]
    usage: Answered,
    #[serde(default)]
    #[schema(inline)]
    created_at: Answered,
    #[serde(default)]
    #[schema(inline)]
    updated_at: Answered,
    #[serde(default)]
    #[schema(inline)]
    over_limit: Answered,
}

/// A member that is only answered. Whatever is sent for it is ignored, so that what is answered can be sent as it is.
#[derive(Default)]
struct Answered;

impl<'de> Deserialize<'de> for Answered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl PartialSchema for Answered {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .read_only(true)
            .description(Some("Only answered; ignored when it is sent."))
            .into()
    }
}

impl ToSchema for Answered {}

/// A tree that is wanted, or looked at.
pub(crate) struct WantedTree {
    /// The tree.
    pub tree: NewTree,
    /// Whether nothing is to change.
    pub dry_run: bool,
}

impl Body for CreateTree {
    type Command = WantedTree;

    /// Room for some thousand organizations as they are shown.
    const MAX: usize = 4 * 1024 * 1024;

    fn command(self, meters: &Meters) -> Result<WantedTree, Vec<FieldError>> {
        let branches = read_all(self.organizations, "/organizations", meters)?;
        Ok(WantedTree {
            tree: NewTree {
                parent: optional(self.parent_org_id.as_ref(), "/parent_org_id")?,
                branches,
            },
            dry_run: self.dry_run,
        })
    }
}

/// The branches of the list at this pointer, or everything that is wrong with any of them.
fn read_all(sent: Vec<CreateBranch>, at: &str, meters: &Meters) -> Result<Vec<NewBranch>, Vec<FieldError>> {
    let (mut branches, mut errors) = (Vec::new(), Vec::new());
    for (index, branch) in sent.into_iter().enumerate() {
        match branch.read(&format!("{at}/{index}"), meters) {
            Ok(branch) => branches.push(branch),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() {
        Ok(branches)
    } else {
        Err(errors)
    }
}

impl CreateBranch {
    fn read(self, at: &str, meters: &Meters) -> Result<NewBranch, Vec<FieldError>> {
        let alone = CreateOrganization {
            name: self.name,
            billing_account_id: self.billing_account_id,
            limits: self.limits,
            branding: self.branding,
            picture: None,
        };
        let alone = alone.command(meters).map_err(|errors| within(at, errors));
        let organization = alone.map(|pictured| pictured.rest);
        match (
            organization,
            read_all(self.children, &format!("{at}/children"), meters),
        ) {
            (Ok(organization), Ok(children)) => Ok(NewBranch {
                organization,
                children,
            }),
            (Err(errors), Ok(_)) | (Ok(_), Err(errors)) => Err(errors),
            (Err(own), Err(below)) => Err([own, below].concat()),
        }
    }
}

/// What is wrong with something, as what is wrong with where it stands.
fn within(at: &str, errors: Vec<FieldError>) -> Vec<FieldError> {
    let place = |error: FieldError| FieldError {
        pointer: format!("{at}{}", error.pointer),
        ..error
    };
    errors.into_iter().map(place).collect()
}

/// What would become of new organizations.
#[derive(Serialize, ToSchema)]
pub(crate) struct TreePlan {
    /// Everything that is in the way, with the code that it has when the organization is made alone. When nothing is, they can be made.
    #[schema(example = json!([]))]
    errors: Vec<FieldError>,
    /// The organizations as they would be; those that have no place in the tree are missing.
    organizations: Vec<PlannedBranch>,
}

/// An organization as it would be, with everything below it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "name": "Marketing Team", "depth": 0, "billing_account_id": null, "limits": { "locations": 5, "users": null, "sso": null },
    "branding": { "display_name": "ACME Inc.", "login_hint": null, "colors": { "primary": null, "page_background": null } },
    "children": []
}))]
pub(crate) struct PlannedBranch {
    /// What people call it.
    #[schema(inline, value_type = NameInput)]
    name: String,
    /// How many ancestors it has.
    depth: usize,
    /// The account that pays, on the roots of `single` and `assigned` workspaces.
    #[schema(inline, required, value_type = Option<BillingAccountIdShown>)]
    billing_account_id: Option<String>,
    /// Its limits by meter; null where it has none, an object where one only observes.
    #[schema(inline, value_type = Limits)]
    limits: BTreeMap<String, LimitShown>,
    /// How its sign-in page looks.
    branding: Branding,
    /// Its direct children, in the order of their creation.
    #[schema(no_recursion, example = json!([]))]
    children: Vec<Self>,
}

impl TreePlan {
    pub fn show(view: TreeView, deployment: &Deployment) -> Self {
        let branch = |view, children| PlannedBranch::new(Organization::show(view, deployment), children);
        Self {
            errors: view.refused.iter().map(of_branch).collect(),
            organizations: nested(view.organizations, branch),
        }
    }
}

impl PlannedBranch {
    fn new(organization: Organization, children: Vec<Self>) -> Self {
        Self {
            name: organization.name,
            depth: organization.depth,
            billing_account_id: organization.billing_account_id,
            limits: organization.limits,
            branding: organization.branding,
            children,
        }
    }
}
