use serde::{Deserialize, Serialize};
use tenantry_application::{NewWorkspace, WorkspaceChanges, WorkspaceView};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::text::Folded;
use tenantry_domain::workspace::{WorkspaceDescription, WorkspaceName};
use tenantry_domain::{Meters, Units};
use utoipa::ToSchema;
use validator::Validate;

use super::list::Part;
use super::patch::{nullable, optional, patch, present};
use super::selection::part_of_name;
use super::shown::{UnitsShown, WorkspaceIdShown};
use crate::input::{Body, Pairs, QueryInput};
use crate::problem::{FieldError, Problem};
use crate::wire::{Raw, fits};

type NameInput = Raw<WorkspaceName>;
type DescriptionInput = Raw<WorkspaceDescription>;
type BillingModeInput = Raw<BillingMode>;

/// Which part of somebody's workspaces is wanted: of all, or of those that have this in their names.
pub(crate) struct WorkspacesPart {
    pub part: Part,
    pub name: Option<Folded>,
}

impl QueryInput for WorkspacesPart {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Self {
            name: part_of_name(pairs)?,
            part: Part::read(pairs)?,
        })
    }
}

/// What a new workspace is to be.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateWorkspace {
    /// What people call it. Blanks around it are dropped.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: NameInput,
    /// What it is for.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    description: Option<DescriptionInput>,
    /// How its organizations draw on its billing accounts. Permanent.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    billing_mode: BillingModeInput,
}

impl Body for CreateWorkspace {
    type Command = NewWorkspace;

    fn command(self, _: &Meters) -> Result<NewWorkspace, Vec<FieldError>> {
        Ok(NewWorkspace {
            name: self.name.read("/name")?,
            description: optional(self.description.as_ref(), "/description")?,
            billing_mode: self.billing_mode.read("/billing_mode")?,
        })
    }
}

/// What is to change about a workspace. What is not mentioned stays.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateWorkspace {
    /// Another name.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    name: Option<NameInput>,
    /// Another description; null for none.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    description: Option<Option<DescriptionInput>>,
}

impl Body for UpdateWorkspace {
    type Command = WorkspaceChanges;

    fn command(self, _: &Meters) -> Result<WorkspaceChanges, Vec<FieldError>> {
        Ok(WorkspaceChanges {
            name: optional(self.name.as_ref(), "/name")?,
            description: patch(self.description.as_ref(), "/description")?,
        })
    }
}

/// A workspace: one customer, with its tree of organizations, its members, and the accounts that pay.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ws_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME", "description": "Everything of ACME Corporation", "billing_mode": "single",
    "pooled_seat_limit": null, "archived": false,
    "created_at": "2026-11-21T08:30:00.000000Z", "updated_at": "2026-11-21T08:30:00.000000Z", "archived_at": null
}))]
pub(crate) struct Workspace {
    /// Its id.
    #[schema(inline, value_type = WorkspaceIdShown)]
    id: String,
    /// What people call it.
    #[schema(inline, value_type = NameInput)]
    name: String,
    /// What it is for.
    #[schema(inline, required, value_type = Option<DescriptionInput>)]
    description: Option<String>,
    /// How its organizations draw on its billing accounts.
    #[schema(inline, value_type = BillingModeInput)]
    billing_mode: &'static str,
    /// In `pooled` mode the pool's capacity of `users`; null in the other modes and while it is unlimited.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    pooled_seat_limit: Option<u64>,
    /// Whether it can only be read.
    archived: bool,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
    /// When it was archived.
    #[schema(required, format = DateTime)]
    archived_at: Option<String>,
}

impl From<WorkspaceView> for Workspace {
    fn from(view: WorkspaceView) -> Self {
        let WorkspaceView {
            workspace,
            pooled_seat_limit,
        } = view;
        Self {
            id: workspace.id.to_string(),
            name: workspace.name.to_string(),
            description: workspace.description.map(|text| text.as_str().to_owned()),
            billing_mode: workspace.billing_mode.as_str(),
            pooled_seat_limit: pooled_seat_limit.map(Units::get),
            archived: workspace.archived_at.is_some(),
            created_at: workspace.created_at.to_string(),
            updated_at: workspace.updated_at.to_string(),
            archived_at: workspace.archived_at.map(|at| at.to_string()),
        }
    }
}
