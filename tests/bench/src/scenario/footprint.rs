use std::fs;
use std::thread;
use std::time::Duration;

use crate::asking::{Ask, Range};
use crate::cpu;
use crate::latencies::as_f64;
use crate::load::Pace;
use crate::report::{Bound, Report, median};
use crate::service::{Installation, Service};
use crate::tree::Shape;
use crate::workshop::{Seeded, Workshop};

/// How often a start is timed.
const STARTS: usize = 5;
/// How long a service does nothing before it counts as idle.
const IDLE: Duration = Duration::from_secs(2);
const MANY: u32 = 1_000;
const SHAPE: Shape = Shape {
    workspaces: 10,
    levels: 4,
};

/// Memory, start and size of the service.
pub fn footprint(workshop: &Workshop, report: &mut Report) {
    eprintln!("  starts");
    starts(workshop, report);
    eprintln!("  memory");
    idle(&workshop.install(None), "SQLite", report);
    let installation = under_load(workshop, report);
    idle(&installation, "PostgreSQL", report);
    let size = fs::metadata(&workshop.binary).map_or(0, |file| file.len());
    report.mark("size of the binary", megabytes(size), None);
}

/// Memory with many connections that all ask at once.
fn under_load(workshop: &Workshop, report: &mut Report) -> Installation {
    let Seeded {
        subject,
        tokens,
        installation,
        ..
    } = workshop.on_postgres(SHAPE);
    let range = Range {
        workspaces: (1, SHAPE.workspaces),
        shape: SHAPE,
        level: SHAPE.levels,
    };
    let requests = Ask::Organization.requests(range, &tokens, "memory");
    let load = subject.load(MANY, Pace::Closed, workshop.times);
    let pid = subject.service.pid();
    let sent = load.run(&requests.into(), || cpu::resident(pid));
    let (measured, [_, resident]) = sent.expect("the service takes connections");
    report.complain("memory", &measured.unexpected);
    let most = Some(Bound::AtMost(200.0));
    report.mark(format!("memory: {MANY} connections"), megabytes(resident), most);
    installation
}

fn starts(workshop: &Workshop, report: &mut Report) {
    let mut first = Vec::new();
    let mut again = Vec::new();
    for _ in 0..STARTS {
        let installation = workshop.install(None);
        first.push(milliseconds(&installation));
        again.push(milliseconds(&installation));
    }
    let most = Some(Bound::AtMost(200.0));
    report.mark("start: on a new SQLite file", (median(first), "ms"), most);
    report.mark("start: on one that is there", (median(again), "ms"), most);
}

fn milliseconds(installation: &Installation) -> f64 {
    Service::start(installation).starting.as_secs_f64() * 1e3
}

fn idle(installation: &Installation, database: &str, report: &mut Report) {
    let service = Service::start(installation);
    thread::sleep(IDLE);
    let resident = megabytes(cpu::resident(service.pid()));
    report.mark(
        format!("memory: idle on {database}"),
        resident,
        Some(Bound::AtMost(30.0)),
    );
}

fn megabytes(bytes: u64) -> (f64, &'static str) {
    (as_f64(bytes) / 1e6, "MB")
}
