use actix_web::http::StatusCode;
use tenantry_application::{Actor, SubscriptionPatch, SubscriptionPreview};
use tenantry_domain::billing::SubscriptionChange;
use tenantry_domain::{BillingAccountId, SubscriptionId, WorkspaceId};

use super::{Answer, ok, routes};
use crate::deployment::Deployment;
use crate::dto::list::{List, Listing, Part};
use crate::dto::subscription_changes::{
    CreateSubscription, OnePreview, OneUpdate, PreviewChange, UpdateSubscription,
};
use crate::dto::subscription_previews::Preview;
use crate::dto::subscriptions::Subscription;
use crate::input::{Call, Conditions, Json};
use crate::openapi::PartParams;
use crate::representation::Representation;
use crate::state::Api;

routes!(
    create_subscription,
    list_subscriptions,
    get_subscription,
    update_subscription,
    cancel_subscription,
    preview_subscription,
    preview_subscription_change,
);

type OneAccount = (WorkspaceId, BillingAccountId);
type OneSubscription = (WorkspaceId, BillingAccountId, SubscriptionId);

/// Create a subscription.
///
/// Owners may. It starts with a trial when the workspace is eligible; otherwise the billing account needs a default payment method.
#[utoipa::path(
    post,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions",
    tag = "subscriptions",
    request_body(content = CreateSubscription, example = json!({
        "product_quantities": { "locations": 10, "users": 25 }, "metadata": { "order": "2026-0042" }
    })),
    responses((status = 201, description = "The subscription.", body = Subscription)),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "subscription_limit_reached", "payment_method_required"
    ]))),
)]
async fn create_subscription(api: Api, call: Call<OneAccount, (), Json<CreateSubscription>>) -> Answer {
    let ((workspace, account), (quantities, metadata)) = (call.path, call.body);
    api.create::<Subscription>(call.conditions, move |tenantry, once| {
        let terms = (&quantities, &metadata);
        tenantry.create_subscription(&call.actor, workspace, account, terms, once)
    })
    .await
}

/// List the subscriptions of a billing account.
///
/// Owners and admins may. Past ones are included.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions",
    tag = "subscriptions",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Subscription>)),
    extensions(("x-problems" = json!(["role_required"]))),
)]
async fn list_subscriptions(api: Api, call: Call<OneAccount, Part>) -> Answer {
    let (workspace, account) = call.path;
    let listing = Listing::of(&[&"subscriptions", &workspace, &account]);
    let request = listing.request(&call.query)?;
    let page = api
        .read(move |tenantry| tenantry.list_subscriptions(&call.actor, workspace, account, &request))
        .await?;
    ok(listing.show(page, Subscription::from))
}

/// Get a subscription.
///
/// Owners and admins may.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions/{subscription_id}",
    tag = "subscriptions",
    responses((status = 200, description = "The subscription.", body = Subscription)),
    extensions(("x-problems" = json!(["role_required"]))),
)]
async fn get_subscription(api: Api, call: Call<OneSubscription>) -> Answer {
    let (workspace, account, id) = call.path;
    api.show::<Subscription>(call.conditions, move |tenantry| {
        tenantry.subscription(&call.actor, workspace, account, id)
    })
    .await
}

/// Change a subscription.
///
/// Owners may. Increases count at once, decreases at the end of the period. What is used must stay covered.
#[utoipa::path(
    patch,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions/{subscription_id}",
    tag = "subscriptions",
    request_body(content = OneUpdate, example = json!({ "product_quantities": { "locations": 20 } })),
    responses((status = 200, description = "The subscription.", body = Subscription)),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "subscription_over", "subscription_not_pausable", "subscription_not_paused", "product_exists", "product_missing",
        "nothing_left", "payment_method_required", "pause_would_underprovision", "decrease_would_underprovision"
    ]))),
)]
async fn update_subscription(api: Api, call: Call<OneSubscription, (), Json<UpdateSubscription>>) -> Answer {
    let Call {
        actor,
        path,
        body,
        conditions,
        ..
    } = call;
    change(api, conditions, (actor, path, body)).await
}

/// Cancel a subscription.
///
/// Owners may. It ends with its period; a paused one ends at once. What is used must stay covered.
#[utoipa::path(
    delete,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions/{subscription_id}",
    tag = "subscriptions",
    responses((status = 200, description = "The subscription, as it goes on until it ends.", body = Subscription)),
    extensions(("x-problems" = json!([
        "role_required", "workspace_archived", "subscription_over", "cancellation_would_underprovision"
    ]))),
)]
async fn cancel_subscription(api: Api, call: Call<OneSubscription>) -> Answer {
    let cancellation = SubscriptionPatch {
        change: Some(SubscriptionChange::Cancel),
        metadata: None,
    };
    change(api, call.conditions, (call.actor, call.path, cancellation)).await
}

/// Preview a new subscription.
///
/// Owners and admins may; an owner makes it. Tells what it would be and add to its pool, or why it would be refused. Nothing changes.
#[utoipa::path(
    post,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions/preview",
    tag = "subscriptions",
    request_body(content = CreateSubscription, example = json!({ "product_quantities": { "locations": 10 } })),
    responses((status = 200, description = "What it would do.", body = Preview)),
    extensions(("x-problems" = json!(["role_required", "workspace_archived"]))),
)]
async fn preview_subscription(api: Api, call: Call<OneAccount, (), Json<CreateSubscription>>) -> Answer {
    let ((workspace, account), (quantities, metadata)) = (call.path, call.body);
    api.answer(call.conditions, foreseen, move |tenantry, once| {
        let terms = (&quantities, &metadata);
        tenantry.preview_new_subscription(&call.actor, workspace, account, terms, once)
    })
    .await
}

/// Preview a change of a subscription.
///
/// Owners and admins may; an owner makes it. Takes what a change takes, and `cancel` as an action. Tells what would become of the subscription and of every
/// meter of its pool, or why the change would be refused. Nothing changes.
#[utoipa::path(
    post,
    path = "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions/{subscription_id}/preview",
    tag = "subscriptions",
    request_body(content = OnePreview, example = json!({ "action": "cancel" })),
    responses((status = 200, description = "What it would do.", body = Preview)),
    extensions(("x-problems" = json!(["role_required", "workspace_archived"]))),
)]
async fn preview_subscription_change(
    api: Api,
    call: Call<OneSubscription, (), Json<PreviewChange>>,
) -> Answer {
    let (workspace, account, id) = call.path;
    api.answer(call.conditions, foreseen, move |tenantry, once| {
        tenantry.preview_subscription_change(&call.actor, workspace, (account, id), &call.body, once)
    })
    .await
}

fn foreseen(preview: &SubscriptionPreview, _: &Deployment) -> Representation {
    Representation::untagged(StatusCode::OK, &Preview::from(preview))
}

async fn change(
    api: Api,
    conditions: Conditions,
    (actor, subscription, patch): (Actor, OneSubscription, SubscriptionPatch),
) -> Answer {
    let (workspace, account, id) = subscription;
    api.change::<Subscription>(conditions, move |tenantry, precondition| {
        tenantry.change_subscription(&actor, workspace, (account, id), &patch, precondition)
    })
    .await
}
