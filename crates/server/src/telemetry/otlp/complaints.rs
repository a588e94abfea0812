use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::sources::Clock;

/// How often the same thing is worth a line.
const INTERVAL: Duration = Duration::from_mins(1);

/// Complains at most once a minute.
#[derive(Debug)]
pub(super) struct Complaints<C> {
    clock: C,
    last: Mutex<Option<Duration>>,
}

impl<C: Clock> Complaints<C> {
    pub fn new(clock: C) -> Self {
        Self {
            clock,
            last: Mutex::default(),
        }
    }

    /// Whether it is time for a complaint, which is then made.
    pub fn is_due(&self) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.uptime();
        let is_due = last.is_none_or(|last| now.saturating_sub(last) >= INTERVAL);
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[derive(Default)]
    struct Seconds(AtomicU64);

    impl Clock for &Seconds {
        fn now(&self) -> u64 {
            self.0.load(Ordering::SeqCst)
        }

        fn uptime(&self) -> Duration {
            Duration::from_secs(self.now())
        }
    }

    #[test]
    fn complaints_are_a_minute_apart() {
        let seconds = Seconds::default();
        let complaints = Complaints::new(&seconds);
        let made = (0..150).filter(|second| {
            seconds.0.store(*second, Ordering::SeqCst);
            complaints.is_due()
        });
        assert_eq!(made.collect::<Vec<_>>(), [0, 60, 120]);
    }
}
