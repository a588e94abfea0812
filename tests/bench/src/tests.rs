//! A tiny run of everything on both databases, with the binary that the other tests use.

use std::time::Duration;

use crate::asking::{Ask, Range};
use crate::load::Pace;
use crate::measure::Times;
use crate::soak::{self, Plan};
use crate::tree::Shape;
use crate::workshop::{Seeded, Workshop};

const TINY: Times = Times {
    rounds: 1,
    warm_up: Duration::ZERO,
    measured: Duration::from_millis(300),
    rest: Duration::ZERO,
};
const SHAPE: Shape = Shape {
    workspaces: 2,
    levels: 5,
};

fn workshop(directory: &std::path::Path) -> Workshop {
    Workshop::open(&tenantry_tests::binary(), TINY, directory)
}

/// The service works on what was seeded, and nothing that it derives is otherwise, before and after.
fn works(seeded: &Seeded) {
    seeded.verify();
    for (ask, level) in [
        (Ask::Charge, 5),
        (Ask::Check, 4),
        (Ask::Organization, 1),
        (Ask::Limits, 2),
    ] {
        let range = Range {
            workspaces: (1, SHAPE.workspaces),
            shape: SHAPE,
            level,
        };
        let requests = ask.requests(range, &seeded.tokens, "test");
        let (measured, _) = seeded
            .subject
            .turn(requests, seeded.subject.load(2, Pace::Closed, TINY));
        assert!(measured.latencies.count() > 0, "{ask:?}");
        assert!(
            measured.unexpected.is_empty(),
            "{ask:?}: {:?}",
            measured.unexpected
        );
    }
    seeded.verify();
}

#[test]
fn a_seeded_postgresql_is_one_that_the_service_could_have_left() {
    let directory = tempfile::tempdir().unwrap();
    let workshop = workshop(directory.path());
    works(&workshop.on_postgres(SHAPE));
}

#[test]
fn a_seeded_sqlite_is_one_that_the_service_could_have_left() {
    let directory = tempfile::tempdir().unwrap();
    let workshop = workshop(directory.path());
    works(&workshop.on_sqlite(SHAPE, |_| ()));
}

#[test]
fn a_short_soak_asks_for_everything_and_breaks_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let workshop = workshop(directory.path());
    let seeded = workshop.on_postgres(SHAPE);
    let plan = Plan {
        rate: 60.0,
        duration: Duration::from_secs(10),
    };
    let outcome = soak::run(&seeded, plan);
    let document = seeded.subject.service.caller(None).get("/openapi.json");
    assert_eq!(soak::forgotten(&document.expect(200).body, &outcome), [""; 0]);
    assert_eq!(outcome.complaints(), [""; 0], "{outcome}");
    println!("{outcome}");
    seeded.verify();
}
