use serde_json::json;

use crate::support::World;

#[actix_web::test]
async fn b6_a_billing_account_is_made_changed_and_deleted() {
    let world = World::new().await;
    let workspace = world.staffed_workspace("assigned").await;
    let accounts = format!("{workspace}/billing-accounts");
    let address = json!({
        "country": "za", "line1": "1 Long Street", "line2": null, "city": "Cape Town", "postal_code": "8001"
    });
    let body = json!({
        "name": "ACME", "email": " billing@acme.example ", "phone": "+27 21", "description": "Main", "currency": "zar",
        "address": address,
    });
    let made = world.post("alice", &accounts, body).await.expect(201);
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("cus_"));
    let at = "2026-01-31T12:00:00.000000Z";
    let expected = json!({
        "id": id, "workspace_id": workspace.rsplit('/').next().unwrap(), "name": "ACME", "email": "billing@acme.example",
        "phone": "+27 21", "description": "Main", "currency": "zar",
        "address": {
            "country": "ZA", "line1": "1 Long Street", "line2": null, "city": "Cape Town", "state": null,
            "postal_code": "8001",
        },
        "created_at": at, "updated_at": at,
    });
    assert_eq!(made, expected);
    let one = format!("{accounts}/{id}");
    assert_eq!(world.get("adam", &one).await.expect(200), expected);
    assert_eq!(
        world.get("adam", &accounts).await.expect(200)["data"],
        json!([expected])
    );
    let changes = json!({ "name": "New", "phone": null, "address": null });
    let changed = world.patch("alice", &one, changes).await.expect(200);
    assert_eq!(
        (&changed["name"], &changed["phone"], &changed["address"]),
        (&json!("New"), &json!(null), &json!(null))
    );
    assert_eq!(changed["description"], "Main");
    let fixed = world.patch("alice", &one, json!({ "currency": "eur" })).await;
    fixed.refused(400, "unknown_field");
    world.delete("alice", &one).await.expect(204);
    world.get("alice", &one).await.refused(404, "not_found");
}

#[actix_web::test]
async fn b6_every_bad_field_is_named_at_once() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let body = json!({
        "name": "x".repeat(101), "email": "nobody", "phone": "1".repeat(51), "description": "a\u{0}b", "currency": "chf",
        "address": { "country": "Z1", "city": "" },
    });
    world
        .post("alice", &format!("{workspace}/billing-accounts"), body)
        .await
        .invalid(&[
            ("/address/city", "blank"),
            ("/address/country", "malformed"),
            ("/currency", "unknown_value"),
            ("/description", "control_character"),
            ("/email", "malformed"),
            ("/name", "too_long"),
            ("/phone", "too_long"),
        ]);
    let body = json!({ "name": "x", "email": "a@b.example", "currency": "eur", "address": {} });
    world
        .post("alice", &format!("{workspace}/billing-accounts"), body)
        .await
        .invalid(&[("/address/country", "required")]);
}

#[actix_web::test]
async fn b2_the_billing_mode_says_how_many_there_can_be() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    world.account(&workspace).await;
    let body = json!({ "name": "Second", "email": "a@b.example", "currency": "eur" });
    let refused = world
        .post("alice", &format!("{workspace}/billing-accounts"), body)
        .await;
    refused.refused(409, "billing_account_limit_reached");
}

#[actix_web::test]
async fn b6_an_account_in_use_stays() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    let subscription = world
        .subscription(&workspace, &account, json!({ "users": 1 }))
        .await;
    let body = json!({ "name": "Root", "billing_account_id": account });
    world
        .organization(&format!("{workspace}/organizations"), body)
        .await;
    let one = format!("{workspace}/billing-accounts/{account}");
    world
        .delete("alice", &one)
        .await
        .refused(409, "active_subscriptions_exist");
    world.delete("alice", &subscription).await.expect(200);
    world.switches.pass_days(15);
    world
        .delete("alice", &one)
        .await
        .refused(409, "billing_account_in_use");
}

#[actix_web::test]
async fn s2_trial_eligibility_says_what_is_missing() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    let address = format!("{workspace}/billing-accounts/{account}/trial-eligibility");
    let eligible = world.get("alice", &address).await.expect(200);
    let message = "the workspace has one billing account and never had a subscription, so the first one starts with a trial";
    assert_eq!(
        eligible,
        json!({
            "trial_eligible": true, "has_payment_method": false, "can_create_subscription": true,
            "trial_info": { "trial_days": 14, "message": message }, "requirements": {},
        })
    );
    world
        .subscription(&workspace, &account, json!({ "users": 1 }))
        .await;
    let later = world.get("alice", &address).await.expect(200);
    assert_eq!(
        (&later["trial_eligible"], &later["can_create_subscription"]),
        (&json!(false), &json!(false))
    );
    assert!(later["requirements"]["add_payment_method"].is_string());
    world.switches.set_payable(true);
    let payable = world.get("alice", &address).await.expect(200);
    assert_eq!(
        (&payable["can_create_subscription"], &payable["requirements"]),
        (&json!(true), &json!({}))
    );
}
