//! `charges.*`

use serde::{Deserialize, Serialize};

use super::value::within;

/// How requests about the ledger are decided together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChargeSettings {
    /// Requests that one transaction decides at most, 1 to 1000. 256 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000>")]
    pub group_size: usize,
    /// How long a group is waited for at most that was larger a moment ago, in microseconds, 0 to 100 000. 500 unless set. Nobody waits who comes
    /// alone.
    #[serde(deserialize_with = "within::<_, _, 0, 100_000>")]
    pub group_wait_us: u64,
    /// Requests that may wait to be decided, 2 to 1 000 000; half of that about one tree. 4096 unless set.
    #[serde(deserialize_with = "within::<_, _, 2, 1_000_000>")]
    pub queue: usize,
}

impl Default for ChargeSettings {
    fn default() -> Self {
        Self {
            group_size: 256,
            group_wait_us: 500,
            queue: 4_096,
        }
    }
}
