use serde::{Deserialize, Serialize};
use tenantry_application::teams::{NewRole, RoleView};
use tenantry_domain::Meters;
use tenantry_domain::team::{RoleName, TeamScope};
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::shown::{RoleIdShown, ScopeIdShown, TeamIdShown};
use crate::input::Body;
use crate::problem::FieldError;
use crate::wire::{Raw, fits, read_all};

type NameInput = Raw<RoleName>;
type ScopeInput = Raw<TeamScope>;

/// What a role of the team's own is to be.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutRole {
    /// What people call it: unique in the team, whatever its case, and no name of a role that every team has.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: NameInput,
    /// Ids, or names, of the scopes that it gives. You can give those that you have.
    #[schema(inline)]
    scopes: Vec<ScopeInput>,
}

impl Body for PutRole {
    type Command = NewRole;

    fn command(self, _: &Meters) -> Result<NewRole, Vec<FieldError>> {
        Ok(NewRole {
            name: self.name.read("/name")?,
            scopes: read_all(&self.scopes, "/scopes")?.into_iter().collect(),
        })
    }
}

/// A role in a team.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "name": "Auditor", "team_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab",
    "scopes": ["74656e61-6e74-8000-8001-000000000001", "74656e61-6e74-8000-8001-000000000014"]
}))]
pub(crate) struct TeamRole {
    /// Its id. Roles that every team has have the same id everywhere.
    #[schema(inline, value_type = RoleIdShown)]
    id: String,
    /// What people call it.
    name: String,
    /// The team.
    #[schema(inline, value_type = TeamIdShown)]
    team_id: String,
    /// The ids of the scopes that it gives.
    #[schema(inline, value_type = Vec<ScopeIdShown>)]
    scopes: Vec<String>,
}

impl From<RoleView> for TeamRole {
    fn from(RoleView { team_id, role }: RoleView) -> Self {
        Self {
            id: role.id().to_string(),
            name: role.name().to_owned(),
            team_id: team_id.to_string(),
            scopes: role.scopes().iter().map(|scope| scope.id().to_string()).collect(),
        }
    }
}

/// One thing that somebody may do in a team.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "74656e61-6e74-8000-8001-000000000015", "name": "site:create", "description": "charge to the team"
}))]
pub(crate) struct ScopeInfo {
    /// Its id: the same everywhere.
    #[schema(inline, value_type = ScopeIdShown)]
    id: String,
    /// Its name.
    #[schema(example = "site:create")]
    name: &'static str,
    /// What it allows.
    description: &'static str,
}

impl ScopeInfo {
    /// Every scope there is.
    pub fn all() -> Vec<Self> {
        let info = |scope: TeamScope| Self {
            id: scope.id().to_string(),
            name: scope.as_str(),
            description: scope.description(),
        };
        TeamScope::ALL.into_iter().map(info).collect()
    }
}
