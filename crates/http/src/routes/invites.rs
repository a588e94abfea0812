use actix_web::http::StatusCode;
use tenantry_application::teams::{InvitationView, TeamView};
use tenantry_domain::{InvitationId, TeamId};

use super::{Answer, ok, routes};
use crate::deployment::Deployment;
use crate::dto::list::{List, Listing, Part};
use crate::dto::teams::Team;
use crate::dto::teams::invites::{Accepted, AnswerInvite, Invite, InviteUser, MyInvite};
use crate::input::{Call, Json};
use crate::openapi::PartParams;
use crate::representation::Representation;
use crate::resource::shown;
use crate::state::Api;

routes!(
    invite_user,
    list_invites,
    cancel_invite,
    resend_invite,
    list_my_invites,
    accept_invite,
    decline_invite
);

fn on_its_way(_: &InvitationView, _: &Deployment) -> Representation {
    Representation::untagged(StatusCode::ACCEPTED, &Accepted::INVITED)
}

/// Invite somebody by e-mail.
///
/// Needs `teams:invite-users`, and every scope of the role. The invitation holds a seat in the organization, unless the person has one.
#[utoipa::path(
    post,
    path = "/teams/{team_id}/invites",
    tag = "invites",
    request_body(content = InviteUser, example = json!({ "email": "grace@example.com", "role": "Developer" })),
    responses((status = 202, description = "The mail goes out.", body = Accepted)),
    extensions(("x-problems" = json!([
        "scope_required", "people_only", "workspace_archived", "personal_team", "already_invited", "already_member", "owner_role",
        "people_limit_reached", "limit_reached"
    ]))),
)]
async fn invite_user(api: Api, call: Call<TeamId, (), Json<InviteUser>>) -> Answer {
    api.once(call.conditions, on_its_way, move |tenantry, once| {
        tenantry.invite(&call.actor, call.path, &call.body, once)
    })
    .await
}

/// List the pending invitations to a team.
#[utoipa::path(
    get,
    path = "/teams/{team_id}/invites",
    tag = "invites",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Invite>)),
)]
async fn list_invites(api: Api, call: Call<TeamId, Part>) -> Answer {
    let listing = Listing::of(&[&"invites", &call.path]);
    let request = listing.request(&call.query)?;
    let page = api
        .read(move |tenantry| tenantry.list_invitations(&call.actor, call.path, &request))
        .await?;
    ok(listing.show(page, Invite::from))
}

/// Cancel an invitation.
///
/// Needs `teams:invite-users`.
#[utoipa::path(
    delete,
    path = "/teams/{team_id}/invites/{invite_id}",
    tag = "invites",
    responses((status = 204, description = "It counts no more.")),
    extensions(("x-problems" = json!(["scope_required", "workspace_archived"]))),
)]
async fn cancel_invite(api: Api, call: Call<(TeamId, InvitationId)>) -> Answer {
    api.remove::<Invite>(call.conditions, move |tenantry, precondition| {
        tenantry.cancel_invitation(&call.actor, call.path, precondition)
    })
    .await
}

/// Send an invitation again.
///
/// Needs `teams:invite-users`. It is valid for the full time from now on. The links of the mails before lead nowhere once the new one was sent.
#[utoipa::path(
    post,
    path = "/teams/{team_id}/invites/{invite_id}/resend",
    tag = "invites",
    responses((status = 202, description = "Another mail goes out.", body = Accepted)),
    extensions(("x-problems" = json!(["scope_required", "workspace_archived"]))),
)]
async fn resend_invite(api: Api, call: Call<(TeamId, InvitationId)>) -> Answer {
    api.once(call.conditions, on_its_way, move |tenantry, once| {
        tenantry.resend_invitation(&call.actor, call.path, once)
    })
    .await
}

/// List the invitations that are addressed to you.
///
/// To your address, when your identity provider vouches for it.
#[utoipa::path(
    get,
    path = "/invites",
    tag = "invites",
    responses((status = 200, description = "Pending invitations.", body = Vec<MyInvite>)),
    extensions(("x-problems" = json!(["people_only"]))),
)]
async fn list_my_invites(api: Api, call: Call) -> Answer {
    let actor = call.actor;
    let invites = api.read(move |tenantry| tenantry.my_invitations(&actor)).await?;
    let invites: Vec<_> = invites.into_iter().map(MyInvite::from).collect();
    Ok(shown(&call.conditions, &invites))
}

/// Accept an invitation.
///
/// With the token of the link in the mail, as the person whose verified address is the invited one. A token works once.
#[utoipa::path(
    post,
    path = "/invites/accept",
    tag = "invites",
    request_body(content = AnswerInvite, example = json!({
        "token": "02wMe2eZtYRY4hvzqF2FgZ02wMe2eZtYRY4hvzqF2FgZ02wMe2eZtYRY4hvzqF2FgZ"
    })),
    responses((status = 200, description = "The team that you are in.", body = Team)),
    extensions(("x-problems" = json!([
        "not_found", "people_only", "email_not_verified", "not_the_recipient", "workspace_archived", "team_limit_reached", "limit_reached"
    ]))),
)]
async fn accept_invite(api: Api, call: Call<(), (), Json<AnswerInvite>>) -> Answer {
    let present =
        |view: &TeamView, _: &Deployment| Representation::tagged(StatusCode::OK, &Team::from(view.clone()));
    api.once(call.conditions, present, move |tenantry, once| {
        tenantry.accept_invitation(&call.actor, &call.body, once)
    })
    .await
}

/// Decline an invitation.
///
/// With the token of the link in the mail, as the person whose verified address is the invited one.
#[utoipa::path(
    post,
    path = "/invites/decline",
    tag = "invites",
    request_body(content = AnswerInvite, example = json!({
        "token": "02wMe2eZtYRY4hvzqF2FgZ02wMe2eZtYRY4hvzqF2FgZ02wMe2eZtYRY4hvzqF2FgZ"
    })),
    responses((status = 204, description = "It counts no more.")),
    extensions(("x-problems" = json!([
        "not_found", "people_only", "email_not_verified", "not_the_recipient", "workspace_archived"
    ]))),
)]
async fn decline_invite(api: Api, call: Call<(), (), Json<AnswerInvite>>) -> Answer {
    let present = |(): &(), _: &Deployment| Representation::empty();
    api.once(call.conditions, present, move |tenantry, once| {
        tenantry.decline_invitation(&call.actor, &call.body, once)
    })
    .await
}
