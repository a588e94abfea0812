//! Entity tags (RFC 9110 §8.8, §13): of everything that is shown at an address of its own.

use actix_web::http::Method;
use serde_json::json;

use crate::support::{Operation, Place, Reply, World, operations};

async fn get(world: &World, address: &str, headers: &[(&'static str, &str)]) -> Reply {
    world
        .call_with(headers, "alice", Method::GET, address, None)
        .await
}

fn tag(reply: &Reply) -> String {
    reply.header("etag").expect("an entity tag").to_owned()
}

/// Whether an answer of the operation has an entity tag, by the document.
fn is_tagged(operation: &Operation, status: &str) -> bool {
    !operation.detail["responses"][status]["headers"]["ETag"].is_null()
}

#[actix_web::test]
async fn everything_that_is_shown_alone_has_a_tag_and_is_not_sent_twice() {
    let world = World::new().await;
    let place = Place::make(&world).await;
    let mut count = 0;
    for operation in operations() {
        if operation.method != "get" || !is_tagged(&operation, "200") {
            continue;
        }
        count += 1;
        place.prepare(&world, operation.id()).await;
        let address = place.address(&world, operation.id(), operation.path);
        let maker = Place::maker(operation.id());
        let get = async |headers: &[(&'static str, &str)]| {
            world.call_with(headers, maker, Method::GET, &address, None).await
        };
        let shown = get(&[]).await;
        let tag = tag(&shown);
        assert!(tag.starts_with('"') && shown.status == 200, "{}", operation.id());
        let again = get(&[("If-None-Match", &tag)]).await;
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{}", operation.id());
        assert_eq!(again.header("etag"), Some(tag.as_str()));
        let other = get(&[("If-None-Match", "\"other\"")]).await;
        assert_eq!(
            (other.status, other.bytes),
            (200, shown.bytes),
            "{}",
            operation.id()
        );
    }
    assert!(count >= 10, "{count}");
}

#[actix_web::test]
async fn a_tag_changes_with_what_is_shown_usage_included() {
    let world = World::new().await;
    let place = Place::make(&world).await;
    let address = format!(
        "/workspaces/{}/organizations/{}",
        place.workspace, place.organization
    );
    let before = tag(&get(&world, &address, &[]).await);
    world.charge("users/seat", &place.organization, 1).await;
    let after = get(&world, &address, &[("If-None-Match", &before)]).await;
    assert_eq!(after.status, 200);
    assert_ne!(tag(&after), before);
}

#[actix_web::test]
async fn only_what_was_seen_is_changed() {
    for operation in operations() {
        if !["patch", "put", "delete"].contains(&operation.method) {
            continue;
        }
        let world = World::new().await;
        let place = Place::make(&world).await;
        place.prepare(&world, operation.id()).await;
        let address = place.address(&world, operation.id(), operation.path);
        let body = place.body(&world, operation.id());
        let maker = Place::maker(operation.id());
        let ask = |tag: &'static str| {
            let (world, address, body) = (&world, &address, body.as_ref());
            async move {
                let headers = [("If-Match", tag)];
                world
                    .call_with(&headers, maker, operation.method(), address, body)
                    .await
            }
        };
        ask("\"other\"").await.refused(412, "precondition_failed");
        let any = ask("*").await;
        // What is not charged yet is not there.
        let expected = if ["put_charge", "release_charge"].contains(&operation.id()) {
            412..413
        } else {
            200..300
        };
        assert!(
            expected.contains(&any.status),
            "{}: {}",
            operation.id(),
            any.status
        );
    }
}

#[actix_web::test]
async fn of_two_writers_with_the_same_tag_the_second_is_refused() {
    let world = World::new().await;
    let place = Place::make(&world).await;
    let address = format!("/workspaces/{}", place.workspace);
    let seen = tag(&get(&world, &address, &[]).await);
    let rename = |name: &'static str, tag: String| {
        let (world, address) = (&world, &address);
        async move {
            let body = json!({ "name": name });
            world
                .call_with(
                    &[("If-Match", &tag)],
                    "alice",
                    Method::PATCH,
                    address,
                    Some(&body),
                )
                .await
        }
    };
    let first = rename("First", seen.clone()).await;
    let now = tag(&first);
    first.expect(200);
    rename("Second", seen).await.refused(412, "precondition_failed");
    assert_eq!(
        tag(&get(&world, &address, &[]).await),
        now,
        "the tag of a change is that of what it made"
    );
    rename("Third", now).await.expect(200);
}

#[actix_web::test]
async fn a_charge_is_made_only_when_it_is_new() {
    let world = World::new().await;
    let place = Place::make(&world).await;
    let body = json!({ "organization_id": place.organization });
    let put = || {
        let headers = [("If-None-Match", "*")];
        let (world, body) = (&world, &body);
        async move {
            world
                .call_with(&headers, "alice", Method::PUT, "/charges/users/seat", Some(body))
                .await
        }
    };
    put().await.expect(201);
    put().await.refused(412, "precondition_failed");
}
