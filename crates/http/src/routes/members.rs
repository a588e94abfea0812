use tenantry_domain::{UserId, WorkspaceId};

use super::{Answer, ok, routes};
use crate::dto::list::{List, Listing, word};
use crate::dto::members::{AddMember, ChangeRole, Member, MembersPart};
use crate::input::{Call, Json};
use crate::openapi::PartParams;
use crate::state::Api;

routes!(list_members, add_member, change_role, remove_member);

/// List the members of a workspace.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/members",
    tag = "members",
    params(
        PartParams,
        ("role" = Option<String>, Query, description = "Only those of this role.", nullable = false),
    ),
    responses((status = 200, description = "A part of the list.", body = List<Member>)),
)]
async fn list_members(api: Api, call: Call<WorkspaceId, MembersPart>) -> Answer {
    let MembersPart { part, role } = call.query;
    let listing = Listing::of(&[&"members", &call.path, &word(role.as_ref())]);
    let request = listing.request(&part)?;
    let page = api
        .read(move |tenantry| tenantry.list_members(&call.actor, call.path, role, &request))
        .await?;
    ok(listing.show(page, Member::from))
}

/// Add somebody to a workspace.
///
/// Owners and admins may; only an owner makes owners. The person must have signed in before.
#[utoipa::path(
    post,
    path = "/workspaces/{workspace_id}/members",
    tag = "members",
    request_body(content = AddMember, example = json!({
        "user_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "role": "viewer"
    })),
    responses((status = 201, description = "The member.", body = Member)),
    extensions(("x-problems" = json!([
        "role_required", "owner_required", "workspace_archived", "member_limit_reached", "already_member"
    ]))),
)]
async fn add_member(api: Api, call: Call<WorkspaceId, (), Json<AddMember>>) -> Answer {
    let (user, role) = call.body;
    api.create::<Member>(call.conditions, move |tenantry, once| {
        tenantry.add_member(&call.actor, call.path, user, role, once)
    })
    .await
}

/// Give a member another role.
///
/// Owners and admins may; only an owner grants `owner` or takes it away. The last owner stays one.
#[utoipa::path(
    patch,
    path = "/workspaces/{workspace_id}/members/{user_id}",
    tag = "members",
    request_body(content = ChangeRole, example = json!({ "role": "admin" })),
    responses((status = 200, description = "The member.", body = Member)),
    extensions(("x-problems" = json!([
        "role_required", "owner_required", "workspace_archived", "cannot_remove_last_owner"
    ]))),
)]
async fn change_role(api: Api, call: Call<(WorkspaceId, UserId), (), Json<ChangeRole>>) -> Answer {
    let (workspace, user) = call.path;
    api.change::<Member>(call.conditions, move |tenantry, precondition| {
        tenantry.change_role(&call.actor, workspace, user, call.body, precondition)
    })
    .await
}

/// Take somebody out of a workspace.
///
/// Owners and admins may, admins except for owners; and anyone may leave. The last owner stays.
#[utoipa::path(
    delete,
    path = "/workspaces/{workspace_id}/members/{user_id}",
    tag = "members",
    responses((status = 204, description = "They are out.")),
    extensions(("x-problems" = json!([
        "role_required", "owner_required", "workspace_archived", "cannot_remove_last_owner"
    ]))),
)]
async fn remove_member(api: Api, call: Call<(WorkspaceId, UserId)>) -> Answer {
    let (workspace, user) = call.path;
    api.remove::<Member>(call.conditions, move |tenantry, precondition| {
        tenantry.remove_member(&call.actor, workspace, user, precondition)
    })
    .await
}
