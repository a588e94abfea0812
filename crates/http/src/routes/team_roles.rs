use actix_web::http::StatusCode;
use tenantry_application::teams::RoleView;
use tenantry_domain::RoleId;

use super::{Answer, routes};
use crate::deployment::Deployment;
use crate::dto::teams::roles::{PutRole, ScopeInfo, TeamRole};
use crate::input::{Call, Json};
use crate::representation::Representation;
use crate::resource::shown;
use crate::state::Api;

routes!(
    list_scopes,
    list_team_roles,
    create_team_role,
    get_team_role,
    update_team_role,
    delete_team_role
);

/// List every scope there is.
///
/// Anybody who is known may.
#[utoipa::path(
    get,
    path = "/scopes",
    tag = "roles",
    responses((status = 200, description = "The scopes.", body = Vec<ScopeInfo>)),
)]
async fn list_scopes(call: Call) -> Answer {
    Ok(shown(&call.conditions, &ScopeInfo::all()))
}

/// List the roles of your current team.
///
/// Those that every team has, and the team's own. Needs `role:view`.
#[utoipa::path(
    get,
    path = "/team_roles",
    tag = "roles",
    responses((status = 200, description = "The roles.", body = Vec<TeamRole>)),
    extensions(("x-problems" = json!(["scope_required", "people_only"]))),
)]
async fn list_team_roles(api: Api, call: Call) -> Answer {
    let actor = call.actor;
    let roles = api.read(move |tenantry| tenantry.list_roles(&actor)).await?;
    let roles: Vec<_> = roles.into_iter().map(TeamRole::from).collect();
    Ok(shown(&call.conditions, &roles))
}

/// Create a role of your current team's own.
///
/// Needs `role:create`, and every scope that the role is to give.
#[utoipa::path(
    post,
    path = "/team_roles",
    tag = "roles",
    request_body(content = PutRole, example = json!({
        "name": "Auditor", "scopes": ["74656e61-6e74-8000-8001-000000000001", "74656e61-6e74-8000-8001-000000000014"]
    })),
    responses((status = 200, description = "The role.", body = TeamRole)),
    extensions(("x-problems" = json!([
        "scope_required", "people_only", "workspace_archived", "role_name_taken", "role_limit_reached"
    ]))),
)]
async fn create_team_role(api: Api, call: Call<(), (), Json<PutRole>>) -> Answer {
    let present = |view: &RoleView, _: &Deployment| {
        Representation::tagged(StatusCode::OK, &TeamRole::from(view.clone()))
    };
    api.once(call.conditions, present, move |tenantry, once| {
        tenantry.create_role(&call.actor, &call.body, once)
    })
    .await
}

/// Get a role of your current team.
///
/// Needs `role:view`.
#[utoipa::path(
    get,
    path = "/team_roles/{role_id}",
    tag = "roles",
    responses((status = 200, description = "The role.", body = TeamRole)),
    extensions(("x-problems" = json!(["scope_required", "people_only"]))),
)]
async fn get_team_role(api: Api, call: Call<RoleId>) -> Answer {
    api.show::<TeamRole>(call.conditions, move |tenantry| {
        tenantry.role(&call.actor, call.path)
    })
    .await
}

/// Change a role of your current team's own.
///
/// Needs `role:update`, and every scope that comes to the role. What it gives changes for everybody who has it, at once.
#[utoipa::path(
    put,
    path = "/team_roles/{role_id}",
    tag = "roles",
    request_body(content = PutRole, example = json!({
        "name": "Auditor", "scopes": ["74656e61-6e74-8000-8001-000000000014"]
    })),
    responses((status = 200, description = "The role.", body = TeamRole)),
    extensions(("x-problems" = json!([
        "scope_required", "people_only", "workspace_archived", "role_name_taken", "system_role"
    ]))),
)]
async fn update_team_role(api: Api, call: Call<RoleId, (), Json<PutRole>>) -> Answer {
    api.change::<TeamRole>(call.conditions, move |tenantry, precondition| {
        tenantry.update_role(&call.actor, call.path, &call.body, precondition)
    })
    .await
}

/// Delete a role of your current team's own.
///
/// Needs `role:delete`. Nobody may have it, and no invitation promise it.
#[utoipa::path(
    delete,
    path = "/team_roles/{role_id}",
    tag = "roles",
    responses((status = 204, description = "It is gone.")),
    extensions(("x-problems" = json!([
        "scope_required", "people_only", "workspace_archived", "role_in_use", "system_role"
    ]))),
)]
async fn delete_team_role(api: Api, call: Call<RoleId>) -> Answer {
    api.remove::<TeamRole>(call.conditions, move |tenantry, precondition| {
        tenantry.delete_role(&call.actor, call.path, precondition)
    })
    .await
}
