use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use tenantry_test_smtp::{Authority, Channel};

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The lines of the head, without the first.
    pub headers: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What they get.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Lines of the head, beside the length of the body.
    pub headers: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A file.
    pub fn file(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// Nothing, with this status.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::file([])
        }
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Self {
        Self {
            headers: vec![format!("Location: {to}")],
            ..Self::status(302)
        }
    }
}

type Work = dyn Fn(&Request) -> Answer + Send + Sync;

/// A site on a port of its own, for as long as the test runs. It closes each connection with its answer.
#[derive(Debug)]
pub struct Site {
    /// Its port, on `localhost`.
    pub port: u16,
}

impl Site {
    /// In the clear.
    pub fn clear(work: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(Channel::Clear, Arc::new(work))
    }

    /// Over TLS.
    pub fn tls(authority: &Authority, work: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let config = authority.server_config();
        Self::start(move |stream| Channel::encrypt(stream, &config), Arc::new(work))
    }

    /// The URL of something on it.
    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// Whatever `localhost` may be called in numbers.
    pub fn addresses(&self) -> [SocketAddr; 2] {
        let of = |address: [u8; 4]| SocketAddr::from((address, self.port));
        [
            of([127, 0, 0, 1]),
            SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], self.port)),
        ]
    }

    fn start(open: impl Fn(TcpStream) -> Channel + Send + 'static, work: Arc<Work>) -> Self {
        let listener = TcpListener::bind(("localhost", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (channel, work) = (open(stream.expect("a client")), Arc::clone(&work));
                thread::spawn(move || serve(channel, &*work));
            }
        });
        Self { port }
    }
}

/// One request and its answer. Whoever hangs up before has none.
fn serve(mut channel: Channel, work: &Work) {
    let Some(request) = read(&mut channel) else {
        return;
    };
    let answer = work(&request);
    channel.say(&format!("HTTP/1.1 {} Answer", answer.status));
    for header in &answer.headers {
        channel.say(header);
    }
    channel.say(&format!(
        "Content-Length: {}\r\nConnection: close\r\n",
        answer.body.len()
    ));
    let _ = channel.write_all(&answer.body).and_then(|()| channel.flush());
}

fn read(channel: &mut Channel) -> Option<Request> {
    let line = channel.line()?;
    let mut parts = line.split(' ').map(str::to_owned);
    let (method, target) = (parts.next()?, parts.next()?);
    let lines = std::iter::from_fn(|| channel.line().filter(|line| !line.is_empty()));
    let headers: Vec<String> = lines.collect();
    let length = headers.iter().find_map(|header| {
        let (name, value) = header.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        if is_length {
            value.trim().parse().ok()
        } else {
            None
        }
    });
    let mut body = vec![0; length.unwrap_or_default()];
    channel.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        target,
        headers,
        body,
    })
}
