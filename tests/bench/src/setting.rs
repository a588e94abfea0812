//! Where numbers come from: without that they say little.

use std::collections::BTreeMap;
use std::fs;
use std::thread;

use crate::measure::Times;
use crate::workshop::{SETTINGS, Workshop};

/// The machine, the database server, and how long things took.
pub fn of(workshop: &Workshop) -> BTreeMap<&'static str, String> {
    let Times {
        rounds,
        warm_up,
        measured,
        ..
    } = workshop.times;
    let settings: Vec<String> = SETTINGS
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    BTreeMap::from([
        ("machine", machine()),
        (
            "PostgreSQL",
            format!("{}; {}", workshop.postgres_version(), settings.join(", ")),
        ),
        (
            "turns",
            format!("{rounds} of each side, {warm_up:?} that do not count and {measured:?} that do"),
        ),
    ])
}

fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "CPU".to_owned());
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_default();
    format!("{cores} cores of {model}, {memory} of memory, shared by service, database and load")
}

/// The first value of a file of `name: value`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let mut fields = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = fields.find(|(found, _)| found.trim() == name)?;
    Some(value.trim().to_owned())
}
