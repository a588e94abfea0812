//! Requests with an `Idempotency-Key` (R1): every POST of the document, in turn and at the same instant.

use actix_web::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Operation, Place, Reply, World, operations};

fn posts() -> impl Iterator<Item = Operation> {
    operations()
        .into_iter()
        .filter(|operation| operation.method == "post")
}

async fn post(world: &World, place: &Place, operation: &Operation, key: &str) -> Reply {
    let body = place.body(world, operation.id());
    let address = place.address(world, operation.id(), operation.path);
    world
        .call_with(
            &[("Idempotency-Key", key)],
            Place::maker(operation.id()),
            Method::POST,
            &address,
            body.as_ref(),
        )
        .await
}

/// What leaves no trace that can be counted.
const QUIET: [&str; 4] = [
    "check_charges",
    "preview_subscription",
    "preview_subscription_change",
    "rotate_api_key",
];

/// What there is: the workspaces and API keys of somebody, and what happened in a workspace.
async fn effects(world: &World, place: &Place) -> usize {
    let workspaces = world.get("alice", "/workspaces").await.expect(200);
    let feed = format!("/workspaces/{}/events", place.workspace);
    let events = world.get("alice", &feed).await.expect(200);
    let keys = world.get("alice", "/api-keys").await.expect(200);
    [&workspaces["data"], &events["data"], &keys]
        .iter()
        .map(|list| list.as_array().unwrap().len())
        .sum()
}

/// How many events an operation appends: who accepts an invitation ends it and comes into a team.
fn events_of(operation: &Operation) -> usize {
    match operation.id() {
        "accept_invite" | "commit_reservation" => 2,
        id => usize::from(!QUIET.contains(&id)),
    }
}

/// An answer as it is kept: a secret is told once (K1).
fn kept(reply: &Reply) -> Vec<u8> {
    let mut json = reply.json.clone();
    match json.get_mut("api_key") {
        Some(secret) => *secret = Value::Null,
        None => return reply.bytes.clone(),
    }
    json.to_string().into_bytes()
}

fn is_replay(reply: &Reply) -> bool {
    reply.header("idempotency-replayed") == Some("true")
}

#[actix_web::test]
async fn r1_a_repetition_is_answered_byte_for_byte_and_does_nothing() {
    for operation in posts() {
        let world = World::new().await;
        let place = Place::make(&world).await;
        place.prepare(&world, operation.id()).await;
        let before = effects(&world, &place).await;
        let first = post(&world, &place, &operation, "k").await;
        assert!(first.status < 300 && !is_replay(&first), "{}", operation.id());
        let after = effects(&world, &place).await;
        assert_eq!(after - before, events_of(&operation));
        let again = post(&world, &place, &operation, "k").await;
        assert!(is_replay(&again), "{}", operation.id());
        assert_eq!((again.status, kept(&again)), (first.status, kept(&first)));
        for header in ["etag", "content-type"] {
            assert_eq!(again.header(header), first.header(header), "{}", operation.id());
        }
        assert_eq!(effects(&world, &place).await, after, "{}", operation.id());
    }
    assert!(posts().count() >= 7);
}

#[actix_web::test]
async fn r1_repetitions_at_the_same_instant_do_it_once() {
    for operation in posts() {
        let world = World::new().await;
        let place = Place::make(&world).await;
        place.prepare(&world, operation.id()).await;
        let before = effects(&world, &place).await;
        let replies = join_all((0..5).map(|_| post(&world, &place, &operation, "k"))).await;
        let fresh: Vec<_> = replies
            .iter()
            .filter(|reply| reply.status < 300 && !is_replay(reply))
            .collect();
        assert_eq!(fresh.len(), 1, "{}", operation.id());
        for reply in &replies {
            match reply.status {
                409 => assert_eq!(reply.json["code"], "idempotency_in_flight"),
                status => assert_eq!((status, kept(reply)), (fresh[0].status, kept(fresh[0]))),
            }
        }
        let done = events_of(&operation);
        assert_eq!(effects(&world, &place).await - before, done, "{}", operation.id());
    }
}

async fn create(world: &World, who: &str, key: &str, body: &Value) -> Reply {
    world
        .call_with(
            &[("Idempotency-Key", key)],
            who,
            Method::POST,
            "/workspaces",
            Some(body),
        )
        .await
}

#[actix_web::test]
async fn r1_a_key_is_of_one_request_and_of_one_caller() {
    let world = World::new().await;
    let body = |name: &str| json!({ "name": name, "billing_mode": "single" });
    create(&world, "alice", "k", &body("One")).await.expect(201);
    create(&world, "alice", "k", &body("Two"))
        .await
        .refused(422, "idempotency_key_reused");
    let other = create(&world, "adam", "k", &body("Two")).await;
    assert!(!is_replay(&other));
    assert_eq!(other.expect(201)["name"], "Two");
}

#[actix_web::test]
async fn r1_what_was_refused_can_be_sent_again_with_its_key() {
    let world = World::new().await;
    let place = Place::make(&world).await;
    let members = format!("/workspaces/{}/members", place.workspace);
    let body = json!({ "user_id": place.member, "role": "viewer" });
    let add = || {
        world.call_with(
            &[("Idempotency-Key", "k")],
            "alice",
            Method::POST,
            &members,
            Some(&body),
        )
    };
    add().await.refused(409, "already_member");
    world
        .delete("alice", &format!("{members}/{}", place.member))
        .await
        .expect(204);
    assert!(!is_replay(&add().await));
    assert!(is_replay(&add().await));
}

#[actix_web::test]
async fn r1_a_key_that_is_none_is_refused_before_anything_is_done() {
    let world = World::new().await;
    let body = json!({ "name": "One", "billing_mode": "single" });
    for key in ["", &"k".repeat(256), "ü"] {
        create(&world, "alice", key, &body)
            .await
            .refused(400, "invalid_idempotency_key");
    }
    let none = world.get("alice", "/workspaces").await.expect(200);
    assert_eq!(none["data"], json!([]));
}

#[actix_web::test]
async fn r1_an_answer_stays_the_same_when_what_it_was_about_is_gone() {
    let world = World::new().await;
    let place = Place::make(&world).await;
    let check = json!({ "questions": [
        { "meter": "users", "organization_id": place.spare_organization, "quantity": 1 }
    ] });
    let ask = || {
        let headers = [("Idempotency-Key", "k")];
        let (world, check) = (&world, &check);
        async move {
            world
                .call_with(&headers, "alice", Method::POST, "/charges/check", Some(check))
                .await
        }
    };
    let first = ask().await;
    let organization = format!(
        "/workspaces/{}/organizations/{}",
        place.workspace, place.spare_organization
    );
    world.delete("alice", &organization).await.expect(204);
    let again = ask().await;
    assert!(is_replay(&again));
    assert_eq!(again.bytes, first.bytes);
}
