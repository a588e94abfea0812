use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::spawn_local;

use super::measured::Measured;
use super::requests::Requests;

/// The service does not take a connection.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to {0}: {1}")]
pub struct NoConnection(SocketAddr, String);

/// A connection that is kept alive.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
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
        let refused = |error: &dyn ToString| NoConnection(address, error.to_string());
        let stream = TcpStream::connect(address)
            .await
            .map_err(|error| refused(&error))?;
        stream.set_nodelay(true).map_err(|error| refused(&error))?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| refused(&error))?;
        // How it ends, whoever sends is told too.
        spawn_local(async { drop(connection.await) });
        let host = address.to_string();
        Ok(Self {
            sender,
            host: host.try_into().expect("an address is printable"),
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
        let outcome = self.send(requests.next()).await;
        let is_well = outcome.is_ok();
        recorder.borrow_mut().record(since, outcome, requests);
        is_well
    }

    /// Sends one, and reads its answer to the end.
    async fn send(&mut self, mut request: Request<Full<Bytes>>) -> hyper::Result<StatusCode> {
        request.headers_mut().insert(HOST, self.host.clone());
        self.sender.ready().await?;
        let mut response = self.sender.send_request(request).await?;
        while let Some(frame) = response.frame().await {
            frame?;
        }
        Ok(response.status())
    }
}
