use actix_web::http::StatusCode;
use tenantry_application::WorkspaceView;
use tenantry_domain::WorkspaceId;

use super::{Answer, ok, routes};
use crate::deployment::Deployment;
use crate::dto::list::{List, Listing, word};
use crate::dto::selection::NameParams;
use crate::dto::workspaces::{CreateWorkspace, UpdateWorkspace, Workspace, WorkspacesPart};
use crate::input::{Call, Json};
use crate::openapi::PartParams;
use crate::representation::Representation;
use crate::state::Api;

routes!(
    create_workspace,
    list_workspaces,
    get_workspace,
    update_workspace,
    archive_workspace,
    unarchive_workspace
);

/// Create a workspace.
///
/// The caller becomes its owner. The billing mode is permanent.
#[utoipa::path(
    post,
    path = "/workspaces",
    tag = "workspaces",
    request_body(content = CreateWorkspace, example = json!({
        "name": "ACME", "description": "Everything of ACME Corporation", "billing_mode": "single"
    })),
    responses((status = 201, description = "The workspace.", body = Workspace)),
    extensions(("x-problems" = json!(["people_only"]))),
)]
async fn create_workspace(api: Api, call: Call<(), (), Json<CreateWorkspace>>) -> Answer {
    api.create::<Workspace>(call.conditions, move |tenantry, once| {
        tenantry.create_workspace(&call.actor, &call.body, once)
    })
    .await
}

/// List your workspaces.
///
/// Archived ones come last.
#[utoipa::path(
    get,
    path = "/workspaces",
    tag = "workspaces",
    params(PartParams, NameParams),
    responses((status = 200, description = "A part of the list.", body = List<Workspace>)),
    extensions(("x-problems" = json!(["people_only"]))),
)]
async fn list_workspaces(api: Api, call: Call<(), WorkspacesPart>) -> Answer {
    let WorkspacesPart { part, name } = call.query;
    let listing = Listing::of(&[&"workspaces", &call.actor, &word(name.as_ref())]);
    let request = listing.request(&part)?;
    let page = api
        .read(move |tenantry| tenantry.list_workspaces(&call.actor, name.as_ref(), &request))
        .await?;
    ok(listing.show(page, Workspace::from))
}

/// Get a workspace.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}",
    tag = "workspaces",
    responses((status = 200, description = "The workspace.", body = Workspace)),
)]
async fn get_workspace(api: Api, call: Call<WorkspaceId>) -> Answer {
    api.show::<Workspace>(call.conditions, move |tenantry| {
        tenantry.workspace(&call.actor, call.path)
    })
    .await
}

/// Change name or description of a workspace.
///
/// Owners and admins may.
#[utoipa::path(
    patch,
    path = "/workspaces/{workspace_id}",
    tag = "workspaces",
    request_body(content = UpdateWorkspace, example = json!({ "name": "ACME Corporation", "description": null })),
    responses((status = 200, description = "The workspace.", body = Workspace)),
    extensions(("x-problems" = json!(["role_required", "workspace_archived"]))),
)]
async fn update_workspace(api: Api, call: Call<WorkspaceId, (), Json<UpdateWorkspace>>) -> Answer {
    api.change::<Workspace>(call.conditions, move |tenantry, precondition| {
        tenantry.update_workspace(&call.actor, call.path, &call.body, precondition)
    })
    .await
}

/// Archive a workspace.
///
/// Owners may, while no organization has usage and no billing account has a live subscription. An archived workspace can be read, and not
/// changed until it is taken into use again.
#[utoipa::path(
    delete,
    path = "/workspaces/{workspace_id}",
    tag = "workspaces",
    responses((status = 204, description = "It is archived.")),
    extensions(("x-problems" = json!(["role_required", "workspace_archived", "workspace_not_empty"]))),
)]
async fn archive_workspace(api: Api, call: Call<WorkspaceId>) -> Answer {
    api.remove::<Workspace>(call.conditions, move |tenantry, precondition| {
        tenantry.archive_workspace(&call.actor, call.path, precondition)
    })
    .await
}

/// Take an archived workspace into use again.
///
/// Owners may. It can be changed again as before; one that is not archived stays as it is.
#[utoipa::path(
    post,
    path = "/workspaces/{workspace_id}/unarchive",
    tag = "workspaces",
    responses((status = 200, description = "The workspace.", body = Workspace)),
    extensions(("x-problems" = json!(["role_required", "precondition_failed"]))),
)]
async fn unarchive_workspace(api: Api, call: Call<WorkspaceId>) -> Answer {
    let seen = |view: &WorkspaceView| Some(shown(view));
    let done = |view: &WorkspaceView, _: &Deployment| shown(view);
    api.once_as_seen(
        call.conditions,
        (seen, done),
        move |tenantry, precondition, once| {
            tenantry.unarchive_workspace(&call.actor, call.path, precondition, once)
        },
    )
    .await
}

fn shown(view: &WorkspaceView) -> Representation {
    Representation::tagged(StatusCode::OK, &Workspace::from(view.clone()))
}
