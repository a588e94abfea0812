use serde::{Deserialize, Serialize};
use tenantry_application::teams::{InvitationTo, InvitationView, NewInvitation};
use tenantry_domain::Meters;
use tenantry_domain::team::{InvitationToken, RoleName};
use tenantry_domain::text::Email;
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::shown::{InvitationIdShown, TeamIdShown};
use crate::input::Body;
use crate::problem::FieldError;
use crate::wire::{Raw, fits};

type EmailInput = Raw<Email>;
type RoleInput = Raw<RoleName>;
type TokenInput = Raw<InvitationToken>;

/// Who is to be invited.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InviteUser {
    /// Their address.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    email: EmailInput,
    /// Name or id of the role that they will have; Developer when it is not said.
    #[serde(default)]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    role: Option<RoleInput>,
}

impl Body for InviteUser {
    type Command = NewInvitation;

    fn command(self, _: &Meters) -> Result<NewInvitation, Vec<FieldError>> {
        let role = crate::dto::patch::optional(self.role.as_ref(), "/role")?;
        Ok(NewInvitation {
            email: self.email.read("/email")?,
            role: role.map(|role| role.to_string()),
        })
    }
}

/// What came with the mail of an invitation.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerInvite {
    /// The token of the link in the mail.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    token: TokenInput,
}

impl Body for AnswerInvite {
    type Command = InvitationToken;

    fn command(self, _: &Meters) -> Result<InvitationToken, Vec<FieldError>> {
        self.token.read("/token")
    }
}

/// Something that will be done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Accepted {
    /// What.
    #[schema(example = "The invitation is on its way.")]
    message: &'static str,
}

impl Accepted {
    /// An invitation goes out by mail.
    pub const INVITED: Self = Self {
        message: "The invitation is on its way.",
    };
}

/// A pending invitation to a team.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "team_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab",
    "email": "grace@example.com", "role": "Developer",
    "created_at": "2026-11-22T08:30:00.000000Z", "updated_at": "2026-11-22T08:30:00.000000Z"
}))]
pub(crate) struct Invite {
    /// Its id.
    #[schema(inline, value_type = InvitationIdShown)]
    id: String,
    /// The team.
    #[schema(inline, value_type = TeamIdShown)]
    team_id: String,
    /// Who is invited.
    #[schema(format = "email")]
    email: String,
    /// The name of the role that they will have.
    #[schema(example = "Developer")]
    role: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last sent again.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<InvitationView> for Invite {
    fn from(view: InvitationView) -> Self {
        let invitation = view.invitation;
        Self {
            id: invitation.id.to_string(),
            team_id: invitation.team_id.to_string(),
            email: invitation.email.to_string(),
            role: view.role,
            created_at: invitation.created_at.to_string(),
            updated_at: invitation.updated_at.to_string(),
        }
    }
}

/// A pending invitation that is addressed to you.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "team_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "team_name": "Field Crew",
    "email": "grace@example.com", "role": "Developer", "expires_at": "2026-11-29T08:30:00.000000Z",
    "created_at": "2026-11-22T08:30:00.000000Z", "updated_at": "2026-11-22T08:30:00.000000Z"
}))]
pub(crate) struct MyInvite {
    /// Its id.
    #[schema(inline, value_type = InvitationIdShown)]
    id: String,
    /// The team.
    #[schema(inline, value_type = TeamIdShown)]
    team_id: String,
    /// What people call the team.
    team_name: String,
    /// Who is invited: you.
    #[schema(format = "email")]
    email: String,
    /// The name of the role that you will have.
    role: String,
    /// Until when you can accept.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last sent again.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<InvitationTo> for MyInvite {
    fn from(
        InvitationTo {
            invitation,
            role,
            team,
        }: InvitationTo,
    ) -> Self {
        Self {
            id: invitation.id.to_string(),
            team_id: invitation.team_id.to_string(),
            team_name: team.name.to_string(),
            email: invitation.email.to_string(),
            role,
            expires_at: invitation.expires_at.to_string(),
            created_at: invitation.created_at.to_string(),
            updated_at: invitation.updated_at.to_string(),
        }
    }
}
