use tenantry_domain::{TeamId, UserId};

use super::{Answer, ok, routes};
use crate::dto::list::{List, Listing, Part};
use crate::dto::teams::members::{SetRoles, TeamMember};
use crate::input::{Call, Json};
use crate::openapi::PartParams;
use crate::state::Api;

routes!(list_team_members, set_team_roles, remove_team_member);

/// List the members of a team.
#[utoipa::path(
    get,
    path = "/teams/{team_id}/members",
    tag = "teams",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<TeamMember>)),
)]
async fn list_team_members(api: Api, call: Call<TeamId, Part>) -> Answer {
    let listing = Listing::of(&[&"team members", &call.path]);
    let request = listing.request(&call.query)?;
    let page = api
        .read(move |tenantry| tenantry.list_team_members(&call.actor, call.path, &request))
        .await?;
    ok(listing.show(page, TeamMember::from))
}

/// Replace the roles of a member.
///
/// Needs `user:update`, and every scope of the roles that are new to the member. The role Owner goes by transfer alone.
#[utoipa::path(
    put,
    path = "/teams/{team_id}/members/{user_id}/roles",
    tag = "teams",
    request_body(content = SetRoles, example = json!({ "roles": ["74656e61-6e74-8000-8000-000000000003"] })),
    responses((status = 200, description = "The member.", body = TeamMember)),
    extensions(("x-problems" = json!(["scope_required", "workspace_archived", "owner_role"]))),
)]
async fn set_team_roles(api: Api, call: Call<(TeamId, UserId), (), Json<SetRoles>>) -> Answer {
    let (team, user) = call.path;
    api.change::<TeamMember>(call.conditions, move |tenantry, precondition| {
        tenantry.set_team_roles(&call.actor, team, (user, &call.body), precondition)
    })
    .await
}

/// Take somebody out of a team.
///
/// Needs `teams:remove-users`; and anyone may leave. The owner stays. A seat in the organization is free again unless another of its teams has
/// the person. The API credentials that they made in the team are revoked.
#[utoipa::path(
    delete,
    path = "/teams/{team_id}/members/{user_id}",
    tag = "teams",
    responses((status = 204, description = "They are out.")),
    extensions(("x-problems" = json!(["scope_required", "workspace_archived", "owner_stays"]))),
)]
async fn remove_team_member(api: Api, call: Call<(TeamId, UserId)>) -> Answer {
    let (team, user) = call.path;
    api.remove::<TeamMember>(call.conditions, move |tenantry, precondition| {
        tenantry.remove_team_member(&call.actor, team, user, precondition)
    })
    .await
}
