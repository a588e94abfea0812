//! Quotas by key, each restored evenly over a minute.

use std::convert::Infallible;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use quick_cache::sync::Cache;

use super::Uptime;

/// How many keys are kept. Who is forgotten has a whole quota again, so that strangers can spend memory only so far, and nobody's quota.
const KEPT: usize = 10_000;

/// What is left of somebody's quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// All that there is in a minute.
    pub quota: NonZeroU32,
    /// What is left now.
    pub remaining: u32,
    /// When all of it is there again.
    pub restored_in: Duration,
}

/// Nothing is left; there will be something after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted(pub Duration);

type Limiter = RateLimiter<NotKeyed, InMemoryState, Ticks, StateInformationMiddleware>;

/// The injected clock as the limiter takes it.
#[derive(Clone)]
struct Ticks(Uptime);

impl Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        (self.0)()
    }
}

/// A quota for each key.
pub(super) struct Quotas<K> {
    per_minute: NonZeroU32,
    clock: Ticks,
    limiters: Cache<K, Arc<Limiter>>,
}

impl<K: Eq + Hash + Clone> Quotas<K> {
    pub fn new(per_minute: NonZeroU32, uptime: Uptime) -> Self {
        Self {
            per_minute,
            clock: Ticks(uptime),
            limiters: Cache::new(KEPT),
        }
    }

    /// Takes one from the quota of this key.
    pub fn spend(&self, key: &K) -> Result<Standing, Exhausted> {
        let Ok(limiter) = self
            .limiters
            .get_or_insert_with(key, || Ok::<_, Infallible>(Arc::new(self.limiter())));
        match limiter.check() {
            Ok(state) => Ok(self.standing(state.remaining_burst_capacity())),
            Err(refused) => Err(Exhausted(refused.wait_time_from(self.clock.now()))),
        }
    }

    /// How somebody stands who has so much left.
    pub fn standing(&self, remaining: u32) -> Standing {
        let spent = self.per_minute.get().saturating_sub(remaining);
        Standing {
            quota: self.per_minute,
            remaining,
            restored_in: self.interval() * spent,
        }
    }

    /// The time in which one is restored.
    pub fn interval(&self) -> Duration {
        self.quota().replenish_interval()
    }

    /// The injected clock.
    pub fn now(&self) -> Duration {
        self.clock.now()
    }

    fn quota(&self) -> Quota {
        Quota::per_minute(self.per_minute)
    }

    fn limiter(&self) -> Limiter {
        let limiter = RateLimiter::direct_with_clock(self.quota(), self.clock.clone());
        limiter.with_middleware()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    fn quotas(per_minute: u32) -> (Quotas<u32>, Arc<AtomicU64>) {
        let seconds = Arc::new(AtomicU64::new(0));
        let uptime = {
            let seconds = Arc::clone(&seconds);
            Arc::new(move || Duration::from_secs(seconds.load(Ordering::SeqCst)))
        };
        (Quotas::new(NonZeroU32::new(per_minute).unwrap(), uptime), seconds)
    }

    #[test]
    fn many_threads_together_spend_exactly_the_quota() {
        let (quotas, _) = quotas(100);
        let admitted = |_| (0..50).filter(|_| quotas.spend(&1).is_ok()).count();
        let total: usize = thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|n| scope.spawn(move || admitted(n))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(total, 100);
        assert!(quotas.spend(&2).is_ok());
    }

    #[test]
    fn what_is_spent_comes_back_evenly() {
        let (quotas, seconds) = quotas(30);
        let standing = quotas.spend(&1).unwrap();
        assert_eq!((standing.remaining, standing.restored_in.as_secs()), (29, 2));
        assert!((1..30).all(|_| quotas.spend(&1).is_ok()));
        assert_eq!(quotas.spend(&1), Err(Exhausted(Duration::from_secs(2))));
        seconds.store(2, Ordering::SeqCst);
        assert_eq!(quotas.spend(&1).unwrap().remaining, 0);
        assert!(quotas.spend(&1).is_err());
        seconds.store(62, Ordering::SeqCst);
        assert_eq!(quotas.spend(&1).unwrap().remaining, 29);
    }

    #[test]
    fn the_number_of_keys_is_bounded() {
        let (quotas, _) = quotas(1);
        for key in 0..30_000 {
            let _ = quotas.spend(&key);
        }
        assert!(quotas.limiters.len() <= KEPT);
    }
}
