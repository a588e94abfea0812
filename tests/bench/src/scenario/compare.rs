use super::versus::{REFERENCE, Versus, Workspaces};
use super::{OURS, Scenario};
use crate::asking::Ask;
use crate::measure::Side;
use crate::reference::Script;
use crate::report::{Bound, Line, Report};
use crate::workshop::Workshop;

/// The load at which a lone charge is timed, as a share of what `spread` takes.
const LONE_LOAD: f64 = 0.1;
/// How much longer than others a turn of lone charges is, since there are so few of them.
const LONE_TIMES: u32 = 3;

/// One scenario: what is asked, where, what pgbench does meanwhile, and what the ratio of the rates is to be.
struct Contest {
    scenario: Scenario,
    name: &'static str,
    ask: Ask,
    workspaces: Workspaces,
    reference: Option<(Script, f64)>,
    ours: Side,
    theirs: Side,
}

/// Measures those of these scenarios that are charges and reads on PostgreSQL, the service and pgbench in turn.
pub fn compare(workshop: &Workshop, wanted: &[Scenario], workspaces: u32, report: &mut Report) {
    let contests = wanted
        .iter()
        .filter_map(|wanted| Contest::new(*wanted, workspaces));
    let mut contests: Vec<Contest> = contests.collect();
    let with_lone = wanted.contains(&Scenario::Lone);
    if contests.is_empty() && !with_lone {
        return;
    }
    let mut versus = Versus::open(workshop, workspaces);
    for round in 1..=workshop.times.rounds {
        for contest in &mut contests {
            eprintln!("  round {round}: {}", contest.name);
            contest.turn(&mut versus);
        }
    }
    for contest in &contests {
        contest.tell(&mut versus, report);
    }
    if with_lone {
        let rate = LONE_LOAD * spread_rate(&contests, &mut versus);
        lone(&mut versus, rate, report);
    }
    eprintln!("  {}", versus.verify());
}

impl Contest {
    fn new(scenario: Scenario, last: u32) -> Option<Self> {
        let (one, all) = ((last, last), (1, last));
        let (name, ask, workspaces, reference) = match scenario {
            Scenario::Hot => ("hot", Ask::Charge, one, Some((Script::Charge, 5.0))),
            Scenario::Spread => ("spread", Ask::Charge, all, Some((Script::Charge, 2.0))),
            Scenario::Reads => ("reads", Ask::Organization, all, Some((Script::Read, 0.4))),
            Scenario::Limits => ("limits", Ask::Limits, all, None),
            Scenario::Check => ("check", Ask::Check, all, None),
            Scenario::Lone | Scenario::Sqlite | Scenario::Flat | Scenario::Footprint => return None,
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

    /// The reference, where there is one, then the service.
    fn turn(&mut self, versus: &mut Versus<'_>) {
        if let Some((script, _)) = self.reference {
            let (rate, cpu) = versus.theirs(script, self.workspaces);
            self.theirs.add_rate(rate, versus.times().measured, cpu);
        }
        let (measured, cpu) = versus.ours(self.ask, self.workspaces);
        self.ours.add(&measured, cpu);
    }

    fn tell(&self, versus: &mut Versus<'_>, report: &mut Report) {
        report.lines.push(Line {
            statements: Some(versus.statements(self.ask, self.workspaces)),
            ..self.ours.line(self.name, OURS)
        });
        report.complain(self.name, &self.ours.unexpected);
        if let Some((_, least)) = self.reference {
            report.lines.push(self.theirs.line(self.name, REFERENCE));
            let ratio = (self.ours.rate() / self.theirs.rate(), "×");
            let name = format!("{}: rate ÷ {REFERENCE}", self.name);
            report.mark(name, ratio, Some(Bound::AtLeast(least)));
        }
    }
}

/// That of `spread`, which is measured now if it was not.
fn spread_rate(contests: &[Contest], versus: &mut Versus<'_>) -> f64 {
    let mut spread = contests
        .iter()
        .filter(|contest| contest.scenario == Scenario::Spread);
    match spread.next() {
        Some(contest) => contest.ours.rate(),
        None => versus.ours(Ask::Charge, versus.everywhere()).0.rate(),
    }
}

/// Charges one at a time: the service at this rate, pgbench as fast as one client can.
fn lone(versus: &mut Versus<'_>, rate: f64, report: &mut Report) {
    let duration = versus.times().measured * LONE_TIMES;
    let (mut ours, mut theirs) = (Side::default(), Side::default());
    for round in 1..=versus.times().rounds {
        eprintln!("  round {round}: lone");
        let (latencies, cpu) = versus.theirs_alone(Script::Charge, duration);
        theirs.add_latencies(&latencies, duration, cpu);
        let (measured, cpu) = versus.ours_paced(Ask::Charge, rate, duration);
        ours.add(&measured, cpu);
    }
    report.lines.push(ours.line("lone", OURS));
    report.lines.push(theirs.line("lone", REFERENCE));
    report.complain("lone", &ours.unexpected);
    if let (Some(ours), Some(theirs)) = (ours.latency(), theirs.latency()) {
        let ratio = (ours.p99 / theirs.p99, "×");
        report.mark(
            format!("lone: p99 ÷ {REFERENCE}"),
            ratio,
            Some(Bound::AtMost(2.0)),
        );
    }
}
