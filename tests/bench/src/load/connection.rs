use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;

use hyper::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedReceiver;

use super::answer::{self, NoAnswer};
use super::measured::Measured;
use super::requests::Requests;

/// How much room there is for what arrives at once.
const ROOM: usize = 16 * 1024;

/// The service does not take a connection.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to {0}: {1}")]
pub struct NoConnection(SocketAddr, io::Error);

/// A request came to no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the connection broke: {0}")]
    Broken(#[from] io::Error),
    #[error("the service closed the connection")]
    Closed,
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
}

/// A connection that is kept alive. It speaks HTTP for itself: what a client for everybody needs more would be taken from the machine that is
/// measured.
pub struct Connection {
    stream: TcpStream,
    host: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    /// So many connections.
    pub async fn open(address: SocketAddr, count: u32) -> Result<Vec<Self>, NoConnection> {
        let mut connections = Vec::new();
        for _ in 0..count {
            connections.push(Self::open_one(address).await?);
        }
        Ok(connections)
    }

    async fn open_one(address: SocketAddr) -> Result<Self, NoConnection> {
        let refused = |error: io::Error| NoConnection(address, error);
        let stream = TcpStream::connect(address).await.map_err(refused)?;
        stream.set_nodelay(true).map_err(refused)?;
        Ok(Self {
            stream,
            host: address.to_string(),
            request: Vec::new(),
            answer: Vec::new(),
        })
    }

    /// One request after another, until then or until the connection fails.
    pub async fn send_until(
        mut self,
        end: Instant,
        requests: Rc<Requests>,
        recorder: Rc<RefCell<Measured>>,
    ) -> Self {
        let mut is_well = true;
        while is_well && Instant::now() < end {
            let since = Instant::now();
            is_well = self.send_one(since, &requests, &recorder).await;
        }
        self
    }

    /// One request whenever one is due, until none is or the connection fails.
    pub async fn send_when_due(
        mut self,
        due: Rc<Mutex<UnboundedReceiver<Instant>>>,
        requests: Rc<Requests>,
        recorder: Rc<RefCell<Measured>>,
    ) -> Self {
        let mut is_well = true;
        while is_well {
            let next = due.lock().await.recv().await;
            let Some(since) = next else {
                break;
            };
            is_well = self.send_one(since, &requests, &recorder).await;
        }
        self
    }

    /// Whether the connection is well.
    async fn send_one(&mut self, since: Instant, requests: &Requests, recorder: &RefCell<Measured>) -> bool {
        let outcome = self.send(requests).await;
        let is_well = outcome.is_ok();
        recorder.borrow_mut().record(since, outcome, requests);
        is_well
    }

    /// Sends the next one, and reads its answer to the end.
    async fn send(&mut self, requests: &Requests) -> Result<StatusCode, Failure> {
        self.request.clear();
        let asked = requests.write_next(&self.host, &mut self.request);
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        loop {
            self.answer.reserve(ROOM);
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(Failure::Closed);
            }
            if let Some(status) = answer::read(asked, &self.answer)? {
                return Ok(status);
            }
        }
    }
}
