use crate::capacity::Balance;
use crate::units::Units;

/// The capacity of one meter of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capacity {
    /// What counts now (B1).
    pub now: Units,
    /// What counts once every scheduled decrease and cancellation has taken effect (S4).
    pub scheduled: Units,
}

/// What becomes of the capacity of one meter of a pool by a change of its subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapacityShift {
    /// As it is.
    pub before: Capacity,
    /// As it is after the change.
    pub after: Capacity,
}

/// When a change of capacity takes effect (S4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakesEffect {
    /// With the change itself.
    AtOnce,
    /// At the end of the period of the subscription.
    AtPeriodEnd,
}

impl CapacityShift {
    /// When it takes effect; `None` when this meter stays as it is.
    pub fn takes_effect(&self) -> Option<TakesEffect> {
        if self.before.now != self.after.now {
            Some(TakesEffect::AtOnce)
        } else if self.before.scheduled != self.after.scheduled {
            Some(TakesEffect::AtPeriodEnd)
        } else {
            None
        }
    }

    /// Whether it keeps a root of the pool from growing, of which so much is used: it takes something away and leaves no room, and the root uses
    /// the meter, or could, since its own limit is not 0 (B4, L2).
    pub fn blocks(&self, used: Units, root: &Balance) -> bool {
        let could_use = root.subtree > Units::ZERO || root.limit.enforced_cap() != Some(Units::ZERO);
        could_use && self.losses().any(|left| left <= used)
    }

    /// What it leaves, when it takes something away and leaves less than this (B4): at once, or otherwise once everything has taken effect.
    pub(super) fn too_little_for(&self, used: Units) -> Option<Units> {
        self.losses().find(|left| *left < used)
    }

    /// What is left at the moments from which it takes something away.
    fn losses(&self) -> impl Iterator<Item = Units> {
        let moments = [
            (self.before.now, self.after.now),
            (self.before.scheduled, self.after.scheduled),
        ];
        let losses = moments.into_iter().filter(|(before, after)| after < before);
        losses.map(|(_, after)| after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limit::Limit;

    fn units(n: u64) -> Units {
        Units::new(n).unwrap()
    }

    fn shift(before: [u64; 2], after: [u64; 2]) -> CapacityShift {
        let capacity = |[now, scheduled]: [u64; 2]| Capacity {
            now: units(now),
            scheduled: units(scheduled),
        };
        CapacityShift {
            before: capacity(before),
            after: capacity(after),
        }
    }

    #[test]
    fn s4_a_shift_takes_effect_when_the_capacity_does() {
        use TakesEffect::{AtOnce, AtPeriodEnd};
        for (after, expected) in [
            ([5, 5], None),
            ([5, 3], Some(AtPeriodEnd)),
            ([7, 7], Some(AtOnce)),
            ([0, 0], Some(AtOnce)),
        ] {
            assert_eq!(shift([5, 5], after).takes_effect(), expected, "{after:?}");
        }
        assert_eq!(
            shift([5, 0], [5, 5]).takes_effect(),
            Some(AtPeriodEnd),
            "a cancellation that is taken back"
        );
    }

    #[test]
    fn b4_who_uses_a_meter_or_could_is_blocked_where_it_runs_out() {
        let root = |cap: Option<u64>, used| Balance {
            limit: Limit::from_option(cap.map(units)),
            direct: Units::ZERO,
            subtree: units(used),
        };
        let roots = [
            root(None, 0),
            root(Some(9), 0),
            root(Some(0), 2),
            root(Some(0), 0),
        ];
        let blocked = |shift: CapacityShift, used| roots.map(|root| shift.blocks(units(used), &root));
        assert_eq!(blocked(shift([5, 5], [5, 2]), 2), [true, true, true, false]);
        assert_eq!(blocked(shift([5, 5], [5, 2]), 1), [false; 4], "there is room");
        assert_eq!(
            blocked(shift([2, 2], [2, 2]), 2),
            [false; 4],
            "nothing is taken away"
        );
        assert_eq!(blocked(shift([1, 1], [2, 2]), 2), [false; 4], "it is given");
    }
}
