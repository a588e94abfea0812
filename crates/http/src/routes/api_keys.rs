use actix_web::http::StatusCode;
use tenantry_application::keys;
use tenantry_domain::UserKeyId;
use tenantry_domain::key::UserKey;

use super::{Answer, routes};
use crate::deployment::Deployment;
use crate::dto::keys::{ApiKey, Issued, PutKey, RotateKey};
use crate::input::{Call, Json};
use crate::representation::Representation;
use crate::resource::shown;
use crate::state::Api;

routes!(
    list_api_keys,
    create_api_key,
    get_api_key,
    revoke_api_key,
    rotate_api_key
);

/// List your API keys.
///
/// In the order of their creation, expired ones included.
#[utoipa::path(
    get,
    path = "/api-keys",
    tag = "API keys",
    responses((status = 200, description = "The keys.", body = Vec<ApiKey>)),
    extensions(("x-problems" = json!(["people_only"]))),
)]
async fn list_api_keys(api: Api, call: Call) -> Answer {
    let keys = api
        .read(move |tenantry| tenantry.list_user_keys(&call.actor))
        .await?;
    let keys: Vec<_> = keys.into_iter().map(ApiKey::from).collect();
    Ok(shown(&call.conditions, &keys))
}

/// Create an API key.
///
/// It acts as you, wherever you may act. Only this answer has the key itself.
#[utoipa::path(
    post,
    path = "/api-keys",
    tag = "API keys",
    request_body(content = PutKey, example = json!({ "name": "laptop", "expires_at": "2100-01-01T00:00:00Z" })),
    responses((status = 201, description = "The API key, with the key itself.", body = Issued<ApiKey>)),
    extensions(("x-problems" = json!(["people_only", "not_found", "key_limit_reached"]))),
)]
async fn create_api_key(api: Api, call: Call<(), (), Json<PutKey>>) -> Answer {
    api.once(call.conditions, issued, move |tenantry, once| {
        tenantry.create_user_key(&call.actor, &call.body, once)
    })
    .await
}

/// Get one of your API keys.
#[utoipa::path(
    get,
    path = "/api-keys/{api_key_id}",
    tag = "API keys",
    responses((status = 200, description = "The key.", body = ApiKey)),
    extensions(("x-problems" = json!(["people_only"]))),
)]
async fn get_api_key(api: Api, call: Call<UserKeyId>) -> Answer {
    api.show::<ApiKey>(call.conditions, move |tenantry| {
        tenantry.user_key(&call.actor, call.path)
    })
    .await
}

/// Revoke one of your API keys.
///
/// It is good no more at once.
#[utoipa::path(
    delete,
    path = "/api-keys/{api_key_id}",
    tag = "API keys",
    responses((status = 204, description = "It is gone.")),
    extensions(("x-problems" = json!(["people_only"]))),
)]
async fn revoke_api_key(api: Api, call: Call<UserKeyId>) -> Answer {
    api.remove::<ApiKey>(call.conditions, move |tenantry, precondition| {
        tenantry.revoke_user_key(&call.actor, call.path, precondition)
    })
    .await
}

/// Give one of your API keys another secret.
///
/// The secret before stays good for a while. Only this answer has the key itself.
#[utoipa::path(
    post,
    path = "/api-keys/{api_key_id}/rotate",
    tag = "API keys",
    request_body(content = RotateKey, example = json!({ "overlap_seconds": 3600 })),
    responses((status = 201, description = "The API key, with the new key itself.", body = Issued<ApiKey>)),
    extensions(("x-problems" = json!(["people_only"]))),
)]
async fn rotate_api_key(api: Api, call: Call<UserKeyId, (), Json<RotateKey>>) -> Answer {
    api.once(call.conditions, issued, move |tenantry, once| {
        tenantry.rotate_user_key(&call.actor, call.path, call.body, once)
    })
    .await
}

fn issued(issued: &keys::Issued<UserKey>, _: &Deployment) -> Representation {
    Issued::<ApiKey>::present(StatusCode::CREATED, issued)
}
