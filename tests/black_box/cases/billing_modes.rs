use serde_json::json;
use tenantry_client::types::{
    Action, Currency, NewBillingAccount, NewSubscription, NodeKind, OrganizationChanges, SubscriptionChange,
};
use tenantry_client::{Code, OrganizationId, Patch, Problem};
use tenantry_tests::Wait;

use super::start;
use super::world::{self, FREE};

#[test]
fn b2_assigned_accounts_do_not_share_capacity() {
    let service = start(FREE);
    let ada = service.person("ada@example.com");
    let w = world::workspace(&ada, "assigned");
    let (a, b) = (world::account(&ada, &w, "A"), world::account(&ada, &w, "B"));
    world::subscription(&ada, &w, &a, json!({ "locations": 5 }));
    world::subscription(&ada, &w, &b, json!({ "locations": 2 }));
    let (ours, theirs) = (
        world::root(&ada, &w, Some(&a), json!({})),
        world::root(&ada, &w, Some(&b), json!({})),
    );
    assert_eq!(world::charge(&ada, &ours, "ours", 5), 201);
    assert_eq!(
        world::charge(&ada, &theirs, "theirs", 3),
        409,
        "B's pool has 2, and none of A's"
    );
    assert_eq!(world::charge(&ada, &theirs, "theirs", 2), 201);
}

#[test]
fn b2_pooled_accounts_feed_one_pool() {
    let service = start(FREE);
    let ada = service.person("ada@example.com");
    let w = world::workspace(&ada, "pooled");
    let (a, b) = (world::account(&ada, &w, "A"), world::account(&ada, &w, "B"));
    world::subscription(&ada, &w, &a, json!({ "locations": 5, "users": 7 }));
    world::subscription(&ada, &w, &b, json!({ "locations": 2 }));
    let root = world::root(&ada, &w, None, json!({}));
    assert_eq!(world::charge(&ada, &root, "all", 8), 409);
    assert_eq!(world::charge(&ada, &root, "all", 7), 201);
    let shown = world::scope(&ada, &w).get().wait().expect("a workspace");
    assert_eq!(shown.pooled_seat_limit, Some(7), "W4");
}

#[test]
fn b2_a_single_account_feeds_every_root_and_has_no_second() {
    let service = start(FREE);
    let ada = service.person("ada@example.com");
    let w = world::workspace(&ada, "single");
    let a = world::account(&ada, &w, "A");
    let new = NewBillingAccount::new("B", "b@example.com", Currency::Eur);
    let second = world::scope(&ada, &w).billing_accounts().create(&new).wait();
    let refused = second.expect_err("one is enough");
    assert_eq!(refused.code(), Some(&Code::BillingAccountLimitReached));
    world::subscription(&ada, &w, &a, json!({ "locations": 5 }));
    let (one, two) = (
        world::root(&ada, &w, Some(&a), json!({})),
        world::root(&ada, &w, Some(&a), json!({})),
    );
    assert_eq!(world::charge(&ada, &one, "one", 3), 201);
    assert_eq!(world::charge(&ada, &two, "two", 3), 409);
    assert_eq!(world::charge(&ada, &two, "two", 2), 201);
}

#[test]
fn b5_a_root_takes_its_usage_to_another_accounts_pool() {
    let service = start(FREE);
    let ada = service.person("ada@example.com");
    let w = world::workspace(&ada, "assigned");
    let (a, b) = (world::account(&ada, &w, "A"), world::account(&ada, &w, "B"));
    world::subscription(&ada, &w, &a, json!({ "locations": 5 }));
    let small = world::subscription(&ada, &w, &b, json!({ "locations": 2 }));
    let root = world::root(&ada, &w, Some(&a), json!({}));
    let leaf = world::child(&ada, &w, &root, json!({}));
    assert_eq!(world::charge(&ada, &leaf, "x", 3), 201);
    let organization = world::scope(&ada, &w).organization(&root.as_str().into());
    let link = OrganizationChanges {
        billing_account_id: Patch::Set(b.as_str().into()),
        ..OrganizationChanges::default()
    };
    let refused = organization.update(&link).wait().expect_err("no room at B");
    assert_eq!(
        refused.limit_reached().expect("the pool").binding.kind,
        NodeKind::Pool
    );
    ada.patch(&small, &json!({ "product_quantities": { "locations": 4 } }))
        .expect(200);
    organization.update(&link).wait().expect("room at B");
    assert_eq!(world::charge(&ada, &leaf, "y", 2), 409, "B has 4, and 3 are used");
    assert_eq!(world::charge(&ada, &leaf, "y", 1), 201);
    assert_eq!(
        world::charge(&ada, &world::root(&ada, &w, Some(&a), json!({})), "z", 5),
        201,
        "A is free again"
    );
}

#[test]
fn s2_without_payment_methods_there_is_one_trial_and_no_more() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let w = world::workspace(&ada, "assigned");
    let a = world::account(&ada, &w, "A");
    let account = world::scope(&ada, &w).billing_account(&a.as_str().into());
    assert!(
        account
            .trial_eligibility()
            .wait()
            .expect("an answer")
            .trial_eligible
    );
    let trial = ada
        .get(&world::subscription(&ada, &w, &a, json!({ "locations": 5 })))
        .expect(200);
    assert_eq!(trial.text_at("/status"), "trialing");
    let again = account
        .subscriptions()
        .create(&NewSubscription::of("locations", 1))
        .wait();
    let refused = again.expect_err("no payment method");
    assert_eq!(refused.code(), Some(&Code::PaymentMethodRequired));
}

#[test]
fn b4_capacity_in_use_is_not_cancelled_away() {
    let service = start(FREE);
    let ada = service.person("ada@example.com");
    let w = world::workspace(&ada, "single");
    let a = world::account(&ada, &w, "A");
    let account = world::scope(&ada, &w).billing_account(&a.as_str().into());
    let made = account
        .subscriptions()
        .create(&NewSubscription::of("locations", 5))
        .wait();
    let subscription = account.subscription(&made.expect("a subscription").id);
    let root = world::root(&ada, &w, Some(&a), json!({}));
    assert_eq!(world::charge(&ada, &root, "x", 3), 201);
    let cancelled = subscription.cancel().wait().expect_err("in use");
    assert_eq!(cancelled.code(), Some(&Code::CancellationWouldUnderprovision));
    let update = |change: SubscriptionChange| subscription.update(change).wait();
    let paused = update(SubscriptionChange::Action(Action::Pause)).expect_err("in use");
    assert_eq!(paused.code(), Some(&Code::PauseWouldUnderprovision));
    let set = |quantity| SubscriptionChange::ProductQuantities([("locations".to_owned(), quantity)].into());
    let less = update(set(2)).expect_err("in use");
    assert_eq!(less.code(), Some(&Code::DecreaseWouldUnderprovision));
    let missing = less.problem().and_then(Problem::underprovision).expect("numbers");
    assert_eq!((missing.used, missing.remaining), (3, 2));
    update(set(3)).expect("enough");
}

#[test]
fn b3_an_observing_pool_never_refuses_and_without_enforcement_there_is_none() {
    for (setting, nodes) in [("observe", 2), ("off", 1)] {
        let service = start(&[("TENANTRY__BILLING__ENFORCEMENT", setting)]);
        let ada = service.person("ada@example.com");
        let w = world::workspace(&ada, "pooled");
        let root = world::root(&ada, &w, None, json!({ "locations": 4 }));
        assert_eq!(world::charge(&ada, &root, "x", 4), 201, "{setting}");
        let recorded = i64::from(setting == "observe");
        assert_eq!(
            world::count_events(&service, "charge.would_refuse"),
            recorded,
            "{setting}"
        );
        let charges = ada.client().charges();
        let charge = charges.put("locations", "y", &OrganizationId::from(root.as_str()), 1);
        let refused = charge.wait().expect_err("the root is full");
        let refused = refused.limit_reached().expect("limit_reached");
        assert_eq!(refused.chain.len(), nodes, "{setting}");
        let binding = refused
            .binding
            .details
            .as_ref()
            .expect("a member sees every node");
        assert_eq!(binding.id, root, "limits of organizations always bind");
    }
}
