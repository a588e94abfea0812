use tenantry_domain::{OrganizationId, WorkspaceId};

use super::{Answer, routes};
use crate::dto::effective::Effective;
use crate::dto::limits::LimitsView;
use crate::dto::list::{Listing, Part};
use crate::input::Call;
use crate::openapi::PartParams;
use crate::resource::shown;
use crate::state::Api;

routes!(get_limits, get_effective);

/// Get what an organization may still use.
///
/// Of every meter: what is used, the limits, and how much could really be charged now, with the node that binds. Machines need
/// `usage:read`.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}/limits",
    tag = "limits",
    responses((status = 200, description = "A row a meter.", body = LimitsView)),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
async fn get_limits(api: Api, call: Call<(WorkspaceId, OrganizationId)>) -> Answer {
    let (workspace, id) = call.path;
    api.show::<LimitsView>(call.conditions, move |tenantry| {
        tenantry.organization_limits(&call.actor, workspace, id)
    })
    .await
}

/// Get everything that applies to an organization.
///
/// Its limits, its billing account, its branding and the people who have access to it, each with where it comes from. The people are a part of a list;
/// `limit`, `after` and `before` say which. Only people see people, and only owners and admins the billing account. Machines need `usage:read`.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}/effective",
    tag = "limits",
    params(PartParams),
    responses((status = 200, description = "What applies.", body = Effective)),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
async fn get_effective(api: Api, call: Call<(WorkspaceId, OrganizationId), Part>) -> Answer {
    let (workspace, id) = call.path;
    let people = Listing::of(&[&"access", &workspace, &id]);
    let request = people.request(&call.query)?;
    let view = api
        .read(move |tenantry| tenantry.effective(&call.actor, workspace, id, &request))
        .await?;
    Ok(shown(&call.conditions, &Effective::new(view, &people)))
}
