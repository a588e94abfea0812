use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use diesel::prelude::*;
use diesel::sql_query;
use serde_json::json;
use tenantry_tests::Service;

const CLIENTS: usize = 40;

/// Sends a charge, without waiting for its answer.
fn send_charge(address: &str, token: &str, (number, organization): (usize, &str)) -> TcpStream {
    let body = json!({ "organization_id": organization }).to_string();
    let mut connection = TcpStream::connect(address).expect("it listens");
    write!(
        connection,
        "PUT /charges/locations/{number} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("it reads");
    connection
}

fn in_flight(service: &Service) -> usize {
    let metrics = service.anonymous().get("/metrics").expect(200).text;
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("tenantry_http_requests_in_flight "));
    line.and_then(|number| number.parse().ok()).expect("a number")
}

#[test]
fn what_waits_when_the_service_is_told_to_end_is_done_and_answered() {
    let mut service = Service::start(&[
        ("TENANTRY__BILLING__ENFORCEMENT", "off"),
        ("TENANTRY__DATABASE__ACQUIRE_TIMEOUT_MS", "60000"),
    ]);
    let ada = service.person("ada@example.com");
    let acme = json!({ "name": "ACME", "billing_mode": "pooled" });
    let w = format!("/workspaces/{}", ada.post("/workspaces", &acme).expect(201).id());
    let root = ada.post(&format!("{w}/organizations"), &json!({ "name": "Root" }));
    let root = root.expect(201).id();
    let address = service
        .base
        .strip_prefix("http://")
        .expect("plain HTTP")
        .to_owned();
    let token = service.token(&["--email", "ada@example.com"]);
    let url = service.database_url();
    let file = url.strip_prefix("sqlite://").expect("SQLite");
    let mut other = SqliteConnection::establish(file).expect("it opens");
    let mut run = |sql| sql_query(sql).execute(&mut other).expect("it runs");

    run("BEGIN IMMEDIATE");
    let send = |number| send_charge(&address, &token, (number, &root));
    let mut sent: Vec<_> = (0..CLIENTS).map(send).collect();
    while in_flight(&service) <= CLIENTS {}
    thread::scope(|scope| {
        let ended = scope.spawn(|| service.stop());
        while TcpStream::connect(&address).is_ok() {}
        run("ROLLBACK");
        for connection in &mut sent {
            let mut answer = String::new();
            connection
                .read_to_string(&mut answer)
                .expect("an answer, and the end");
            assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
        }
        assert_eq!(ended.join().expect("no panic"), Some(0));
    });
    service.restart();
    let shown = service
        .person("ada@example.com")
        .get(&format!("{w}/organizations/{root}"));
    assert_eq!(*shown.expect(200).at("/usage/subtree_usage/locations"), CLIENTS);
    assert_eq!(service.run(&["verify"]).code, Some(0));
}
