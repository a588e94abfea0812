//! The one place where time and randomness enter the client.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

/// A pause that somebody waits for.
pub(crate) type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Time and randomness, of which tests have their own.
pub(crate) trait Sources: Send + Sync {
    /// 128 bits that never come again.
    fn fresh(&self) -> Uuid;

    /// How long this has been running.
    fn uptime(&self) -> Duration;

    /// Waits.
    fn sleep(&self, time: Duration) -> Pause;
}

/// The machine's.
pub(crate) struct System(Instant);

impl System {
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Sources for System {
    #[expect(clippy::disallowed_methods, reason = "this is where randomness is read")]
    fn fresh(&self) -> Uuid {
        Uuid::new_v4()
    }

    fn uptime(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) -> Pause {
        Box::pin(tokio::time::sleep(time))
    }
}
