//! What scenarios share: the times, the sides of a contest, and what comes of their rounds.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use crate::cpu::{self, Cpu};
use crate::latencies::{Latencies, as_f64};
use crate::load::{Load, Measured, Pace, Requests};
use crate::report::{Cost, Latency, Line, median};
use crate::service::Service;

/// How long things take.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// How often each side has its turn.
    pub rounds: u32,
    /// What does not count at the beginning of a turn.
    pub warm_up: Duration,
    /// What counts of it.
    pub measured: Duration,
    /// How long the machine rests before a turn.
    pub rest: Duration,
}

impl Times {
    /// For numbers to rely on.
    pub const FULL: Self = Self {
        rounds: 5,
        warm_up: Duration::from_secs(2),
        measured: Duration::from_secs(5),
        rest: Duration::from_secs(1),
    };
    /// For a look.
    pub const QUICK: Self = Self {
        rounds: 3,
        warm_up: Duration::from_millis(500),
        measured: Duration::from_secs(1),
        rest: Duration::from_millis(100),
    };

    /// Lets the machine rest.
    pub fn rest(self) {
        thread::sleep(self.rest);
    }
}

/// One turn of a side.
struct Turn {
    rate: f64,
    requests: f64,
    cpu: Cpu,
}

/// One side of a scenario, turn by turn.
#[derive(Default)]
pub struct Side {
    turns: Vec<Turn>,
    latencies: Latencies,
    /// What should not have happened, and how often.
    pub unexpected: BTreeMap<String, u64>,
}

impl Side {
    /// Adds a turn of something else, of which the rate is known, and how long it was.
    pub fn add_rate(&mut self, rate: f64, duration: Duration, cpu: Cpu) {
        let requests = rate * duration.as_secs_f64();
        self.turns.push(Turn { rate, requests, cpu });
    }

    /// Adds a turn of something else, of which every latency is known, and how long it was.
    pub fn add_latencies(&mut self, latencies: &Latencies, duration: Duration, cpu: Cpu) {
        self.add_rate(as_f64(latencies.count()) / duration.as_secs_f64(), duration, cpu);
        self.latencies.add(latencies);
    }

    /// Adds a turn of the service.
    pub fn add(&mut self, measured: &Measured, cpu: Cpu) {
        self.add_latencies(
            &measured.latencies,
            Duration::from_secs_f64(measured.seconds),
            cpu,
        );
        for (what, times) in &measured.unexpected {
            *self.unexpected.entry(what.clone()).or_default() += times;
        }
    }

    /// The median of the rates.
    pub fn rate(&self) -> f64 {
        median(self.turns.iter().map(|turn| turn.rate).collect())
    }

    /// What a request costs: the median of the turns.
    pub fn cost(&self) -> Cost {
        let of = |pick: fn(&Cpu) -> f64| {
            let costs = self
                .turns
                .iter()
                .map(|turn| 1e3 * pick(&turn.cpu) / turn.requests);
            median(costs.collect())
        };
        Cost {
            service: of(|cpu| cpu.service),
            database: of(|cpu| cpu.database),
        }
    }

    /// The latencies of all turns together, where they are known.
    pub fn latency(&self) -> Option<Latency> {
        self.latencies.summary()
    }

    /// As a line of the report.
    pub fn line(&self, scenario: &str, side: &'static str) -> Line {
        Line {
            rate: self.rate(),
            latency: self.latency(),
            cpu: Some(self.cost()),
            ..Line::new(scenario, side)
        }
    }
}

/// A service that is measured, with its database.
pub struct Subject {
    /// The service.
    pub service: Service,
    /// The first process of PostgreSQL, where that is the database.
    pub database: Option<u32>,
}

impl Subject {
    /// What both have used so far.
    pub fn cpu(&self) -> Cpu {
        Cpu {
            service: cpu::of_process(self.service.pid()),
            database: self.database.map_or(0.0, cpu::of_family),
        }
    }

    /// So many connections to it.
    pub fn load(&self, connections: u32, pace: Pace, times: Times) -> Load {
        Load {
            address: self.service.address,
            connections,
            pace,
            warm_up: times.warm_up,
            measured: times.measured,
        }
    }

    /// Sends these requests for one turn.
    pub fn turn(&self, requests: Requests, load: Load) -> (Measured, Cpu) {
        let sent = load.run(&Rc::new(requests), || self.cpu());
        let (measured, [before, after]) = sent.expect("the service takes connections");
        (measured, after.since(before))
    }
}
