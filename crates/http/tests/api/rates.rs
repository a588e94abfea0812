//! How often callers may call, and how often they may fail to say who they are.

use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::test::TestRequest;
use tenantry_http::{ForwardedHeader, TrustedProxies};

use crate::support::{Reply, World};

const HERE: &str = "192.0.2.1:1000";
const THERE: &str = "192.0.2.2:1000";

fn request(from: &str, token: &str) -> TestRequest {
    TestRequest::get()
        .uri("/workspaces")
        .peer_addr(from.parse().unwrap())
        .insert_header(("Authorization", format!("Bearer {token}")))
}

async fn ask(world: &World, from: &str, token: &str) -> Reply {
    world.send(request(from, token)).await
}

async fn with_failures(per_minute: u32) -> World {
    World::guarded(|services| {
        services.guards.rate_limits.failed_authentications = NonZeroU32::new(per_minute);
    })
    .await
}

async fn fail(world: &World, times: usize) {
    for _ in 0..times {
        ask(world, HERE, "nobody").await.refused(401, "unauthenticated");
    }
}

#[actix_web::test]
async fn who_fails_too_often_is_not_looked_at_for_a_while() {
    let world = with_failures(3).await;
    fail(&world, 3).await;
    let refused = ask(&world, HERE, "nobody").await;
    assert_eq!(refused.header("retry-after"), Some("20"));
    assert_eq!(refused.header("ratelimit"), None);
    refused.refused(429, "rate_limited");
    ask(&world, THERE, "nobody").await.refused(401, "unauthenticated");
    world.switches.pass_seconds(20);
    fail(&world, 1).await;
    ask(&world, HERE, "nobody").await.refused(429, "rate_limited");
}

#[actix_web::test]
async fn who_is_known_is_served_while_strangers_from_there_are_not() {
    let world = with_failures(3).await;
    ask(&world, HERE, "alice").await.expect(200);
    fail(&world, 3).await;
    ask(&world, HERE, "alice").await.expect(200);
    // Whether this token is good would have to be found out first.
    ask(&world, HERE, "bob").await.refused(429, "rate_limited");
    ask(&world, THERE, "bob").await.expect(200);
    ask(&world, HERE, "bob").await.expect(200);
    let anonymous = TestRequest::get()
        .uri("/healthz")
        .peer_addr(HERE.parse().unwrap());
    world.send(anonymous).await.expect(200);
}

#[actix_web::test]
async fn only_bad_credentials_are_failures() {
    let world = with_failures(1).await;
    for _ in 0..3 {
        ask(&world, HERE, "away").await.refused(503, "unavailable");
        let without = TestRequest::get()
            .uri("/workspaces")
            .peer_addr(HERE.parse().unwrap());
        world.send(without).await.refused(401, "unauthenticated");
        ask(&world, HERE, "alice").await.expect(200);
    }
    fail(&world, 1).await;
    ask(&world, HERE, "away").await.refused(429, "rate_limited");
}

#[actix_web::test]
async fn a_trusted_proxy_says_where_requests_come_from() {
    let world = World::guarded(|services| {
        services.guards.rate_limits.failed_authentications = NonZeroU32::new(1);
        services.guards.proxies = TrustedProxies {
            networks: vec!["192.0.2.1/32".parse().unwrap()],
            header: ForwardedHeader::XForwardedFor,
        };
    })
    .await;
    let ask = async |through: &str, client: &str| {
        let request = request(through, "nobody").insert_header(("X-Forwarded-For", client));
        world.send(request).await.status
    };
    assert_eq!(ask(HERE, "198.51.100.1").await, 401);
    assert_eq!(ask(HERE, "198.51.100.1").await, 429);
    assert_eq!(ask(HERE, "198.51.100.2").await, 401);
    assert_eq!(ask(HERE, "198.51.100.9, 198.51.100.2").await, 429);
    assert_eq!(ask(THERE, "198.51.100.3").await, 401);
    assert_eq!(ask(THERE, "198.51.100.4").await, 429);
}

#[actix_web::test]
async fn a_holder_has_a_quota_and_is_told_what_is_left() {
    let world = World::guarded(|services| {
        services.guards.rate_limits.local_tokens = NonZeroU32::new(2);
    })
    .await;
    let look = |reply: &Reply| {
        let text = |name| reply.header(name).map(str::to_owned);
        (text("ratelimit-policy"), text("ratelimit"), text("retry-after"))
    };
    let stands = |left: &str, retry: Option<&str>| {
        let policy = "\"credential\";q=2;w=60";
        let left = format!("\"credential\";{left}");
        (Some(policy.to_owned()), Some(left), retry.map(str::to_owned))
    };
    let first = world.get("alice", "/workspaces").await;
    assert_eq!((first.status, look(&first)), (200, stands("r=1;t=30", None)));
    // A request that is refused for another reason counts as well.
    let second = world.get("alice", "/workspaces/x").await;
    assert_eq!((second.status, look(&second)), (404, stands("r=0;t=60", None)));
    let third = world.get("alice", "/workspaces").await;
    assert_eq!(look(&third), stands("r=0;t=60", Some("30")));
    third.refused(429, "rate_limited");
    world.get("bob", "/workspaces").await.expect(200);
    for _ in 0..9 {
        let unlimited = world.get("reader", "/workspaces").await;
        assert_eq!(look(&unlimited), (None, None, None));
        assert_eq!(look(&world.get("alice", "/healthz").await), (None, None, None));
    }
    world.switches.pass_seconds(30);
    world.get("alice", "/workspaces").await.expect(200);
    world
        .get("alice", "/workspaces")
        .await
        .refused(429, "rate_limited");
}

#[actix_web::test]
async fn each_kind_of_credential_has_a_rate_of_its_own() {
    let world = World::guarded(|services| {
        services.guards.rate_limits.issuer_tokens = NonZeroU32::new(1);
    })
    .await;
    world
        .get("reader", "/workspaces")
        .await
        .refused(403, "people_only");
    world
        .get("reader", "/workspaces")
        .await
        .refused(429, "rate_limited");
    for _ in 0..3 {
        world.get("alice", "/workspaces").await.expect(200);
    }
}

#[actix_web::test]
async fn an_issuer_that_never_answers_is_waited_for_no_longer_than_anything_else() {
    let world = World::guarded(|services| services.lanes.work = Duration::from_millis(20)).await;
    world
        .get("stuck", "/workspaces")
        .await
        .refused(503, "unavailable");
}
