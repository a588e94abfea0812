use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;
use ureq::http::Method;

use super::{start, world};

#[test]
fn c2_what_was_acknowledged_survives_kill_9() {
    let mut service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 100_000, &[None, None]);
    let leaf = &organizations[1];
    let acknowledged = Mutex::new(Vec::new());
    for round in 0..3 {
        let killed = AtomicBool::new(false);
        let caller = service.person("ada@example.com");
        thread::scope(|scope| {
            for thread in 0..6 {
                let (caller, acknowledged, killed) = (&caller, &acknowledged, &killed);
                scope.spawn(move || {
                    for n in 0.. {
                        let resource = format!("{round}-{thread}-{n}");
                        let body = json!({ "organization_id": leaf, "quantity": 2 });
                        let sent = caller.try_send(
                            Method::PUT,
                            &format!("/charges/locations/{resource}"),
                            Some(&body),
                        );
                        match sent {
                            Ok(answer) if answer.status == 201 => {
                                acknowledged.lock().expect("no panic").push(resource);
                            }
                            Ok(answer) => panic!("{}", answer.text),
                            Err(_) if killed.load(Ordering::SeqCst) => return,
                            Err(error) => {
                                // The connection may break a moment before the killer says so.
                                thread::sleep(Duration::from_millis(500));
                                assert!(
                                    killed.load(Ordering::SeqCst),
                                    "the service went away by itself: {error}"
                                );
                                return;
                            }
                        }
                    }
                });
            }
            thread::sleep(Duration::from_millis(400));
            killed.store(true, Ordering::SeqCst);
            service.kill();
        });
        service.restart();
    }
    let ada = service.person("ada@example.com");
    let acknowledged = acknowledged.into_inner().expect("no panic");
    assert!(
        acknowledged.len() > 20,
        "only {} charges were made before the kills",
        acknowledged.len()
    );
    for resource in &acknowledged {
        ada.get(&format!("/charges/locations/{resource}?organization_id={leaf}"))
            .expect(200);
    }
    let used = world::used(&ada, &w, &organizations[0]);
    let least = u64::try_from(acknowledged.len()).expect("few") * 2;
    // A charge can be saved and its answer lost: at most one for each thread and kill.
    assert!(
        (least..=least + 2 * 6 * 3).contains(&used),
        "{used} used, {least} acknowledged"
    );
    let verified = service.run(&["verify"]);
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
}

#[test]
fn requests_in_flight_are_finished_before_the_service_stops() {
    let mut service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 100_000, &[None]);
    let statuses = Mutex::new(Vec::new());
    let code = thread::scope(|scope| {
        for thread in 0..4 {
            let (ada, statuses, organization) = (&ada, &statuses, &organizations[0]);
            scope.spawn(move || {
                for n in 0.. {
                    let body = json!({ "organization_id": organization });
                    let path = format!("/charges/locations/{thread}-{n}");
                    // No answer at all means that the service has stopped accepting.
                    let Ok(answer) = ada.try_send(Method::PUT, &path, Some(&body)) else {
                        return;
                    };
                    statuses.lock().expect("no panic").push(answer.status);
                }
            });
        }
        thread::sleep(Duration::from_millis(300));
        service.stop()
    });
    assert_eq!(code, Some(0));
    let statuses = statuses.into_inner().expect("no panic");
    service.restart();
    let used = world::used(&service.person("ada@example.com"), &w, &organizations[0]);
    assert_eq!(
        u64::try_from(statuses.len()),
        Ok(used),
        "what was done was answered"
    );
    assert!(
        statuses.len() > 4 && statuses.iter().all(|status| *status == 201),
        "{statuses:?}"
    );
}
