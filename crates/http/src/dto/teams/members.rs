use serde::{Deserialize, Serialize};
use tenantry_application::teams::MemberView;
use tenantry_domain::team::TeamRole;
use tenantry_domain::{Meters, RoleId};
use utoipa::ToSchema;
use validator::Validate;

use super::people::Person;
use crate::dto::shown::RoleIdShown;
use crate::input::Body;
use crate::problem::FieldError;
use crate::wire::{Raw, read_all};

pub(super) type RoleIdInput = Raw<RoleId>;

/// The roles that somebody is to have in a team, instead of those that they have.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetRoles {
    /// Ids of roles. None leaves them in the team, with nothing to do in it.
    #[schema(inline)]
    roles: Vec<RoleIdInput>,
}

impl Body for SetRoles {
    type Command = Vec<RoleId>;

    fn command(self, _: &Meters) -> Result<Vec<RoleId>, Vec<FieldError>> {
        read_all(&self.roles, "/roles")
    }
}

/// Somebody in a team.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "name": "Grace Hopper", "email": "grace@example.com",
    "picture": "https://example.com/grace.png",
    "roles": [{ "id": "74656e61-6e74-8000-8000-000000000003", "name": "Developer" }],
    "created_at": "2026-11-22T08:30:00.000000Z"
}))]
pub(crate) struct TeamMember {
    /// Who they are.
    #[serde(flatten)]
    person: Person,
    /// What they are in the team.
    roles: Vec<HeldRole>,
    /// When they came.
    #[schema(format = DateTime)]
    created_at: String,
}

/// A role that somebody has.
#[derive(Serialize, ToSchema)]
pub(crate) struct HeldRole {
    /// Its id.
    #[schema(inline, value_type = RoleIdShown)]
    id: String,
    /// What people call it.
    #[schema(example = "Developer")]
    name: String,
}

impl From<&TeamRole> for HeldRole {
    fn from(role: &TeamRole) -> Self {
        Self {
            id: role.id().to_string(),
            name: role.name().to_owned(),
        }
    }
}

impl From<MemberView> for TeamMember {
    fn from(view: MemberView) -> Self {
        Self {
            person: Person::from(&view.user),
            roles: view.roles.iter().map(HeldRole::from).collect(),
            created_at: view.member.created_at.to_string(),
        }
    }
}
