use serde_json::json;

use crate::support::World;

#[actix_web::test]
async fn s1_a_subscription_is_made_and_shown_as_the_reference_has_it() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    let subscriptions = format!("{workspace}/billing-accounts/{account}/subscriptions");
    let body = json!({ "product_quantities": { "locations": 10 }, "metadata": { "order": "42" } });
    let made = world.post("alice", &subscriptions, body).await.expect(201);
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("sub_"));
    let (at, end) = ("2026-01-31T12:00:00.000000Z", "2026-02-14T12:00:00.000000Z");
    let expected = json!({
        "id": id, "billing_account_id": account, "status": "trialing", "currency": "eur",
        "product_quantities": { "locations": { "price_id": null, "quantity": 10, "interval": "month" } },
        "pending_quantities": {}, "cancel_at_period_end": false, "metadata": { "order": "42" },
        "current_period_start": at, "current_period_end": end, "trial_end": end, "created_at": at, "updated_at": at,
    });
    assert_eq!(made, expected);
    let one = format!("{subscriptions}/{id}");
    assert_eq!(world.get("alice", &one).await.expect(200), expected);
    assert_eq!(
        world.get("alice", &subscriptions).await.expect(200)["data"],
        json!([expected])
    );
    world
        .get("alice", &format!("{subscriptions}/sub_0000000000000000000001"))
        .await
        .refused(404, "not_found");
}

#[actix_web::test]
async fn s1_what_a_subscription_is_made_of() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    let subscriptions = format!("{workspace}/billing-accounts/{account}/subscriptions");
    let body = json!({ "product_quantities": {} });
    world
        .post("alice", &subscriptions, body)
        .await
        .invalid(&[("/product_quantities", "empty")]);
    let many: serde_json::Map<_, _> = (0..11).map(|n| (format!("k{n}"), json!("v"))).collect();
    let body =
        json!({ "product_quantities": { "users": 0, "cars": 1, "sso": 1_000_000_001 }, "metadata": many });
    world.post("alice", &subscriptions, body).await.invalid(&[
        ("/metadata", "too_many"),
        ("/product_quantities/cars", "unknown_meter"),
        ("/product_quantities/sso", "out_of_range"),
        ("/product_quantities/users", "out_of_range"),
    ]);
    let body = json!({ "product_quantities": { "users": 1 }, "metadata": { "": "x", "k": "x".repeat(501), "ok": "" } });
    world
        .post("alice", &subscriptions, body)
        .await
        .invalid(&[("/metadata/", "invalid_pair"), ("/metadata/k", "invalid_pair")]);
    let body = json!({ "product_quantities": { "users": 1 }, "metadata": { "k": 1 } });
    world
        .post("alice", &subscriptions, body)
        .await
        .invalid(&[("/metadata/k", "invalid_type")]);
}

#[actix_web::test]
async fn s1_s2_three_live_ones_and_payment_beyond_the_trial() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    let subscriptions = format!("{workspace}/billing-accounts/{account}/subscriptions");
    let body = json!({ "product_quantities": { "users": 1 } });
    world
        .post("alice", &subscriptions, body.clone())
        .await
        .expect(201);
    world
        .post("alice", &subscriptions, body.clone())
        .await
        .refused(402, "payment_method_required");
    world.switches.set_payable(true);
    for _ in 0..2 {
        let made = world
            .post("alice", &subscriptions, body.clone())
            .await
            .expect(201);
        assert_eq!(
            (&made["status"], &made["trial_end"]),
            (&json!("active"), &json!(null))
        );
    }
    world
        .post("alice", &subscriptions, body)
        .await
        .refused(409, "subscription_limit_reached");
}

#[actix_web::test]
async fn s3_a_patch_is_exactly_one_change() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    let one = world
        .subscription(&workspace, &account, json!({ "users": 5 }))
        .await;
    for body in [
        json!({}),
        json!({ "action": "pause", "product_quantities": { "users": 1 } }),
        json!({ "add_products": { "sso": 1 }, "remove_products": ["users"], "metadata": {} }),
    ] {
        world
            .patch("alice", &one, body)
            .await
            .invalid(&[("", "exactly_one")]);
    }
    world
        .patch("alice", &one, json!({ "action": "stop" }))
        .await
        .invalid(&[("/action", "unknown_value")]);
    world
        .patch("alice", &one, json!({ "remove_products": [] }))
        .await
        .invalid(&[("/remove_products", "empty")]);
    let unknown = world
        .patch(
            "alice",
            &one,
            json!({ "remove_products": ["users", "cars", "x"] }),
        )
        .await;
    unknown.invalid(&[
        ("/remove_products/1", "unknown_meter"),
        ("/remove_products/2", "unknown_meter"),
    ]);
    world
        .patch("alice", &one, json!({ "action": null, "metadata": {} }))
        .await
        .invalid(&[("/action", "invalid_type")]);
    let noted = world
        .patch("alice", &one, json!({ "metadata": { "k": "v" } }))
        .await
        .expect(200);
    assert_eq!(noted["metadata"], json!({ "k": "v" }));
    let synced = world
        .patch("alice", &one, json!({ "action": "sync", "metadata": {} }))
        .await
        .expect(200);
    assert_eq!(synced["metadata"], json!({}));
}

#[actix_web::test]
async fn s4_increases_count_at_once_and_decreases_later() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    let one = world
        .subscription(&workspace, &account, json!({ "users": 5, "sso": 1 }))
        .await;
    let more = world
        .patch("alice", &one, json!({ "product_quantities": { "users": 9 } }))
        .await
        .expect(200);
    assert_eq!(more["product_quantities"]["users"]["quantity"], 9);
    let added = world
        .patch("alice", &one, json!({ "add_products": { "locations": 2 } }))
        .await
        .expect(200);
    assert_eq!(added["product_quantities"]["locations"]["quantity"], 2);
    let less = world
        .patch("alice", &one, json!({ "product_quantities": { "users": 3 } }))
        .await
        .expect(200);
    assert_eq!(less["product_quantities"]["users"]["quantity"], 9);
    let removed = world
        .patch("alice", &one, json!({ "remove_products": ["sso"] }))
        .await
        .expect(200);
    assert_eq!(removed["pending_quantities"], json!({ "users": 3, "sso": 0 }));
    let again = json!({ "add_products": { "locations": 1 } });
    world
        .patch("alice", &one, again)
        .await
        .refused(409, "product_exists");
    let all = json!({ "remove_products": ["users", "locations"] });
    world.patch("alice", &one, all).await.refused(409, "nothing_left");
    world.switches.set_payable(true);
    world.switches.pass_days(14);
    let renewed = world.get("alice", &one).await.expect(200);
    assert_eq!(
        (&renewed["status"], &renewed["pending_quantities"]),
        (&json!("active"), &json!({}))
    );
    assert_eq!(renewed["product_quantities"]["users"]["quantity"], 3);
    world
        .patch("alice", &one, json!({ "remove_products": ["sso"] }))
        .await
        .refused(409, "product_missing");
}

#[actix_web::test]
async fn s4_a_cancelled_one_ends_with_its_period_and_stays_over() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    let one = world
        .subscription(&workspace, &account, json!({ "users": 5 }))
        .await;
    let cancelled = world.delete("alice", &one).await.expect(200);
    assert_eq!(
        (&cancelled["cancel_at_period_end"], &cancelled["status"]),
        (&json!(true), &json!("trialing"))
    );
    let back = world
        .patch("alice", &one, json!({ "action": "resume" }))
        .await
        .expect(200);
    assert_eq!(back["cancel_at_period_end"], false);
    world.delete("alice", &one).await.expect(200);
    world.switches.pass_days(15);
    assert_eq!(world.get("alice", &one).await.expect(200)["status"], "canceled");
    world
        .patch("alice", &one, json!({ "action": "resume" }))
        .await
        .refused(409, "subscription_over");
    world
        .delete("alice", &one)
        .await
        .refused(409, "subscription_over");
}

#[actix_web::test]
async fn s2_a_paused_one_goes_on_when_it_can_be_paid() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    let one = world
        .subscription(&workspace, &account, json!({ "users": 5 }))
        .await;
    let paused = world
        .patch("alice", &one, json!({ "action": "pause" }))
        .await
        .expect(200);
    assert_eq!(paused["status"], "paused");
    world.switches.pass_days(20);
    let resume = json!({ "action": "resume" });
    world
        .patch("alice", &one, resume.clone())
        .await
        .refused(402, "payment_method_required");
    world.switches.set_payable(true);
    assert_eq!(
        world.patch("alice", &one, resume).await.expect(200)["status"],
        "active"
    );
}

#[actix_web::test]
async fn b4_what_is_used_stays_covered() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    let one = world
        .subscription(&workspace, &account, json!({ "locations": 5 }))
        .await;
    let body = json!({ "name": "Root", "billing_account_id": account });
    let root = world
        .organization(&format!("{workspace}/organizations"), body)
        .await;
    world.charge("locations/a", &root, 3).await;
    let refused = world
        .delete("alice", &one)
        .await
        .refused(409, "cancellation_would_underprovision");
    let numbers = |refused: &serde_json::Value| {
        (
            refused["meter"].clone(),
            refused["used"].clone(),
            refused["remaining"].clone(),
        )
    };
    assert_eq!(numbers(&refused), (json!("locations"), json!(3), json!(0)));
    let refused = world.patch("alice", &one, json!({ "action": "pause" })).await;
    refused.refused(409, "pause_would_underprovision");
    let refused = world
        .patch("alice", &one, json!({ "product_quantities": { "locations": 2 } }))
        .await;
    assert_eq!(
        numbers(&refused.refused(409, "decrease_would_underprovision")),
        (json!("locations"), json!(3), json!(2))
    );
}

#[actix_web::test]
async fn b4_a_preview_tells_what_a_change_would_do_and_which_problem_it_would_be() {
    let world = World::new().await;
    world.switches.set_payable(true);
    let workspace = world.staffed_workspace("assigned").await;
    let account = world.account(&workspace).await;
    let one = world
        .subscription(&workspace, &account, json!({ "locations": 5 }))
        .await;
    let root = json!({ "name": "Root", "billing_account_id": account });
    let root = world
        .organization(&format!("{workspace}/organizations"), root)
        .await;
    world.charge("locations/x", &root, 4).await;
    let preview = async |body| {
        let preview = world.post("adam", &format!("{one}/preview"), body).await;
        preview.expect(200)
    };
    let less = preview(json!({ "product_quantities": { "locations": 4 } })).await;
    let at = |day: &str| format!("{day}T12:00:00.000000Z");
    assert_eq!(
        less,
        json!({
            "refusal": null,
            "subscription": {
                "status": "trialing",
                "product_quantities": { "locations": { "price_id": null, "quantity": 5, "interval": "month" } },
                "pending_quantities": { "locations": 4 }, "cancel_at_period_end": false,
                "current_period_start": at("2026-01-31"), "current_period_end": at("2026-02-14"), "trial_end": at("2026-02-14"),
            },
            "meters": [{
                "meter": "locations", "used": 4, "takes_effect_at": at("2026-02-14"),
                "before": { "capacity": 5, "remaining": 1, "scheduled_capacity": 5, "scheduled_remaining": 1 },
                "after": { "capacity": 5, "remaining": 1, "scheduled_capacity": 4, "scheduled_remaining": 0 },
                "blocked_roots": { "total": 1, "data": [{ "id": root, "name": "Root" }] },
            }, less["meters"][1], less["meters"][2]],
        })
    );
    let cancel = preview(json!({ "action": "cancel" })).await;
    let refused = world
        .delete("alice", &one)
        .await
        .refused(409, "cancellation_would_underprovision");
    assert_eq!(cancel["refusal"]["code"], refused["code"]);
    assert_eq!(cancel["refusal"]["detail"], refused["detail"]);
    assert_eq!(cancel["subscription"]["cancel_at_period_end"], true);
    let senseless = preview(json!({ "add_products": { "locations": 9 } })).await;
    assert_eq!(
        (&senseless["refusal"]["code"], &senseless["subscription"]),
        (&json!("product_exists"), &json!(null))
    );
    // Only a preview takes it by this name.
    world
        .patch("alice", &one, json!({ "action": "cancel" }))
        .await
        .invalid(&[("/action", "unknown_value")]);
    world
        .post("adam", &format!("{one}/preview"), json!({ "action": "stop" }))
        .await
        .invalid(&[("/action", "unknown_value")]);
}

#[actix_web::test]
async fn s2_a_preview_tells_whether_a_subscription_can_be_made() {
    let world = World::new().await;
    let workspace = world.staffed_workspace("pooled").await;
    let account = world.account(&workspace).await;
    let subscriptions = format!("{workspace}/billing-accounts/{account}/subscriptions");
    let body = json!({ "product_quantities": { "users": 3 } });
    let preview = async || {
        let address = format!("{subscriptions}/preview");
        let preview = world.post("adam", &address, body.clone()).await;
        preview.expect(200)
    };
    let trial = preview().await;
    assert_eq!(
        (
            &trial["refusal"],
            &trial["subscription"]["status"],
            &trial["meters"][1]["after"]["capacity"]
        ),
        (&json!(null), &json!("trialing"), &json!(3))
    );
    let listed = world.get("alice", &subscriptions).await.expect(200);
    assert_eq!(listed["data"], json!([]));
    world
        .post("alice", &subscriptions, body.clone())
        .await
        .expect(201);
    let second = preview().await;
    assert_eq!(second["refusal"]["code"], "payment_method_required");
    assert_eq!(second["subscription"], json!(null));
}
