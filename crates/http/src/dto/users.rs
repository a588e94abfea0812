use serde::Serialize;
use tenantry_domain::user;
use utoipa::ToSchema;

use super::shown::UserIdShown;

/// A person.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true,
    "created_at": "2026-11-21T08:30:00.000000Z", "updated_at": "2026-11-21T08:30:00.000000Z"
}))]
pub(crate) struct UserInfo {
    /// Their id.
    #[schema(inline, value_type = UserIdShown)]
    id: String,
    /// Their name, when the issuer of the token says it.
    #[schema(required)]
    name: Option<String>,
    /// Their address, when the issuer of the token says it.
    #[schema(required, format = "email")]
    email: Option<String>,
    /// Whether the issuer has checked that the address is theirs.
    email_verified: bool,
    /// When they first came.
    #[schema(format = DateTime)]
    created_at: String,
    /// When what is known of them last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<user::User> for UserInfo {
    fn from(user: user::User) -> Self {
        Self {
            id: user.id.to_string(),
            name: user.profile.name.map(|name| name.to_string()),
            email: user.profile.email.map(|email| email.to_string()),
            email_verified: user.profile.email_verified,
            created_at: user.created_at.to_string(),
            updated_at: user.updated_at.to_string(),
        }
    }
}
