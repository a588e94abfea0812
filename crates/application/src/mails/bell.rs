use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Tells who waits that there is something to do. Rung while nobody waits, it wakes whoever waits next.
#[derive(Debug, Default)]
pub struct Bell {
    is_rung: Mutex<bool>,
    waiting: Condvar,
}

impl Bell {
    /// Wakes one who waits.
    pub fn ring(&self) {
        *self.is_rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.waiting.notify_one();
    }

    /// Waits until it is rung, or for so long.
    pub fn wait(&self, longest: Duration) {
        let is_rung = self.is_rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .waiting
            .wait_timeout_while(is_rung, longest, |is_rung| !*is_rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn whoever_waits_is_woken_and_so_is_who_comes_later() {
        let bell = Bell::default();
        bell.ring();
        bell.ring();
        bell.wait(LONG);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| bell.wait(LONG));
            bell.ring();
            waiting.join().unwrap();
        });
        bell.wait(Duration::ZERO);
    }
}
