//! Clients that charge for as long as a test breaks things.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tenantry_tests::{Answer, Caller, Service, Settings};

const THREADS: usize = 6;
/// How long it may take until charges are answered as they are waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// Of a service that such a load is put on.
pub const SETTINGS: Settings<'static> = &[("TENANTRY__BILLING__ENFORCEMENT", "off")];

/// A load, and what its clients have seen.
pub struct Load {
    pub ada: Caller,
    root: String,
    is_over: AtomicBool,
    acknowledged: Mutex<Vec<String>>,
    refused: Mutex<Vec<Answer>>,
    slowest: Mutex<Duration>,
}

/// Ends the load, also when the test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Load {
    /// One that charges an organization of its own.
    pub fn on(service: &Service) -> Self {
        let ada = service.person("ada@example.com");
        let acme = json!({ "name": "ACME", "billing_mode": "pooled" });
        let w = ada.post("/workspaces", &acme).expect(201).id();
        let root = ada.post(
            &format!("/workspaces/{w}/organizations"),
            &json!({ "name": "Root" }),
        );
        Self {
            root: root.expect(201).id(),
            ada,
            is_over: AtomicBool::default(),
            acknowledged: Mutex::default(),
            refused: Mutex::default(),
            slowest: Mutex::default(),
        }
    }

    /// Charges from before this begins until it has ended.
    pub fn during(&self, disturb: impl FnOnce()) {
        thread::scope(|scope| {
            for number in 0..THREADS {
                scope.spawn(move || {
                    for n in (0..).take_while(|_| !self.is_over.load(Ordering::Relaxed)) {
                        self.charge(format!("{number}-{n}"));
                    }
                });
            }
            let _over = Over(&self.is_over);
            self.wait_for_acknowledged();
            disturb();
        });
    }

    fn charge(&self, resource: String) {
        let begun = Instant::now();
        let body = json!({ "organization_id": self.root });
        let answer = self.ada.put(&format!("/charges/locations/{resource}"), &body);
        let mut slowest = self.slowest.lock().expect("no panic");
        *slowest = begun.elapsed().max(*slowest);
        drop(slowest);
        if answer.status == 201 {
            self.acknowledged.lock().expect("no panic").push(resource);
        } else {
            self.refused.lock().expect("no panic").push(answer);
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks for a charge, which one statement by itself answers.
    pub fn look(&self) -> Answer {
        self.look_at("0-0")
    }

    fn look_at(&self, resource: &str) -> Answer {
        let path = format!("/charges/locations/{resource}?organization_id={}", self.root);
        self.ada.get(&path)
    }

    /// Waits until every client may have had one more charge acknowledged.
    pub fn wait_for_acknowledged(&self) {
        wait_for_more(|| self.acknowledged.lock().expect("no panic").len());
    }

    /// Waits until every client may have had one more refused.
    pub fn wait_for_refused(&self) {
        wait_for_more(|| self.refused.lock().expect("no panic").len());
    }

    /// How long the slowest answer took.
    pub fn slowest(&self) -> Duration {
        *self.slowest.lock().expect("no panic")
    }

    /// Whoever was refused was told to come again, and nothing that was acknowledged is lost.
    pub fn check(&self, service: &Service) {
        for answer in self.refused.lock().expect("no panic").iter() {
            assert!(answer.headers.contains_key("Retry-After"), "{answer:?}");
            assert_eq!(answer.clone().expect(503).text_at("/code"), "unavailable");
        }
        for resource in self.acknowledged.lock().expect("no panic").iter() {
            self.look_at(resource).expect(200);
        }
        let verified = service.run(&["verify"]);
        assert_eq!(verified.code, Some(0), "{}", verified.stdout);
    }
}

fn wait_for_more(count: impl Fn() -> usize) {
    let (begun, enough) = (Instant::now(), count() + THREADS);
    while count() < enough {
        assert!(begun.elapsed() < PATIENCE, "it does not come");
        thread::sleep(Duration::from_millis(10));
    }
}
