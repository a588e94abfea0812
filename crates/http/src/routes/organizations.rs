use tenantry_application::{NewOrganization, OrganizationChanges};
use tenantry_domain::{OrganizationId, WorkspaceId};

use super::{Answer, routes};
use crate::dto::organizations::{
    CreateChild, CreateOrganization, Organization, Pictured, UpdateOrganization,
};
use crate::hosting::Bringing;
use crate::input::{Call, Json, Pairs, QueryInput};
use crate::problem::Problem;
use crate::representation::Resource;
use crate::resource::shown;
use crate::state::Api;
use crate::wire::EXAMPLE_PICTURE;

routes!(
    create_organization,
    create_child_organization,
    get_organization,
    update_organization,
    delete_organization,
);

type Creation<P> = Call<P, (), Json<CreateOrganization>>;
type OneOrganization = (WorkspaceId, OrganizationId);

/// Create a root organization.
///
/// Owners and admins may. A child is made with POST on its parent's `children`.
#[utoipa::path(
    post,
    path = "/workspaces/{workspace_id}/organizations",
    tag = "organizations",
    request_body(content = CreateOrganization, example = json!({
        "name": "Marketing Team",
        "billing_account_id": "cus_01AbCdEfGhIjKlMnOpQrSt",
        "limits": { "locations": 5, "users": 20 },
        "branding": {
            "display_name": "ACME Inc.", "login_hint": "acme-inc", "colors": { "primary": "#007bff" }
        },
        "picture": EXAMPLE_PICTURE
    })),
    responses((status = 201, description = "The organization.", body = Organization)),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "organization_limit_reached", "login_hint_taken", "limit_exceeds_capacity"
    ]))),
)]
async fn create_organization(api: Api, call: Creation<WorkspaceId>) -> Answer {
    let Pictured { rest, picture } = call.body;
    let bringing = Bringing::new(&call.actor, &call.conditions, (call.path, None));
    let new = match api.hosted(bringing, picture).await {
        Ok(picture) => NewOrganization {
            picture: picture.value(),
            ..rest
        },
        Err(answer) => return answer,
    };
    api.create::<Organization>(call.conditions, move |tenantry, once| {
        tenantry.create_root(&call.actor, call.path, &new, once)
    })
    .await
}

/// Create a child of an organization.
///
/// Owners and admins may. It inherits the billing account of its root.
#[utoipa::path(
    post,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}/children",
    tag = "organizations",
    request_body(content = CreateChild, example = json!({
        "name": "Berlin Office", "limits": { "locations": 2 }
    })),
    responses((status = 201, description = "The organization.", body = Organization)),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "organization_limit_reached", "depth_limit_reached", "children_limit_reached",
        "login_hint_taken", "limit_exceeds_capacity"
    ]))),
)]
async fn create_child_organization(api: Api, call: Creation<OneOrganization>) -> Answer {
    let (workspace, parent) = call.path;
    let Pictured { rest, picture } = call.body;
    let bringing = Bringing::new(&call.actor, &call.conditions, (workspace, Some(parent)));
    let new = match api.hosted(bringing, picture).await {
        Ok(picture) => NewOrganization {
            picture: picture.value(),
            ..rest
        },
        Err(answer) => return answer,
    };
    api.create::<Organization>(call.conditions, move |tenantry, once| {
        tenantry.create_child(&call.actor, workspace, parent, &new, once)
    })
    .await
}

/// Get an organization.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}",
    tag = "organizations",
    responses((status = 200, description = "The organization.", body = Organization)),
)]
async fn get_organization(api: Api, call: Call<OneOrganization>) -> Answer {
    let (workspace, id) = call.path;
    let view = api.organization((call.actor, workspace, id)).await?;
    Ok(shown(
        &call.conditions,
        &Organization::show(view, &api.deployment),
    ))
}

/// Change an organization.
///
/// Owners and admins may. In `assigned` mode another billing account moves the usage of a root to that account's pool.
#[utoipa::path(
    patch,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}",
    tag = "organizations",
    request_body(content = UpdateOrganization, example = json!({
        "name": "Marketing", "limits": { "locations": 10, "users": { "limit": 20, "mode": "observe" }, "sso": null },
        "branding": { "login_hint": null }
    })),
    responses((status = 200, description = "The organization.", body = Organization)),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "login_hint_taken", "limit_exceeds_capacity", "limit_below_usage", "limit_reached"
    ]))),
)]
async fn update_organization(api: Api, call: Call<OneOrganization, (), Json<UpdateOrganization>>) -> Answer {
    let (workspace, id) = call.path;
    let Pictured { rest, picture } = call.body;
    let bringing = Bringing::new(&call.actor, &call.conditions, (workspace, Some(id)));
    let changes = match api.hosted(bringing, picture).await {
        Ok(picture) => OrganizationChanges { picture, ..rest },
        Err(answer) => return answer,
    };
    api.change::<Organization>(call.conditions, move |tenantry, precondition| {
        tenantry.update_organization(&call.actor, workspace, id, &changes, precondition)
    })
    .await
}

/// Delete an organization.
///
/// Owners and admins may, while neither it nor a descendant has usage.
#[utoipa::path(
    delete,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}",
    tag = "organizations",
    params(("cascade" = Option<bool>, Query, nullable = false,
        description = "Whether everything below it goes too. Without it, an organization with children stays.")),
    responses((status = 204, description = "It is gone.")),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "organization_has_usage", "organization_has_teams", "organization_has_children"
    ]))),
)]
async fn delete_organization(api: Api, call: Call<OneOrganization, Cascade>) -> Answer {
    let ((workspace, id), Cascade(cascade)) = (call.path, call.query);
    api.remove::<Organization>(call.conditions, move |tenantry, precondition| {
        tenantry.delete_organization(&call.actor, workspace, id, cascade, precondition)
    })
    .await
}

/// `cascade`: `true` or `false`.
struct Cascade(bool);

impl QueryInput for Cascade {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Self(
            pairs
                .parsed::<bool>("cascade", "true or false")?
                .unwrap_or_default(),
        ))
    }
}
