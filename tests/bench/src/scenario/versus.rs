use std::time::Duration;

use crate::asking::{Ask, Range};
use crate::cpu::Cpu;
use crate::latencies::{Latencies, as_f64};
use crate::load::{Load, Measured, Pace};
use crate::measure::Times;
use crate::reference::{Pgbench, Run, Script};
use crate::tree::Shape;
use crate::workshop::{Seeded, Workshop};

use super::CONNECTIONS;

/// What the other side is called.
pub const REFERENCE: &str = "pgbench";
/// The level of what is charged and read, whose chains have five nodes with the pool.
const LEVEL: u8 = 4;
/// How long statements are counted.
const COUNTED: Duration = Duration::from_millis(500);

/// The first and the last workspace of those in which something is done.
pub type Workspaces = (u32, u32);

/// The service and pgbench on one database, turn by turn. The machine rests before each.
pub struct Versus<'a> {
    workshop: &'a Workshop,
    seeded: Seeded,
    pgbench: Pgbench,
    /// Told apart by their number, so that what is charged is fresh.
    turns: u32,
}

impl<'a> Versus<'a> {
    /// On a new database of so many workspaces.
    pub fn open(workshop: &'a Workshop, workspaces: u32) -> Self {
        let seeded = workshop.on_postgres(Shape {
            workspaces,
            levels: LEVEL,
        });
        let pgbench = Pgbench::new(workshop.server(), &seeded.database, workshop.directory());
        Self {
            workshop,
            seeded,
            pgbench,
            turns: 0,
        }
    }

    /// All workspaces.
    pub fn everywhere(&self) -> Workspaces {
        (1, self.seeded.shape.workspaces)
    }

    /// How long things take.
    pub fn times(&self) -> Times {
        self.workshop.times
    }

    /// What `tenantry verify` says, when nothing is wrong.
    pub fn verify(&self) -> String {
        self.seeded.verify()
    }

    /// A turn of the service, as fast as it answers.
    pub fn ours(&mut self, ask: Ask, workspaces: Workspaces) -> (Measured, Cpu) {
        let load = self.seeded.subject.load(CONNECTIONS, Pace::Closed, self.times());
        self.ours_at(ask, workspaces, load)
    }

    /// A turn of the service at a set rate, for so long.
    pub fn ours_paced(&mut self, ask: Ask, rate: f64, measured: Duration) -> (Measured, Cpu) {
        let load = self
            .seeded
            .subject
            .load(CONNECTIONS, Pace::Open(rate), self.times());
        self.ours_at(ask, self.everywhere(), Load { measured, ..load })
    }

    fn ours_at(&mut self, ask: Ask, workspaces: Workspaces, load: Load) -> (Measured, Cpu) {
        self.workshop.settle();
        self.turns += 1;
        let range = Range {
            workspaces,
            shape: self.seeded.shape,
            level: LEVEL,
        };
        let requests = ask.requests(range, &self.seeded.tokens, &format!("run-{}", self.turns));
        self.seeded.subject.turn(requests, load)
    }

    /// SQL statements of a request, counted on a turn that is not timed.
    pub fn statements(&mut self, ask: Ask, workspaces: Workspaces) -> f64 {
        let times = Times {
            warm_up: Duration::ZERO,
            measured: COUNTED,
            ..self.times()
        };
        let load = self.seeded.subject.load(CONNECTIONS, Pace::Closed, times);
        let database = self.seeded.database.clone();
        let workshop = self.workshop;
        let (statements, (measured, _)) =
            workshop.statements(&database, || self.ours_at(ask, workspaces, load));
        f64::from(statements) / as_f64(measured.latencies.count())
    }

    /// A turn of pgbench, as fast as it goes: its rate, and what it cost.
    pub fn theirs(&mut self, script: Script, workspaces: Workspaces) -> (f64, Cpu) {
        let Times {
            warm_up, measured, ..
        } = self.times();
        self.workshop.settle();
        let warm_up = self.run(script, workspaces, warm_up);
        self.pgbench.rate(warm_up);
        let run = self.run(script, workspaces, measured);
        self.costing(|pgbench| pgbench.rate(run))
    }

    /// A turn of pgbench with one client, for so long: the latency of every transaction, and what they cost.
    pub fn theirs_alone(&mut self, script: Script, duration: Duration) -> (Latencies, Cpu) {
        self.workshop.settle();
        let run = self.run(script, self.everywhere(), duration);
        self.costing(|pgbench| pgbench.latencies(Run { clients: 1, ..run }))
    }

    fn run(&mut self, script: Script, workspaces: Workspaces, duration: Duration) -> Run {
        self.turns += 1;
        Run {
            script,
            workspaces,
            clients: CONNECTIONS,
            duration,
            number: self.turns,
        }
    }

    fn costing<T>(&self, work: impl FnOnce(&Pgbench) -> T) -> (T, Cpu) {
        let before = self.seeded.subject.cpu();
        let done = work(&self.pgbench);
        let used = self.seeded.subject.cpu().since(before);
        (done, Cpu { service: 0.0, ..used })
    }
}
