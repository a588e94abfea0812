use actix_web::get;
use tenantry_domain::{OrganizationId, WorkspaceId};

use super::{Answer, routes};
use crate::dto::limits::LimitsView;
use crate::input::Call;
use crate::state::Api;

routes!(get_limits);

/// Get what an organization may still use.
///
/// Of every meter: what is used, the limits, and how much could really be charged now, with the node that binds. Machines need
/// `usage:read`.
#[utoipa::path(
    tag = "limits",
    responses((status = 200, description = "A row a meter.", body = LimitsView)),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
#[get("/workspaces/{workspace_id}/organizations/{organization_id}/limits")]
async fn get_limits(api: Api, call: Call<(WorkspaceId, OrganizationId)>) -> Answer {
    let (workspace, id) = call.path;
    api.show::<LimitsView>(call.conditions, move |tenantry| {
        tenantry.organization_limits(&call.actor, workspace, id)
    })
    .await
}
