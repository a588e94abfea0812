use actix_web::http::StatusCode;
use tenantry_application::teams::PersonView;
use tenantry_domain::UserId;

use super::{Answer, routes};
use crate::deployment::Deployment;
use crate::dto::teams::people::{AddUser, AddedUser, UpdateUser, User, UserInfo};
use crate::input::{Call, Json};
use crate::representation::Representation;
use crate::resource::shown;
use crate::state::Api;

routes!(
    get_userinfo,
    list_users,
    add_user,
    get_user,
    update_user,
    remove_user
);

/// Get who you are.
///
/// With your teams. The id is what others need to add you to a workspace.
#[utoipa::path(
    get,
    path = "/oauth/userinfo",
    tag = "users",
    responses((status = 200, description = "You.", body = UserInfo)),
    extensions(("x-problems" = json!(["people_only", "not_found"]))),
)]
async fn get_userinfo(api: Api, call: Call) -> Answer {
    api.show::<UserInfo>(call.conditions, move |tenantry| tenantry.my_account(&call.actor))
        .await
}

/// List the people in your current team.
///
/// Needs `user:view`.
#[utoipa::path(
    get,
    path = "/users",
    tag = "users",
    responses((status = 200, description = "The people.", body = Vec<User>)),
    extensions(("x-problems" = json!(["scope_required", "people_only"]))),
)]
async fn list_users(api: Api, call: Call) -> Answer {
    let actor = call.actor;
    let people = api.read(move |tenantry| tenantry.list_people(&actor)).await?;
    let people: Vec<_> = people.into_iter().map(User::from).collect();
    Ok(shown(&call.conditions, &people))
}

/// Add somebody to your current team.
///
/// Somebody new, or somebody who is in the organization or its workspace already; others must be invited. Needs `user:create`, and every scope of
/// the roles. Somebody new who may sign in gets this account at their first sign-in with the verified address. An invitation that they have to the
/// team is cancelled.
#[utoipa::path(
    post,
    path = "/users",
    tag = "users",
    request_body(content = AddUser, example = json!({
        "email": "grace@example.com", "name": "Grace Hopper", "timezone": "America/New_York",
        "roles": ["74656e61-6e74-8000-8000-000000000003"]
    })),
    responses((status = 201, description = "The person.", body = AddedUser)),
    extensions(("x-problems" = json!([
        "not_found", "scope_required", "people_only", "workspace_archived", "personal_team", "already_member", "owner_role",
        "invitation_required", "people_limit_reached", "team_limit_reached", "limit_reached"
    ]))),
)]
async fn add_user(api: Api, call: Call<(), (), Json<AddUser>>) -> Answer {
    let present = |view: &PersonView, _: &Deployment| {
        Representation::tagged(StatusCode::CREATED, &AddedUser::from(view.clone()))
    };
    api.once(call.conditions, present, move |tenantry, once| {
        tenantry.add_person(&call.actor, &call.body, once)
    })
    .await
}

/// Get a person of your current team.
///
/// Needs `user:view`, but for yourself.
#[utoipa::path(
    get,
    path = "/users/{user_id}",
    tag = "users",
    responses((status = 200, description = "The person.", body = User)),
    extensions(("x-problems" = json!(["scope_required", "people_only"]))),
)]
async fn get_user(api: Api, call: Call<UserId>) -> Answer {
    api.show::<User>(call.conditions, move |tenantry| {
        tenantry.find_person(&call.actor, call.path)
    })
    .await
}

/// Change a person of your current team.
///
/// Needs `user:update`, but for yourself. Name, address and leave to sign in of somebody who has signed in are their identity provider's, and their
/// preferences are their own.
#[utoipa::path(
    put,
    path = "/users/{user_id}",
    tag = "users",
    request_body(content = UpdateUser, example = json!({
        "name": "Grace Hopper", "email": "grace@example.com", "allow_login": true, "timezone": "America/New_York",
        "date_format": "d M Y", "time_format": "H:i:s"
    })),
    responses((status = 200, description = "The person.", body = User)),
    extensions(("x-problems" = json!([
        "not_found", "scope_required", "people_only", "workspace_archived", "owner_role", "profile_not_yours", "invitation_required",
        "limit_reached"
    ]))),
)]
async fn update_user(api: Api, call: Call<UserId, (), Json<UpdateUser>>) -> Answer {
    api.change::<User>(call.conditions, move |tenantry, precondition| {
        tenantry.update_person(&call.actor, call.path, &call.body, precondition)
    })
    .await
}

/// Take a person out of your current team.
///
/// Needs `user:delete`; and anyone may leave. The API credentials that they made in the team are revoked. Somebody who never signed in and is in no other team is forgotten.
#[utoipa::path(
    delete,
    path = "/users/{user_id}",
    tag = "users",
    responses((status = 204, description = "They are out.")),
    extensions(("x-problems" = json!(["scope_required", "people_only", "workspace_archived", "owner_stays"]))),
)]
async fn remove_user(api: Api, call: Call<UserId>) -> Answer {
    api.remove::<User>(call.conditions, move |tenantry, precondition| {
        tenantry.remove_person(&call.actor, call.path, precondition)
    })
    .await
}
