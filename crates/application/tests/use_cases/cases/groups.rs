//! Requests that are decided together (ADR 34): each as if it had come alone behind those before it.

use std::thread;

use tenantry_application::charges::{Decision, LedgerAnswer, LedgerRequest, ReservationRequest};
use tenantry_application::error::Noun;
use tenantry_application::event::EventKind;
use tenantry_application::idempotency::KeyedRequest;
use tenantry_application::page::PageRequest;
use tenantry_application::{Actor, Error, Scope};
use tenantry_domain::WorkspaceId;
use tenantry_domain::capacity::{Balance, NodeId, TargetId};
use tenantry_domain::reservation::ReservationStatus;

use super::ledger::{Ask, charged, reservation};
use super::world::{Small, World, locations, machine};
use crate::recorder::statements_of;
use crate::refused;

fn reserve<'a>(actor: &'a Actor, target: impl Into<TargetId>, resource: &str, n: i64) -> Ask<'a> {
    let LedgerRequest::Charge(charge) = Ask::charge(actor, target, resource, n).request else {
        unreachable!("it is a charge");
    };
    let ttl = 600.try_into().unwrap();
    Ask::new(actor, LedgerRequest::Reserve(ReservationRequest { charge, ttl }))
}

/// Charges something once, so that there are balances to lock.
fn used(world: &World, ada: &Actor, capacity: i64) -> Small {
    let small = world.small(ada, capacity);
    world.charge(ada, small.root, "first", 1).unwrap();
    small
}

/// How often something was saved: by the end of a transaction, or by a statement that is one.
fn saves(statements: &[String]) -> usize {
    let count = |start: &str| statements.iter().filter(|sql| sql.starts_with(start)).count();
    match count("BEGIN") {
        0 => count("WITH"),
        _ => count("COMMIT"),
    }
}

#[test]
fn c2_a_group_of_several_trees_is_one_transaction_and_each_gets_its_own_answer() {
    let world = World::new();
    let (ada, eve) = (world.person("ada"), world.person("eve"));
    let (mine, other) = (used(&world, &ada, 4), used(&world, &ada, 9));
    let caller = machine(&[Scope::UsageWrite]);
    let asks = [
        Ask::charge(&ada, mine.root, "a", 2),
        Ask::charge(&caller, other.root, "a", 9),
        Ask::charge(&eve, mine.root, "b", 1),
        Ask::charge(&ada, mine.root, "c", 2),
        Ask::release(&caller, mine.root, "a"),
        Ask::charge(&ada, mine.root, "c", 3),
        Ask::charge(&caller, other.root, "b", 8),
    ];
    let (mut answers, statements) = statements_of(|| world.ask_all(&asks));
    assert_eq!(saves(&statements), 1, "{statements:#?}");
    let mut next = || answers.remove(0);
    assert!(charged(next().unwrap()).created);
    refused!(next(), Error::LimitReached { .. });
    refused!(next(), Error::NotFound(Noun::Organization));
    refused!(next(), Error::LimitReached { .. });
    assert_eq!(next().unwrap(), LedgerAnswer::Released);
    assert!(charged(next().unwrap()).created);
    assert!(charged(next().unwrap()).created);
    assert_eq!(world.used(&ada, mine.workspace, mine.root), 4);
    assert_eq!(world.used(&ada, other.workspace, other.root), 9);
    world.is_exact();
}

#[test]
fn c3_a_refusal_in_a_group_names_the_nodes_of_its_own_chain() {
    let world = World::new();
    let ada = world.person("ada");
    let (mine, other) = (used(&world, &ada, 1), used(&world, &ada, 1));
    let asks = [
        Ask::charge(&ada, mine.root, "a", 1),
        Ask::charge(&ada, other.root, "a", 1),
    ];
    for (answer, small) in world.ask_all(&asks).into_iter().zip([&mine, &other]) {
        let Err(Error::LimitReached { refusal, .. }) = answer else {
            panic!("{answer:?}");
        };
        let view = world.app.organization(&ada, small.workspace, small.root).unwrap();
        assert_eq!(refusal.chain().target().name, view.organization.name.as_str());
        assert!(refusal.chain().nodes().all(|node| !node.name.is_empty()));
    }
}

#[test]
fn c5_reservations_are_made_and_ended_among_charges() {
    let world = World::new();
    let ada = world.person("ada");
    let small = used(&world, &ada, 4);
    let held = world.try_reserve(&ada, small.root, "held", (1, 60)).unwrap();
    let asks = [
        reserve(&ada, small.root, "r", 2),
        Ask::charge(&ada, small.root, "x", 1),
        Ask::new(&ada, LedgerRequest::ReleaseReservation(held.id)),
        Ask::charge(&ada, small.root, "x", 1),
        Ask::new(&ada, LedgerRequest::CommitReservation(held.id)),
    ];
    let (mut answers, statements) = statements_of(|| world.ask_all(&asks));
    assert_eq!(saves(&statements), 1, "{:#?}", &statements[10..]);
    let reserved = reservation(answers.remove(0).unwrap());
    assert_eq!(reserved.status, ReservationStatus::Held);
    refused!(answers.remove(0), Error::LimitReached { .. });
    assert_eq!(
        reservation(answers.remove(0).unwrap()).status,
        ReservationStatus::Released
    );
    assert!(charged(answers.remove(0).unwrap()).created);
    refused!(answers.remove(0), Error::Reservation(_));
    world.is_exact();
}

#[test]
fn r1_one_key_twice_in_a_group_is_done_once() {
    let world = World::new();
    let ada = world.person("ada");
    let small = used(&world, &ada, 9);
    let keyed = |resource: &str, fingerprint: u8| Ask {
        key: Some(KeyedRequest {
            key: "k".parse().unwrap(),
            fingerprint: [fingerprint; 32],
        }),
        ..reserve(&ada, small.root, resource, 1)
    };
    let mut answers = world.ask_all(&[keyed("r", 1), keyed("r", 1), keyed("s", 2)]);
    reservation(answers.remove(0).unwrap());
    refused!(answers.remove(0), Error::DoneBefore(_));
    refused!(answers.remove(0), Error::KeyReused);
    assert_eq!(world.used(&ada, small.workspace, small.root), 2);
    world.is_exact();
}

#[test]
fn l9_thresholds_in_a_group_are_told_by_whoever_reaches_them() {
    let world = World::new();
    let (ada, caller) = (world.person("ada"), machine(&[Scope::UsageWrite]));
    let small = used(&world, &ada, 10);
    let asks = [
        Ask::charge(&ada, small.root, "a", 7),
        Ask::release(&ada, small.root, "a"),
        Ask::charge(&caller, small.root, "b", 7),
        Ask::charge(&ada, small.root, "c", 2),
    ];
    for answer in world.ask_all(&asks) {
        answer.unwrap();
    }
    let mut unit = world.store.begin_read().unwrap();
    let kind = Some(EventKind::LimitThresholdReached);
    let told = unit
        .events()
        .list(small.workspace.into(), kind, &PageRequest::default());
    drop(unit);
    let by: Vec<String> = told.unwrap().items.into_iter().map(|event| event.actor).collect();
    assert_eq!(by, [ada.to_string(), caller.to_string(), ada.to_string()]);
    world.is_exact();
}

/// The workspace of a request that is still open.
fn open(decision: &Decision) -> Option<WorkspaceId> {
    match decision {
        Decision::Open(workspace) => Some(workspace.unwrap()),
        Decision::Made(decided) => {
            assert!(decided.answer.is_ok(), "{decided:?}");
            None
        }
    }
}

/// SQLite has one writer, who waits for nobody else.
#[test]
fn what_somebody_has_locked_keeps_nobody_else_waiting() {
    let world = World::new();
    let ada = world.person("ada");
    let (locked, free) = (used(&world, &ada, 9), used(&world, &ada, 9));
    if (world.database.waiting)().is_none() {
        return;
    }
    let mut holder = world.store.begin_write().unwrap();
    holder
        .balances()
        .chains_for_update(locked.workspace, &[locked.root.into()], &[locations()])
        .unwrap();
    let asks = [
        Ask::charge(&ada, locked.root, "x", 1),
        Ask::charge(&ada, free.root, "x", 1),
    ];
    let decided = world.app.decide_free(&[&asks[0], &asks[1]]);
    assert_eq!(open(&decided[0]), Some(locked.workspace), "{decided:?}");
    assert_eq!(open(&decided[1]), None, "{decided:?}");
    drop(holder);
    for answer in world.ask_all(&asks) {
        answer.unwrap();
    }
    world.is_exact();
}

#[test]
fn what_is_corrupt_fails_alone() {
    let world = World::new();
    let ada = world.person("ada");
    let (bad, good) = (used(&world, &ada, 9), used(&world, &ada, 9));
    let mut unit = world.store.begin_write().unwrap();
    let nothing = Balance::default();
    unit.balances()
        .repair(
            bad.workspace,
            NodeId::Organization(bad.root),
            &locations(),
            nothing,
        )
        .unwrap();
    unit.commit().unwrap();
    let asks = [
        Ask::charge(&ada, good.root, "x", 1),
        Ask::release(&ada, bad.root, "first"),
        Ask::charge(&ada, good.root, "y", 1),
        Ask::charge(&ada, bad.root, "y", 1),
    ];
    let answers = world.ask_all(&asks);
    let is_done: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(is_done, [true, false, true, true], "{answers:?}");
    assert_eq!(world.used(&ada, good.workspace, good.root), 3);
}

#[test]
fn s4_what_is_due_is_settled_before_its_requests_and_keeps_no_others() {
    let world = World::new();
    let ada = world.person("ada");
    let (due, other) = (used(&world, &ada, 3), used(&world, &ada, 3));
    world.try_reserve(&ada, due.root, "held", (2, 60)).unwrap();
    world.pass(std::time::Duration::from_mins(2));
    let asks = [
        Ask::charge(&ada, due.root, "x", 2),
        Ask::charge(&ada, other.root, "x", 2),
    ];
    for answer in world.ask_all(&asks) {
        assert!(charged(answer.unwrap()).created);
    }
    world.is_exact();
}

#[test]
fn c2_groups_of_many_threads_over_several_trees_never_pass_a_limit() {
    const THREADS: usize = 6;
    let world = World::new();
    let ada = world.person("ada");
    let smalls: Vec<Small> = (0..3).map(|_| used(&world, &ada, 10)).collect();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (world, ada, smalls) = (&world, &ada, &smalls);
            scope.spawn(move || {
                for round in 0..10 {
                    let resources: Vec<String> = (0..4).map(|n| format!("{number}-{round}-{n}")).collect();
                    let mut asks: Vec<Ask<'_>> = Vec::new();
                    for small in smalls {
                        asks.extend(
                            resources
                                .iter()
                                .map(|resource| Ask::charge(ada, small.root, resource, 1)),
                        );
                        asks.push(Ask::release(ada, small.root, &resources[0]));
                    }
                    for answer in world.ask_all(&asks) {
                        match answer {
                            Ok(_) | Err(Error::LimitReached { .. }) => {}
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                }
            });
        }
    });
    for small in &smalls {
        let used = world.used(&ada, small.workspace, small.root);
        assert!((5..=10).contains(&used), "{used} of 10");
    }
    world.is_exact();
}
