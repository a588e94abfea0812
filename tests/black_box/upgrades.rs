//! One process after the other is replaced, with a migration between, and nobody notices.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tenantry_test_postgres::shared;
use tenantry_tests::{Answer, Caller, Service};
use ureq::http::Method;

const CLIENTS: usize = 4;
/// Requests between two steps of the upgrade.
const ENOUGH: usize = 60;
const PATIENCE: Duration = Duration::from_mins(1);
const SETTINGS: tenantry_tests::Settings<'static> = &[
    ("TENANTRY__BILLING__ENFORCEMENT", "off"),
    ("TENANTRY__HTTP__DRAIN_MS", "700"),
];
/// What a version that is not written yet adds and, when the one before is gone, takes away.
const EXPAND: &str = "BEGIN; SET LOCAL lock_timeout = '400ms';
    ALTER TABLE organizations ADD COLUMN colour text;
    ALTER TABLE charges ADD COLUMN note text NOT NULL DEFAULT '';
    INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001'); COMMIT";
const CONTRACT: &str = "BEGIN; SET LOCAL lock_timeout = '400ms';
    ALTER TABLE organizations DROP COLUMN colour;
    ALTER TABLE charges DROP COLUMN note;
    INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000002'); COMMIT";

/// From here on this program knows what was applied, as the next version does.
const KNOWN: &str = "DELETE FROM __diesel_schema_migrations WHERE version LIKE '2999%'";

/// A proxy as simple as any: it asks every process whether it is ready, now and then, and sends requests to those that are.
#[derive(Default)]
struct Balancer {
    processes: Mutex<Vec<Caller>>,
    ready: Mutex<Vec<Caller>>,
    turn: AtomicUsize,
}

impl Balancer {
    fn processes_are(&self, services: &[&Service]) {
        let callers = services.iter().map(|service| service.person("ada@example.com"));
        *self.processes.lock().expect("no panic") = callers.collect();
        self.look();
    }

    fn look(&self) {
        let processes = self.processes.lock().expect("no panic").clone();
        let is_ready = |process: &Caller| {
            let answer = process.try_send(Method::GET, "/readyz", None);
            answer.is_ok_and(|answer| answer.status == 200)
        };
        *self.ready.lock().expect("no panic") = processes.into_iter().filter(is_ready).collect();
    }

    /// Sends a request once; to another process only when this one did not take the connection.
    fn send(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<Answer, ureq::Error> {
        loop {
            let ready = self.ready.lock().expect("no panic").clone();
            let turn = self.turn.fetch_add(1, Ordering::Relaxed);
            let process = &ready[turn % ready.len()];
            match process.try_send(method.clone(), path, body) {
                Err(error) if is_refused(&error) => {}
                sent => return sent,
            }
        }
    }
}

fn is_refused(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Io(cause) if cause.kind() == io::ErrorKind::ConnectionRefused)
}

/// What one client does over and over: it writes, by both ways of writing, and reads.
fn round(number: usize, n: usize, w: &str, root: &str) -> [(Method, String, Option<Value>, u16); 4] {
    let charge = format!("/charges/locations/{number}-{n}");
    [
        (
            Method::PUT,
            charge.clone(),
            Some(json!({ "organization_id": root })),
            201,
        ),
        (Method::GET, format!("{charge}?organization_id={root}"), None, 200),
        (
            Method::POST,
            format!("{w}/organizations"),
            Some(json!({ "name": format!("{number}-{n}") })),
            201,
        ),
        (Method::GET, format!("{w}/organizations?limit=5"), None, 200),
    ]
}

/// The clients, and what became of their requests.
#[derive(Default)]
struct Load {
    is_over: AtomicBool,
    answered: AtomicUsize,
    failed: Mutex<Vec<String>>,
}

impl Load {
    fn send(&self, balancer: &Balancer, number: usize, w: &str, root: &str) {
        for n in 0.. {
            for (method, path, body, expected) in round(number, n, w, root) {
                if self.is_over.load(Ordering::Relaxed) {
                    return;
                }
                match balancer.send(&method, &path, body.as_ref()) {
                    Ok(answer) if answer.status == expected => {
                        self.answered.fetch_add(1, Ordering::Relaxed);
                    }
                    other => {
                        let told = format!("{method} {path}: {other:?}");
                        self.failed.lock().expect("no panic").push(told);
                    }
                }
            }
        }
    }

    /// Waits until many more are answered.
    fn go_on(&self) {
        let (begun, enough) = (Instant::now(), self.answered.load(Ordering::Relaxed) + ENOUGH);
        while self.answered.load(Ordering::Relaxed) < enough {
            assert!(begun.elapsed() < PATIENCE, "{:?}", self.failed.lock());
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Ends the load, also when the test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Applies SQL to the schema of a service.
fn apply(service: &Service, sql: &str) {
    let url = service.database_url();
    let (_, schema) = url.rsplit_once('=').expect("its name is the last parameter");
    shared().run_sql("postgres", &format!("SET search_path = {schema}; {sql}"));
}

#[test]
fn two_processes_are_replaced_one_after_the_other_and_no_request_fails() {
    let mut first = Service::start_on(&shared().create_schema(), SETTINGS);
    let mut second = first.sibling();
    let ada = first.person("ada@example.com");
    let acme = json!({ "name": "ACME", "billing_mode": "pooled" });
    let w = format!("/workspaces/{}", ada.post("/workspaces", &acme).expect(201).id());
    let root = ada.post(&format!("{w}/organizations"), &json!({ "name": "Root" }));
    let root = root.expect(201).id();
    let (balancer, load) = (Balancer::default(), Load::default());
    balancer.processes_are(&[&first, &second]);
    thread::scope(|scope| {
        let over = Over(&load.is_over);
        for number in 0..CLIENTS {
            let (balancer, load, w, root) = (&balancer, &load, &w, &root);
            scope.spawn(move || load.send(balancer, number, w, root));
        }
        scope.spawn(|| {
            while !load.is_over.load(Ordering::Relaxed) {
                balancer.look();
                thread::sleep(Duration::from_millis(30));
            }
        });
        load.go_on();
        apply(&first, EXPAND);
        load.go_on();
        for old in [&first, &second] {
            old.anonymous().get("/readyz").expect(200);
        }
        apply(&first, KNOWN);
        let third = first.sibling();
        balancer.processes_are(&[&first, &second, &third]);
        load.go_on();
        assert_eq!(first.stop(), Some(0));
        load.go_on();
        let fourth = third.sibling();
        balancer.processes_are(&[&second, &third, &fourth]);
        assert_eq!(second.stop(), Some(0));
        load.go_on();
        apply(&third, CONTRACT);
        load.go_on();
        apply(&third, KNOWN);
        drop(over);
        let verified = third.run(&["verify"]);
        assert_eq!(verified.code, Some(0), "{verified:?}");
    });
    assert_eq!(load.failed.into_inner().expect("no panic"), [""; 0]);
}

#[test]
fn a_process_that_is_told_to_stop_is_not_ready_and_serves_until_its_callers_have_gone() {
    let mut service = Service::start(&[("TENANTRY__HTTP__DRAIN_MS", "3000")]);
    let ada = service.person("ada@example.com");
    ada.get("/readyz").expect(200);
    service.ask_to_stop();
    let begun = Instant::now();
    while ada.get("/readyz").status == 200 {
        assert!(begun.elapsed() < PATIENCE, "it stays ready");
    }
    let acme = json!({ "name": "ACME", "billing_mode": "single" });
    let made = ada.post("/workspaces", &acme).expect(201);
    assert_eq!(made.headers["connection"], "close");
    assert_eq!(service.stop(), Some(0));
}
