use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// Takes what is posted to it, and says yes.
pub struct Collector {
    pub address: String,
    posted: Arc<Mutex<Vec<Posted>>>,
}

/// One request: its head in lower case, and its body.
#[derive(Clone)]
pub struct Posted {
    pub head: String,
    pub body: Value,
}

impl Collector {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let posted = Arc::<Mutex<Vec<Posted>>>::default();
        let seen = Arc::clone(&posted);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let connection = connection.expect("a caller");
                let request = read(&connection);
                seen.lock().expect("no panic").push(request);
                answer(connection);
            }
        });
        Self { address, posted }
    }

    pub fn posted(&self) -> Vec<Posted> {
        self.posted.lock().expect("no panic").clone()
    }
}

fn read(connection: &TcpStream) -> Posted {
    let mut reader = BufReader::new(connection);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).expect("text") > 0, "{head}");
    }
    let head = head.to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.expect("a length").parse().expect("a number");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let body = serde_json::from_slice(&body).expect("JSON");
    Posted { head, body }
}

fn answer(mut connection: TcpStream) {
    let yes = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    connection.write_all(yes.as_bytes()).expect("the caller waits");
}
