use std::fs;

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
const LEVEL: u8 = 4;

/// Charges on SQLite: the service by HTTP, and a loop without it on a copy of the same file.
pub fn sqlite(workshop: &Workshop, workspaces: u32, report: &mut Report) {
    let range = Range {
        workspaces: (1, workspaces),
        shape: Shape {
            workspaces,
            levels: LEVEL,
        },
        level: LEVEL,
    };
    let copy = workshop.directory().join("copy.db");
    let seeded = workshop.on_sqlite(range.shape, |file| {
        fs::copy(file, &copy).expect("there is room for a copy");
    });
    let copy = copy.display().to_string();
    let (mut ours, mut theirs) = (Side::default(), Side::default());
    let times = workshop.times;
    for round in 1..=times.rounds {
        eprintln!("  round {round}: sqlite");
        times.rest();
        reference::charge_for(&copy, range.shape, times.warm_up, &format!("warm-{round}"));
        let run = format!("run-{round}");
        let rate = reference::charge_for(&copy, range.shape, times.measured, &run);
        theirs.add_rate(rate, times.measured, Cpu::default());
        times.rest();
        let requests = Ask::Charge.requests(range, &seeded.tokens, &run);
        let load = seeded.subject.load(CONNECTIONS, Pace::Closed, times);
        let (measured, cpu) = seeded.subject.turn(requests, load);
        ours.add(&measured, cpu);
    }
    report.lines.push(ours.line("sqlite", OURS));
    report.lines.push(theirs.line("sqlite", REFERENCE));
    report.complain("sqlite", &ours.unexpected);
    let ratio = (ours.rate() / theirs.rate(), "×");
    report.mark(
        format!("sqlite: rate ÷ {REFERENCE}"),
        ratio,
        Some(Bound::AtLeast(1.0)),
    );
    eprintln!("  {}", seeded.verify());
}
