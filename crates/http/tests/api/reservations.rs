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

fn hold(resource: &str, organization: &str, quantity: i64) -> Value {
    json!({
        "meter": "locations", "resource_id": resource, "organization_id": organization, "quantity": quantity
    })
}

fn address(reservation: &Value) -> String {
    format!("/reservations/{}", reservation["id"].as_str().unwrap())
}

#[actix_web::test]
async fn c5_units_are_held_and_then_charged() {
    let world = World::new().await;
    let (workspace, root) = small(&world).await;
    let held = world
        .post("writer", "/reservations", hold("a", &root, 2))
        .await
        .expect(201);
    let expected = json!({
        "id": held["id"], "meter": "locations", "resource_id": "a", "organization_id": root, "team_id": null,
        "workspace_id": workspace.rsplit('/').next().unwrap(), "quantity": 2, "status": "held",
        "expires_at": "2026-01-31T12:15:00.000000Z",
        "created_at": "2026-01-31T12:00:00.000000Z", "updated_at": "2026-01-31T12:00:00.000000Z",
    });
    assert_eq!(held, expected);
    assert_eq!(world.get("reader", &address(&held)).await.expect(200), held);
    let at = format!("/charges/locations/a?organization_id={root}");
    assert_eq!(
        world.get("reader", &at).await.expect(200)["reservation_id"],
        held["id"]
    );
    let full = world.post("writer", "/reservations", hold("b", &root, 2)).await;
    full.refused(409, "limit_reached");
    let taken = world
        .put(
            "writer",
            "/charges/locations/a",
            json!({ "organization_id": root }),
        )
        .await;
    assert_eq!(
        taken.refused(409, "resource_reserved")["reservation_id"],
        held["id"]
    );
    let commit = format!("{}/commit", address(&held));
    let committed = world.post("writer", &commit, json!({})).await.expect(200);
    assert_eq!(committed["status"], "committed");
    assert_eq!(
        world.post("writer", &commit, json!({})).await.expect(200),
        committed
    );
    assert_eq!(
        world.get("reader", &at).await.expect(200)["reservation_id"],
        Value::Null
    );
    let release = format!("{}/release", address(&held));
    world
        .post("writer", &release, json!({}))
        .await
        .refused(409, "reservation_committed");
    let again = world.post("writer", "/reservations", hold("a", &root, 1)).await;
    again.refused(409, "resource_charged");
}

#[actix_web::test]
async fn c5_units_are_given_back_when_it_is_said_or_the_time_is_over() {
    let world = World::new().await;
    let (_, root) = small(&world).await;
    let released = world
        .post("alice", "/reservations", hold("a", &root, 3))
        .await
        .expect(201);
    let to_release = format!("{}/release", address(&released));
    world.post("alice", &to_release, json!({})).await.expect(204);
    world.post("alice", &to_release, json!({})).await.expect(204);
    let commit = format!("{}/commit", address(&released));
    world
        .post("alice", &commit, json!({}))
        .await
        .refused(409, "reservation_released");
    let mut short = hold("a", &root, 3);
    short["ttl_seconds"] = json!(1);
    let held = world.post("alice", "/reservations", short).await.expect(201);
    world.switches.pass_days(1);
    let commit = format!("{}/commit", address(&held));
    world
        .post("alice", &commit, json!({}))
        .await
        .refused(410, "reservation_expired");
    assert_eq!(
        world.get("alice", &address(&held)).await.expect(200)["status"],
        "expired"
    );
    world
        .post("alice", &format!("{}/release", address(&held)), json!({}))
        .await
        .expect(204);
    world.charge("locations/b", &root, 3).await;
}

#[actix_web::test]
async fn c5_nonsense_is_refused_with_its_place() {
    let world = World::new().await;
    let (_, root) = small(&world).await;
    let mut wrong = hold("seat:a", &root, 1);
    let reserved = world.post("alice", "/reservations", wrong.clone()).await;
    reserved.invalid(&[("{resource_id}", "reserved")]);
    wrong["resource_id"] = json!(" a");
    wrong["quantity"] = json!(0);
    wrong["ttl_seconds"] = json!(86_401);
    let fields = [
        ("/quantity", "out_of_range"),
        ("/resource_id", "malformed"),
        ("/ttl_seconds", "out_of_range"),
    ];
    world.post("alice", "/reservations", wrong).await.invalid(&fields);
    let mut unknown = hold("a", &root, 1);
    unknown["meter"] = json!("nonsense");
    world
        .post("alice", "/reservations", unknown)
        .await
        .invalid(&[("/meter", "unknown_meter")]);
    world
        .post("alice", "/reservations", json!({}))
        .await
        .invalid(&[("/meter", "required")]);
    world
        .get("alice", "/reservations/nonsense")
        .await
        .refused(404, "not_found");
}
