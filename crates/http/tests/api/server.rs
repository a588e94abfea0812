//! Over a real connection: what only the server itself can get wrong.

use std::net::{SocketAddr, TcpListener};

use actix_web::HttpServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::World;

pub fn serve(world: &World) -> (SocketAddr, actix_web::dev::ServerHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let interface = world.interface.clone();
    let server = HttpServer::new(move || interface.app())
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (address, handle)
}

pub async fn exchange(connection: &mut TcpStream, request: &str) -> String {
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    loop {
        let count = connection.read(&mut part).await.unwrap();
        answer.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&answer);
        let is_whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            length.is_some_and(|length| body.len() >= length)
        });
        if count == 0 || is_whole {
            return text.into_owned();
        }
    }
}

fn get(path: &str, who: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {who}\r\nX-Request-Id: mine\r\n\r\n")
}

#[actix_web::test]
async fn a_panic_is_answered_on_the_wire_and_the_connection_goes_on() {
    let world = World::new().await;
    let (address, handle) = serve(&world);
    let mut connection = TcpStream::connect(address).await.unwrap();
    for _ in 0..2 {
        let broken = exchange(&mut connection, &get("/workspaces", "panic")).await;
        assert!(broken.starts_with("HTTP/1.1 500 "), "{broken}");
        assert!(
            broken.contains("x-request-id: mine") && broken.contains("application/problem+json"),
            "{broken}"
        );
        assert!(
            broken.contains("\"code\":\"internal_error\"") && !broken.contains("as the test asked"),
            "{broken}"
        );
        let fine = exchange(&mut connection, &get("/workspaces", "alice")).await;
        assert!(fine.starts_with("HTTP/1.1 200 "), "{fine}");
    }
    handle.stop(false).await;
}

#[actix_web::test]
async fn what_can_be_read_can_be_asked_for_without_its_body() {
    let world = World::new().await;
    let (address, handle) = serve(&world);
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection
        .write_all(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("content-length: 15"),
        "{answer}"
    );
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    handle.stop(false).await;
}

#[actix_web::test]
async fn a_body_that_is_announced_too_large_is_refused_before_it_is_sent() {
    let world = World::new().await;
    let (address, handle) = serve(&world);
    let mut connection = TcpStream::connect(address).await.unwrap();
    let head = "POST /workspaces HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer alice\r\nContent-Type: application/json\r\n\
                Content-Length: 10000000\r\n\r\n";
    let refused = exchange(&mut connection, head).await;
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
    handle.stop(false).await;
}

#[actix_web::test]
async fn a_caller_who_goes_away_does_not_stop_what_has_begun() {
    let world = World::new().await;
    let (address, handle) = serve(&world);
    for n in 0..20 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let body = format!("{{\"name\": \"W {n}\", \"billing_mode\": \"single\"}}");
        let request = format!(
            "POST /workspaces HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer alice\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        drop(connection);
    }
    handle.stop(true).await;
    // Each was done wholly or not at all: the store still works, and every workspace has its owner.
    let list = world.get("alice", "/workspaces").await.expect(200);
    for workspace in list["data"].as_array().unwrap() {
        let members = format!("/workspaces/{}/members", workspace["id"].as_str().unwrap());
        assert_eq!(
            world.get("alice", &members).await.expect(200)["data"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
}
