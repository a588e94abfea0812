use serde_json::json;

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
    assert_eq!(ada.get(&w).expect(200).at("/pooled_seat_limit"), 7, "W4");
}

#[test]
fn b2_a_single_account_feeds_every_root_and_has_no_second() {
    let service = start(FREE);
    let ada = service.person("ada@example.com");
    let w = world::workspace(&ada, "single");
    let a = world::account(&ada, &w, "A");
    let body = json!({ "name": "B", "email": "b@example.com", "currency": "eur" });
    let second = ada.post(&format!("{w}/billing-accounts"), &body).expect(409);
    assert_eq!(second.text_at("/code"), "billing_account_limit_reached");
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
    let path = format!("{w}/organizations/{root}");
    let link = json!({ "billing_account_id": b });
    assert_eq!(
        ada.patch(&path, &link).expect(409).text_at("/code"),
        "limit_reached"
    );
    ada.patch(&small, &json!({ "product_quantities": { "locations": 4 } }))
        .expect(200);
    ada.patch(&path, &link).expect(200);
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
    let eligibility = ada
        .get(&format!("{w}/billing-accounts/{a}/trial-eligibility"))
        .expect(200);
    assert_eq!(eligibility.at("/trial_eligible"), true);
    let trial = ada
        .get(&world::subscription(&ada, &w, &a, json!({ "locations": 5 })))
        .expect(200);
    assert_eq!(trial.text_at("/status"), "trialing");
    let again = json!({ "product_quantities": { "locations": 1 } });
    let refused = ada
        .post(&format!("{w}/billing-accounts/{a}/subscriptions"), &again)
        .expect(402);
    assert_eq!(refused.text_at("/code"), "payment_method_required");
}

#[test]
fn b4_capacity_in_use_is_not_cancelled_away() {
    let service = start(FREE);
    let ada = service.person("ada@example.com");
    let w = world::workspace(&ada, "single");
    let a = world::account(&ada, &w, "A");
    let subscription = world::subscription(&ada, &w, &a, json!({ "locations": 5 }));
    let root = world::root(&ada, &w, Some(&a), json!({}));
    assert_eq!(world::charge(&ada, &root, "x", 3), 201);
    assert_eq!(
        ada.delete(&subscription).expect(409).text_at("/code"),
        "cancellation_would_underprovision"
    );
    let pause = ada
        .patch(&subscription, &json!({ "action": "pause" }))
        .expect(409);
    assert_eq!(pause.text_at("/code"), "pause_would_underprovision");
    let less = ada
        .patch(
            &subscription,
            &json!({ "product_quantities": { "locations": 2 } }),
        )
        .expect(409);
    assert_eq!(less.text_at("/code"), "decrease_would_underprovision");
    assert_eq!(
        (less.at("/used").as_u64(), less.at("/remaining").as_u64()),
        (Some(3), Some(2))
    );
    ada.patch(
        &subscription,
        &json!({ "product_quantities": { "locations": 3 } }),
    )
    .expect(200);
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
        let refused = ada
            .put("/charges/locations/y", &json!({ "organization_id": root }))
            .expect(409);
        assert_eq!(
            refused.at("/chain").as_array().map(Vec::len),
            Some(nodes),
            "{setting}"
        );
        assert_eq!(
            refused.text_at("/binding/id"),
            root,
            "limits of organizations always bind"
        );
    }
}
