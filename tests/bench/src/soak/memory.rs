use std::fmt::{self, Display, Formatter};
use std::thread;
use std::time::{Duration, Instant};

use crate::cpu::resident;
use crate::latencies::as_f64;

/// How many times the memory is looked at.
const LOOKS: u32 = 40;
/// What may come on top between the second quarter of the time, when pools and caches are full, and the last one: this share, and so much more.
const SLACK: f64 = 0.2;
const SLACK_BYTES: f64 = 32.0 * MEBIBYTE;
const MEBIBYTE: f64 = 1_048_576.0;

/// The resident set of a process over time.
#[derive(Debug, Default)]
pub struct Memory {
    /// In bytes, at even distances.
    looks: Vec<u64>,
    lasted: Duration,
}

impl Memory {
    /// Looks at it until then.
    pub fn watch(pid: u32, end: Instant) -> Self {
        let begin = Instant::now();
        let lasted = end.saturating_duration_since(begin);
        let look = |number| {
            let at = begin + lasted * number / LOOKS;
            thread::sleep(at.saturating_duration_since(Instant::now()));
            resident(pid)
        };
        Self {
            looks: (0..=LOOKS).map(look).collect(),
            lasted,
        }
    }

    /// What is wrong with it: it grows and grows.
    pub fn complaint(&self) -> Option<String> {
        let (before, after) = (self.mean_of_quarter(1), self.mean_of_quarter(3));
        let is_bounded = after <= before * (1.0 + SLACK) + SLACK_BYTES;
        (!is_bounded).then(|| format!("memory grows: {self}"))
    }

    fn mean_of_quarter(&self, quarter: usize) -> f64 {
        let size = self.looks.len() / 4;
        let looks = self.looks.iter().skip(quarter * size).take(size);
        as_f64(looks.sum()) / as_f64(u64::try_from(size.max(1)).unwrap_or(1))
    }

    /// In the last three quarters, in MiB an hour.
    fn slope(&self) -> f64 {
        let hours = self.lasted.as_secs_f64() / 3600.0 / 2.0;
        (self.mean_of_quarter(3) - self.mean_of_quarter(1)) / MEBIBYTE / hours.max(f64::EPSILON)
    }
}

impl Display for Memory {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let at = |look: Option<&u64>| as_f64(look.copied().unwrap_or_default()) / MEBIBYTE;
        write!(
            f,
            "{:.1} MiB of memory at the start, {:.1} MiB at the end, {:+.1} MiB an hour since the first quarter",
            at(self.looks.first()),
            at(self.looks.last()),
            self.slope()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(looks: impl Fn(u64) -> u64) -> Memory {
        Memory {
            looks: (0..40).map(|n| looks(n) * 1_048_576).collect(),
            lasted: Duration::from_hours(1),
        }
    }

    #[test]
    fn what_fills_at_first_and_then_stays_is_bounded() {
        assert_eq!(
            memory(|n| if n < 8 { 20 + 10 * n } else { 100 }).complaint(),
            None
        );
        assert_eq!(memory(|n| 100 + n).complaint(), None);
    }

    #[test]
    fn what_grows_by_more_than_a_fifth_and_32_mib_is_a_leak() {
        let complaint = memory(|n| 100 + 10 * n).complaint().unwrap();
        assert!(complaint.contains("+400.0 MiB an hour"), "{complaint}");
    }
}
