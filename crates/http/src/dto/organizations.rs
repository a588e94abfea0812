use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenantry_application::{NewOrganization, OrganizationChanges, OrganizationView, Patch};
use tenantry_domain::capacity::OverLimit;
use tenantry_domain::organization::{OrganizationName, SubmittedPicture};
use tenantry_domain::{BillingAccountId, Meter, Meters, organization};
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::Validate;

use super::branding::{Branding, BrandingInput};
use super::entries::{Counts, Limits, LimitsInput};
use super::limit::LimitShown;
use super::patch::{nullable, optional, patch, present};
use super::shown::{BillingAccountIdShown, OrganizationIdShown, WorkspaceIdShown};
use crate::deployment::Deployment;
use crate::input::Body;
use crate::problem::FieldError;
use crate::representation::Resource;
use crate::wire::{Raw, fits};

/// The largest body with a picture, in bytes: base64 makes four of three.
const WITH_PICTURE: usize = 4 * 1024 * 1024;

type PictureInput = Raw<SubmittedPicture>;
type NameInput = Raw<OrganizationName>;
type BillingAccountIdInput = Raw<BillingAccountId>;

/// What is asked for, with a picture that has to be hosted first.
pub(crate) struct Pictured<T> {
    /// What is asked for, without the picture.
    pub rest: T,
    /// What is to become of the picture.
    pub picture: Patch<SubmittedPicture>,
}

/// What a new organization is to be.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateOrganization {
    /// What people call it. Blanks around it are dropped.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    pub(super) name: NameInput,
    /// The account that pays: needed by roots in `single` and `assigned` mode, null otherwise.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    pub(super) billing_account_id: Option<BillingAccountIdInput>,
    /// Its limits by meter; 0 disables, null sets none. An object says what is done about more: with `observe` nothing is refused.
    #[serde(default)]
    #[validate(nested)]
    #[schema(inline)]
    pub(super) limits: LimitsInput,
    /// How its sign-in page looks.
    #[validate(nested)]
    pub(super) branding: Option<BrandingInput>,
    /// A picture of it.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    pub(super) picture: Option<PictureInput>,
}

impl Body for CreateOrganization {
    type Command = Pictured<NewOrganization>;

    const MAX: usize = WITH_PICTURE;

    fn command(self, meters: &Meters) -> Result<Pictured<NewOrganization>, Vec<FieldError>> {
        let limits = self.limits.read("/limits", meters)?;
        let picture = optional(self.picture.as_ref(), "/picture")?;
        let organization = NewOrganization {
            name: self.name.read("/name")?,
            billing_account_id: optional(self.billing_account_id.as_ref(), "/billing_account_id")?,
            limits,
            branding: match self.branding {
                Some(branding) => branding.branding()?,
                None => organization::Branding::default(),
            },
            picture: None,
        };
        Ok(Pictured {
            rest: organization,
            picture: picture.map_or(Patch::Keep, Patch::Set),
        })
    }
}

/// A [`CreateOrganization`] as the document describes it for a child, which inherits the account that pays (O3).
pub(crate) struct CreateChild;

impl PartialSchema for CreateChild {
    fn schema() -> RefOr<Schema> {
        let null = ObjectBuilder::new().schema_type(Type::Null);
        let all = AllOfBuilder::new()
            .item(Ref::from_schema_name(CreateOrganization::name()))
            .item(ObjectBuilder::new().property("billing_account_id", null))
            .build();
        Schema::from(all).into()
    }
}

impl ToSchema for CreateChild {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("CreateChildOrganization")
    }
}

/// What is to change about an organization. What is not mentioned stays.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateOrganization {
    /// Another name.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    name: Option<NameInput>,
    /// Another billing account for a root.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    billing_account_id: Option<Option<BillingAccountIdInput>>,
    /// Limits to set by meter, or to remove where null. Meters that are not mentioned keep theirs.
    #[serde(default)]
    #[validate(nested)]
    #[schema(inline)]
    limits: LimitsInput,
    /// Whether a limit may be less than what is used: then nothing is evicted, and growth is blocked.
    #[serde(default)]
    allow_over_limit: bool,
    /// What is to change about its sign-in page; null empties it all.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(nested)]
    branding: Option<Option<BrandingInput>>,
    /// Another picture of it; null for none.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    picture: Option<Option<PictureInput>>,
}

impl Body for UpdateOrganization {
    type Command = Pictured<OrganizationChanges>;

    const MAX: usize = WITH_PICTURE;

    fn command(self, meters: &Meters) -> Result<Pictured<OrganizationChanges>, Vec<FieldError>> {
        let limits = self.limits.read("/limits", meters)?;
        let picture = patch(self.picture.as_ref(), "/picture")?;
        let changes = OrganizationChanges {
            name: optional(self.name.as_ref(), "/name")?,
            billing_account_id: patch(self.billing_account_id.as_ref(), "/billing_account_id")?,
            limits,
            over_limit: if self.allow_over_limit {
                OverLimit::Allow
            } else {
                OverLimit::Refuse
            },
            branding: match self.branding {
                None => Patch::Keep,
                Some(None) => Patch::Clear,
                Some(Some(branding)) => Patch::Set(branding.changes()?),
            },
            picture: Patch::Keep,
        };
        Ok(Pictured {
            rest: changes,
            picture,
        })
    }
}

/// An organization with what it uses and may use.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "org_02wMe2eZtYRY4hvzqF2FgZ", "name": "Marketing Team", "workspace_id": "ws_02wMe2eZtYRY4hvzqF2FgZ",
    "external_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "parent_org_id": null, "path": null, "depth": 0,
    "billing_account_id": "cus_02wMe2eZtYRY4hvzqF2FgZ",
    "picture": "https://tenantry.example.com/pictures/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.png",
    "usage": { "usage": { "locations": 1, "users": 4, "sso": 0 }, "subtree_usage": { "locations": 3, "users": 12, "sso": 0 } },
    "limits": { "locations": 5, "users": 20, "sso": null },
    "branding": {
        "display_name": "ACME Inc.", "login_hint": "acme-inc", "colors": { "primary": "#007bff", "page_background": null }
    },
    "created_at": "2026-11-21T08:30:00.000000Z", "updated_at": "2026-11-21T08:30:00.000000Z", "over_limit": false
}))]
pub(crate) struct Organization {
    /// Its id.
    #[schema(inline, value_type = OrganizationIdShown)]
    id: String,
    /// What people call it.
    #[schema(inline, value_type = NameInput)]
    pub(super) name: String,
    /// The workspace that owns it.
    #[schema(inline, value_type = WorkspaceIdShown)]
    workspace_id: String,
    /// Its id as a UUID. Either form is accepted wherever an organization's id is.
    #[schema(format = "uuid")]
    external_id: String,
    /// Its direct parent; null for a root.
    #[schema(inline, required, value_type = Option<OrganizationIdShown>)]
    parent_org_id: Option<String>,
    /// The ids of its ancestors from the root down, joined by `#`; null for a root.
    #[schema(required)]
    path: Option<String>,
    /// How many ancestors it has.
    pub(super) depth: usize,
    /// The account that pays, on the roots of `single` and `assigned` workspaces.
    #[schema(inline, required, value_type = Option<BillingAccountIdShown>)]
    pub(super) billing_account_id: Option<String>,
    /// Where the picture of it is, for anybody; null without one.
    #[schema(required, format = "uri")]
    picture: Option<String>,
    /// What it uses.
    usage: Usage,
    /// Its limits by meter; null where it has none, an object where one only observes.
    #[schema(inline, value_type = Limits)]
    pub(super) limits: BTreeMap<String, LimitShown>,
    /// How its sign-in page looks.
    pub(super) branding: Branding,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
    /// Whether it uses more of something than its limit allows. One that only observes allows everything.
    over_limit: bool,
}

/// What an organization uses, by meter.
#[derive(Serialize, ToSchema)]
pub(crate) struct Usage {
    /// What is charged to itself.
    #[schema(inline, value_type = Counts)]
    usage: BTreeMap<String, u64>,
    /// What is charged to itself and everything below it.
    #[schema(inline, value_type = Counts)]
    subtree_usage: BTreeMap<String, u64>,
}

impl Resource for Organization {
    type Of = OrganizationView;

    /// With every meter of the deployment, whether used or not.
    fn show(view: OrganizationView, deployment: &Deployment) -> Self {
        let meters = &deployment.meters;
        let over_limit = view.is_over_limit();
        let OrganizationView {
            organization,
            balances,
        } = view;
        let balance = |meter: &Meter| balances.get(meter).copied().unwrap_or_default();
        let usage = Usage {
            usage: by_meter(meters, |meter| balance(meter).direct.get()),
            subtree_usage: by_meter(meters, |meter| balance(meter).subtree.get()),
        };
        let limits = by_meter(meters, |meter| balance(meter).limit.into());
        Self {
            id: organization.id.to_string(),
            external_id: organization.id.as_uuid().to_string(),
            workspace_id: organization.workspace_id.to_string(),
            parent_org_id: organization.parent_id().map(|id| id.to_string()),
            path: organization.parent_id().map(|_| organization.path.to_string()),
            depth: organization.depth(),
            name: organization.name.to_string(),
            billing_account_id: organization.billing_account_id.map(|id| id.to_string()),
            picture: organization.picture.map(|id| deployment.picture_url(&id)),
            usage,
            limits,
            branding: organization.branding.into(),
            created_at: organization.created_at.to_string(),
            updated_at: organization.updated_at.to_string(),
            over_limit,
        }
    }
}

fn by_meter<T>(meters: &Meters, value: impl Fn(&Meter) -> T) -> BTreeMap<String, T> {
    meters
        .iter()
        .map(|meter| (meter.to_string(), value(meter)))
        .collect()
}
