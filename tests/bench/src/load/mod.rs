//! Sends requests and takes the time: in a closed loop, each connection one request after another, or in an open loop, at a set rate.
//!
//! One thread, since it shares the machine with what it measures.

mod answer;
mod connection;
mod measured;
mod pacer;
mod requests;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::runtime;
use tokio::sync::Mutex;
use tokio::task::{JoinSet, LocalSet};

use self::connection::Connection;
pub use self::connection::NoConnection;
pub use self::measured::Measured;
pub use self::requests::{InvalidTarget, Requests, Target};

/// When requests are sent.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// When the connection has its answer to the one before.
    Closed,
    /// So many a second, however long answers take. The latency counts from the moment at which a request should have been sent, so that one
    /// slow answer shows in all requests that had to wait for it.
    Open(f64),
}

/// Who sends, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Where the service listens.
    pub address: SocketAddr,
    /// How many connections are kept.
    pub connections: u32,
    /// When requests are sent.
    pub pace: Pace,
    /// How long before anything counts.
    pub warm_up: Duration,
    /// How long it counts.
    pub measured: Duration,
}

impl Load {
    /// Sends these requests. `probe` is asked when the warm-up is over, and at the end, while the connections are still there.
    ///
    /// # Errors
    /// When the service does not take the connections.
    pub fn run<P>(
        self,
        requests: &Rc<Requests>,
        mut probe: impl FnMut() -> P,
    ) -> Result<(Measured, [P; 2]), NoConnection> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let work = async {
            let mut connections = Connection::open(self.address, self.connections).await?;
            let warm = self.phase(&mut connections, requests, self.warm_up).await;
            let before = probe();
            let mut measured = self.phase(&mut connections, requests, self.measured).await;
            let after = probe();
            for (what, times) in warm.unexpected {
                measured.complain(what, times);
            }
            Ok((measured, [before, after]))
        };
        LocalSet::new().block_on(&runtime.expect("a thread can wait"), work)
    }

    async fn phase(
        &self,
        connections: &mut Vec<Connection>,
        requests: &Rc<Requests>,
        duration: Duration,
    ) -> Measured {
        let recorder = Rc::<RefCell<Measured>>::default();
        let begin = Instant::now();
        let end = begin + duration;
        let pacer = match self.pace {
            Pace::Closed => None,
            Pace::Open(rate) => Some(Rc::new(Mutex::new(pacer::start(rate, duration)))),
        };
        let mut senders = JoinSet::new();
        for connection in connections.drain(..) {
            let (requests, recorder) = (Rc::clone(requests), Rc::clone(&recorder));
            match pacer.clone() {
                None => senders.spawn_local(connection.send_until(end, requests, recorder)),
                Some(pacer) => senders.spawn_local(connection.send_when_due(pacer, requests, recorder)),
            };
        }
        while let Some(sender) = senders.join_next().await {
            connections.push(sender.expect("senders do not panic"));
        }
        let seconds = begin.elapsed().as_secs_f64();
        Measured {
            seconds,
            ..recorder.take()
        }
    }
}
