//! Callers who mean harm, or have bad luck.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_query;
use serde_json::json;
use tenantry_tests::Service;

/// More than any worker serves at once.
const CROWD: usize = 1_000;

fn connect(service: &Service) -> TcpStream {
    let address = service.base.strip_prefix("http://").expect("plain HTTP");
    TcpStream::connect(address).expect("it listens")
}

fn ask(connection: &mut TcpStream, request: &str) {
    connection.write_all(request.as_bytes()).expect("it reads");
}

#[test]
fn a_head_that_does_not_arrive_in_time_is_given_up() {
    let service = Service::start(&[("TENANTRY__HTTP__HEADER_TIMEOUT_MS", "200")]);
    for sent in ["", "GET /healthz HTTP/1.1\r\nHost"] {
        let mut connection = connect(&service);
        ask(&mut connection, sent);
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("it is closed");
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
}

#[test]
fn a_body_that_does_not_arrive_in_time_is_given_up() {
    let service = Service::start(&[("TENANTRY__HTTP__BODY_TIMEOUT_MS", "200")]);
    let token = service.token(&["--email", "ada@example.com"]);
    let mut connection = connect(&service);
    ask(
        &mut connection,
        &format!(
            "POST /workspaces HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"name\":"
        ),
    );
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("it is closed");
    assert!(
        answer.starts_with("HTTP/1.1 408 ") && answer.contains("application/problem+json"),
        "{answer}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_nobody_reads_is_given_up() {
    let service = Service::start(&[("TENANTRY__HTTP__UNREAD_TIMEOUT_MS", "1000")]);
    let mut connection = connect(&service);
    let requests = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    let given_up = loop {
        if let Err(error) = connection.write_all(requests.as_bytes()) {
            break error.kind();
        }
    };
    assert!(
        matches!(given_up, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe),
        "{given_up:?}"
    );
}

#[test]
fn a_crowd_that_says_nothing_keeps_nobody_out() {
    let service = Service::start(&[("TENANTRY__HTTP__HEADER_TIMEOUT_MS", "600000")]);
    let crowd: Vec<_> = (0..CROWD).map(|_| connect(&service)).collect();
    let ada = service.person("ada@example.com");
    ada.get("/workspaces").expect(200);
    assert_eq!(crowd.len(), CROWD);
}

#[test]
fn a_crowd_that_stays_after_its_answers_keeps_nobody_out_and_does_not_keep_the_service_from_ending() {
    let mut service = Service::start(&[("TENANTRY__HTTP__KEEP_ALIVE_MS", "600000")]);
    let mut crowd: Vec<_> = (0..CROWD).map(|_| connect(&service)).collect();
    for connection in &mut crowd {
        ask(connection, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        let mut status = [0; 12];
        connection.read_exact(&mut status).expect("an answer");
        assert_eq!(status, *b"HTTP/1.1 200");
    }
    let ada = service.person("ada@example.com");
    ada.get("/workspaces").expect(200);
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn whoever_comes_when_all_connections_are_taken_waits_for_one() {
    let service = Service::start(&[
        ("TENANTRY__HTTP__HEADER_TIMEOUT_MS", "600000"),
        ("TENANTRY__HTTP__MAX_CONNECTIONS", "1"),
        ("TENANTRY__HTTP__WORKERS", "1"),
    ]);
    let taken: Vec<_> = (0..3).map(|_| connect(&service)).collect();
    let mut waiting = connect(&service);
    ask(
        &mut waiting,
        "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    let patience = Some(Duration::from_millis(300));
    waiting.set_read_timeout(patience).expect("a timeout");
    let kept = waiting.read(&mut [0]).expect_err("nobody answers");
    assert!(matches!(kept.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
    drop(taken);
    waiting.set_read_timeout(None).expect("no timeout");
    let mut answer = String::new();
    waiting.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn a_database_that_does_not_answer_is_not_waited_for_for_ever() {
    let service = Service::start(&[("TENANTRY__HTTP__ANSWER_TIMEOUT_MS", "300")]);
    let ada = service.person("ada@example.com");
    ada.get("/oauth/userinfo").expect(200);
    let url = service.database_url();
    let file = url.strip_prefix("sqlite://").expect("SQLite");
    let mut other = SqliteConnection::establish(file).expect("it opens");
    let mut run = |sql| sql_query(sql).execute(&mut other).expect("it runs");
    run("BEGIN IMMEDIATE");
    let body = json!({ "name": "ACME", "billing_mode": "single" });
    let refused = ada.post("/workspaces", &body).expect(503);
    assert!(refused.headers.contains_key("Retry-After"), "{refused:?}");
    assert!(refused.text.contains("may still be done"), "{refused:?}");
    run("ROLLBACK");
    // What had begun is done all the same; it was in the only place for writes.
    while ada.get("/workspaces").expect(200).at("/data") == &json!([]) {}
}

#[test]
fn who_guesses_is_sent_away_and_who_is_known_is_not() {
    let service = Service::start(&[]);
    let ada = service.person("ada@example.com");
    ada.get("/workspaces").expect(200);
    let guesser = service.anonymous().with_token("guess");
    for _ in 0..30 {
        guesser.get("/workspaces").expect(401);
    }
    let refused = guesser.get("/workspaces").expect(429);
    assert_eq!(refused.text_at("/code"), "rate_limited");
    assert!(refused.headers.contains_key("Retry-After"), "{refused:?}");
    ada.get("/workspaces").expect(200);
}
