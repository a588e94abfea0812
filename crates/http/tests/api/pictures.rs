//! Pictures of organizations (O4). Sites that they are fetched from are in the black-box tests.

use actix_web::http::Method;
use serde_json::{Value, json};
use tenantry_test_site::samples;

use crate::support::{PICTURE, PUBLIC_URL, World, inline};

/// The path of what a field says.
fn path(picture: &Value) -> String {
    let url = picture.as_str().unwrap();
    url.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

async fn start() -> (World, String) {
    let world = World::without_billing().await;
    let organizations = format!("{}/organizations", world.workspace("pooled").await);
    (world, organizations)
}

#[actix_web::test]
async fn o4_a_picture_is_hosted_shown_replaced_and_removed() {
    let (world, organizations) = start().await;
    let body = json!({ "name": "Root", "picture": PICTURE });
    let root = world
        .post("alice", &organizations, body.clone())
        .await
        .expect(201);
    let at = format!("{organizations}/{}", root["id"].as_str().unwrap());
    let child = world
        .post("alice", &format!("{at}/children"), body)
        .await
        .expect(201);
    assert_eq!(child["picture"], root["picture"]);
    assert_eq!(path(&root["picture"]).rsplit('.').next(), Some("png"));
    assert_eq!(
        world.get("alice", &at).await.expect(200)["picture"],
        root["picture"]
    );
    let public = format!("/organizations/{}/branding", root["id"].as_str().unwrap());
    assert_eq!(
        world.get("", &public).await.expect(200)["picture"],
        root["picture"]
    );
    let renamed = world
        .patch("alice", &at, json!({ "name": "New" }))
        .await
        .expect(200);
    assert_eq!(renamed["picture"], root["picture"]);
    let other = json!({ "picture": inline("image/jpeg", &samples::jpeg()) });
    let other = world.patch("alice", &at, other).await.expect(200);
    assert_eq!(path(&other["picture"]).rsplit('.').next(), Some("jpg"));
    let removed = world
        .patch("alice", &at, json!({ "picture": null }))
        .await
        .expect(200);
    assert_eq!(removed["picture"], Value::Null);
    assert_eq!(world.get("", &public).await.expect(200)["picture"], Value::Null);
    // Whoever remembers the address still finds it.
    assert_eq!(world.get("", &path(&root["picture"])).await.status, 200);
}

#[actix_web::test]
async fn o4_a_hosted_picture_is_anybodys_and_never_changes() {
    let (world, organizations) = start().await;
    let body = json!({ "name": "Root", "picture": PICTURE });
    let root = world.post("alice", &organizations, body).await.expect(201);
    let address = path(&root["picture"]);
    let shown = world.get("", &address).await;
    assert_eq!(shown.status, 200);
    for (name, value) in [
        ("content-type", "image/png"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(shown.header(name), Some(value));
    }
    assert!(
        shown
            .header("content-security-policy")
            .unwrap()
            .starts_with("default-src 'none'")
    );
    assert!(shown.bytes.starts_with(b"\x89PNG"));
    let tag = shown.header("etag").unwrap();
    let again = world
        .call_with(&[("If-None-Match", tag)], "", Method::GET, &address, None)
        .await;
    assert_eq!(
        (again.status, again.bytes.len(), again.header("etag")),
        (304, 0, Some(tag))
    );
    assert_eq!(again.header("cache-control"), shown.header("cache-control"));
    let head = world.call("", Method::HEAD, &address, None).await;
    assert_eq!(
        (head.status, head.header("content-type")),
        (200, Some("image/png"))
    );
    let missing = address.replace(tag.trim_matches('"'), &"0".repeat(64));
    for nowhere in [
        missing.as_str(),
        "/pictures/logo.png",
        "/pictures/..%2f..%2fetc%2fpasswd",
        "/pictures/%00",
    ] {
        world.get("", nowhere).await.refused(404, "not_found");
    }
}

#[actix_web::test]
async fn o4_our_own_url_keeps_the_picture() {
    let (world, organizations) = start().await;
    let new = |picture: &Value| json!({ "name": "Root", "picture": picture });
    let root = world
        .post("alice", &organizations, new(&json!(PICTURE)))
        .await
        .expect(201);
    let at = format!("{organizations}/{}", root["id"].as_str().unwrap());
    let kept = world
        .patch("alice", &at, json!({ "picture": root["picture"] }))
        .await
        .expect(200);
    assert_eq!(kept, root);
    let other = world
        .post("alice", &organizations, new(&root["picture"]))
        .await
        .expect(201);
    assert_eq!(other["picture"], root["picture"]);
    let missing = format!("{PUBLIC_URL}/pictures/{}.png", "0".repeat(64));
    world
        .patch("alice", &at, json!({ "picture": missing }))
        .await
        .invalid(&[("/picture", "not_hosted")]);
}

#[actix_web::test]
async fn o4_what_is_no_picture_is_refused_with_what_is_wrong() {
    let (world, organizations) = start().await;
    let root = world
        .organization(&organizations, json!({ "name": "Root" }))
        .await;
    let at = format!("{organizations}/{root}");
    let damaged = samples::png();
    for (picture, code) in [
        (String::new(), "malformed"),
        ("logo.png".to_owned(), "malformed"),
        ("data:image/png;base64,@@@@".to_owned(), "malformed"),
        ("http://example.com/logo.png".to_owned(), "malformed"),
        ("https://user:secret@example.com/logo.png".to_owned(), "malformed"),
        ("https://example.com:8443/logo.png".to_owned(), "malformed"),
        ("https://127.0.0.1/logo.png".to_owned(), "address_not_public"),
        ("https://localhost/logo.png".to_owned(), "address_not_public"),
        ("https://nowhere.invalid/logo.png".to_owned(), "not_fetched"),
        (inline("image/svg+xml", &samples::svg()), "unsupported_format"),
        (inline("image/png", &samples::svg()), "unsupported_format"),
        (inline("image/png", &samples::jpeg()), "wrong_format"),
        (inline("image/png", &damaged[..damaged.len() / 2]), "damaged"),
        (inline("image/png", &samples::png_bomb()), "too_many_pixels"),
        (inline("image/png", &samples::large(2_000_001)), "too_large"),
    ] {
        let shown = picture.get(..60).unwrap_or(&picture).to_owned();
        for (method, address) in [
            (Method::POST, &organizations),
            (Method::POST, &format!("{at}/children")),
            (Method::PATCH, &at),
        ] {
            let body = json!({ "name": "New", "picture": picture });
            let reply = world.call("alice", method, address, Some(&body)).await;
            let detail = reply.json["errors"][0]["detail"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            assert!(!detail.is_empty() && !detail.contains("secret"), "{shown}");
            reply.invalid(&[("/picture", code)]);
        }
    }
    world
        .patch(
            "alice",
            &at,
            json!({ "picture": inline("image/png", &samples::large(2_000_000)) }),
        )
        .await
        .expect(200);
}

#[actix_web::test]
async fn o4_nothing_is_fetched_for_whoever_may_not_show_it() {
    let world = World::without_billing().await;
    let organizations = format!("{}/organizations", world.staffed_workspace("pooled").await);
    // Who is refused for the picture's sake was let in before.
    let body = || json!({ "name": "Root", "picture": "https://127.0.0.1/logo.png" });
    world
        .post("alice", &organizations, body())
        .await
        .refused(422, "validation_failed");
    world
        .post("vera", &organizations, body())
        .await
        .refused(403, "role_required");
    world
        .post("mallory", &organizations, body())
        .await
        .refused(404, "not_found");
    world
        .post("", &organizations, body())
        .await
        .refused(401, "unauthenticated");
    let nowhere = format!("{organizations}/org_0000000000000000000001");
    world
        .patch("alice", &nowhere, body())
        .await
        .refused(404, "not_found");
}

#[actix_web::test]
async fn r1_a_request_with_a_picture_is_answered_again_as_it_was() {
    let (world, organizations) = start().await;
    let body = json!({ "name": "Root", "picture": PICTURE });
    let post = async || {
        let key = [("Idempotency-Key", "k")];
        world
            .call_with(&key, "alice", Method::POST, &organizations, Some(&body))
            .await
    };
    let (first, again) = (post().await, post().await);
    assert_eq!((first.status, &first.bytes), (201, &again.bytes));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let all = world.get("alice", &organizations).await.expect(200);
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
}
