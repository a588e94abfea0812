//! Has mails leave, beside everything else.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use tenantry_application::Tenantry;
use tenantry_application::error::with_causes;
use tenantry_application::ports::Mailer;

/// How often is looked for mails that other processes have queued, or that are tried again.
pub const PERIOD: Duration = Duration::from_secs(2);

/// How long the mail that is on its way may take when the service ends.
const GRACE: Duration = Duration::from_secs(8);

/// A thread that sends one mail after the other.
pub struct Courier {
    tenantry: Tenantry,
    is_stopping: Arc<AtomicBool>,
    ended: Receiver<()>,
}

impl Courier {
    /// Begins, and looks once a period as well as when the [bell](Tenantry::mail_bell) is rung.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(tenantry: Tenantry, mailer: Arc<dyn Mailer>, period: Duration) -> io::Result<Self> {
        let (ending, ended) = channel();
        let round = Round {
            tenantry: tenantry.clone(),
            mailer,
            period,
            is_stopping: Arc::default(),
            _ending: ending,
        };
        let is_stopping = Arc::clone(&round.is_stopping);
        thread::Builder::new()
            .name("courier".to_owned())
            .spawn(move || round.go())?;
        Ok(Self {
            tenantry,
            is_stopping,
            ended,
        })
    }

    /// Takes no further mail, and waits a while for the one that is on its way.
    pub fn stop(self) {
        self.is_stopping.store(true, Ordering::Relaxed);
        self.tenantry.mail_bell().ring();
        // Nothing is ever sent here: the other end goes with the thread.
        let _ = self.ended.recv_timeout(GRACE);
    }
}

struct Round {
    tenantry: Tenantry,
    mailer: Arc<dyn Mailer>,
    period: Duration,
    is_stopping: Arc<AtomicBool>,
    _ending: Sender<()>,
}

impl Round {
    fn go(self) {
        while !self.is_stopping.load(Ordering::Relaxed) {
            match self.tenantry.deliver_mail(&*self.mailer) {
                Ok(true) => {}
                Ok(false) => self.tenantry.mail_bell().wait(self.period),
                Err(error) => {
                    let cause = with_causes(&error);
                    tracing::warn!(cause, "could not look for mails to send; trying again later");
                    self.tenantry.mail_bell().wait(self.period);
                }
            }
        }
    }
}
