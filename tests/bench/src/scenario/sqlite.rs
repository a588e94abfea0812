use std::fs;
use std::path::Path;

use super::{CONNECTIONS, OURS};
use crate::asking::{Ask, Range};
use crate::cpu::Cpu;
use crate::load::Pace;
use crate::measure::Side;
use crate::reference;
use crate::report::{Bound, Report};
use crate::tree::Shape;
use crate::workshop::Workshop;

const REFERENCE: &str = "in process";

/// Charges on SQLite: the service by HTTP, and a loop without it on a copy of the same file.
pub fn sqlite(workshop: &Workshop, workspaces: u32, report: &mut Report) {
    let shape = Shape {
        workspaces,
        levels: 4,
    };
    let copy = workshop.directory().join("copy.db").display().to_string();
    let seeded = workshop.on_sqlite(shape, |file| copy_to(file, &copy));
    let (mut ours, mut theirs) = (Side::default(), Side::default());
    let times = workshop.times;
    for round in 1..=times.rounds {
        eprintln!("  round {round}: sqlite");
        times.rest();
        let run = format!("run-{round}");
        reference::charge_for(&copy, shape, times.warm_up, &format!("warm-{round}"));
        let rate = reference::charge_for(&copy, shape, times.measured, &run);
        theirs.add_rate(rate, times.measured, Cpu::default());
        times.rest();
        let range = Range {
            workspaces: (1, workspaces),
            shape,
            level: 4,
        };
        let requests = Ask::Charge.requests(range, &seeded.tokens, &run);
        let (measured, cpu) = seeded.subject.turn(requests, (CONNECTIONS, Pace::Closed), times);
        ours.add(&measured, cpu);
    }
    report.lines.push(ours.line("sqlite", OURS));
    report.lines.push(theirs.line("sqlite", REFERENCE));
    report.complain("sqlite", &ours.unexpected);
    let ratio = ours.rate() / theirs.rate();
    report.mark(
        "sqlite: rate ÷ in process",
        (ratio, "×"),
        Some(Bound::AtLeast(1.0)),
    );
    eprintln!("  {}", seeded.verify());
}

fn copy_to(file: &Path, copy: &str) {
    fs::copy(file, copy).expect("there is room for a copy");
}
