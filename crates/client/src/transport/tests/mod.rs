mod fakes;
mod server;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fakes::{Fakes, client};
use server::{Answer, Server};

use crate::types::{BillingMode, NewWorkspace, WorkspaceChanges};
use crate::{Client, Error, Retries, TokenSource, WorkspaceId};

const WORKSPACE: &str = r#"{"id": "ws_1", "name": "ACME", "description": null, "billing_mode": "pooled", "pooled_seat_limit": null,
    "archived": false, "created_at": "2026-01-01T00:00:00.000000Z", "updated_at": "2026-01-01T00:00:00.000000Z", "archived_at": null}"#;

fn shown() -> Answer {
    Answer::new(200, WORKSPACE).header("ETag", "\"1\"")
}

fn problem(status: u16, code: &str) -> Answer {
    let body = format!(
        r#"{{"type": "/problems/{code}", "code": "{code}", "title": "T", "status": {status}, "detail": "D", "instance": "/", "request_id": "r"}}"#
    );
    Answer::new(status, &body)
}

fn id() -> WorkspaceId {
    "ws_1".into()
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let passing = [
        problem(408, "request_timeout"),
        problem(429, "rate_limited"),
        Answer::new(502, "a proxy speaks"),
        problem(503, "unavailable"),
        Answer::new(504, ""),
        Answer::HangUp,
    ];
    let count = passing.len();
    let server = Server::start(passing.into_iter().chain([shown()])).await;
    let fakes = Fakes::default();
    let workspace = client(&server, &fakes)
        .build()
        .unwrap()
        .workspace(&id())
        .get()
        .await
        .unwrap();
    assert_eq!(workspace.name, "ACME");
    assert_eq!(fakes.pauses().len(), count);
    assert_eq!(server.requests().await.len(), count + 1);
}

#[tokio::test]
async fn what_was_refused_is_not_tried_again() {
    for answer in [
        problem(404, "not_found"),
        problem(409, "limit_reached"),
        problem(422, "validation_failed"),
        problem(500, "internal_error"),
        Answer::new(403, "a proxy speaks"),
        Answer::new(200, "no workspace"),
    ] {
        let server = Server::start([answer]).await;
        let fakes = Fakes::default();
        let client = client(&server, &fakes).build().unwrap();
        client.workspace(&id()).get().await.unwrap_err();
        assert!(fakes.pauses().is_empty());
    }
}

#[tokio::test]
async fn r1_every_attempt_of_a_post_has_the_key_of_its_call() {
    let again = [problem(409, "idempotency_in_flight"), Answer::HangUp, shown()];
    let server = Server::start(again.into_iter().chain([shown(), shown()])).await;
    let client = client(&server, &Fakes::default()).build().unwrap();
    let new = NewWorkspace::new("ACME", BillingMode::Pooled);
    client.workspaces().create(&new).await.unwrap();
    client.workspaces().create(&new).await.unwrap();
    client
        .workspaces()
        .create(&new)
        .idempotency_key("mine")
        .await
        .unwrap();
    let requests = server.requests().await;
    let keys: Vec<&str> = requests
        .iter()
        .map(|request| request.header("idempotency-key"))
        .collect();
    assert_eq!(keys[0], keys[1]);
    assert_eq!(keys[0], keys[2]);
    assert_ne!(keys[0], keys[3]);
    assert_eq!(keys[4], "mine");
    assert!(
        requests
            .iter()
            .all(|request| request.body() == requests[0].body())
    );
}

#[tokio::test]
async fn a_patch_that_may_be_done_is_repeated_only_when_that_is_harmless() {
    let fakes = Fakes::default();
    let changes = WorkspaceChanges::default();
    for lost in [problem(503, "unavailable"), Answer::HangUp] {
        let server = Server::start([lost.clone()]).await;
        let client_of = |server: &Server| client(server, &fakes).build().unwrap().workspace(&id());
        client_of(&server).update(&changes).await.unwrap_err();
        let server = Server::start([lost.clone(), shown()]).await;
        client_of(&server).update(&changes).repeatable().await.unwrap();
        let server = Server::start([lost, shown()]).await;
        client_of(&server)
            .update(&changes)
            .if_match(&"\"1\"".into())
            .await
            .unwrap();
        assert_eq!(server.requests().await[1].header("if-match"), "\"1\"");
    }
}

#[tokio::test]
async fn a_patch_that_was_not_done_is_repeated() {
    let server = Server::start([problem(429, "rate_limited"), shown()]).await;
    let client = client(&server, &Fakes::default()).build().unwrap();
    client
        .workspace(&id())
        .update(&WorkspaceChanges::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_repeated_delete_that_finds_nothing_was_done() {
    let client = |server: &Server| client(server, &Fakes::default()).build().unwrap();
    let missing = || problem(404, "not_found");
    let delete = async |server: &Server| {
        client(server)
            .workspace(&id())
            .organization(&"org_1".into())
            .delete()
            .await
    };
    let server = Server::start([problem(503, "unavailable"), missing()]).await;
    delete(&server).await.unwrap();
    let server = Server::start([Answer::HangUp, missing()]).await;
    delete(&server).await.unwrap();
    for not_done in [vec![], vec![problem(429, "rate_limited")]] {
        let server = Server::start(not_done.into_iter().chain([missing()])).await;
        assert!(delete(&server).await.unwrap_err().is_not_found());
    }
    let server = Server::start([Answer::HangUp, problem(409, "workspace_archived")]).await;
    client(&server).workspace(&id()).archive().await.unwrap();
}

#[tokio::test]
async fn retry_after_is_honoured_in_seconds_and_as_a_date() {
    let limited = || problem(429, "rate_limited");
    let server = Server::start([
        limited().header("Retry-After", "7"),
        limited()
            .header("Date", "Sat, 21 Nov 2026 10:00:00 GMT")
            .header("Retry-After", "Sat, 21 Nov 2026 10:00:40 GMT"),
        limited().header("Retry-After", "soon"),
        shown(),
    ])
    .await;
    let fakes = Fakes::default();
    client(&server, &fakes)
        .build()
        .unwrap()
        .workspace(&id())
        .get()
        .await
        .unwrap();
    assert_eq!(fakes.pauses(), [7, 40, 0].map(Duration::from_secs));
}

#[tokio::test]
async fn nobody_waits_beyond_the_deadline_or_the_last_retry() {
    let late = problem(503, "unavailable").header("Retry-After", "60");
    let server = Server::start([late.clone(), late.clone()]).await;
    let fakes = Fakes::default();
    let error = client(&server, &fakes)
        .deadline(Duration::from_secs(100))
        .build()
        .unwrap();
    let error = error.workspace(&id()).get().await.unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert_eq!(
        fakes.pauses(),
        [Duration::from_mins(1)],
        "a second one would be too long"
    );

    let server = Server::start([late.clone(), late.clone(), late]).await;
    let fakes = Fakes::default();
    let retries = Retries {
        limit: 2,
        ..Retries::default()
    };
    let client = client(&server, &fakes)
        .deadline(Duration::MAX)
        .retries(retries)
        .build()
        .unwrap();
    client.workspace(&id()).get().await.unwrap_err();
    assert_eq!(fakes.pauses().len(), 2);
}

#[tokio::test]
async fn a_fetched_token_is_kept_until_it_is_refused() {
    let server = Server::start([shown(), problem(401, "unauthenticated"), shown(), shown()]).await;
    let fakes = Fakes::default();
    let count = AtomicU32::new(0);
    let source = TokenSource::fetched(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok::<_, Error>(format!("token-{number}")) }
    });
    let client = client(&server, &fakes).token(source).build().unwrap();
    for _ in 0..3 {
        client.workspace(&id()).get().await.unwrap();
    }
    let requests = server.requests().await;
    let shown: Vec<&str> = requests
        .iter()
        .map(|request| request.header("authorization"))
        .collect();
    assert_eq!(
        shown,
        [
            "Bearer token-0",
            "Bearer token-0",
            "Bearer token-1",
            "Bearer token-1"
        ]
    );
    assert!(fakes.pauses().is_empty());
}

#[tokio::test]
async fn a_fixed_token_that_is_refused_is_an_error_and_no_token_shows() {
    let server = Server::start([problem(401, "unauthenticated")]).await;
    let client = client(&server, &Fakes::default())
        .token("s3cret")
        .build()
        .unwrap();
    let error = client.workspace(&id()).get().await.unwrap_err();
    assert_eq!(error.status(), Some(401));
    assert!(!format!("{client:?} {error:?} {:?}", TokenSource::from("s3cret")).contains("s3cret"));
}

#[tokio::test]
async fn a_token_or_key_that_no_header_can_hold_is_never_sent_nor_shown() {
    let server = Server::start([]).await;
    let client = client(&server, &Fakes::default())
        .token("s3cret\n")
        .build()
        .unwrap();
    let error = client.workspace(&id()).get().await.unwrap_err();
    assert!(matches!(error, Error::Encoding(_)));
    assert!(!format!("{error:?}").contains("s3cret"));
}

#[tokio::test]
async fn c1_resources_may_have_any_characters() {
    let server = Server::start([problem(404, "not_found"), problem(404, "not_found")]).await;
    let client = client(&server, &Fakes::default()).build().unwrap();
    for resource in ["..", "a/b?c#d%20é +"] {
        client
            .charges()
            .get("locations", resource, &crate::OrganizationId::from("org_1"))
            .await
            .unwrap_err();
    }
    let requests = server.requests().await;
    assert_eq!(
        requests[0].line(),
        "GET /charges/locations/%2E%2E?organization_id=org_1 HTTP/1.1"
    );
    assert_eq!(
        requests[1].line(),
        "GET /charges/locations/a%2Fb%3Fc%23d%2520%C3%A9%20%2B?organization_id=org_1 HTTP/1.1"
    );
}

#[tokio::test]
async fn nobody_listening_is_a_transport_error() {
    let server = Server::start([]).await;
    let fakes = Fakes::default();
    let client = client(&server, &fakes).build().unwrap();
    server.requests().await;
    let error = client
        .workspace(&id())
        .update(&WorkspaceChanges::default())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_eq!(fakes.pauses().len(), 6, "what was never sent can be sent again");
}

#[tokio::test]
async fn what_is_never_answered_is_given_up_and_asked_for_again() {
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", deaf.local_addr().unwrap());
    let fakes = Fakes::default();
    let builder = Client::builder(base).sources(fakes.clone());
    let client = builder.timeout(Duration::from_millis(1)).build().unwrap();
    let error = client.workspace(&id()).get().await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    assert_eq!(fakes.pauses().len(), 6);
}

#[test]
fn a_base_url_without_a_scheme_that_we_speak_is_refused() {
    for base in ["", "localhost:8080", "ftp://localhost", "http://a b"] {
        Client::builder(base).build().unwrap_err();
    }
}
