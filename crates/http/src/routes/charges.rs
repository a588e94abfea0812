use actix_web::http::StatusCode;
use tenantry_application::charges::{
    self, ChargeRequest, LedgerRequest, ReleaseRequest, RowOutcome, TransferRequest,
};
use tenantry_domain::charge;
use tenantry_domain::{OrganizationId, TeamId, WorkspaceId};

use super::{Answer, ok, routes};
use crate::deployment::Deployment;
use crate::dto::batches::{ChangeCharges, Results};
use crate::dto::charges::{
    Answers, Charge, ChargeOne, ChargePath, CheckCharges, MoveCharge, MoveChargeOne, PutCharge,
};
use crate::dto::list::{List, Listing, Part};
use crate::dto::target::{At, AtParams};
use crate::input::{Call, Json};
use crate::openapi::PartParams;
use crate::representation::Representation;
use crate::state::Api;

routes!(
    put_charge,
    get_charge,
    release_charge,
    list_charges,
    list_team_charges,
    check_charges,
    move_charge,
    change_charges
);

/// Charge a resource to an organization or a team.
///
/// Machines need `usage:write`, people in the team `site:create`; owners and admins of the workspace may. Repeating it answers the same; another
/// quantity resizes it. Every node from the billing pool down to the organization or team must admit what is added.
#[utoipa::path(
    put,
    path = "/charges/{meter}/{resource_id}",
    tag = "charges",
    request_body(content = ChargeOne, example = json!({
        "organization_id": "org_01AbCdEfGhIjKlMnOpQrSt", "quantity": 1
    })),
    responses(
        (status = 201, description = "The first charge of the resource.", body = Charge),
        (status = 200, description = "Repeated, or resized.", body = Charge),
    ),
    extensions(("x-problems" = json!([
        "not_found", "role_required", "scope_required", "workspace_archived", "limit_reached", "charged_elsewhere",
        "resource_reserved"
    ]))),
)]
async fn put_charge(api: Api, call: Call<ChargePath, (), Json<PutCharge>>) -> Answer {
    let (target, quantity) = call.body;
    let request = ChargeRequest {
        key: call.path.0,
        target,
        quantity,
    };
    api.decide(call.actor, call.conditions, LedgerRequest::Charge(request))
        .await
}

/// Move a charge to another organization or team.
///
/// Of the same workspace. Whatever counts it in addition must admit it; what is above both places counts it once before and once after. It takes what
/// charging there takes, and what releasing it where it is takes. With `dry_run` nothing changes. What is there already stays.
#[utoipa::path(
    post,
    path = "/charges/{meter}/{resource_id}/move",
    tag = "charges",
    request_body(content = MoveChargeOne, example = json!({ "team_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab" })),
    responses((status = 200, description = "The charge as it is now, or as it would be.", body = Charge)),
    extensions(("x-problems" = json!([
        "not_found", "role_required", "scope_required", "workspace_archived", "limit_reached", "resource_reserved", "precondition_failed"
    ]))),
)]
async fn move_charge(api: Api, call: Call<ChargePath, (), Json<MoveCharge>>) -> Answer {
    let (to, dry_run) = call.body;
    let request = TransferRequest {
        key: call.path.0,
        to,
        dry_run,
    };
    let counted = api.metrics.charges.clone();
    let present = |charge: &charge::Charge, _: &Deployment| {
        Representation::tagged(StatusCode::OK, &Charge::from(charge.clone()))
    };
    let seen = move |charge: &charge::Charge| {
        Some(Representation::tagged(
            StatusCode::OK,
            &Charge::from(charge.clone()),
        ))
    };
    api.once_as_seen(
        call.conditions,
        (seen, present),
        move |tenantry, precondition, once| {
            let outcome = tenantry.move_charge(&call.actor, &request, precondition, once);
            if !dry_run {
                counted.count(&outcome);
            }
            outcome
        },
    )
    .await
}

/// Charge, release and move many resources.
///
/// Up to 1,000 rows of one workspace in one transaction, each as if it came alone and after those before it. When the batch is `atomic`, one row that is
/// refused refuses them all. With `dry_run` nothing changes. Each row takes what it would take alone.
#[utoipa::path(
    post,
    path = "/charges/batch",
    tag = "charges",
    request_body(content = ChangeCharges, example = json!({
        "atomic": false,
        "rows": [
            { "op": "charge", "meter": "locations", "resource_id": "site-1", "organization_id": "org_01AbCdEfGhIjKlMnOpQrSt", "quantity": 1 },
            { "op": "release", "meter": "locations", "resource_id": "site-2", "organization_id": "org_01AbCdEfGhIjKlMnOpQrSt" },
            { "op": "move", "meter": "locations", "resource_id": "site-3", "organization_id": "org_01AbCdEfGhIjKlMnOpQrSt" }
        ]
    })),
    responses((status = 200, description = "What came of each row, in their order.", body = Results)),
    extensions(("x-problems" = json!(["scope_required", "batch_refused"]))),
)]
async fn change_charges(api: Api, call: Call<(), (), Json<ChangeCharges>>) -> Answer {
    let batch = call.body;
    let applied = !batch.dry_run;
    let counted = api.metrics.charges.clone();
    let present = move |outcomes: &Vec<RowOutcome>, _: &Deployment| {
        Representation::untagged(StatusCode::OK, &Results::of(outcomes, applied))
    };
    api.once(call.conditions, present, move |tenantry, once| {
        let outcome = tenantry.batch(&call.actor, &batch, once);
        if applied {
            counted.count_rows(&outcome);
        }
        outcome
    })
    .await
}

/// Get what a resource is charged with.
///
/// Give one of `organization_id` and `team_id`. Machines need `usage:read`, people in the team `site:view`.
#[utoipa::path(
    get,
    path = "/charges/{meter}/{resource_id}",
    tag = "charges",
    params(AtParams),
    responses((status = 200, description = "The charge.", body = Charge)),
    extensions(("x-problems" = json!(["not_found", "scope_required"]))),
)]
async fn get_charge(api: Api, call: Call<ChargePath, At>) -> Answer {
    let (ChargePath(key), At(id)) = (call.path, call.query);
    api.show::<Charge>(call.conditions, move |tenantry| {
        tenantry.find_charge(&call.actor, id, &key)
    })
    .await
}

/// Release a resource.
///
/// Give one of `organization_id` and `team_id`. Machines need `usage:write`, people in the team `site:delete`; owners and admins of the workspace
/// may. It always succeeds, also when nothing was charged.
#[utoipa::path(
    delete,
    path = "/charges/{meter}/{resource_id}",
    tag = "charges",
    params(AtParams),
    responses((status = 204, description = "Nothing is charged there for the resource.")),
    extensions(("x-problems" = json!(["not_found", "role_required", "scope_required"]))),
)]
async fn release_charge(api: Api, call: Call<ChargePath, At>) -> Answer {
    let (ChargePath(key), At(target)) = (call.path, call.query);
    let request = ReleaseRequest { key, target };
    api.decide(call.actor, call.conditions, LedgerRequest::Release(request))
        .await
}

/// List what is charged to an organization.
///
/// Its ledger, with what its teams have, by meter and resource. Machines need `usage:read`.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}/charges",
    tag = "charges",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Charge>)),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
async fn list_charges(api: Api, call: Call<(WorkspaceId, OrganizationId), Part>) -> Answer {
    let (workspace, id) = call.path;
    let listing = Listing::of(&[&"charges", &workspace, &id]);
    let request = listing.request(&call.query)?;
    let page = api
        .read(move |tenantry| tenantry.list_charges(&call.actor, workspace, id, &request))
        .await?;
    ok(listing.show(page, Charge::from))
}

/// List what is charged to a team.
///
/// Its ledger, by meter and resource. Machines need `usage:read`, people in the team `site:view`.
#[utoipa::path(
    get,
    path = "/teams/{team_id}/charges",
    tag = "charges",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Charge>)),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
async fn list_team_charges(api: Api, call: Call<TeamId, Part>) -> Answer {
    let id = call.path;
    let listing = Listing::of(&[&"team charges", &id]);
    let request = listing.request(&call.query)?;
    let page = api
        .read(move |tenantry| tenantry.list_team_charges(&call.actor, id, &request))
        .await?;
    ok(listing.show(page, Charge::from))
}

/// Check whether charges would fit.
///
/// Each question on its own, with the chain that decides; nothing is changed. Machines need `usage:read`, people in a team `site:view`. One unknown
/// organization or team, or one in which you may not look, refuses all of them.
#[utoipa::path(
    post,
    path = "/charges/check",
    tag = "charges",
    request_body(content = CheckCharges, example = json!({
        "questions": [{ "meter": "locations", "organization_id": "org_01AbCdEfGhIjKlMnOpQrSt", "quantity": 1 }]
    })),
    responses((status = 200, description = "The answers, in the order of the questions.", body = Answers)),
    extensions(("x-problems" = json!(["not_found", "scope_required"]))),
)]
async fn check_charges(api: Api, call: Call<(), (), Json<CheckCharges>>) -> Answer {
    let present = |answers: &Vec<charges::Answer>, _: &Deployment| {
        Representation::untagged(StatusCode::OK, &Answers::from(answers))
    };
    api.answer(call.conditions, present, move |tenantry, once| {
        tenantry.check(&call.actor, &call.body, once)
    })
    .await
}
