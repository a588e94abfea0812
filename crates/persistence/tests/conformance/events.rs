use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tenantry_application::event::{EventKind, EventPosition, RecordedEvent};
use tenantry_application::page::Position;
use tenantry_application::ports::{StoreError, UnitOfWork};
use tenantry_domain::workspace::Workspace;

use crate::fixtures::*;
use crate::support::*;

fn list(
    unit: &mut dyn UnitOfWork,
    kind: Option<EventKind>,
    position: Place<EventPosition>,
) -> Vec<RecordedEvent> {
    unit.events()
        .list(workspace_id().into(), kind, &page(200, position))
        .unwrap()
        .items
}

fn positions(events: &[RecordedEvent]) -> Vec<i64> {
    events.iter().map(|event| event.position.0).collect()
}

#[test]
fn v1_events_are_read_in_the_order_of_their_positions_which_have_no_gaps() {
    for backend in Backend::all() {
        seed(&backend);
        // The ids are in another order, as those of several processes may be.
        for ids in [vec![9], vec![7, 8], vec![1]] {
            backend.write(|unit| {
                for n in ids {
                    unit.events().append(&event(n, EventKind::ChargeCreated)).unwrap();
                }
            });
        }
        backend.write(|unit| unit.events().append(&event(5, EventKind::MemberAdded)).unwrap());
        backend.read(|unit| {
            let all = list(unit, None, Position::Start);
            assert_eq!(positions(&all), [1, 2, 3, 4, 5]);
            assert_eq!(
                all.iter().map(|event| event.id).collect::<Vec<_>>(),
                [9, 7, 8, 1, 5].map(id)
            );
            let whole = event(9, EventKind::ChargeCreated);
            let first = &all[0];
            assert_eq!(
                (
                    first.at,
                    &first.actor,
                    first.kind.as_str(),
                    &first.subject,
                    &first.changes
                ),
                (
                    whole.at,
                    &whole.actor,
                    "charge.created",
                    &whole.subject,
                    &whole.changes
                )
            );
            let added = list(unit, Some(EventKind::MemberAdded), Position::Start);
            assert_eq!(positions(&added), [5]);
            let behind = list(unit, None, after(EventPosition(3)));
            assert_eq!(positions(&behind), [4, 5]);
            let ahead = list(unit, None, before(EventPosition(3)));
            assert_eq!(positions(&ahead), [1, 2]);
        });
    }
}

#[test]
fn v1_events_of_a_transaction_that_is_given_up_take_no_position() {
    for backend in Backend::all() {
        seed(&backend);
        drop_with_event(&backend);
        backend.write(|unit| unit.events().append(&event(2, EventKind::MemberAdded)).unwrap());
        backend.read(|unit| assert_eq!(positions(&list(unit, None, Position::Start)), [1]));
    }
}

fn drop_with_event(backend: &Backend) {
    let mut unit = backend.store.begin_write().unwrap();
    unit.events().append(&event(1, EventKind::MemberAdded)).unwrap();
}

#[test]
fn each_workspace_has_a_feed_of_its_own() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.workspaces()
                .insert(&Workspace {
                    id: id(7),
                    ..workspace(7)
                })
                .unwrap();
            let there = tenantry_application::event::Event {
                workspace_id: id(7),
                ..event(1, EventKind::MemberAdded)
            };
            let here = event(2, EventKind::MemberAdded);
            for event in [&there, &here, &there] {
                unit.events().append(event).unwrap();
            }
        });
        backend.read(|unit| {
            assert_eq!(positions(&list(unit, None, Position::Start)), [1]);
            let there = unit
                .events()
                .list(workspace(7).id.into(), None, &page(9, Position::Start))
                .unwrap();
            assert_eq!(positions(&there.items), [1, 2]);
        });
    }
}

const WRITERS: u128 = 6;
const EVENTS: u128 = 40;

fn append_all(backend: &Backend, writer: u128) {
    for n in 0..EVENTS {
        loop {
            let mut unit = backend.store.begin_write().unwrap();
            let event = event(1 + writer * EVENTS + n, EventKind::ChargeCreated);
            unit.events().append(&event).unwrap();
            match unit.commit() {
                Ok(()) => break,
                Err(StoreError::Retry(_) | StoreError::Unavailable(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

/// Follows the feed until the writers are done and nothing is left.
fn follow(backend: &Backend, done: &AtomicBool) -> Vec<RecordedEvent> {
    let mut seen: Vec<RecordedEvent> = Vec::new();
    loop {
        let is_last = done.load(Ordering::SeqCst);
        let position = seen.last().map_or(Position::Start, |event| after(event.position));
        let news = backend.read(|unit| list(unit, None, position));
        if is_last && news.is_empty() {
            return seen;
        }
        seen.extend(news);
    }
}

#[test]
fn v1_who_follows_the_feed_misses_no_event_of_a_transaction_that_commits_late() {
    for backend in Backend::all() {
        seed(&backend);
        let done = AtomicBool::new(false);
        let seen = thread::scope(|scope| {
            let reader = scope.spawn(|| follow(&backend, &done));
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let backend = &backend;
                    scope.spawn(move || append_all(backend, writer))
                })
                .collect();
            for writer in writers {
                writer.join().unwrap();
            }
            done.store(true, Ordering::SeqCst);
            reader.join().unwrap()
        });
        let count = i64::try_from(WRITERS * EVENTS).unwrap();
        assert_eq!(positions(&seen), (1..=count).collect::<Vec<_>>());
    }
}
