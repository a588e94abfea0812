//! Every operation of the document, over and over, on many trees: whether something breaks, drifts or grows in the long run.

mod memory;
mod places;
mod route;

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use hyper::Method;
use serde_json::Value;
use tenantry_tests::{Answer, Caller};

use self::memory::Memory;
use self::places::{Places, Sent};
use self::route::Route;
use crate::latencies::Latencies;
use crate::workshop::Seeded;

/// Requests that are under way at once.
const SENDERS: u32 = 16;

/// How much is sent, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Requests a second, 0.001 to 1,000,000.
    pub rate: f64,
    /// How long.
    pub duration: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// From the moment at which a request was due.
    pub latencies: Latencies,
    /// How often each operation was asked.
    pub asked: BTreeMap<String, u64>,
    /// Problems by their code, and how often.
    pub problems: BTreeMap<String, u64>,
    /// What must not be: answers of 500 and more, and requests without answer, by operation.
    pub failures: BTreeMap<String, u64>,
    /// The memory of the service.
    pub memory: Memory,
}

impl Outcome {
    /// What is wrong, a line each.
    pub fn complaints(&self) -> Vec<String> {
        let failures = self.failures.iter();
        let failures = failures.map(|(what, times)| format!("{what}: {times} times"));
        failures.chain(self.memory.complaint()).collect()
    }

    fn record(&mut self, route: &Route, latency: Duration, answer: Option<&Answer>) {
        *self.asked.entry(route.id.clone()).or_default() += 1;
        self.latencies.record(latency);
        let Some(answer) = answer else {
            *self
                .failures
                .entry(format!("{} was not answered", route.id))
                .or_default() += 1;
            return;
        };
        if answer.status >= 400 {
            let code = answer.body.get("code").and_then(Value::as_str);
            let code = code.unwrap_or("without code");
            *self
                .problems
                .entry(format!("{} {code}", answer.status))
                .or_default() += 1;
        }
        if answer.status >= 500 {
            let what = format!("{} was answered {}", route.id, answer.status);
            *self.failures.entry(what).or_default() += 1;
        }
    }
}

impl Display for Outcome {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} requests for {} operations",
            self.latencies.count(),
            self.asked.len()
        )?;
        if let Some(latency) = self.latencies.summary() {
            writeln!(
                f,
                "p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms",
                latency.p50, latency.p95, latency.p99, latency.p999
            )?;
        }
        writeln!(f, "{}", self.memory)?;
        for (code, times) in &self.problems {
            writeln!(f, "{times:>9} × {code}")?;
        }
        Ok(())
    }
}

struct Soak {
    deck: Vec<Route>,
    places: Mutex<Places>,
    outcome: Mutex<Outcome>,
    member: Caller,
    machine: Caller,
}

/// Asks a seeded service for everything that it says it can do.
pub fn run(seeded: &Seeded, plan: Plan) -> Outcome {
    let service = &seeded.subject.service;
    let routes = Route::all(&service.caller(None).get("/openapi.json").expect(200).body);
    let soak = Soak {
        places: Mutex::new(Places::of(seeded.shape, &routes)),
        deck: deck(routes),
        outcome: Mutex::default(),
        member: service.caller(Some(seeded.tokens.member.clone())),
        machine: service.caller(Some(seeded.tokens.machine.clone())),
    };
    let begin = Instant::now();
    let memory = thread::scope(|scope| {
        for sender in 0..SENDERS {
            let soak = &soak;
            scope.spawn(move || soak.send(sender, begin, plan));
        }
        Memory::watch(service.pid(), begin + plan.duration)
    });
    let outcome = soak.outcome.into_inner().expect("no sender panics");
    Outcome { memory, ..outcome }
}

/// Every route as often as its weight says, in an order of their own.
fn deck(routes: Vec<Route>) -> Vec<Route> {
    let mut deck: Vec<Route> = routes
        .into_iter()
        .flat_map(|route| vec![route.clone(); route.weight()])
        .collect();
    Rng::with_seed(1).shuffle(&mut deck);
    deck
}

impl Soak {
    fn send(&self, sender: u32, begin: Instant, plan: Plan) {
        let mut random = Rng::with_seed(u64::from(sender));
        let numbers = (0_u32..).map(|round| round * SENDERS + sender);
        for number in numbers {
            let due = Duration::from_secs_f64(f64::from(number) / plan.rate);
            if due >= plan.duration {
                return;
            }
            thread::sleep((begin + due).saturating_duration_since(Instant::now()));
            let at = usize::try_from(number).unwrap_or_default() % self.deck.len();
            if let Some(route) = self.deck.get(at) {
                self.ask(route, begin + due, &mut random);
            }
        }
    }

    fn ask(&self, route: &Route, due: Instant, random: &mut Rng) {
        let Sent { path, body } = self.places.lock().expect("no sender panics").next(route, random);
        let is_charge = ["/charges", "/reservations"]
            .iter()
            .any(|of| path.starts_with(of));
        let caller = if is_charge { &self.machine } else { &self.member };
        let answer = caller.try_send(route.method.clone(), &path, body.as_ref()).ok();
        let latency = due.elapsed();
        let made = answer.as_ref().filter(|answer| answer.status == 201);
        if let Some(made) = made.filter(|_| route.method != Method::GET) {
            let mut places = self.places.lock().expect("no sender panics");
            places.learn(route, &path, &made.body);
        }
        self.outcome
            .lock()
            .expect("no sender panics")
            .record(route, latency, answer.as_ref());
    }
}

/// The operations of a document that were not asked.
#[cfg(test)]
pub fn forgotten(document: &Value, outcome: &Outcome) -> Vec<String> {
    let ids = Route::all(document).into_iter().map(|route| route.id);
    ids.filter(|id| !outcome.asked.contains_key(id)).collect()
}
