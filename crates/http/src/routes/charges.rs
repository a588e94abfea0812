use actix_web::{delete, get, post, put};
use tenantry_application::Tenantry;
use tenantry_application::charges::ChargeRequest;
use tenantry_domain::{OrganizationId, WorkspaceId};

use super::{Answer, created, list, no_content, ok, routes};
use crate::dto::charges::{Answers, Charge, ChargePath, CheckCharges, PutCharge};
use crate::dto::list::{Charges, List, Part};
use crate::input::{Call, Json, Pairs, QueryInput};
use crate::openapi::PartParams;
use crate::problem::Problem;
use crate::state::Api;

routes!(
    put_charge,
    get_charge,
    release_charge,
    list_charges,
    check_charges
);

/// Charge a resource to an organization.
///
/// Machines need `usage:write`; owners and admins may. Repeating it answers the same; another quantity resizes it. Every node from the
/// billing pool down to the organization must admit what is added.
#[utoipa::path(
    tag = "charges",
    request_body(content = PutCharge, example = json!({
        "organization_id": "org_01AbCdEfGhIjKlMnOpQrSt", "quantity": 1
    })),
    responses(
        (status = 201, description = "The first charge of the resource.", body = Charge),
        (status = 200, description = "Repeated, or resized.", body = Charge),
    ),
    extensions(("x-problems" = json!([
        "not_found", "role_required", "scope_required", "workspace_archived", "limit_reached", "charged_elsewhere"
    ]))),
)]
#[put("/charges/{meter}/{resource_id}")]
async fn put_charge(api: Api, call: Call<ChargePath, (), Json<PutCharge>>) -> Answer {
    let (organization_id, quantity) = call.body;
    let request = ChargeRequest {
        key: call.path.0,
        organization_id,
        quantity,
    };
    let charged = api
        .write(move |tenantry| tenantry.charge(&call.actor, &request))
        .await?;
    let charge = Charge::from(charged.charge);
    if charged.created {
        created(charge)
    } else {
        ok(charge)
    }
}

/// Get what a resource is charged with.
///
/// Machines need `usage:read`.
#[utoipa::path(
    tag = "charges",
    params(("organization_id" = String, Query, description = "The organization that it is charged to.")),
    responses((status = 200, description = "The charge.", body = Charge)),
    extensions(("x-problems" = json!(["not_found", "scope_required"]))),
)]
#[get("/charges/{meter}/{resource_id}")]
async fn get_charge(api: Api, call: Call<ChargePath, At>) -> Answer {
    let (ChargePath(key), At(id)) = (call.path, call.query);
    let charge = api
        .read(move |tenantry| tenantry.find_charge(&call.actor, id, &key))
        .await?;
    ok(Charge::from(charge))
}

/// Release a resource.
///
/// Machines need `usage:write`; owners and admins may. It always succeeds, also when nothing was charged.
#[utoipa::path(
    tag = "charges",
    params(("organization_id" = String, Query, description = "The organization that it is charged to.")),
    responses((status = 204, description = "Nothing is charged there for the resource.")),
    extensions(("x-problems" = json!(["not_found", "role_required", "scope_required"]))),
)]
#[delete("/charges/{meter}/{resource_id}")]
async fn release_charge(api: Api, call: Call<ChargePath, At>) -> Answer {
    let (ChargePath(key), At(id)) = (call.path, call.query);
    api.write(move |tenantry| tenantry.release(&call.actor, id, &key))
        .await?;
    no_content()
}

/// List what is charged to an organization.
///
/// Its ledger, by meter and resource. Machines need `usage:read`.
#[utoipa::path(
    tag = "charges",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Charge>)),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
#[get("/workspaces/{workspace_id}/organizations/{organization_id}/charges")]
async fn list_charges(api: Api, call: Call<(WorkspaceId, OrganizationId), Part<Charges>>) -> Answer {
    let ((workspace, id), Part(part)) = (call.path, call.query);
    let page = api
        .read(move |tenantry| tenantry.list_charges(&call.actor, workspace, id, &part))
        .await?;
    list::<Charges, _, _>(page, Charge::from)
}

/// Check whether charges would fit.
///
/// Each question on its own, with the chain that decides; nothing is changed. Machines need `usage:read`.
#[utoipa::path(
    tag = "charges",
    request_body(content = CheckCharges, example = json!({
        "questions": [{ "meter": "locations", "organization_id": "org_01AbCdEfGhIjKlMnOpQrSt", "quantity": 1 }]
    })),
    responses((status = 200, description = "The answers, in the order of the questions.", body = Answers)),
    extensions(("x-problems" = json!(["not_found", "scope_required"]))),
)]
#[post("/charges/check")]
async fn check_charges(api: Api, call: Call<(), (), Json<CheckCharges>>) -> Answer {
    let answers = api
        .read(move |tenantry: &Tenantry| tenantry.check(&call.actor, &call.body))
        .await?;
    ok(Answers::from(answers))
}

/// `organization_id`: where the resource is charged.
struct At(OrganizationId);

impl QueryInput for At {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Self(pairs.required("organization_id")?))
    }
}
