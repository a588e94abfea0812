//! A server that goes away and comes back.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tenantry_application::ports::{StoreError, Viewer};
use tenantry_persistence::{MigratableStore, Options, open};
use tenantry_test_postgres::{Server, Setup, Stop};

use crate::concurrency::charge_one;
use crate::fixtures::*;
use crate::support::*;

const THREADS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(5);

fn backend(server: &Server) -> Backend {
    let backend = Backend::postgres_at(server.create_schema());
    seed(&backend);
    backend
}

fn impatient(backend: &Backend) -> std::sync::Arc<dyn MigratableStore> {
    let options = Options {
        acquire_timeout: PATIENCE,
        ..options()
    };
    open(&backend.url, &options).unwrap()
}

#[test]
fn idle_connections_that_died_are_not_noticed() {
    let server = Server::start(&Setup::default());
    let backend = backend(&server);
    for how in [Stop::Fast, Stop::Immediate] {
        let idle: Vec<_> = (0..5).map(|_| backend.store.begin_read().unwrap()).collect();
        drop(idle);
        server.stop(how);
        server.start_again();
        for _ in 0..5 {
            assert_eq!(
                backend.read(|unit| unit.organizations().all(workspace_id()).unwrap().len()),
                5
            );
        }
        server.stop(how);
        server.start_again();
        let chain = backend.store.chain(Viewer::Machine, workspace_id(), id(12));
        assert!(chain.unwrap().unwrap().seen.is_some());
        assert_eq!(backend.store.pending_migrations().unwrap(), [""; 0]);
    }
}

#[test]
fn what_was_begun_before_an_outage_is_not_committed_after_it() {
    let server = Server::start(&Setup::default());
    let backend = backend(&server);
    let mut unit = backend.store.begin_write().unwrap();
    save_charge(&mut *unit, &charge(12, "lost", 1));
    server.stop(Stop::Fast);
    server.start_again();
    let error = unit.commit().unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    backend.read(|unit| assert_eq!(unit.charges().totals(workspace_id()).unwrap(), []));
}

/// What the threads of a load have seen.
#[derive(Default)]
struct Seen {
    acknowledged: Mutex<Vec<String>>,
    unavailable: AtomicUsize,
    slowest: Mutex<Duration>,
}

impl Seen {
    /// Waits until so many more were acknowledged.
    fn wait_for_more(&self, count: usize) {
        let acknowledged = || self.acknowledged.lock().unwrap().len();
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

/// Charges one resource until that is acknowledged. A COMMIT whose answer was lost may have been done, which shows when it is sent again.
fn charge_until_acknowledged(store: &dyn MigratableStore, resource: String, seen: &Seen) {
    loop {
        let begun = Instant::now();
        let outcome = charge_one(store, &resource);
        let mut slowest = seen.slowest.lock().unwrap();
        *slowest = begun.elapsed().max(*slowest);
        match outcome {
            Ok(true) => break,
            Err(StoreError::Unavailable(_)) => {
                seen.unavailable.fetch_add(1, Ordering::Relaxed);
                drop(slowest);
                thread::sleep(Duration::from_millis(20));
            }
            Err(StoreError::Retry(_)) => {}
            outcome => panic!("{outcome:?}"),
        }
    }
    seen.acknowledged.lock().unwrap().push(resource);
}

#[test]
fn an_outage_under_load_loses_nothing_and_is_over_when_the_server_is_back() {
    let server = Server::start(&Setup::default());
    let backend = backend(&server);
    let store = impatient(&backend);
    let (seen, is_over) = (Seen::default(), AtomicBool::new(false));
    let begin = Barrier::new(THREADS + 1);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (store, seen, is_over, begin) = (&*store, &seen, &is_over, &begin);
            scope.spawn(move || {
                begin.wait();
                let resources = (0..).map(|n| format!("{thread}-{n}"));
                for resource in resources.take_while(|_| !is_over.load(Ordering::Relaxed)) {
                    charge_until_acknowledged(store, resource, seen);
                }
            });
        }
        let _over = Over(&is_over);
        begin.wait();
        for how in [Stop::Fast, Stop::Immediate] {
            thread::sleep(Duration::from_millis(300));
            server.stop(how);
            thread::sleep(Duration::from_millis(300));
            server.start_again();
            seen.wait_for_more(THREADS);
        }
    });
    assert!(seen.unavailable.into_inner() > THREADS);
    let slowest = seen.slowest.into_inner().unwrap();
    assert!(slowest < PATIENCE, "somebody waited for {slowest:?}");
    let acknowledged = seen.acknowledged.into_inner().unwrap();
    backend.read(|unit| {
        let kept = u64::try_from(acknowledged.len()).unwrap();
        assert_eq!(
            unit.charges().totals(workspace_id()).unwrap(),
            [(charge(12, "x", 1).target, seats(), units(kept))]
        );
        let balances = unit.balances().of_workspace(workspace_id()).unwrap();
        assert!(
            [pool_node(), node(10), node(11), node(12)]
                .iter()
                .all(|node| balances[node][&seats()].subtree == units(kept))
        );
    });
}
