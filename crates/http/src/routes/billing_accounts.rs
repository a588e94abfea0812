use tenantry_domain::{BillingAccountId, WorkspaceId};

use super::{Answer, ok, routes};
use crate::dto::billing_accounts::{BillingAccount, CreateBillingAccount, UpdateBillingAccount};
use crate::dto::list::{List, Listing, Part};
use crate::dto::trials::Eligibility;
use crate::input::{Call, Json};
use crate::openapi::PartParams;
use crate::state::Api;

routes!(
    create_billing_account,
    list_billing_accounts,
    get_billing_account,
    update_billing_account,
    delete_billing_account,
    get_trial_eligibility,
);

type OneAccount = (WorkspaceId, BillingAccountId);

/// Create a billing account.
///
/// Owners may. The billing mode of the workspace says how many there can be.
#[utoipa::path(
    post,
    path = "/workspaces/{workspace_id}/billing-accounts",
    tag = "billing accounts",
    request_body(content = CreateBillingAccount, example = json!({
        "name": "ACME Corporation", "email": "billing@acme.example", "currency": "usd",
        "address": { "country": "US", "line1": "1 Main Street", "city": "Springfield", "postal_code": "12345" }
    })),
    responses((status = 201, description = "The billing account.", body = BillingAccount)),
    extensions(("x-problems" = json!(["role_required", "workspace_archived", "billing_account_limit_reached"]))),
)]
async fn create_billing_account(api: Api, call: Call<WorkspaceId, (), Json<CreateBillingAccount>>) -> Answer {
    api.create::<BillingAccount>(call.conditions, move |tenantry, once| {
        tenantry.create_billing_account(&call.actor, call.path, &call.body, once)
    })
    .await
}

/// List the billing accounts of a workspace.
///
/// Owners and admins may.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/billing-accounts",
    tag = "billing accounts",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<BillingAccount>)),
    extensions(("x-problems" = json!(["role_required"]))),
)]
async fn list_billing_accounts(api: Api, call: Call<WorkspaceId, Part>) -> Answer {
    let listing = Listing::of(&[&"billing accounts", &call.path]);
    let request = listing.request(&call.query)?;
    let page = api
        .read(move |tenantry| tenantry.list_billing_accounts(&call.actor, call.path, &request))
        .await?;
    ok(listing.show(page, BillingAccount::from))
}

/// Get a billing account.
///
/// Owners and admins may.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}",
    tag = "billing accounts",
    responses((status = 200, description = "The billing account.", body = BillingAccount)),
    extensions(("x-problems" = json!(["role_required"]))),
)]
async fn get_billing_account(api: Api, call: Call<OneAccount>) -> Answer {
    let (workspace, id) = call.path;
    api.show::<BillingAccount>(call.conditions, move |tenantry| {
        tenantry.billing_account(&call.actor, workspace, id)
    })
    .await
}

/// Change a billing account.
///
/// Owners may. The currency stays.
#[utoipa::path(
    patch,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}",
    tag = "billing accounts",
    request_body(content = UpdateBillingAccount, example = json!({ "email": "invoices@acme.example", "phone": null })),
    responses((status = 200, description = "The billing account.", body = BillingAccount)),
    extensions(("x-problems" = json!(["role_required", "workspace_archived"]))),
)]
async fn update_billing_account(api: Api, call: Call<OneAccount, (), Json<UpdateBillingAccount>>) -> Answer {
    let (workspace, id) = call.path;
    api.change::<BillingAccount>(call.conditions, move |tenantry, precondition| {
        tenantry.update_billing_account(&call.actor, workspace, id, &call.body, precondition)
    })
    .await
}

/// Delete a billing account.
///
/// Owners may, while it has no live subscription and no organization refers to it.
#[utoipa::path(
    delete,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}",
    tag = "billing accounts",
    responses((status = 204, description = "It is gone.")),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "active_subscriptions_exist", "billing_account_in_use"
    ]))),
)]
async fn delete_billing_account(api: Api, call: Call<OneAccount>) -> Answer {
    let (workspace, id) = call.path;
    api.remove::<BillingAccount>(call.conditions, move |tenantry, precondition| {
        tenantry.delete_billing_account(&call.actor, workspace, id, precondition)
    })
    .await
}

/// Get whether a billing account would get a trial.
///
/// Owners and admins may.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/trial-eligibility",
    tag = "billing accounts",
    responses((status = 200, description = "Whether it would, and what it needs to subscribe.", body = Eligibility)),
    extensions(("x-problems" = json!(["role_required"]))),
)]
async fn get_trial_eligibility(api: Api, call: Call<OneAccount>) -> Answer {
    let (workspace, id) = call.path;
    api.show::<Eligibility>(call.conditions, move |tenantry| {
        tenantry.trial_eligibility(&call.actor, workspace, id)
    })
    .await
}
