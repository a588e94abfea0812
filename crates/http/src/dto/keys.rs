use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use tenantry_application::keys::{self, NewCredential};
use tenantry_domain::key::{Credential, KeyName, KeyWish, Overlap, UserKey};
use tenantry_domain::team::TeamScope;
use tenantry_domain::{Meters, Timestamp};
use utoipa::ToSchema;
use validator::Validate;

use super::patch::optional;
use super::shown::{CredentialIdShown, TeamIdShown, UserKeyIdShown};
use crate::input::Body;
use crate::problem::FieldError;
use crate::representation::Representation;
use crate::wire::{Raw, fits, read_all};

type NameInput = Raw<KeyName>;
type MomentInput = Raw<Timestamp>;
type ScopeInput = Raw<TeamScope>;
type OverlapInput = Raw<Overlap>;

/// What a new API credential is to be.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateApiCredential {
    /// What people call it. Blanks around it are dropped.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: NameInput,
    /// From when on it is good no more: in the future. Never, when it is null or not said.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    expires_at: Option<MomentInput>,
    /// Names, or ids, of the scopes that it gives. You can give those that you have; all of them, when it is null or not said.
    #[schema(inline)]
    abilities: Option<Vec<ScopeInput>>,
}

impl Body for CreateApiCredential {
    type Command = NewCredential;

    fn command(self, _: &Meters) -> Result<NewCredential, Vec<FieldError>> {
        let abilities = self.abilities.as_deref();
        let scopes = abilities.map(|scopes| read_all(scopes, "/abilities"));
        Ok(NewCredential {
            wish: wish(&self.name, self.expires_at.as_ref())?,
            scopes: scopes.transpose()?.map(FromIterator::from_iter),
        })
    }
}

/// What a key is to be from now on.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutKey {
    /// What people call it. Blanks around it are dropped.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: NameInput,
    /// From when on it is good no more: in the future, or as it is. Never, when it is null or not said.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    expires_at: Option<MomentInput>,
}

impl Body for PutKey {
    type Command = KeyWish;

    fn command(self, _: &Meters) -> Result<KeyWish, Vec<FieldError>> {
        wish(&self.name, self.expires_at.as_ref())
    }
}

fn wish(name: &NameInput, expires_at: Option<&MomentInput>) -> Result<KeyWish, Vec<FieldError>> {
    Ok(KeyWish {
        name: name.read("/name")?,
        expires_at: optional(expires_at, "/expires_at")?,
    })
}

/// How a key gets another secret.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateKey {
    /// For how many seconds the secret that it has is still good; as long as the deployment allows, when it is null or not said.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    overlap_seconds: Option<OverlapInput>,
}

impl Body for RotateKey {
    type Command = Option<Overlap>;

    fn command(self, _: &Meters) -> Result<Option<Overlap>, Vec<FieldError>> {
        optional(self.overlap_seconds.as_ref(), "/overlap_seconds")
    }
}

/// A program's place in one team.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "name": "deploy", "team_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab",
    "abilities": ["site:view", "site:create"], "expires_at": "2027-11-22T08:30:00.000000Z", "last_used_at": null,
    "created_at": "2026-11-22T08:30:00.000000Z", "updated_at": "2026-11-22T08:30:00.000000Z"
}))]
pub(crate) struct ApiCredential {
    /// Its id.
    #[schema(inline, value_type = CredentialIdShown)]
    id: String,
    /// What people call it.
    #[schema(inline, value_type = NameInput)]
    name: String,
    /// The team in which it acts.
    #[schema(inline, value_type = TeamIdShown)]
    team_id: String,
    /// The scopes that it was given. It has those of them that whoever made it has, too.
    #[schema(inline, value_type = Vec<ScopeInput>)]
    abilities: Vec<&'static str>,
    /// From when on it is good no more; null for never.
    #[schema(required, format = DateTime)]
    expires_at: Option<String>,
    /// When it was last used, give or take a minute; null before the first time.
    #[schema(required, format = DateTime)]
    last_used_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last changed or rotated.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<Credential> for ApiCredential {
    fn from(credential: Credential) -> Self {
        let key = credential.key;
        Self {
            id: credential.id.to_string(),
            name: key.name.to_string(),
            team_id: credential.team_id.to_string(),
            abilities: credential.scopes.iter().map(TeamScope::as_str).collect(),
            expires_at: key.expires_at.as_ref().map(ToString::to_string),
            last_used_at: key.last_used_at.as_ref().map(ToString::to_string),
            created_at: key.created_at.to_string(),
            updated_at: key.updated_at.to_string(),
        }
    }
}

/// A key that acts as you.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "name": "laptop", "expires_at": null, "last_used_at": null,
    "created_at": "2026-11-22T08:30:00.000000Z", "updated_at": "2026-11-22T08:30:00.000000Z"
}))]
pub(crate) struct ApiKey {
    /// Its id.
    #[schema(inline, value_type = UserKeyIdShown)]
    id: String,
    /// What people call it.
    #[schema(inline, value_type = NameInput)]
    name: String,
    /// From when on it is good no more; null for never.
    #[schema(required, format = DateTime)]
    expires_at: Option<String>,
    /// When it was last used, give or take a minute; null before the first time.
    #[schema(required, format = DateTime)]
    last_used_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last rotated.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<UserKey> for ApiKey {
    fn from(UserKey { id, key, .. }: UserKey) -> Self {
        Self {
            id: id.to_string(),
            name: key.name.to_string(),
            expires_at: key.expires_at.as_ref().map(ToString::to_string),
            last_used_at: key.last_used_at.as_ref().map(ToString::to_string),
            created_at: key.created_at.to_string(),
            updated_at: key.updated_at.to_string(),
        }
    }
}

/// A key that was just made or rotated.
#[derive(Serialize, ToSchema)]
pub(crate) struct Issued<T> {
    #[serde(flatten)]
    key: T,
    /// The key itself, for the header `Authorization: Bearer`. Told once, and kept nowhere: null in the answer to a repetition.
    #[schema(required)]
    api_key: Option<String>,
}

impl<T: Serialize> Issued<T> {
    /// Shows a key with its text, which a repetition does not get (R1). The entity tag is that of the key alone.
    pub fn present<K: Clone>(status: StatusCode, issued: &keys::Issued<K>) -> Representation
    where
        T: From<K>,
    {
        let shown = |api_key: Option<&str>| Self {
            key: issued.key.clone().into(),
            api_key: api_key.map(str::to_owned),
        };
        let tagged = Representation::tagged(status, &T::from(issued.key.clone()));
        tagged.told_once(&shown(Some(issued.text.expose())), &shown(None))
    }
}
