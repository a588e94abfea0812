use actix_web::http::StatusCode;
use actix_web::{delete, get, post, put};
use tenantry_application::charges::{self, ChargeRequest};
use tenantry_application::idempotency::Once;
use tenantry_domain::{Meters, OrganizationId, WorkspaceId};

use super::{Answer, ok, routes};
use crate::dto::charges::{Answers, Charge, ChargePath, CheckCharges, PutCharge};
use crate::dto::list::{List, Listing, Part};
use crate::input::{Call, Json, Pairs, QueryInput};
use crate::openapi::PartParams;
use crate::problem::Problem;
use crate::representation::Representation;
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
    let counted = api.metrics.charges.clone();
    let charged = api
        .guarded::<Charge, _>(call.conditions, move |tenantry, precondition| {
            let outcome = tenantry.charge(&call.actor, &request, precondition);
            counted.count(&outcome);
            outcome
        })
        .await?;
    let status = if charged.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(Representation::tagged(status, &Charge::from(charged.charge)).respond())
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
    api.show::<Charge>(call.conditions, move |tenantry| {
        tenantry.find_charge(&call.actor, id, &key)
    })
    .await
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
    api.remove::<Charge>(call.conditions, move |tenantry, precondition| {
        tenantry.release(&call.actor, id, &key, precondition)
    })
    .await
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
async fn list_charges(api: Api, call: Call<(WorkspaceId, OrganizationId), Part>) -> Answer {
    let (workspace, id) = call.path;
    let listing = Listing::of(&[&"charges", &workspace, &id]);
    let request = listing.request(&call.query)?;
    let page = api
        .read(move |tenantry| tenantry.list_charges(&call.actor, workspace, id, &request))
        .await?;
    ok(listing.show(page, Charge::from))
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
    let present = |answers: &Vec<charges::Answer>, _: &Meters| {
        Representation::untagged(StatusCode::OK, &Answers::from(answers))
    };
    if call.conditions.key.is_some() {
        return api
            .once(call.conditions, present, move |tenantry, once| {
                tenantry.check(&call.actor, &call.body, once)
            })
            .await;
    }
    // Without a key nothing is written, and the lane of the reads is wider.
    let answers = api
        .read(move |tenantry| tenantry.check(&call.actor, &call.body, &Once::default()))
        .await?;
    ok(Answers::from(&answers))
}

/// `organization_id`: where the resource is charged.
struct At(OrganizationId);

impl QueryInput for At {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Self(pairs.required("organization_id")?))
    }
}
