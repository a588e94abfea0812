//! What processes use, as Linux tells it.

use std::fs;

/// In which the kernel counts, whatever its own clock: `USER_HZ`, 100 everywhere.
const TICKS_PER_SECOND: f64 = 100.0;

/// CPU seconds that something has used since it began.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu {
    /// The service.
    pub service: f64,
    /// PostgreSQL, all of its processes.
    pub database: f64,
}

impl Cpu {
    /// What was used between then and now.
    pub fn since(self, then: Self) -> Self {
        Self {
            service: self.service - then.service,
            database: self.database - then.database,
        }
    }
}

/// CPU seconds of one process, those of its threads included.
pub fn of_process(pid: u32) -> f64 {
    stat(pid).map_or(0.0, |stat| seconds(stat.own))
}

/// CPU seconds of a process and its children, those that have ended included.
pub fn of_family(parent: u32) -> f64 {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let ticks = pids.filter_map(stat).map(|stat| match stat {
        Stat { pid, own, ended, .. } if pid == parent => own + ended,
        Stat { parent: of, own, .. } if of == parent => own,
        _ => 0,
    });
    seconds(ticks.sum())
}

/// The memory that a process has in use, in bytes: its resident set.
pub fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kibibytes.unwrap_or_default() * 1024
}

struct Stat {
    pid: u32,
    parent: u32,
    own: u64,
    ended: u64,
}

/// `pid (name) state ppid …`, of which the name may hold anything.
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Stat {
        pid,
        parent: fields.get(1)?.parse().ok()?,
        own: number(11)? + number(12)?,
        ended: number(13)? + number(14)?,
    })
}

#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "far below 2^53"
)]
fn seconds(ticks: u64) -> f64 {
    ticks as f64 / TICKS_PER_SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_used_memory_and_time() {
        let me = std::process::id();
        let mut sum = 0_u64;
        while of_process(me) == 0.0 {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(resident(me) > 100_000);
    }
}
