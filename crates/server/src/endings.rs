//! The signals that end the service.

use std::io;

use actix_web::dev::ServerHandle;
use actix_web::rt::signal::unix::{Signal, SignalKind, signal};

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

    /// Has this server end with the first of them.
    pub fn end(self, server: &ServerHandle) {
        for (mut signal, in_flight) in self.signals {
            let server = server.clone();
            actix_web::rt::spawn(async move {
                if signal.recv().await.is_some() {
                    server.stop(in_flight == InFlight::Finished).await;
                }
            });
        }
    }
}
