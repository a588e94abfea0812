use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::World;

/// A pool of 10 locations, a root, and two children of which the second takes 1.
async fn branches(world: &World) -> (String, [String; 3]) {
    let workspace = world.staffed_workspace("pooled").await;
    let account = world.account(&workspace).await;
    let quantities = json!({ "locations": 10, "users": 9 });
    world.subscription(&workspace, &account, quantities).await;
    let root = world.root(&workspace, "Root").await;
    let left = world.child(&workspace, &root, "Left").await;
    let children = format!("{workspace}/organizations/{root}/children");
    let right = json!({ "name": "Right", "limits": { "locations": 1 } });
    let right = world.organization(&children, right).await;
    (workspace, [root, left, right])
}

fn to(organization: &str) -> Value {
    json!({ "organization_id": organization })
}

#[actix_web::test]
async fn c11_a_charge_is_moved_when_what_gains_it_has_room() {
    let world = World::new().await;
    let (_, [root, left, right]) = branches(&world).await;
    world.charge("locations/a", &left, 1).await;
    world.charge("locations/b", &left, 1).await;
    let mut dry = to(&right);
    dry["dry_run"] = json!(true);
    let would = world
        .post("writer", "/charges/locations/a/move", dry)
        .await
        .expect(200);
    assert_eq!(would["organization_id"], json!(right));
    let at_left = format!("/charges/locations/a?organization_id={left}");
    world.get("reader", &at_left).await.expect(200);
    let moved = world
        .post("writer", "/charges/locations/a/move", to(&right))
        .await
        .expect(200);
    assert_eq!(moved["organization_id"], json!(right));
    world.get("reader", &at_left).await.refused(404, "not_found");
    let refused = world
        .post("alice", "/charges/locations/b/move", to(&right))
        .await
        .refused(409, "limit_reached");
    assert_eq!(refused["binding"]["id"], json!(right));
    assert_eq!(
        refused["chain"].as_array().unwrap().len(),
        1,
        "only what gains is asked"
    );
    world
        .post("alice", "/charges/locations/b/move", to(&root))
        .await
        .expect(200);
}

#[actix_web::test]
async fn c11_a_charge_is_moved_as_it_was_seen() {
    let world = World::new().await;
    let (_, [root, left, right]) = branches(&world).await;
    world.charge("locations/a", &left, 1).await;
    let seen = world
        .get("alice", &format!("/charges/locations/a?organization_id={left}"))
        .await;
    let tag = seen.header("etag").unwrap().to_owned();
    let target = "/charges/locations/a/move";
    world.post("alice", target, to(&root)).await.expect(200);
    let with = [("If-Match", tag.as_str())];
    world
        .call_with(&with, "alice", Method::POST, target, Some(&to(&right)))
        .await
        .refused(412, "precondition_failed");
}

#[actix_web::test]
async fn c11_nonsense_is_refused_with_its_place() {
    let world = World::new().await;
    let (_, [root, left, _]) = branches(&world).await;
    world.charge("locations/a", &left, 1).await;
    let invalid = [
        (json!({}), ("", "exactly_one")),
        (
            json!({ "organization_id": "x" }),
            ("/organization_id", "invalid_id"),
        ),
    ];
    for (body, wrong) in invalid {
        world
            .post("alice", "/charges/locations/a/move", body)
            .await
            .invalid(&[wrong]);
    }
    let unknown = world.post("alice", "/charges/nonsense/a/move", to(&root)).await;
    unknown.invalid(&[("{meter}", "unknown_meter")]);
    let seat = world.post("alice", "/charges/users/seat:x/move", to(&root)).await;
    seat.invalid(&[("{resource_id}", "reserved")]);
    world
        .post("alice", "/charges/locations/x/move", to(&root))
        .await
        .refused(404, "not_found");
    let held = json!({ "meter": "locations", "resource_id": "held", "organization_id": left });
    world.post("alice", "/reservations", held).await.expect(201);
    let moved = world
        .post("alice", "/charges/locations/held/move", to(&root))
        .await;
    moved.refused(409, "resource_reserved");
}

#[actix_web::test]
async fn i3_who_is_in_one_team_cannot_take_from_another() {
    let world = World::new().await;
    let (workspace, [_, left, _]) = branches(&world).await;
    let hers = world.team(&workspace, &left, None);
    world.join(
        &workspace,
        &hers,
        "dora",
        tenantry_domain::team::SystemRole::Developer,
    );
    let charge = json!({ "organization_id": left });
    world
        .put("writer", "/charges/locations/a", charge)
        .await
        .expect(201);
    let body = json!({ "team_id": hers });
    let refused = world
        .post("dora", "/charges/locations/a/move", body.clone())
        .await;
    refused.refused(404, "not_found");
    let refused = world.post("vera", "/charges/locations/a/move", body).await;
    refused.refused(403, "scope_required");
}
