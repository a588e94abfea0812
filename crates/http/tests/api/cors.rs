//! Calls from pages of other origins.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use tenantry_http::AllowedOrigins;

use crate::support::{Reply, World};

const APP: &str = "https://app.example.com";
const OTHER: &str = "https://other.example.com";

async fn ask(world: &World, origin: &str, token: &str, address: &str) -> Reply {
    let request = TestRequest::get()
        .uri(address)
        .insert_header(("Origin", origin))
        .insert_header(("Authorization", format!("Bearer {token}")));
    world.send(request).await
}

async fn preflight(world: &World, origin: &str, address: &str) -> Reply {
    let request = TestRequest::default()
        .method(Method::OPTIONS)
        .uri(address)
        .insert_header(("Origin", origin))
        .insert_header(("Access-Control-Request-Method", "POST"))
        .insert_header(("Access-Control-Request-Headers", "authorization"));
    world.send(request).await
}

async fn with(origins: AllowedOrigins) -> World {
    World::guarded(|services| services.guards.origins = origins).await
}

fn allowed(reply: &Reply) -> Option<&str> {
    reply.header("access-control-allow-origin")
}

#[actix_web::test]
async fn nobodys_pages_may_call_unless_they_are_let_in() {
    let world = World::new().await;
    let reply = ask(&world, APP, "alice", "/workspaces").await;
    assert_eq!((allowed(&reply), reply.header("vary")), (None, None));
    let refused = preflight(&world, APP, "/workspaces").await;
    assert_eq!(allowed(&refused), None);
    refused.refused(405, "method_not_allowed");
}

#[actix_web::test]
async fn pages_of_a_listed_origin_may_call_and_read_problems_too() {
    let world = with(AllowedOrigins::These([APP.to_owned()].into())).await;
    for (token, address, status) in [
        ("alice", "/workspaces", 200),
        ("alice", "/nowhere", 404),
        ("nobody", "/workspaces", 401),
        ("panic", "/workspaces", 500),
    ] {
        let reply = ask(&world, APP, token, address).await;
        assert_eq!((reply.status, allowed(&reply)), (status, Some(APP)), "{address}");
        assert_eq!(reply.header("vary"), Some("Origin"));
        let readable = reply.header("access-control-expose-headers").unwrap();
        for name in ["Content-Disposition", "Retry-After", "X-Request-Id"] {
            assert!(readable.contains(name), "{name}");
        }
        let other = ask(&world, OTHER, token, address).await;
        assert_eq!((other.status, allowed(&other)), (status, None), "{address}");
        assert_eq!(other.header("vary"), Some("Origin"));
    }
}

#[actix_web::test]
async fn a_browser_that_asks_first_is_told_what_the_address_takes() {
    let world = with(AllowedOrigins::These([APP.to_owned()].into())).await;
    let reply = preflight(&world, APP, "/workspaces").await;
    assert_eq!((reply.status, allowed(&reply)), (204, Some(APP)));
    assert_eq!(
        reply.header("access-control-allow-methods"),
        Some("GET, HEAD, POST")
    );
    assert!(
        reply
            .header("access-control-allow-headers")
            .unwrap()
            .starts_with("Authorization, Content-Type")
    );
    assert_eq!(reply.header("access-control-allow-credentials"), None);
    preflight(&world, OTHER, "/workspaces")
        .await
        .refused(405, "method_not_allowed");
    preflight(&world, APP, "/nowhere")
        .await
        .refused(404, "route_not_found");
}

#[actix_web::test]
async fn everybodys_pages_may_call_when_all_are_let_in() {
    let world = with(AllowedOrigins::Any).await;
    let reply = ask(&world, OTHER, "alice", "/workspaces").await;
    assert_eq!((allowed(&reply), reply.header("vary")), (Some("*"), None));
    assert_eq!(preflight(&world, OTHER, "/workspaces").await.status, 204);
    assert_eq!(allowed(&world.get("alice", "/workspaces").await), None);
}
