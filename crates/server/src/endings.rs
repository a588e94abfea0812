//! The signals that end the service.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::rt::signal::unix::{Signal, SignalKind, signal};

/// Whether the service is about to end: it still serves, and has its callers turn elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Leaving(Arc<AtomicBool>);

impl Leaving {
    /// Whether it has begun.
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Answers a request, and closes its connection when the service is about to end: its caller comes to another process by the next one.
    pub async fn answer<B: MessageBody>(
        self,
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, Error> {
        let mut answer = next.call(request).await?;
        if self.has_begun() {
            let head = answer.response_mut().head_mut();
            head.set_connection_type(ConnectionType::Close);
        }
        Ok(answer)
    }
}

/// The signals, taken before the first request is: between its first answer and its last there is no moment at which the process just dies.
pub struct Endings {
    signals: Vec<(Signal, InFlight)>,
}

/// What becomes of requests that are in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InFlight {
    Finished,
    CutOff,
}

impl Endings {
    /// Takes SIGTERM, after which requests in flight are finished, and SIGINT and SIGQUIT, after which they are not. Call it within a runtime.
    ///
    /// # Errors
    /// When the operating system does not let us.
    pub fn take() -> io::Result<Self> {
        let kinds = [
            (SignalKind::terminate(), InFlight::Finished),
            (SignalKind::interrupt(), InFlight::CutOff),
            (SignalKind::quit(), InFlight::CutOff),
        ];
        let signals = kinds
            .into_iter()
            .map(|(kind, in_flight)| Ok((signal(kind)?, in_flight)));
        Ok(Self {
            signals: signals.collect::<io::Result<_>>()?,
        })
    }

    /// Has this server end with the first of them. Where requests in flight are finished, callers have had this long to turn elsewhere.
    pub fn end(self, server: &ServerHandle, leaving: &Leaving, drain: Duration) {
        for (mut signal, in_flight) in self.signals {
            let (server, leaving) = (server.clone(), leaving.clone());
            actix_web::rt::spawn(async move {
                if signal.recv().await.is_none() {
                    return;
                }
                let is_graceful = in_flight == InFlight::Finished;
                if is_graceful {
                    tracing::info!(
                        drain_ms = drain.as_millis(),
                        "stopping: callers are told to turn elsewhere, then requests in flight are finished"
                    );
                    leaving.begin();
                    actix_web::rt::time::sleep(drain).await;
                }
                server.stop(is_graceful).await;
            });
        }
    }
}
