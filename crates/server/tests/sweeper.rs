use std::sync::Arc;
use std::time::Duration;

use tenantry_application::idempotency::WrittenAnswer;
use tenantry_application::ports::{Claim, ClaimKey, ClaimTimes, Store};
use tenantry_domain::Timestamp;
use tenantry_persistence::{Options, open};
use tenantry_server::config::Settings;
use tenantry_server::licensing::Licenses;
use tenantry_server::sweeper::sweep;
use tenantry_server::wiring::tenantry;

const SHORT: Duration = Duration::from_millis(5);

/// Whether the key is free: an answer from 1970 is still valid to who asks in 1970.
fn is_forgotten(store: &dyn Store) -> bool {
    let key = ClaimKey {
        caller: "user:ada".into(),
        key: "k".parse().unwrap(),
    };
    let times = ClaimTimes {
        now: Timestamp::EPOCH,
        valid_since: Timestamp::EPOCH,
    };
    let mut unit = store.begin_write().unwrap();
    let claim = unit.answers().claim(&key, &[1; 32], times).unwrap();
    unit.answers().keep(&key, &WrittenAnswer(vec![1])).unwrap();
    unit.commit().unwrap();
    claim == Claim::Free
}

#[actix_web::test]
async fn r1_old_answers_are_forgotten_now_and_every_so_often() {
    let store = open("sqlite://:memory:", &Options::default()).unwrap();
    let tenantry = tenantry(&Settings::default(), store.clone(), Arc::<Licenses>::default()).unwrap();
    assert!(is_forgotten(&*store), "nothing is there");
    let sweeping = actix_web::rt::spawn(sweep(tenantry, SHORT));
    for _ in 0..2 {
        while !is_forgotten(&*Arc::clone(&store)) {
            actix_web::rt::time::sleep(SHORT).await;
        }
    }
    sweeping.abort();
}
