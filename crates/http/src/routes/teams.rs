use actix_web::http::StatusCode;
use tenantry_application::teams::TeamView;
use tenantry_domain::{OrganizationId, TeamId, WorkspaceId};

use super::{Answer, ok, routes};
use crate::deployment::Deployment;
use crate::dto::list::{List, Listing, Part};
use crate::dto::teams::{CreateTeam, Team, Teams, TransferTeam, UpdateTeam};
use crate::input::{Call, Json};
use crate::openapi::PartParams;
use crate::representation::Representation;
use crate::state::Api;

routes!(
    list_teams,
    create_team,
    list_organization_teams,
    get_team,
    update_team,
    delete_team,
    switch_team,
    transfer_team
);

/// List your teams.
///
/// Your personal team first, then the others in the order of their creation.
#[utoipa::path(
    get,
    path = "/teams",
    tag = "teams",
    responses((status = 200, description = "Your teams.", body = Vec<Team>)),
    extensions(("x-problems" = json!(["people_only"]))),
)]
async fn list_teams(api: Api, call: Call) -> Answer {
    api.show::<Teams>(call.conditions, move |tenantry| tenantry.my_teams(&call.actor))
        .await
}

/// Create a team.
///
/// You own it. It belongs to the organization that you name, or to that of your current team: this takes `team:create` there, or a role in the
/// workspace. When neither is there, it takes nothing, and the team is outside every organization. You take a seat in the organization, unless you have one.
#[utoipa::path(
    post,
    path = "/teams",
    tag = "teams",
    request_body(content = CreateTeam, example = json!({ "name": "Field Crew", "site_limit": 10 })),
    responses((status = 201, description = "The team.", body = Team)),
    extensions(("x-problems" = json!([
        "not_found", "role_required", "scope_required", "people_only", "workspace_archived", "team_limit_reached", "limit_reached"
    ]))),
)]
async fn create_team(api: Api, call: Call<(), (), Json<CreateTeam>>) -> Answer {
    api.create::<Team>(call.conditions, move |tenantry, once| {
        tenantry.create_team(&call.actor, &call.body, once)
    })
    .await
}

/// List the teams of an organization.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}/teams",
    tag = "teams",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Team>)),
)]
async fn list_organization_teams(api: Api, call: Call<(WorkspaceId, OrganizationId), Part>) -> Answer {
    let (workspace, id) = call.path;
    let listing = Listing::of(&[&"teams", &workspace, &id]);
    let request = listing.request(&call.query)?;
    let page = api
        .read(move |tenantry| tenantry.teams_of_organization(&call.actor, workspace, id, &request))
        .await?;
    ok(listing.show(page, Team::from))
}

/// Get a team.
///
/// Whoever is in it or in its workspace may.
#[utoipa::path(
    get,
    path = "/teams/{team_id}",
    tag = "teams",
    responses((status = 200, description = "The team.", body = Team)),
)]
async fn get_team(api: Api, call: Call<TeamId>) -> Answer {
    api.show::<Team>(call.conditions, move |tenantry| {
        tenantry.team(&call.actor, call.path)
    })
    .await
}

/// Change a team.
///
/// Needs `team:update`. A site limit above what the organization allows is accepted: the most restrictive one wins.
#[utoipa::path(
    put,
    path = "/teams/{team_id}",
    tag = "teams",
    request_body(content = UpdateTeam, example = json!({ "name": "Field Crew", "site_limit": 10 })),
    responses((status = 200, description = "The team.", body = Team)),
    extensions(("x-problems" = json!(["scope_required", "workspace_archived", "personal_team", "limit_below_usage"]))),
)]
async fn update_team(api: Api, call: Call<TeamId, (), Json<UpdateTeam>>) -> Answer {
    api.change::<Team>(call.conditions, move |tenantry, precondition| {
        tenantry.update_team(&call.actor, call.path, &call.body, precondition)
    })
    .await
}

/// Delete a team.
///
/// Needs `team:delete`. Nothing may be charged to it. Those who worked in it work in their personal teams from then on.
#[utoipa::path(
    delete,
    path = "/teams/{team_id}",
    tag = "teams",
    responses((status = 204, description = "It is gone.")),
    extensions(("x-problems" = json!(["scope_required", "workspace_archived", "personal_team", "team_has_sites"]))),
)]
async fn delete_team(api: Api, call: Call<TeamId>) -> Answer {
    api.remove::<Team>(call.conditions, move |tenantry, precondition| {
        tenantry.delete_team(&call.actor, call.path, precondition)
    })
    .await
}

/// Work in another of your teams.
#[utoipa::path(
    put,
    path = "/teams/{team_id}/switch",
    tag = "teams",
    responses((status = 200, description = "All your teams.", body = Vec<Team>)),
    extensions(("x-problems" = json!(["people_only", "workspace_archived"]))),
)]
async fn switch_team(api: Api, call: Call<TeamId>) -> Answer {
    api.change::<Teams>(call.conditions, move |tenantry, precondition| {
        tenantry.switch_team(&call.actor, call.path, precondition)
    })
    .await
}

/// Give a team to another of its members.
///
/// The owner may, and who administers the workspace. The owner before stays as an administrator.
#[utoipa::path(
    post,
    path = "/teams/{team_id}/transfer",
    tag = "teams",
    request_body(content = TransferTeam, example = json!({ "user_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab" })),
    responses((status = 200, description = "The team.", body = Team)),
    extensions(("x-problems" = json!([
        "team_owner_required", "workspace_archived", "personal_team", "cannot_own_team"
    ]))),
)]
async fn transfer_team(api: Api, call: Call<TeamId, (), Json<TransferTeam>>) -> Answer {
    let present =
        |view: &TeamView, _: &Deployment| Representation::tagged(StatusCode::OK, &Team::from(view.clone()));
    api.once(call.conditions, present, move |tenantry, once| {
        tenantry.transfer_team(&call.actor, call.path, call.body, once)
    })
    .await
}
