use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use super::*;

const PAUSE: Duration = Duration::from_millis(400);

/// Answers everything on one connection, the first time after a pause.
fn slow_at_first() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut pause = PAUSE;
        while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
            thread::sleep(pause);
            pause = Duration::ZERO;
            let sent = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            sent.unwrap();
        }
    });
    address
}

fn measure(pace: Pace, expected: u16) -> Measured {
    let load = Load {
        address: slow_at_first(),
        connections: 1,
        pace,
        warm_up: Duration::ZERO,
        measured: PAUSE / 4,
    };
    let expected = hyper::StatusCode::from_u16(expected).ok();
    let requests = Requests::new("token", vec!["GET /".parse().unwrap()], expected, "run");
    load.run(&requests.into(), || ()).unwrap().0
}

#[test]
fn an_open_loop_counts_from_when_a_request_was_due() {
    // All were due in the first quarter of the pause, on the one connection that waited for its end.
    let measured = measure(Pace::Open(100.0), 200);
    assert_eq!(measured.latencies.count(), 10);
    assert!(measured.latencies.shortest() >= PAUSE * 7 / 10);
}

#[test]
fn a_closed_loop_sends_when_the_answer_is_there() {
    let measured = measure(Pace::Closed, 200);
    assert_eq!(measured.latencies.count(), 1);
}

#[test]
fn an_unexpected_status_is_no_latency() {
    let measured = measure(Pace::Closed, 201);
    assert_eq!(measured.latencies.count(), 0);
    assert_eq!(measured.unexpected, [("200 OK".to_owned(), 1)].into());
}
