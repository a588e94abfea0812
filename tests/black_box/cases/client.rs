use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tenantry_tests::{Answer, Caller, Service};
use ureq::http::Method;

/// Several processes on one database, as ada calls them.
pub struct Processes(Mutex<Vec<Caller>>);

impl Processes {
    pub fn new(services: &[&Service]) -> Self {
        Self(Mutex::new(callers(services)))
    }

    /// One of them was started again, and listens elsewhere.
    pub fn moved(&self, services: &[&Service]) {
        *self.0.lock().expect("no panic") = callers(services);
    }

    /// A client who begins with the process of this number.
    pub fn client(&self, turn: usize) -> Client<'_> {
        Client {
            processes: self,
            turn,
        }
    }
}

fn callers(services: &[&Service]) -> Vec<Caller> {
    let caller = |service: &&Service| service.person("ada@example.com");
    services.iter().map(caller).collect()
}

/// Somebody who turns to the next process when one does not answer.
pub struct Client<'a> {
    processes: &'a Processes,
    turn: usize,
}

impl Client<'_> {
    /// Sends a request to one process; `None` when it is away, which only the last one ever is. Whether it was done is unknown then.
    pub fn try_send(&mut self, method: &Method, path: &str, body: Option<&Value>) -> Option<Answer> {
        let callers = self.processes.0.lock().expect("no panic");
        let at = self.turn % callers.len();
        let is_last = at + 1 == callers.len();
        let caller = callers[at].clone();
        drop(callers);
        match caller.try_send(method.clone(), path, body) {
            Ok(answer) if answer.status != 503 => Some(answer),
            sent => {
                assert!(is_last, "a process that nobody killed is away: {sent:?}");
                self.turn += 1;
                None
            }
        }
    }

    /// Sends a request until it is answered.
    pub fn send(&mut self, method: &Method, path: &str, body: Option<&Value>) -> Answer {
        loop {
            if let Some(answer) = self.try_send(method, path, body) {
                return answer;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}
