use actix_web::{delete, get, patch, post};
use tenantry_application::{Actor, Error, SubscriptionPatch, Tenantry};
use tenantry_domain::billing::{self, Currency, SubscriptionChange};
use tenantry_domain::{BillingAccountId, SubscriptionId, WorkspaceId};

use super::{Answer, created, list, ok, routes};
use crate::dto::list::{List, Part, Subscriptions};
use crate::dto::subscription_changes::{CreateSubscription, UpdateSubscription};
use crate::dto::subscriptions::Subscription;
use crate::input::{Call, Json};
use crate::openapi::PartParams;
use crate::state::Api;

routes!(
    create_subscription,
    list_subscriptions,
    get_subscription,
    update_subscription,
    cancel_subscription,
);

type OneAccount = (WorkspaceId, BillingAccountId);
type OneSubscription = (WorkspaceId, BillingAccountId, SubscriptionId);

/// Create a subscription.
///
/// Owners may. It starts with a trial when the workspace is eligible; otherwise the billing account needs a default payment method.
#[utoipa::path(
    tag = "subscriptions",
    request_body(content = CreateSubscription, example = json!({
        "product_quantities": { "locations": 10, "users": 25 }, "metadata": { "order": "2026-0042" }
    })),
    responses((status = 201, description = "The subscription.", body = Subscription)),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "subscription_limit_reached", "payment_method_required"
    ]))),
)]
#[post("/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions")]
async fn create_subscription(api: Api, call: Call<OneAccount, (), Json<CreateSubscription>>) -> Answer {
    let ((workspace, account), (quantities, metadata)) = (call.path, call.body);
    let work = move |tenantry: &Tenantry| {
        in_currency(tenantry, &call.actor, (workspace, account), || {
            tenantry.create_subscription(&call.actor, workspace, account, (&quantities, &metadata))
        })
    };
    created(api.write(work).await?)
}

/// List the subscriptions of a billing account.
///
/// Owners and admins may. Past ones are included.
#[utoipa::path(
    tag = "subscriptions",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Subscription>)),
    extensions(("x-problems" = json!(["role_required"]))),
)]
#[get("/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions")]
async fn list_subscriptions(api: Api, call: Call<OneAccount, Part<Subscriptions>>) -> Answer {
    let ((workspace, account), Part(part)) = (call.path, call.query);
    let work = move |tenantry: &Tenantry| {
        let page = tenantry.list_subscriptions(&call.actor, workspace, account, &part)?;
        Ok((page, currency(tenantry, &call.actor, (workspace, account))?))
    };
    let (page, currency) = api.read(work).await?;
    list::<Subscriptions, _, _>(page, |subscription| Subscription::new(&subscription, currency))
}

/// Get a subscription.
///
/// Owners and admins may.
#[utoipa::path(
    tag = "subscriptions",
    responses((status = 200, description = "The subscription.", body = Subscription)),
    extensions(("x-problems" = json!(["role_required"]))),
)]
#[get("/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions/{subscription_id}")]
async fn get_subscription(api: Api, call: Call<OneSubscription>) -> Answer {
    let (workspace, account, id) = call.path;
    let work = move |tenantry: &Tenantry| {
        in_currency(tenantry, &call.actor, (workspace, account), || {
            tenantry.subscription(&call.actor, workspace, account, id)
        })
    };
    ok(api.read(work).await?)
}

/// Change a subscription.
///
/// Owners may. Increases count at once, decreases at the end of the period. What is used must stay covered.
#[utoipa::path(
    tag = "subscriptions",
    request_body(content = UpdateSubscription, example = json!({ "product_quantities": { "locations": 20 } })),
    responses((status = 200, description = "The subscription.", body = Subscription)),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "subscription_over", "subscription_not_pausable", "subscription_not_paused", "product_exists", "product_missing",
        "nothing_left", "payment_method_required", "pause_would_underprovision", "decrease_would_underprovision"
    ]))),
)]
#[patch("/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions/{subscription_id}")]
async fn update_subscription(api: Api, call: Call<OneSubscription, (), Json<UpdateSubscription>>) -> Answer {
    let Call {
        actor, path, body, ..
    } = call;
    change(api, actor, path, body).await
}

/// Cancel a subscription.
///
/// Owners may. It ends with its period; a paused one ends at once. What is used must stay covered.
#[utoipa::path(
    tag = "subscriptions",
    responses((status = 200, description = "The subscription, as it goes on until it ends.", body = Subscription)),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "subscription_over", "cancellation_would_underprovision"
    ]))),
)]
#[delete("/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions/{subscription_id}")]
async fn cancel_subscription(api: Api, call: Call<OneSubscription>) -> Answer {
    let cancellation = SubscriptionPatch {
        change: Some(SubscriptionChange::Cancel),
        metadata: None,
    };
    change(api, call.actor, call.path, cancellation).await
}

async fn change(api: Api, actor: Actor, subscription: OneSubscription, patch: SubscriptionPatch) -> Answer {
    let (workspace, account, id) = subscription;
    let work = move |tenantry: &Tenantry| {
        in_currency(tenantry, &actor, (workspace, account), || {
            tenantry.change_subscription(&actor, workspace, (account, id), &patch)
        })
    };
    ok(api.write(work).await?)
}

/// A subscription as it is shown. The currency is read first, so that nothing has happened when that cannot be done; when it may not be
/// done, the work says better why.
fn in_currency(
    tenantry: &Tenantry,
    actor: &Actor,
    account: OneAccount,
    work: impl FnOnce() -> Result<billing::Subscription, Error>,
) -> Result<Subscription, Error> {
    let currency = currency(tenantry, actor, account);
    if let Err(error @ Error::Store(_)) = currency {
        return Err(error);
    }
    let subscription = work()?;
    Ok(Subscription::new(&subscription, currency?))
}

/// The currency of a subscription is that of its account.
fn currency(tenantry: &Tenantry, actor: &Actor, (workspace, account): OneAccount) -> Result<Currency, Error> {
    Ok(tenantry.billing_account(actor, workspace, account)?.currency)
}
