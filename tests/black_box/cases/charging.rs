use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use serde_json::json;
use tenantry_client::types::{NewMember, NewOrganization, Role};
use tenantry_client::{Code, UserId};
use tenantry_tests::{Caller, Wait};

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
            let parent = world::scope(&ada, &w).organization(&organizations[n % 2].as_str().into());
            let made = &made;
            scope.spawn(move || {
                for _ in 0..4 {
                    match parent.create_child(&NewOrganization::new("Child")).wait() {
                        Ok(_) => made.fetch_add(1, Ordering::Relaxed),
                        Err(error) => {
                            let caps = [Code::ChildrenLimitReached, Code::OrganizationLimitReached];
                            assert!(error.code().is_some_and(|code| caps.contains(code)), "{error}");
                            0
                        }
                    };
                }
            });
        }
    });
    // The root has one child already and takes four more, its child takes five: nine and the two are eleven, of twelve.
    assert_eq!(made.into_inner(), 9);
    let all = world::scope(&ada, &w).organizations().list().all().wait();
    assert_eq!(all.expect("a list").len(), 11);
}

#[test]
fn w5_of_two_owners_who_leave_at_once_one_stays() {
    let service = start(&[]);
    let (ada, grace) = (
        service.person("ada@example.com"),
        service.person("grace@example.com"),
    );
    let [ada_id, grace_id] =
        [&ada, &grace].map(|who| who.client().userinfo().wait().expect("a person").value.account.id);
    for _ in 0..10 {
        let w = world::workspace(&ada, "single");
        let owner = NewMember {
            user_id: grace_id.clone(),
            role: Role::Owner,
        };
        let members = world::scope(&ada, &w).members();
        members.add(&owner).wait().expect("a member");
        let leave = |who: &Caller, id: &UserId| world::scope(who, &w).member(id).remove().wait();
        let outcomes = thread::scope(|scope| {
            let one = scope.spawn(|| leave(&ada, &ada_id));
            let two = scope.spawn(|| leave(&grace, &grace_id));
            [one.join().expect("no panic"), two.join().expect("no panic")]
        });
        let refused: Vec<_> = outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().err())
            .collect();
        let codes: Vec<_> = refused.iter().map(|error| error.code()).collect();
        assert_eq!(codes, [Some(&Code::CannotRemoveLastOwner)]);
    }
}
