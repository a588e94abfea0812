use serde::Serialize;
use tenantry_domain::user;
use utoipa::ToSchema;

/// A person.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserInfo {
    /// Their id.
    #[schema(format = "uuid")]
    id: String,
    /// Their name, when the issuer of the token says it.
    #[schema(required)]
    name: Option<String>,
    /// Their address, when the issuer of the token says it.
    #[schema(required)]
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
