//! Clients that take their time, over real connections.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::{exchange, serve};
use crate::support::World;

const HALF_A_BODY: &str = "Content-Length: 100\r\n\r\n{\"name\":";
const HALF_A_CHUNK: &str = "Transfer-Encoding: chunked\r\n\r\n64\r\n{\"name\":";

fn post(token: &str, rest: &str) -> String {
    format!(
        "POST /workspaces HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{rest}"
    )
}

/// Sends something, and reads until the connection is closed.
async fn to_the_end(world: &World, request: &str) -> String {
    let (address, handle) = serve(world);
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    handle.stop(false).await;
    answer
}

#[actix_web::test]
async fn a_body_that_does_not_arrive_in_time_is_given_up_with_its_connection() {
    let world = World::guarded(|services| services.guards.body_timeout = Duration::from_millis(50)).await;
    for rest in [HALF_A_BODY, HALF_A_CHUNK] {
        let answer = to_the_end(&world, &post("alice", rest)).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("request_timeout"), "{answer}");
    }
}

#[actix_web::test]
async fn a_body_that_nobody_reads_is_not_waited_for() {
    let world = World::new().await;
    for rest in [HALF_A_BODY, HALF_A_CHUNK] {
        let answer = to_the_end(&world, &post("nobody", rest)).await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        let answer = to_the_end(&world, &post("panic", rest)).await;
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
        let request = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{rest}");
        let answer = to_the_end(&world, &request).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
}

#[actix_web::test]
async fn a_connection_goes_on_after_a_body_that_was_read() {
    let world = World::new().await;
    let (address, handle) = serve(&world);
    let mut connection = TcpStream::connect(address).await.unwrap();
    let body = r#"{"name": "ACME", "billing_mode": "single"}"#;
    let length = body.len();
    for rest in [
        format!("Content-Length: {length}\r\n\r\n{body}"),
        format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"),
    ] {
        let answer = exchange(&mut connection, &post("alice", &rest)).await;
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    }
    handle.stop(false).await;
}
