use actix_web::http::Method;
use serde_json::json;

use crate::support::{World, keys};

const FIELDS: [&str; 9] = [
    "archived",
    "archived_at",
    "billing_mode",
    "created_at",
    "description",
    "id",
    "name",
    "pooled_seat_limit",
    "updated_at",
];

#[actix_web::test]
async fn w1_a_workspace_is_made_and_shown_as_the_reference_has_it() {
    let world = World::new().await;
    let body = json!({ "name": "  ACME ", "description": "one\ntwo", "billing_mode": "assigned" });
    let made = world.post("alice", "/workspaces", body).await.expect(201);
    assert_eq!(keys(&made), FIELDS);
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("ws_") && id.len() == 25, "{id}");
    let expected = json!({
        "id": id, "name": "ACME", "description": "one\ntwo", "billing_mode": "assigned", "pooled_seat_limit": null,
        "archived": false, "created_at": "2026-01-31T12:00:00.000000Z", "updated_at": "2026-01-31T12:00:00.000000Z",
        "archived_at": null,
    });
    assert_eq!(made, expected);
    assert_eq!(
        world.get("alice", &format!("/workspaces/{id}")).await.expect(200),
        expected
    );
}

#[actix_web::test]
async fn w1_every_bad_field_is_named_at_once() {
    let world = World::new().await;
    let body = json!({ "name": " ", "description": "x".repeat(201), "billing_mode": "free" });
    world.post("alice", "/workspaces", body).await.invalid(&[
        ("/billing_mode", "unknown_value"),
        ("/description", "too_long"),
        ("/name", "blank"),
    ]);
    world
        .post("alice", "/workspaces", json!({ "name": "x" }))
        .await
        .invalid(&[("/billing_mode", "required")]);
}

#[actix_web::test]
async fn w2_a_list_holds_the_callers_own_workspaces_archived_ones_last() {
    let world = World::new().await;
    let (first, second) = (world.workspace("single").await, world.workspace("pooled").await);
    world.delete("alice", &first).await.expect(204);
    let list = world.get("alice", "/workspaces").await.expect(200);
    assert_eq!(
        keys(&list),
        ["data", "has_more", "next_cursor", "previous_cursor"]
    );
    let shown: Vec<String> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| format!("/workspaces/{}", w["id"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, [second, first]);
    assert_eq!(list["data"][1]["archived"], true);
    let none = world.get("mallory", "/workspaces").await.expect(200);
    assert_eq!(
        none,
        json!({ "data": [], "has_more": false, "next_cursor": null, "previous_cursor": null })
    );
}

#[actix_web::test]
async fn w3_a_patch_changes_what_it_mentions() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let described = world
        .patch("alice", &workspace, json!({ "description": "It" }))
        .await
        .expect(200);
    assert_eq!(
        (&described["name"], &described["description"]),
        (&json!("ACME"), &json!("It"))
    );
    let same = world.patch("alice", &workspace, json!({})).await.expect(200);
    assert_eq!(same["description"], "It");
    let renamed = world
        .patch("alice", &workspace, json!({ "name": "New", "description": null }))
        .await
        .expect(200);
    assert_eq!(
        (&renamed["name"], &renamed["description"]),
        (&json!("New"), &json!(null))
    );
    world
        .patch("alice", &workspace, json!({ "name": null }))
        .await
        .invalid(&[("/name", "invalid_type")]);
    let fixed = world
        .patch("alice", &workspace, json!({ "billing_mode": "pooled" }))
        .await;
    assert_eq!(
        fixed.refused(400, "unknown_field")["errors"][0]["pointer"],
        "/billing_mode"
    );
}

#[actix_web::test]
async fn w3_an_archived_workspace_can_be_read_and_not_changed() {
    let world = World::new().await;
    let workspace = world.workspace("pooled").await;
    world.switches.pass_days(1);
    world.delete("alice", &workspace).await.expect(204);
    let archived = world.get("alice", &workspace).await.expect(200);
    assert_eq!(archived["archived_at"], "2026-02-01T12:00:00.000000Z");
    world
        .patch("alice", &workspace, json!({ "name": "New" }))
        .await
        .refused(409, "workspace_archived");
    world
        .delete("alice", &workspace)
        .await
        .refused(409, "workspace_archived");
    let organizations = format!("{workspace}/organizations");
    world
        .post("alice", &organizations, json!({ "name": "New" }))
        .await
        .refused(409, "workspace_archived");
}

#[actix_web::test]
async fn w3_an_archived_workspace_is_taken_into_use_again() {
    let world = World::new().await;
    let workspace = world.workspace("pooled").await;
    let target = format!("{workspace}/unarchive");
    let before = world.get("alice", &workspace).await.expect(200);
    let unarchive = async |headers: &[(&'static str, &str)]| {
        let (who, method) = ("alice", Method::POST);
        world.call_with(headers, who, method, &target, None).await
    };
    let as_it_is = unarchive(&[]).await.expect(200);
    assert_eq!(as_it_is, before);
    world.delete("alice", &workspace).await.expect(204);
    world.switches.pass_days(1);
    let archived = world.get("alice", &workspace).await;
    let seen = archived.header("etag").unwrap().to_owned();
    unarchive(&[("If-Match", "\"x\"")])
        .await
        .refused(412, "precondition_failed");
    let reply = unarchive(&[("If-Match", &seen)]).await;
    let tag = reply.header("etag").unwrap().to_owned();
    let unarchived = reply.expect(200);
    assert_eq!(
        (
            &unarchived["archived"],
            &unarchived["archived_at"],
            &unarchived["updated_at"]
        ),
        (&json!(false), &json!(null), &json!("2026-02-01T12:00:00.000000Z"))
    );
    let shown = world.get("alice", &workspace).await;
    assert_eq!(shown.header("etag"), Some(tag.as_str()));
    world
        .patch("alice", &workspace, json!({ "name": "New" }))
        .await
        .expect(200);
}

#[actix_web::test]
async fn w3_what_keeps_a_workspace_from_being_archived_is_named() {
    let world = World::new().await;
    let workspace = world.workspace("pooled").await;
    let account = world.account(&workspace).await;
    let subscription = world
        .subscription(&workspace, &account, json!({ "locations": 5 }))
        .await;
    let root = world.root(&workspace, "Root").await;
    world.charge("locations/a", &root, 1).await;
    let refused = world
        .delete("alice", &workspace)
        .await
        .refused(409, "workspace_not_empty");
    assert_eq!(refused["organizations_with_usage"], json!([root]));
    let id = subscription.rsplit('/').next().unwrap();
    assert_eq!(
        refused["live_subscriptions"],
        json!([{ "billing_account_id": account, "subscription_id": id }])
    );
}

#[actix_web::test]
async fn w4_a_pooled_workspace_shows_its_seats() {
    let world = World::new().await;
    let workspace = world.workspace("pooled").await;
    assert_eq!(
        world.get("alice", &workspace).await.expect(200)["pooled_seat_limit"],
        0
    );
    let account = world.account(&workspace).await;
    world
        .subscription(&workspace, &account, json!({ "users": 7 }))
        .await;
    assert_eq!(
        world.get("alice", &workspace).await.expect(200)["pooled_seat_limit"],
        7
    );
    assert_eq!(
        world.get("alice", "/workspaces").await.expect(200)["data"][0]["pooled_seat_limit"],
        7
    );
}
