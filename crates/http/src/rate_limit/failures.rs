//! Failed authentications, by where they come from.

use std::num::NonZeroU32;
use std::time::Duration;

use quick_cache::sync::Cache;

use super::Uptime;
use super::quota::{Exhausted, Quotas};
use crate::client::Network;

/// How many networks are remembered to be closed out.
const KEPT: usize = 10_000;

/// Only failures spend the quota. Who has none left is closed out until one is restored, before anything is verified.
pub(crate) struct Failures {
    quotas: Quotas<Network>,
    closed_until: Cache<Network, Duration>,
}

impl Failures {
    pub fn new(per_minute: NonZeroU32, uptime: Uptime) -> Self {
        Self {
            quotas: Quotas::new(per_minute, uptime),
            closed_until: Cache::new(KEPT),
        }
    }

    /// Whether a credential from there is looked at now.
    pub fn check(&self, client: Network) -> Result<(), Exhausted> {
        let until = self.closed_until.get(&client).unwrap_or_default();
        match until.saturating_sub(self.quotas.now()) {
            Duration::ZERO => Ok(()),
            wait => Err(Exhausted(wait)),
        }
    }

    /// Takes note of one that failed.
    pub fn note(&self, client: Network) -> Result<(), Exhausted> {
        let spent = self.quotas.spend(&client);
        let wait = match &spent {
            Ok(standing) if standing.remaining > 0 => return Ok(()),
            Ok(_) => self.quotas.interval(),
            Err(Exhausted(wait)) => *wait,
        };
        self.closed_until.insert(client, self.quotas.now() + wait);
        spent.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn who_fails_too_often_is_looked_at_once_in_an_interval() {
        let seconds = Arc::new(AtomicU64::new(0));
        let uptime = {
            let seconds = Arc::clone(&seconds);
            Arc::new(move || Duration::from_secs(seconds.load(Ordering::SeqCst)))
        };
        let failures = Failures::new(NonZeroU32::new(3).unwrap(), uptime);
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|text| Network::of(text.parse().unwrap()));
        for _ in 0..3 {
            assert_eq!(failures.check(here), Ok(()));
            assert_eq!(failures.note(here), Ok(()));
        }
        let wait = Exhausted(Duration::from_secs(20));
        assert_eq!(failures.check(here), Err(wait));
        assert_eq!(failures.check(there), Ok(()));
        // Those that were being looked at meanwhile.
        assert_eq!(failures.note(here), Err(wait));
        seconds.store(20, Ordering::SeqCst);
        assert_eq!(failures.check(here), Ok(()));
        assert_eq!(failures.note(here), Ok(()));
        assert!(failures.check(here).is_err());
    }
}
