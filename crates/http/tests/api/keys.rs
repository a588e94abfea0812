//! API credentials of teams and API keys of people (K1–K3), shown as real bearers.

use actix_web::http::Method;
use serde_json::{Value, json};
use tenantry_application::Settings;
use tenantry_domain::team::TeamCaps;

use crate::support::{Reply, World, keys};

const TOMORROW: &str = "2026-02-01T12:00:00.000000Z";

async fn credential(world: &World, team: &str, body: Value) -> Value {
    world
        .post("alice", &format!("{team}/api-credentials"), body)
        .await
        .expect(200)
}

async fn user_key(world: &World, who: &str) -> Value {
    world
        .post(who, "/api-keys", json!({ "name": "laptop" }))
        .await
        .expect(201)
}

fn text(issued: &Value) -> &str {
    issued["api_key"].as_str().unwrap()
}

fn at(place: &str, issued: &Value) -> String {
    format!("{place}/{}", issued["id"].as_str().unwrap())
}

#[actix_web::test]
async fn k1_a_credential_is_told_once_and_shown_without_its_secret() {
    let world = World::new().await;
    let team = world.own_team().await;
    let body = json!({ "name": "deploy", "expires_at": TOMORROW, "abilities": ["site:view", "site:create"] });
    let issued = credential(&world, &team, body).await;
    let text = text(&issued);
    assert!(text.starts_with(issued["id"].as_str().unwrap()), "{text}");
    assert_eq!(text.split(':').nth(1), issued["team_id"].as_str());
    assert_eq!(issued["expires_at"], TOMORROW);
    assert_eq!(issued["abilities"], json!(["site:view", "site:create"]));
    assert_eq!(issued["last_used_at"], json!(null));
    let place = at(&format!("{team}/api-credentials"), &issued);
    let shown = world.get("alice", &place).await.expect(200);
    let fields = [
        "abilities",
        "created_at",
        "expires_at",
        "id",
        "last_used_at",
        "name",
        "team_id",
        "updated_at",
    ];
    assert_eq!(keys(&shown), fields);
    let list = world
        .get("alice", &format!("{team}/api-credentials"))
        .await
        .expect(200);
    assert_eq!(list, json!([shown]));
}

#[actix_web::test]
async fn k1_a_credential_acts_in_its_team_and_nowhere_else() {
    let world = World::new().await;
    let team = world.own_team().await;
    let issued = credential(&world, &team, json!({ "name": "deploy" })).await;
    let bearer = text(&issued);
    world.get(bearer, &team).await.expect(200);
    let other = world.own_team().await;
    world.get(bearer, &other).await.refused(404, "not_found");
    world.get(bearer, "/workspaces").await.refused(403, "people_only");
    world.get(bearer, "/api-keys").await.refused(403, "people_only");
    let narrow = json!({ "name": "reader", "abilities": ["api:view"] });
    let narrow = world
        .post(bearer, &format!("{team}/api-credentials"), narrow)
        .await
        .expect(200);
    let place = format!("{team}/api-credentials");
    world.get(text(&narrow), &place).await.expect(200);
    let refused = world
        .post(text(&narrow), &place, json!({ "name": "more" }))
        .await
        .refused(403, "scope_required");
    assert!(refused["detail"].as_str().unwrap().contains("api:create"));
}

#[actix_web::test]
async fn k1_a_user_key_acts_as_its_person() {
    let world = World::new().await;
    let issued = user_key(&world, "alice").await;
    let bearer = text(&issued);
    assert!(bearer.starts_with("tnk_"), "{bearer}");
    let me = world.get(bearer, "/oauth/userinfo").await.expect(200);
    assert_eq!(me["id"], world.id_of("alice").as_str());
    let shown = world.get(bearer, &at("/api-keys", &issued)).await.expect(200);
    assert_eq!(world.get("alice", "/api-keys").await.expect(200), json!([shown]));
    world
        .get("mallory", &at("/api-keys", &issued))
        .await
        .refused(404, "not_found");
}

#[actix_web::test]
async fn k1_a_rotated_key_is_good_twice_and_then_once() {
    let world = World::new().await;
    let issued = user_key(&world, "alice").await;
    let rotate = format!("{}/rotate", at("/api-keys", &issued));
    let rotated = world.post("alice", &rotate, json!({})).await.expect(201);
    assert_ne!(text(&issued), text(&rotated));
    for bearer in [&issued, &rotated] {
        world.get(text(bearer), "/api-keys").await.expect(200);
    }
    let last = world
        .post("alice", &rotate, json!({ "overlap_seconds": 0 }))
        .await
        .expect(201);
    for bearer in [&issued, &rotated] {
        world
            .get(text(bearer), "/api-keys")
            .await
            .refused(401, "unauthenticated");
    }
    world.get(text(&last), "/api-keys").await.expect(200);
    for (seconds, pointer) in [
        (json!(86_401), "/overlap_seconds"),
        (json!(-1), "/overlap_seconds"),
    ] {
        let body = json!({ "overlap_seconds": seconds });
        world
            .post("alice", &rotate, body)
            .await
            .invalid(&[(pointer, "out_of_range")]);
    }
}

#[actix_web::test]
async fn k1_an_expiry_lies_in_the_future() {
    let world = World::new().await;
    let team = world.own_team().await;
    let place = format!("{team}/api-credentials");
    let past = json!({ "name": "deploy", "expires_at": "2026-01-31T12:00:00Z" });
    for target in [place.as_str(), "/api-keys"] {
        world
            .post("alice", target, past.clone())
            .await
            .invalid(&[("/expires_at", "in_the_past")]);
        let bad = json!({ "name": " ", "expires_at": "tomorrow" });
        world
            .post("alice", target, bad)
            .await
            .invalid(&[("/expires_at", "malformed"), ("/name", "blank")]);
    }
    let body = json!({ "name": "deploy", "expires_at": "2026-02-01T13:00:00+01:00" });
    let issued = credential(&world, &team, body).await;
    assert_eq!(issued["expires_at"], TOMORROW);
    world.get(text(&issued), &team).await.expect(200);
    world.switches.pass_days(1);
    let refused = world.get(text(&issued), &team).await;
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .contains("invalid_token")
    );
    refused.refused(401, "unauthenticated");
    let renamed = json!({ "name": "deploy 2" });
    let renamed = world
        .put("alice", &at(&place, &issued), renamed)
        .await
        .expect(200);
    assert_eq!(
        (&renamed["name"], &renamed["expires_at"]),
        (&json!("deploy 2"), &json!(null))
    );
    world.get(text(&issued), &team).await.expect(200);
}

#[actix_web::test]
async fn k3_nobody_gives_what_they_lack() {
    let world = World::new().await;
    let team = world.own_team().await;
    let place = format!("{team}/api-credentials");
    let everything = credential(&world, &team, json!({ "name": "all" })).await;
    // An admin of the workspace may do everything in its teams but change what is paid.
    let body = json!({ "name": "deploy", "abilities": ["billing:update"] });
    let refused = world
        .post("adam", &place, body)
        .await
        .refused(403, "scope_required");
    assert!(refused["detail"].as_str().unwrap().contains("billing:update"));
    let rotate = format!("{}/rotate", at(&place, &everything));
    world
        .post("adam", &rotate, json!({}))
        .await
        .refused(403, "scope_required");
    let own = world
        .post("adam", &place, json!({ "name": "own" }))
        .await
        .expect(200);
    assert!(
        !own["abilities"]
            .as_array()
            .unwrap()
            .contains(&json!("billing:update"))
    );
    let unknown = json!({ "name": "deploy", "abilities": ["site:view", "site:fly"] });
    world
        .post("alice", &place, unknown)
        .await
        .invalid(&[("/abilities/1", "unknown_value")]);
}

#[actix_web::test]
async fn k3_what_was_revoked_is_good_no_more() {
    let world = World::new().await;
    let team = world.own_team().await;
    let (issued, key) = (
        credential(&world, &team, json!({ "name": "deploy" })).await,
        user_key(&world, "alice").await,
    );
    for (bearer, place) in [
        (text(&issued), at(&format!("{team}/api-credentials"), &issued)),
        (text(&key), at("/api-keys", &key)),
    ] {
        world.get(bearer, &place).await.expect(200);
        let seen = world.get("alice", &place).await;
        let stale = [("If-Match", "\"stale\"")];
        world
            .call_with(&stale, "alice", Method::DELETE, &place, None)
            .await
            .refused(412, "precondition_failed");
        let seen = [("If-Match", seen.header("etag").unwrap())];
        let gone = world
            .call_with(&seen, "alice", Method::DELETE, &place, None)
            .await;
        gone.expect(204);
        world
            .get(bearer, "/oauth/userinfo")
            .await
            .refused(401, "unauthenticated");
        world.get("alice", &place).await.refused(404, "not_found");
    }
}

#[actix_web::test]
async fn r1_a_repetition_does_not_tell_the_secret_again() {
    let world = World::new().await;
    let team = world.own_team().await;
    let credentials = format!("{team}/api-credentials");
    for (key, place) in [("a", credentials.as_str()), ("b", "/api-keys")] {
        let (key, body) = ([("Idempotency-Key", key)], json!({ "name": "deploy" }));
        let post = || world.call_with(&key, "alice", Method::POST, place, Some(&body));
        let (told, again) = (post().await, post().await);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(
            (told.status, told.header("etag")),
            (again.status, again.header("etag"))
        );
        assert!(told.json["api_key"].is_string());
        let without = |reply: &Reply| {
            let mut json = reply.json.clone();
            json["api_key"] = json!(null);
            json
        };
        assert_eq!(again.json, without(&told));
        let shown = world.get("alice", &at(place, &told.json)).await;
        assert_eq!(shown.header("etag"), told.header("etag"));
        assert_eq!(
            world
                .get("alice", place)
                .await
                .expect(200)
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
}

#[actix_web::test]
async fn t14_there_are_only_so_many_keys() {
    let settings = Settings {
        teams: TeamCaps {
            keys: 1,
            ..TeamCaps::default()
        },
        ..Settings::default()
    };
    let world = World::with(settings).await;
    let team = world.own_team().await;
    credential(&world, &team, json!({ "name": "deploy" })).await;
    user_key(&world, "alice").await;
    for place in [format!("{team}/api-credentials"), "/api-keys".to_owned()] {
        world
            .post("alice", &place, json!({ "name": "another" }))
            .await
            .refused(409, "key_limit_reached");
    }
}
