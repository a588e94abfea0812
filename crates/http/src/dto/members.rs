use serde::{Deserialize, Serialize};
use tenantry_domain::workspace::Role;
use tenantry_domain::{Meters, UserId, workspace};
use utoipa::ToSchema;
use validator::Validate;

use super::list::Part;
use super::shown::{UserIdShown, WorkspaceIdShown};
use crate::input::{Body, Pairs, QueryInput};
use crate::problem::{FieldError, Problem};
use crate::wire::{Raw, fits};

type UserIdInput = Raw<UserId>;
type RoleInput = Raw<Role>;

/// Who is to be added, and as what.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddMember {
    /// Somebody who has signed in before.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    user_id: UserIdInput,
    /// What they may do. Only an owner makes owners.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    role: RoleInput,
}

impl Body for AddMember {
    type Command = (UserId, Role);

    fn command(self, _: &Meters) -> Result<(UserId, Role), Vec<FieldError>> {
        Ok((self.user_id.read("/user_id")?, self.role.read("/role")?))
    }
}

/// The role that a member is to have.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeRole {
    /// What they may do.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    role: RoleInput,
}

impl Body for ChangeRole {
    type Command = Role;

    fn command(self, _: &Meters) -> Result<Role, Vec<FieldError>> {
        self.role.read("/role")
    }
}

/// Which part of the members is wanted: of all, or of those of one role.
pub(crate) struct MembersPart {
    pub part: Part,
    pub role: Option<Role>,
}

impl QueryInput for MembersPart {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Self {
            role: pairs.optional("role")?,
            part: Part::read(pairs)?,
        })
    }
}

/// A person's place in a workspace.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "workspace_id": "ws_02wMe2eZtYRY4hvzqF2FgZ", "role": "viewer",
    "created_at": "2026-11-21T08:30:00.000000Z", "updated_at": "2026-11-21T08:30:00.000000Z"
}))]
pub(crate) struct Member {
    /// The person.
    #[schema(inline, value_type = UserIdShown)]
    user_id: String,
    /// The workspace.
    #[schema(inline, value_type = WorkspaceIdShown)]
    workspace_id: String,
    /// What they may do.
    #[schema(inline, value_type = RoleInput)]
    role: &'static str,
    /// When they were added.
    #[schema(format = DateTime)]
    created_at: String,
    /// When their role last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<workspace::Member> for Member {
    fn from(member: workspace::Member) -> Self {
        Self {
            user_id: member.user_id.to_string(),
            workspace_id: member.workspace_id.to_string(),
            role: member.role.as_str(),
            created_at: member.created_at.to_string(),
            updated_at: member.updated_at.to_string(),
        }
    }
}
