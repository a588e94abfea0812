//! Damaged requests: whatever arrives is answered, and never by a 500. Every answer is held against the document, as everywhere here.

use actix_web::http::Uri;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::test::TestRequest;
use tenantry_test_fuzz::{changed, values};

use crate::nonsense::{Target, with_body};
use crate::support::operations;

/// Bodies for each operation, and requests without one, in a test.
const BODIES: usize = 60;
const OTHERS: usize = 1_500;
/// What answers may have at most, in bytes, however little room the mistakes in a request are in.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

const HEADERS: [(&str, &str); 9] = [
    ("authorization", "Bearer alice"),
    (
        "authorization",
        "Bearer tnk_00000000000000000000000000000000000000000000000000000000000000",
    ),
    ("idempotency-key", "0198f0c2-7a3b"),
    ("if-match", "\"abc\", W/\"def\""),
    ("if-none-match", "*"),
    ("x-request-id", "0198f0c2"),
    ("forwarded", "for=192.0.2.1;proto=https, for=\"[2001:db8::1]:1\""),
    ("accept", "application/json;q=0.5, text/csv, */*;q=0.1"),
    (
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ),
];

#[actix_web::test]
async fn fuzz_whatever_body_is_sent_the_answer_is_no_500() {
    let target = Target::new().await;
    let operations = with_body();
    let seeds: Vec<String> = operations
        .iter()
        .filter_map(|operation| operation.body_example().map(ToString::to_string))
        .collect();
    let each = operations
        .iter()
        .cycle()
        .zip(values(changed(seeds), BODIES * operations.len()));
    for (operation, body) in each {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let reply = target.json(operation, body).await;
        let is_bounded = reply.json.to_string().len() <= LONGEST_ANSWER;
        assert!(
            reply.status < 500 && is_bounded,
            "{} {shown}: {}",
            operation.id(),
            reply.status
        );
    }
}

#[actix_web::test]
async fn fuzz_its_own_example_that_was_damaged_is_no_500() {
    let target = Target::new().await;
    for operation in with_body() {
        let seeds = operation.body_example().map(ToString::to_string);
        for body in values(changed(seeds), BODIES) {
            let shown = String::from_utf8_lossy(&body).into_owned();
            let reply = target.json(&operation, body).await;
            assert!(reply.status < 500, "{} {shown}: {}", operation.id(), reply.status);
        }
    }
}

#[actix_web::test]
async fn fuzz_whatever_path_and_query_are_sent_the_answer_is_no_500() {
    let target = Target::new().await;
    let operations = operations();
    let mut addresses: Vec<String> = operations
        .iter()
        .map(|operation| target.address(operation))
        .collect();
    let list = addresses
        .iter()
        .find(|address| address.ends_with("/organizations"))
        .cloned()
        .unwrap();
    target
        .world
        .post("alice", &list, serde_json::json!({ "name": "Another" }))
        .await;
    let page = target.world.get("alice", &format!("{list}?limit=1")).await;
    let cursor = page.json["next_cursor"].as_str().unwrap_or_default();
    addresses.extend([
        format!("{list}?limit=2&after={cursor}"),
        format!("{list}?limit=2&before={cursor}&name=R%C3%B6ot&depth=1"),
        "/charges/users/seat?organization_id=org_02wMe2eZtYRY4hvzqF2FgZ".to_owned(),
        "/branding?login_hint=acme".to_owned(),
    ]);
    for address in values(changed(addresses), OTHERS) {
        // Anything else is no request for a path, and does not get this far.
        let Some(uri) = Uri::try_from(address)
            .ok()
            .filter(|uri| uri.to_string().starts_with('/'))
        else {
            continue;
        };
        let request = TestRequest::default().uri(&uri.to_string());
        let request = request.insert_header(("Authorization", "Bearer alice"));
        let reply = target.world.send(request).await;
        assert!(reply.status < 500, "{uri}: {}", reply.status);
    }
}

#[actix_web::test]
async fn fuzz_whatever_headers_are_sent_the_answer_is_no_500() {
    let target = Target::new().await;
    for (name, seed) in HEADERS {
        let name = HeaderName::from_static(name);
        for value in values(changed([seed]), OTHERS / HEADERS.len()) {
            let Ok(value) = HeaderValue::from_bytes(&value) else {
                continue;
            };
            let request = TestRequest::default().uri("/workspaces");
            let request = request.insert_header((name.clone(), value.clone()));
            let reply = target.world.send(request).await;
            assert!(reply.status < 500, "{name}: {value:?}: {}", reply.status);
        }
    }
}
