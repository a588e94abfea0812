//! Everything at once through three processes, of which one is killed meanwhile. What it is in one process is under test beside the use cases.

mod act;
mod scene;
mod state;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tenantry_test_histories::Dice;
use tenantry_tests::{Answer, Caller};
use ureq::http::Method;

use super::client::{Client, Processes};
use super::start;
use act::Act;
use scene::Scene;
use state::{id, list};

const THREADS: u8 = 9;
const DURATION: Duration = Duration::from_secs(3);
const ORGANIZATIONS: usize = 16;
const LEVELS: u64 = 4;
const CHILDREN: usize = 3;
const SETTINGS: tenantry_tests::Settings<'static> = &[
    ("TENANTRY__BILLING__REQUIRE_PAYMENT_METHOD", "false"),
    ("TENANTRY__LIMITS__ORGANIZATIONS_PER_WORKSPACE", "16"),
    ("TENANTRY__LIMITS__DEPTH", "4"),
    ("TENANTRY__LIMITS__CHILDREN", "3"),
];

struct Storm {
    scene: Scene,
    /// Those that were there when somebody last looked.
    organizations: Mutex<Vec<String>>,
    done: AtomicU64,
}

impl Storm {
    fn new(who: &Caller) -> Self {
        let scene = Scene::new(who);
        Self {
            organizations: Mutex::new(scene.roots.clone()),
            scene,
            done: AtomicU64::default(),
        }
    }

    fn rage(&self, mut client: Client, seed: u64) {
        let end = Instant::now() + DURATION;
        let mut dice = Dice::new(seed);
        while Instant::now() < end {
            if dice.roll(20) == 0 {
                self.look(&mut client);
                continue;
            }
            let organizations = self.organizations.lock().expect("no panic").clone();
            let act = self.scene.act(&organizations, &mut dice);
            if let Some(answer) = client.try_send(&act.method, &act.path, act.body.as_ref()) {
                self.judge(&act, &answer);
            }
        }
    }

    fn judge(&self, act: &Act, answer: &Answer) {
        let code = answer.body["code"].as_str().unwrap_or_default();
        let is_done = (200..300).contains(&answer.status);
        assert!(
            is_done || act.refusals.contains(&code),
            "{} {} {:?}: {} {}",
            act.method,
            act.path,
            act.body,
            answer.status,
            answer.text
        );
        self.done.fetch_add(u64::from(is_done), Ordering::Relaxed);
    }

    fn look(&self, client: &mut Client) {
        let path = format!("{}/organizations", self.scene.workspace);
        let Some(answer) = client.try_send(&Method::GET, &path, None) else {
            return;
        };
        let organizations = list(&answer.expect(200));
        self.scene.check(&organizations);
        *self.organizations.lock().expect("no panic") = organizations.iter().map(id).collect();
    }
}

#[test]
fn c2_o1_b4_b5_everything_at_once_in_three_processes_keeps_every_rule() {
    let first = start(SETTINGS);
    let (second, mut third) = (first.sibling(), first.sibling());
    let ada = first.person("ada@example.com");
    let storm = Storm::new(&ada);
    let processes = Processes::new(&[&first, &second, &third]);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (storm, client) = (&storm, processes.client(usize::from(number)));
            scope.spawn(move || storm.rage(client, u64::from(number)));
        }
        thread::sleep(DURATION / 3);
        third.kill();
        third.restart();
        processes.moved(&[&first, &second, &third]);
    });
    assert!(storm.done.load(Ordering::Relaxed) > 50, "too calm");
    storm.scene.count(&ada);
    let verified = first.run(&["verify"]);
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
}
