use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const WAITS: u8 = 0;
const BEGUN: u8 = 1;
const GIVEN_UP: u8 = 2;

/// Whether a request still waits for its turn: it either begins or is given up, never both.
#[derive(Debug, Clone, Default)]
pub(super) struct Turn(Arc<AtomicU8>);

/// Gives up when it is dropped, as happens when a caller goes away.
pub(super) struct GivenUpOnDrop(Turn);

impl Turn {
    /// Takes the turn; says whether it is still wanted.
    pub fn begin(&self) -> bool {
        self.becomes(BEGUN) || self.0.load(Ordering::Acquire) == BEGUN
    }

    /// Gives up; says whether it had not begun.
    pub fn give_up(&self) -> bool {
        self.becomes(GIVEN_UP)
    }

    /// The same when nobody waits any more.
    pub fn given_up_on_drop(&self) -> GivenUpOnDrop {
        GivenUpOnDrop(self.clone())
    }

    fn becomes(&self, state: u8) -> bool {
        self.0
            .compare_exchange(WAITS, state, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }
}

impl Drop for GivenUpOnDrop {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_begun_is_not_given_up_and_the_other_way_round() {
        let turn = Turn::default();
        assert!(turn.begin() && !turn.give_up());
        let turn = Turn::default();
        drop(turn.given_up_on_drop());
        assert!(!turn.begin());
    }
}
