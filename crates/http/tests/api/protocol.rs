//! What all answers have in common.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::json;
use tenantry_application::ports::StoreError;
use tenantry_http::Code;

use crate::support::{World, operations};

#[actix_web::test]
async fn a_sane_request_id_is_echoed_and_another_one_replaced() {
    let world = World::new().await;
    let ask = async |id: &str, address: &str| {
        world
            .send(
                TestRequest::get()
                    .uri(address)
                    .insert_header(("X-Request-Id", id)),
            )
            .await
    };
    let longest = "a".repeat(128);
    for address in ["/healthz", "/nowhere", "/workspaces", "/docs/", "/problems"] {
        for id in ["my-id_0.9", &longest] {
            assert_eq!(
                ask(id, address).await.header("x-request-id"),
                Some(id),
                "{address}"
            );
        }
        for id in ["", "a b", "<script>", &"a".repeat(129), "ü"] {
            let reply = ask(id, address).await;
            let given = reply.header("x-request-id").unwrap();
            assert!(given != id && given.len() == 36, "{given}");
        }
    }
}

#[actix_web::test]
async fn whatever_is_not_a_token_is_refused() {
    let world = World::new().await;
    let ask = async |values: &[&[u8]]| {
        let mut request = TestRequest::get().uri("/workspaces");
        for value in values {
            request = request.append_header((
                "Authorization",
                actix_web::http::header::HeaderValue::from_bytes(value).unwrap(),
            ));
        }
        let reply = world.send(request).await;
        let header = reply.header("www-authenticate").map(str::to_owned);
        (reply.status, header)
    };
    let refused = |header: &str| (401, Some(header.to_owned()));
    let none: [&[&[u8]]; 5] = [&[], &[b""], &[b"Basic YTpi"], &[b"Bearer"], &[b"alice"]];
    for values in none {
        assert_eq!(ask(values).await, refused("Bearer"), "{values:?}");
    }
    let invalid: [&[&[u8]]; 4] = [
        &[b"Bearer nobody"],
        &[b"Bearer \xff"],
        &[b"Bearer alice", b"Bearer alice"],
        &[b"Bearer a b"],
    ];
    for values in invalid {
        assert_eq!(
            ask(values).await,
            refused("Bearer error=\"invalid_token\""),
            "{values:?}"
        );
    }
    for value in ["Bearer alice", "bearer alice", "BEARER   alice"] {
        assert_eq!(ask(&[value.as_bytes()]).await, (200, None), "{value}");
    }
    let away = world.get("away", "/workspaces").await;
    away.refused(503, "unavailable");
}

#[actix_web::test]
async fn the_token_is_looked_at_first() {
    let world = World::new().await;
    for operation in operations()
        .into_iter()
        .filter(|operation| !operation.is_public())
    {
        let address = operation.path.replace(['{', '}'], "");
        let request = TestRequest::default()
            .method(operation.method())
            .uri(&format!("{address}?x=1"))
            .set_payload("{");
        let status = if operation.path.starts_with("/v1/") {
            403
        } else {
            401
        };
        world.send(request).await.refused(status, "unauthenticated");
    }
}

#[actix_web::test]
async fn another_method_is_told_which_there_are() {
    let world = World::new().await;
    let allowed = async |method: Method, address: &str| {
        let reply = world.call("alice", method, address, None).await;
        let allow = reply.header("allow").map(str::to_owned);
        reply.refused(405, "method_not_allowed");
        allow.unwrap()
    };
    assert_eq!(allowed(Method::DELETE, "/workspaces").await, "GET, HEAD, POST");
    assert_eq!(
        allowed(Method::PUT, "/workspaces/x").await,
        "GET, HEAD, DELETE, PATCH"
    );
    assert_eq!(
        allowed(Method::POST, "/charges/users/a%2Fb").await,
        "GET, HEAD, PUT, DELETE"
    );
    assert_eq!(allowed(Method::GET, "/charges/check").await, "POST");
    let batch = "/workspaces/x/organizations/batch";
    assert_eq!(allowed(Method::PUT, batch).await, "POST");
    // A literal address is itself, also for a method with which the same path would name an organization.
    assert_eq!(allowed(Method::GET, batch).await, "POST");
    assert_eq!(allowed(Method::OPTIONS, "/healthz").await, "GET, HEAD");
    assert_eq!(allowed(Method::POST, "/problems/not_found").await, "GET, HEAD");
}

#[actix_web::test]
async fn what_is_served_nowhere_is_not_found() {
    let world = World::new().await;
    for address in [
        "/",
        "/nowhere",
        "/workspaces/",
        "/workspaces/x/y",
        "//workspaces",
        "/v1/nowhere",
        "/docs/nothing.js",
        "/%FF",
        "/problems/x",
    ] {
        world.get("alice", address).await.refused(404, "route_not_found");
    }
}

#[actix_web::test]
async fn a_panic_is_a_problem_and_nothing_else_ends() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    for _ in 0..3 {
        let refused = world
            .get("panic", "/workspaces")
            .await
            .refused(500, "internal_error");
        assert!(
            !refused.to_string().contains("as the test asked"),
            "nothing internal is told"
        );
    }
    world.switches.set_exploding(true);
    for _ in 0..3 {
        world
            .patch("alice", &workspace, json!({}))
            .await
            .refused(500, "internal_error");
    }
    world.switches.set_exploding(false);
    world.patch("alice", &workspace, json!({})).await.expect(200);
}

#[actix_web::test]
async fn what_a_store_says_stays_inside() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    world
        .trace
        .fail(Some(|| StoreError::Unavailable("secret".into())));
    let away = world.get("alice", &workspace).await.refused(503, "unavailable");
    world.trace.fail(Some(|| StoreError::Other("secret".into())));
    let broken = world
        .get("alice", &workspace)
        .await
        .refused(500, "internal_error");
    world.trace.fail(Some(|| StoreError::Corrupt {
        table: "secret",
        column: "secret",
        row: "secret".into(),
        cause: "secret".into(),
    }));
    let corrupt = world
        .get("alice", &workspace)
        .await
        .refused(500, "internal_error");
    for problem in [away, broken, corrupt] {
        assert!(!problem.to_string().contains("secret"), "{problem:#}");
    }
    world.trace.fail(None);
    world.get("alice", &workspace).await.expect(200);
}

#[actix_web::test]
async fn health_is_of_the_process_and_readiness_of_the_store() {
    let world = World::new().await;
    assert_eq!(
        world.get("", "/healthz").await.expect(200),
        json!({ "status": "ok" })
    );
    assert_eq!(
        world.get("", "/readyz").await.expect(200),
        json!({ "status": "ready" })
    );
    world.switches.set_away(true);
    world.get("", "/readyz").await.refused(503, "unavailable");
    assert_eq!(
        world.get("", "/healthz").await.expect(200),
        json!({ "status": "ok" })
    );
}

#[actix_web::test]
async fn every_problem_has_its_page() {
    let world = World::new().await;
    let overview = String::from_utf8(world.get("", "/problems").await.bytes).unwrap();
    for code in Code::ALL {
        let entry = code.entry();
        assert!(
            overview.contains(&format!("problems/{}\"", entry.code)),
            "{}",
            entry.code
        );
        let reply = world.get("", &format!("/problems/{}", entry.code)).await;
        assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(
            reply
                .header("content-security-policy")
                .unwrap()
                .starts_with("default-src 'none'")
        );
        let page = String::from_utf8(reply.bytes).unwrap();
        assert!(page.contains(entry.title) && page.contains(entry.code), "{page}");
    }
}

#[actix_web::test]
async fn the_docs_page_asks_nothing_of_the_outside() {
    let world = World::new().await;
    let moved = world.get("", "/docs").await;
    assert_eq!((moved.status, moved.header("location")), (308, Some("docs/")));
    let page = world.get("", "/docs/").await;
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("http"),
        "{policy}"
    );
    let html = String::from_utf8(page.bytes).unwrap();
    let names: Vec<&str> = html
        .split('"')
        .filter(|text| [".js", ".css", ".png"].iter().any(|kind| text.ends_with(kind)))
        .collect();
    assert!(names.len() >= 4, "{html}");
    for name in names {
        let file = world
            .get("", &format!("/docs/{}", name.trim_start_matches("./")))
            .await;
        assert_eq!(file.status, 200, "{name}");
        assert!(!file.bytes.is_empty());
    }
    let start = String::from_utf8(world.get("", "/docs/swagger-initializer.js").await.bytes).unwrap();
    assert!(
        start.contains("../openapi.json") && start.contains("\"validatorUrl\": \"none\""),
        "{start}"
    );
    let document = world.get("", "/openapi.json").await.expect(200);
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][1]["url"], "https://tenantry.example.com");
}
