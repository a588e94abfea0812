use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tenantry_test_postgres::{Server, Setup, Stop};
use tenantry_tests::{Answer, Service};

const THREADS: usize = 6;
/// `database.acquire_timeout_ms`, unless set.
const PATIENCE: Duration = Duration::from_secs(5);
const SETTINGS: tenantry_tests::Settings<'static> = &[("TENANTRY__BILLING__ENFORCEMENT", "off")];

/// What the clients have seen.
#[derive(Default)]
struct Seen {
    acknowledged: Mutex<Vec<String>>,
    refused: Mutex<Vec<Answer>>,
    slowest: Mutex<Duration>,
}

impl Seen {
    /// Waits until so many more were acknowledged.
    fn wait_for_more(&self, count: usize) {
        let acknowledged = || self.acknowledged.lock().expect("no panic").len();
        let (begun, enough) = (Instant::now(), acknowledged() + count);
        while acknowledged() < enough {
            assert!(begun.elapsed() < PATIENCE, "it does not come back");
            thread::sleep(Duration::from_millis(10));
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

#[test]
fn while_the_database_is_away_every_answer_is_503_and_nothing_acknowledged_is_lost() {
    let server = Server::start(&Setup::default());
    let service = Service::start_on(&server.create_schema(), SETTINGS);
    let ada = service.person("ada@example.com");
    let acme = json!({ "name": "ACME", "billing_mode": "pooled" });
    let w = format!("/workspaces/{}", ada.post("/workspaces", &acme).expect(201).id());
    let root = ada.post(&format!("{w}/organizations"), &json!({ "name": "Root" }));
    let root = root.expect(201).id();
    let (seen, is_over) = (Seen::default(), AtomicBool::new(false));
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (ada, root, seen, is_over) = (&ada, &root, &seen, &is_over);
            scope.spawn(move || {
                for n in (0..).take_while(|_| !is_over.load(Ordering::Relaxed)) {
                    let resource = format!("{number}-{n}");
                    let path = format!("/charges/locations/{resource}");
                    let begun = Instant::now();
                    let answer = ada.put(&path, &json!({ "organization_id": root }));
                    let mut slowest = seen.slowest.lock().expect("no panic");
                    *slowest = begun.elapsed().max(*slowest);
                    drop(slowest);
                    if answer.status == 201 {
                        seen.acknowledged.lock().expect("no panic").push(resource);
                    } else {
                        seen.refused.lock().expect("no panic").push(answer);
                        thread::sleep(Duration::from_millis(10));
                    }
                }
            });
        }
        let _over = Over(&is_over);
        for how in [Stop::Fast, Stop::Immediate] {
            thread::sleep(Duration::from_millis(300));
            server.stop(how);
            assert_eq!(service.anonymous().get("/readyz").status, 503);
            thread::sleep(Duration::from_millis(300));
            server.start_again();
            seen.wait_for_more(THREADS);
            service.anonymous().get("/readyz").expect(200);
        }
    });
    let refused = seen.refused.into_inner().expect("no panic");
    assert!(refused.len() > THREADS);
    for answer in refused {
        assert!(answer.headers.contains_key("Retry-After"), "{answer:?}");
        answer.expect(503);
    }
    assert!(seen.slowest.into_inner().expect("no panic") < PATIENCE);
    let acknowledged = seen.acknowledged.into_inner().expect("no panic");
    for resource in &acknowledged {
        ada.get(&format!("/charges/locations/{resource}?organization_id={root}"))
            .expect(200);
    }
    let verified = service.run(&["verify"]);
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
}

#[test]
fn k2_a_mistyped_key_is_refused_without_the_database() {
    let server = Server::start(&Setup::default());
    let service = Service::start_on(&server.create_schema(), SETTINGS);
    let made = service
        .person("ada@example.com")
        .post("/api-keys", &json!({ "name": "laptop" }));
    let key = made.expect(201).text_at("/api_key");
    let ask = |key: &str| {
        let answer = service.anonymous().with_token(key).get("/v1/teams");
        (answer.status, answer.text_at("/error"))
    };
    server.stop(Stop::Fast);
    assert_eq!(ask(&key).0, 503);
    let (last, other) = (key.len() - 1, if key.ends_with('0') { '1' } else { '0' });
    for mistyped in [
        format!("{}{other}", &key[..last]),
        key[..last].to_owned(),
        format!("{key}0"),
        key.replacen('_', "_-", 1),
    ] {
        let why = "the API key is mistyped or cut off".to_owned();
        assert_eq!(ask(&mistyped), (403, why), "{mistyped}");
    }
}

#[test]
fn health_tells_a_service_without_its_database_from_one_that_is_well() {
    let server = Server::start(&Setup::default());
    let service = Service::start_on(&server.create_schema(), SETTINGS);
    server.stop(Stop::Fast);
    let asked = service.run(&["health", "--url", &service.base]);
    assert_eq!(asked.code, Some(1));
    assert!(asked.stderr.contains("/readyz answered 503"), "{}", asked.stderr);
    let asked = service.run(&["health", "--live", "--url", &service.base]);
    assert_eq!(asked.code, Some(0), "{}", asked.stderr);
}
