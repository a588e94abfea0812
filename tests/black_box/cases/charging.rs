use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use serde_json::json;
use tenantry_tests::Caller;

use super::{start, world};

/// Charges of one unit each by many threads, spread over these organizations; how many were admitted.
fn stampede(callers: &[Caller], organizations: &[String], charges_each: usize) -> u64 {
    let admitted = AtomicU64::new(0);
    thread::scope(|scope| {
        for (number, caller) in callers.iter().enumerate() {
            let admitted = &admitted;
            scope.spawn(move || {
                for n in 0..charges_each {
                    let organization = &organizations[(number + n) % organizations.len()];
                    match world::charge(caller, organization, &format!("{number}-{n}"), 1) {
                        201 => admitted.fetch_add(1, Ordering::Relaxed),
                        409 => 0,
                        other => panic!("an answer that is neither yes nor no: {other}"),
                    };
                }
            });
        }
    });
    admitted.load(Ordering::Relaxed)
}

#[test]
fn c2_many_clients_fill_a_tree_exactly() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, mut organizations) = world::chain(&ada, 60, &[Some(50), Some(40)]);
    organizations.push(world::child(
        &ada,
        &w,
        &organizations[0],
        json!({ "locations": 7 }),
    ));
    let callers = vec![ada.clone(); 16];
    assert_eq!(
        stampede(&callers, &organizations, 12),
        50,
        "the root admits 50, and no one is refused while there is room"
    );
    assert_eq!(world::used(&ada, &w, &organizations[0]), 50);
    assert!(world::used(&ada, &w, &organizations[1]) <= 40);
    assert!(world::used(&ada, &w, &organizations[2]) <= 7);
    assert_eq!(service.run(&["verify"]).code, Some(0));
}

#[test]
fn c2_two_processes_on_one_database_fill_a_tree_exactly() {
    let service = start(&[]);
    let sibling = service.sibling();
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 100, &[Some(30)]);
    let elsewhere = sibling.person("ada@example.com");
    let callers: Vec<Caller> = [ada.clone(), elsewhere].into_iter().cycle().take(8).collect();
    assert_eq!(stampede(&callers, &organizations, 8), 30);
    assert_eq!(world::used(&ada, &w, &organizations[0]), 30);
}

#[test]
fn c1_the_same_charge_sent_many_times_at_once_counts_once() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 100, &[None]);
    let created = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| match world::charge(&ada, &organizations[0], "one", 3) {
                201 => created.fetch_add(1, Ordering::Relaxed),
                200 => 0,
                other => panic!("{other}"),
            });
        }
    });
    assert_eq!(created.into_inner(), 1);
    assert_eq!(world::used(&ada, &w, &organizations[0]), 3);
}

#[test]
fn o1_the_caps_hold_when_many_create_at_once() {
    let service = start(&[
        ("TENANTRY__LIMITS__ORGANIZATIONS_PER_WORKSPACE", "12"),
        ("TENANTRY__LIMITS__CHILDREN", "5"),
    ]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 1, &[None, None]);
    let made = AtomicU64::new(0);
    thread::scope(|scope| {
        for n in 0..16 {
            let (ada, w, made, parent) = (&ada, &w, &made, &organizations[n % 2]);
            scope.spawn(move || {
                for _ in 0..4 {
                    let path = format!("{w}/organizations/{parent}/children");
                    match ada.post(&path, &json!({ "name": "Child" })).status {
                        201 => made.fetch_add(1, Ordering::Relaxed),
                        409 => 0,
                        other => panic!("{other}"),
                    };
                }
            });
        }
    });
    // The root has one child already and takes four more, its child takes five: nine and the two are eleven, of twelve.
    assert_eq!(made.into_inner(), 9);
    let all = ada.get(&format!("{w}/organizations")).expect(200);
    assert_eq!(all.at("/data").as_array().map(Vec::len), Some(11));
}

#[test]
fn w5_of_two_owners_who_leave_at_once_one_stays() {
    let service = start(&[]);
    let (ada, grace) = (
        service.person("ada@example.com"),
        service.person("grace@example.com"),
    );
    let [ada_id, grace_id] = [&ada, &grace].map(|who| who.get("/oauth/userinfo").expect(200).id());
    for _ in 0..10 {
        let w = world::workspace(&ada, "single");
        ada.post(
            &format!("{w}/members"),
            &json!({ "user_id": grace_id, "role": "owner" }),
        )
        .expect(201);
        let leave = |who: &Caller, id: &str| who.delete(&format!("{w}/members/{id}")).status;
        let statuses = thread::scope(|scope| {
            let one = scope.spawn(|| leave(&ada, &ada_id));
            let two = scope.spawn(|| leave(&grace, &grace_id));
            let mut both = [one.join().expect("no panic"), two.join().expect("no panic")];
            both.sort_unstable();
            both
        });
        assert_eq!(statuses, [204, 409]);
    }
}
