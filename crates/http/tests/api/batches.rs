use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::World;

/// A pool of 3 locations with a root.
async fn small(world: &World) -> (String, String) {
    let workspace = world.staffed_workspace("pooled").await;
    let account = world.account(&workspace).await;
    world
        .subscription(&workspace, &account, json!({ "locations": 3 }))
        .await;
    let root = world.root(&workspace, "Root").await;
    (workspace, root)
}

fn row(op: &str, resource: &str, organization: &str) -> Value {
    json!({ "op": op, "meter": "locations", "resource_id": resource, "organization_id": organization })
}

fn statuses(answer: &Value) -> Vec<u64> {
    let results = answer["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["status"].as_u64().unwrap())
        .collect()
}

#[actix_web::test]
async fn c7_a_batch_answers_each_row_in_order() {
    let world = World::new().await;
    let (_, root) = small(&world).await;
    let mut large = row("charge", "large", &root);
    large["quantity"] = json!(4);
    let rows = [
        row("charge", "a", &root),
        row("charge", "a", &root),
        large,
        row("release", "a", &root),
        row("move", "a", &root),
        row("charge", "seat:a", &root),
        row("charge", "b", "org_0000000000000000000001"),
    ];
    let answer = world
        .post("writer", "/charges/batch", json!({ "rows": rows }))
        .await
        .expect(200);
    assert_eq!(statuses(&answer), [201, 200, 409, 204, 404, 422, 404]);
    assert_eq!(answer["applied"], true);
    let result = |n: usize| &answer["results"][n];
    assert_eq!(result(0)["charge"]["resource_id"], "a");
    assert_eq!(result(0)["problem"], Value::Null);
    assert_eq!(result(2)["problem"]["code"], "limit_reached");
    assert_eq!(result(2)["problem"]["binding"]["free"], 2);
    assert_eq!(
        result(5)["problem"]["errors"][0]["pointer"],
        "/rows/5/resource_id"
    );
}

#[actix_web::test]
async fn c7_an_atomic_batch_is_refused_as_a_whole() {
    let world = World::new().await;
    let (_, root) = small(&world).await;
    let rows: Vec<_> = ["a", "b", "c", "d"]
        .iter()
        .map(|id| row("charge", id, &root))
        .collect();
    let mut body = json!({ "rows": rows, "atomic": true });
    let refused = world
        .post("alice", "/charges/batch", body.clone())
        .await
        .refused(409, "batch_refused");
    assert_eq!(refused["rows"][0]["index"], 3);
    assert_eq!(refused["rows"][0]["problem"]["code"], "limit_reached");
    let at = format!("/charges/locations/a?organization_id={root}");
    world.get("alice", &at).await.refused(404, "not_found");
    body["atomic"] = json!(false);
    body["dry_run"] = json!(true);
    let would = world.post("alice", "/charges/batch", body).await.expect(200);
    assert_eq!(
        (statuses(&would), &would["applied"]),
        (vec![201, 201, 201, 409], &json!(false))
    );
    world.get("alice", &at).await.refused(404, "not_found");
}

#[actix_web::test]
async fn r1_a_batch_with_a_key_is_done_once() {
    let world = World::new().await;
    let (_, root) = small(&world).await;
    let body = json!({ "rows": [row("charge", "a", &root)] });
    let key = [("Idempotency-Key", "batch-1")];
    let send = || world.call_with(&key, "alice", Method::POST, "/charges/batch", Some(&body));
    let first = send().await.expect(200);
    world
        .delete("alice", &format!("/charges/locations/a?organization_id={root}"))
        .await
        .expect(204);
    let again = send().await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(200), first);
}

#[actix_web::test]
async fn c7_nonsense_is_refused_with_its_place() {
    let world = World::new().await;
    let (_, root) = small(&world).await;
    let send = async |rows: Value| {
        world
            .post("alice", "/charges/batch", json!({ "rows": rows }))
            .await
    };
    send(json!([])).await.invalid(&[("/rows", "empty")]);
    let many: Vec<_> = (0..1_001).map(|_| row("release", "x", &root)).collect();
    send(json!(many)).await.invalid(&[("/rows", "too_many")]);
    let mut moved = row("move", "x", &root);
    moved["quantity"] = json!(1);
    let mut both = row("charge", "x", &root);
    both["team_id"] = json!("018f0c2e-7a3b-7c4d-8e5f-0123456789ab");
    let mut unknown = row("charge", "x", &root);
    unknown["meter"] = json!("nonsense");
    let wrong = [
        ("/rows/0/op", "unknown_value"),
        ("/rows/1/quantity", "not_allowed"),
        ("/rows/2", "exactly_one"),
        ("/rows/3/meter", "unknown_meter"),
    ];
    send(json!([row("steal", "x", &root), moved, both, unknown]))
        .await
        .invalid(&wrong);
    let long = "x".repeat(5 * 1024 * 1024);
    send(json!([row("charge", &long, &root)]))
        .await
        .refused(413, "body_too_large");
    let most: Vec<_> = (0..1_000)
        .map(|n| row("release", &format!("{n:0>200}"), &root))
        .collect();
    let answer = send(json!(most)).await.expect(200);
    assert!(statuses(&answer).iter().all(|status| *status == 204));
}
