use std::time::Duration;

use super::{CONNECTIONS, OURS, Scenario};
use crate::asking::{Ask, Range};
use crate::cpu::Cpu;
use crate::latencies::as_f64;
use crate::load::{Measured, Pace};
use crate::measure::{Side, Times};
use crate::reference::{Pgbench, Run, Script};
use crate::report::{Bound, Line, Report};
use crate::tree::Shape;
use crate::workshop::{Seeded, Workshop};

const REFERENCE: &str = "pgbench";
/// The level whose chains have five nodes with the pool.
const LEVEL: u8 = 4;
/// How long statements are counted.
const COUNTED: Duration = Duration::from_millis(500);
/// The load at which a lone charge is timed, as a share of what `spread` takes.
const LONE_LOAD: f64 = 0.1;
/// How much longer than others a turn of lone charges is, since there are so few of them.
const LONE_TIMES: u32 = 3;

/// One scenario: what is asked, where, what pgbench does meanwhile, and what the ratio is to be.
struct Contest {
    scenario: Scenario,
    name: &'static str,
    ask: Ask,
    workspaces: (u32, u32),
    reference: Option<(Script, f64)>,
    ours: Side,
    theirs: Side,
}

impl Contest {
    fn new(scenario: Scenario, last: u32) -> Option<Self> {
        let all = (1, last);
        let (name, ask, workspaces, reference) = match scenario {
            Scenario::Hot => ("hot", Ask::Charge, (last, last), Some((Script::Charge, 5.0))),
            Scenario::Spread => ("spread", Ask::Charge, all, Some((Script::Charge, 2.0))),
            Scenario::Reads => ("reads", Ask::Organization, all, Some((Script::Read, 0.4))),
            Scenario::Limits => ("limits", Ask::Limits, all, None),
            Scenario::Check => ("check", Ask::Check, all, None),
            _ => return None,
        };
        Some(Self {
            scenario,
            name,
            ask,
            workspaces,
            reference,
            ours: Side::default(),
            theirs: Side::default(),
        })
    }
}

/// Measures those of these scenarios that have to do with charges and reads on PostgreSQL, the service and pgbench in turn.
pub fn compare(workshop: &Workshop, wanted: &[Scenario], workspaces: u32, report: &mut Report) {
    let with_lone = wanted.contains(&Scenario::Lone);
    let mut contests: Vec<Contest> = wanted
        .iter()
        .filter_map(|wanted| Contest::new(*wanted, workspaces))
        .collect();
    if contests.is_empty() && !with_lone {
        return;
    }
    let shape = Shape {
        workspaces,
        levels: LEVEL,
    };
    let seeded = workshop.on_postgres(shape);
    let pgbench = Pgbench::new(workshop.server(), &seeded.database, workshop.directory());
    let mut compared = Compared {
        workshop,
        seeded,
        pgbench,
        turns: 0,
    };
    for round in 1..=compared.workshop.times.rounds {
        for contest in &mut contests {
            eprintln!("  round {round}: {}", contest.name);
            compared.turn(contest);
        }
    }
    for contest in &contests {
        compared.tell(contest, report);
    }
    if with_lone {
        let spread = contests
            .iter()
            .find(|contest| contest.scenario == Scenario::Spread);
        let rate = spread.map(|contest| contest.ours.rate());
        compared.lone(rate, report);
    }
    eprintln!("  {}", compared.seeded.verify());
}

struct Compared<'a> {
    workshop: &'a Workshop,
    seeded: Seeded,
    pgbench: Pgbench,
    /// Told apart by their number, so that what is charged is fresh.
    turns: u32,
}

impl Compared<'_> {
    /// The reference, then the service.
    fn turn(&mut self, contest: &mut Contest) {
        if let Some((script, _)) = contest.reference {
            self.workshop.settle();
            let (rate, cpu) = self.reference_turn(script, contest.workspaces);
            contest.theirs.add_rate(rate, self.workshop.times.measured, cpu);
        }
        self.workshop.settle();
        let (measured, cpu) = self.our_turn(
            contest.ask,
            contest.workspaces,
            (CONNECTIONS, Pace::Closed),
            self.workshop.times,
        );
        contest.ours.add(&measured, cpu);
    }

    fn reference_turn(&mut self, script: Script, workspaces: (u32, u32)) -> (f64, Cpu) {
        let times = self.workshop.times;
        let warm_up = self.reference_run(script, workspaces, times.warm_up);
        self.pgbench.rate(warm_up);
        let run = self.reference_run(script, workspaces, times.measured);
        let before = self.seeded.subject.cpu();
        let rate = self.pgbench.rate(run);
        let cpu = self.seeded.subject.cpu().since(before);
        (rate, cpu)
    }

    fn reference_run(&mut self, script: Script, workspaces: (u32, u32), duration: Duration) -> Run {
        self.turns += 1;
        Run {
            script,
            workspaces,
            clients: CONNECTIONS,
            duration,
            number: self.turns,
        }
    }

    fn our_turn(
        &mut self,
        ask: Ask,
        workspaces: (u32, u32),
        (connections, pace): (u32, Pace),
        times: Times,
    ) -> (Measured, Cpu) {
        self.turns += 1;
        let requests = ask.requests(
            self.range(workspaces),
            &self.seeded.tokens,
            &format!("run-{}", self.turns),
        );
        self.seeded.subject.turn(requests, (connections, pace), times)
    }

    fn range(&self, workspaces: (u32, u32)) -> Range {
        Range {
            workspaces,
            shape: self.seeded.shape,
            level: LEVEL,
        }
    }

    fn tell(&mut self, contest: &Contest, report: &mut Report) {
        let (ours, theirs) = (&contest.ours, &contest.theirs);
        let statements = self.statements(contest);
        report.lines.push(Line {
            statements: Some(statements),
            ..ours.line(contest.name, OURS)
        });
        report.complain(contest.name, &ours.unexpected);
        if let Some((_, least)) = contest.reference {
            report.lines.push(theirs.line(contest.name, REFERENCE));
            let ratio = ours.rate() / theirs.rate();
            report.mark(
                format!("{}: rate ÷ {REFERENCE}", contest.name),
                (ratio, "×"),
                Some(Bound::AtLeast(least)),
            );
        }
    }

    /// SQL statements of a request, counted on a turn that is not timed.
    fn statements(&mut self, contest: &Contest) -> f64 {
        let times = Times {
            warm_up: Duration::ZERO,
            measured: COUNTED,
            ..self.workshop.times
        };
        self.turns += 1;
        let run = format!("run-{}", self.turns);
        let requests = contest
            .ask
            .requests(self.range(contest.workspaces), &self.seeded.tokens, &run);
        let subject = &self.seeded.subject;
        let mut sent = 0;
        let statements = self.workshop.statements(&self.seeded.database, || {
            let (measured, _) = subject.turn(requests, (CONNECTIONS, Pace::Closed), times);
            sent = measured.latencies.count();
        });
        f64::from(statements) / as_f64(sent)
    }

    /// Charges one at a time: the service at a tenth of its load, pgbench as fast as one client can.
    fn lone(&mut self, rate: Option<f64>, report: &mut Report) {
        let everywhere = (1, self.seeded.shape.workspaces);
        let times = self.workshop.times;
        let rate = rate.unwrap_or_else(|| {
            let closed = (CONNECTIONS, Pace::Closed);
            self.our_turn(Ask::Charge, everywhere, closed, times).0.rate()
        });
        let times = Times {
            measured: times.measured * LONE_TIMES,
            ..times
        };
        let (mut ours, mut theirs) = (Side::default(), Side::default());
        for round in 1..=times.rounds {
            eprintln!("  round {round}: lone");
            self.workshop.settle();
            let run = self.reference_run(Script::Charge, everywhere, times.measured);
            let before = self.seeded.subject.cpu();
            let latencies = self.pgbench.latencies(Run { clients: 1, ..run });
            theirs.add_latencies(
                &latencies,
                times.measured,
                self.seeded.subject.cpu().since(before),
            );
            self.workshop.settle();
            let open = (CONNECTIONS, Pace::Open(LONE_LOAD * rate));
            let (measured, cpu) = self.our_turn(Ask::Charge, everywhere, open, times);
            ours.add(&measured, cpu);
        }
        report.lines.push(ours.line("lone", OURS));
        report.lines.push(theirs.line("lone", REFERENCE));
        report.complain("lone", &ours.unexpected);
        if let (Some(ours), Some(theirs)) = (ours.latency(), theirs.latency()) {
            let ratio = (ours.p99 / theirs.p99, "×");
            report.mark("lone: p99 ÷ pgbench", ratio, Some(Bound::AtMost(2.0)));
        }
    }
}
