use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tenantry_tests::{Caller, Service};
use ureq::http::Method;

use super::{start, world};

const THREADS: usize = 9;
const LIMIT: u64 = 200;

/// Somebody with a client of every process, who turns to the next when one does not answer.
struct Client<'a> {
    callers: &'a Mutex<Vec<Caller>>,
    turn: usize,
}

impl Client<'_> {
    /// Sends one charge until it is answered; whether there was room.
    fn charge(&mut self, organization: &str, resource: &str) -> bool {
        let body = json!({ "organization_id": organization });
        let path = format!("/charges/locations/{resource}");
        loop {
            let callers = self.callers.lock().expect("no panic");
            let caller = callers[self.turn % callers.len()].clone();
            drop(callers);
            let sent = caller.try_send(Method::PUT, &path, Some(&body));
            match sent.map(|answer| (answer.status, answer.text)) {
                Ok((200 | 201, _)) => return true,
                Ok((409, _)) => return false,
                Ok((503, _)) | Err(_) => {
                    self.turn += 1;
                    thread::sleep(Duration::from_millis(10));
                }
                Ok((status, text)) => panic!("{status}: {text}"),
            }
        }
    }
}

fn callers(services: &[&Service]) -> Vec<Caller> {
    let caller = |service: &&Service| service.person("ada@example.com");
    services.iter().map(caller).collect()
}

#[test]
fn c2_three_processes_fill_a_limit_exactly_though_one_is_killed_meanwhile() {
    let first = start(&[]);
    let (second, mut third) = (first.sibling(), first.sibling());
    let ada = first.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 100_000, &[Some(LIMIT), None]);
    let others = world::chain(&ada, 100_000, &[None]).1;
    let clients = Mutex::new(callers(&[&first, &second, &third]));
    let (admitted, is_full) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (clients, admitted, is_full) = (&clients, &admitted, &is_full);
            let (organizations, elsewhere) = (&organizations, &others[0]);
            scope.spawn(move || {
                let mut client = Client {
                    callers: clients,
                    turn: number,
                };
                for n in 0.. {
                    assert!(client.charge(elsewhere, &format!("elsewhere-{number}-{n}")));
                    if !client.charge(&organizations[n % 2], &format!("{number}-{n}")) {
                        is_full.store(true, Ordering::Relaxed);
                        return;
                    }
                    admitted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while admitted.load(Ordering::Relaxed) < LIMIT / 3 && !is_full.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(2));
        }
        third.kill();
        third.restart();
        *clients.lock().expect("no panic") = callers(&[&first, &second, &third]);
    });
    assert!(is_full.into_inner());
    assert_eq!(admitted.into_inner(), LIMIT);
    assert_eq!(world::used(&ada, &w, &organizations[0]), LIMIT);
    let verified = first.run(&["verify"]);
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
}
