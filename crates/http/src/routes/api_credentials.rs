use actix_web::http::StatusCode;
use tenantry_application::keys;
use tenantry_domain::key::Credential;
use tenantry_domain::{CredentialId, TeamId};

use super::{Answer, routes};
use crate::deployment::Deployment;
use crate::dto::keys::{ApiCredential, CreateApiCredential, Issued, PutKey, RotateKey};
use crate::input::{Call, Json};
use crate::representation::Representation;
use crate::resource::shown;
use crate::state::Api;

routes!(
    list_api_credentials,
    create_api_credential,
    get_api_credential,
    update_api_credential,
    revoke_api_credential,
    rotate_api_credential,
);

type OneCredential = (TeamId, CredentialId);

/// List the API credentials of a team.
///
/// Needs `api:view`. In the order of their creation, expired ones included.
#[utoipa::path(
    get,
    path = "/teams/{team_id}/api-credentials",
    tag = "API keys",
    responses((status = 200, description = "The credentials.", body = Vec<ApiCredential>)),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
async fn list_api_credentials(api: Api, call: Call<TeamId>) -> Answer {
    let credentials = api
        .read(move |tenantry| tenantry.list_credentials(&call.actor, call.path))
        .await?;
    let credentials: Vec<_> = credentials.into_iter().map(ApiCredential::from).collect();
    Ok(shown(&call.conditions, &credentials))
}

/// Create an API credential of a team.
///
/// Needs `api:create`, and every scope that the credential is to give. Only this answer has the key itself.
#[utoipa::path(
    post,
    path = "/teams/{team_id}/api-credentials",
    tag = "API keys",
    request_body(content = CreateApiCredential, example = json!({
        "name": "deploy", "expires_at": "2100-01-01T00:00:00Z", "abilities": ["site:view", "site:create"]
    })),
    responses((status = 200, description = "The credential, with the key.", body = Issued<ApiCredential>)),
    extensions(("x-problems" = json!(["scope_required", "workspace_archived", "key_limit_reached"]))),
)]
async fn create_api_credential(api: Api, call: Call<TeamId, (), Json<CreateApiCredential>>) -> Answer {
    api.once(call.conditions, issued, move |tenantry, once| {
        tenantry.create_credential(&call.actor, call.path, &call.body, once)
    })
    .await
}

/// Get an API credential of a team.
///
/// Needs `api:view`.
#[utoipa::path(
    get,
    path = "/teams/{team_id}/api-credentials/{credential_id}",
    tag = "API keys",
    responses((status = 200, description = "The credential.", body = ApiCredential)),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
async fn get_api_credential(api: Api, call: Call<OneCredential>) -> Answer {
    let (team, id) = call.path;
    api.show::<ApiCredential>(call.conditions, move |tenantry| {
        tenantry.credential(&call.actor, team, id)
    })
    .await
}

/// Change name and expiry of an API credential.
///
/// Needs `api:update`. To lengthen its life or take away its expiry, be a person and have every scope that the credential gives. What it may do stays
/// as it is: for something else make another one.
#[utoipa::path(
    put,
    path = "/teams/{team_id}/api-credentials/{credential_id}",
    tag = "API keys",
    request_body(content = PutKey, example = json!({ "name": "deploy 2", "expires_at": null })),
    responses((status = 200, description = "The credential.", body = ApiCredential)),
    extensions(("x-problems" = json!(["scope_required", "people_only", "workspace_archived"]))),
)]
async fn update_api_credential(api: Api, call: Call<OneCredential, (), Json<PutKey>>) -> Answer {
    api.change::<ApiCredential>(call.conditions, move |tenantry, precondition| {
        tenantry.update_credential(&call.actor, call.path, &call.body, precondition)
    })
    .await
}

/// Revoke an API credential.
///
/// Needs `api:delete`. It is good no more at once.
#[utoipa::path(
    delete,
    path = "/teams/{team_id}/api-credentials/{credential_id}",
    tag = "API keys",
    responses((status = 204, description = "It is gone.")),
    extensions(("x-problems" = json!(["scope_required", "workspace_archived"]))),
)]
async fn revoke_api_credential(api: Api, call: Call<OneCredential>) -> Answer {
    api.remove::<ApiCredential>(call.conditions, move |tenantry, precondition| {
        tenantry.revoke_credential(&call.actor, call.path, precondition)
    })
    .await
}

/// Give an API credential another secret.
///
/// Needs `api:update`, and every scope that the credential gives. The secret before stays good for a while. Only this answer has the key itself.
#[utoipa::path(
    post,
    path = "/teams/{team_id}/api-credentials/{credential_id}/rotate",
    tag = "API keys",
    request_body(content = RotateKey, example = json!({ "overlap_seconds": 3600 })),
    responses((status = 200, description = "The credential, with the new key.", body = Issued<ApiCredential>)),
    extensions(("x-problems" = json!(["scope_required", "workspace_archived"]))),
)]
async fn rotate_api_credential(api: Api, call: Call<OneCredential, (), Json<RotateKey>>) -> Answer {
    api.once(call.conditions, issued, move |tenantry, once| {
        tenantry.rotate_credential(&call.actor, call.path, call.body, once)
    })
    .await
}

fn issued(issued: &keys::Issued<Credential>, _: &Deployment) -> Representation {
    Issued::<ApiCredential>::present(StatusCode::OK, issued)
}
