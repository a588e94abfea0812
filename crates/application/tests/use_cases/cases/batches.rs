//! Many changes of a ledger at once (C7).

use std::thread;

use tenantry_application::charges::{Operation, RowOutcome};
use tenantry_application::error::Noun;
use tenantry_application::{Error, Scope};
use tenantry_domain::OrganizationId;
use tenantry_domain::charge::ChargeRefused;
use tenantry_domain::reservation::ReservationStatus;
use tenantry_domain::team::SystemRole;

use super::world::{World, charging, key, machine, row};
use crate::refused;

/// What came of each row, in a word.
fn words(outcomes: &[RowOutcome]) -> Vec<&'static str> {
    let word = |outcome: &RowOutcome| match outcome {
        RowOutcome::Charged(charged) if charged.created => "created",
        RowOutcome::Charged(_) => "kept",
        RowOutcome::Released => "released",
        RowOutcome::Moved(_) => "moved",
        RowOutcome::Refused(Error::LimitReached { .. }) => "full",
        RowOutcome::Refused(Error::Charge(ChargeRefused::Elsewhere(_))) => "elsewhere",
        RowOutcome::Refused(Error::NotFound(Noun::Organization)) => "no organization",
        RowOutcome::Refused(Error::NotFound(Noun::Team)) => "no team",
        RowOutcome::Refused(Error::NotFound(Noun::Charge)) => "no charge",
        RowOutcome::Refused(Error::UnknownMeter(_)) => "unknown meter",
        RowOutcome::Refused(Error::ReservedResourceId(_)) => "reserved",
        RowOutcome::Refused(Error::LacksTeamScope(_)) => "no scope",
        RowOutcome::Refused(other) => panic!("{other:?}"),
    };
    outcomes.iter().map(word).collect()
}

#[test]
fn c7_each_row_comes_as_if_alone_and_after_those_before_it() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 4);
    let child = world.child(&ada, small.workspace, small.root, &[("locations", 2)]);
    let rows = [
        row(charging(2), child, "a"),
        row(charging(2), child, "a"),
        row(charging(1), child, "b"),
        row(Operation::Move, small.root, "a"),
        row(charging(1), child, "b"),
        row(charging(2), small.root, "c"),
        row(Operation::Release, small.root, "a"),
        row(charging(2), small.root, "c"),
        row(charging(1), small.root, "b"),
        row(Operation::Release, child, "never"),
        row(Operation::Move, child, "never"),
        row(charging(1), child, "seat:x"),
    ];
    let outcomes = world.batch(&ada, &rows);
    let expected = [
        "created",
        "kept",
        "full",
        "moved",
        "created",
        "full",
        "released",
        "created",
        "elsewhere",
        "released",
        "no charge",
        "reserved",
    ];
    assert_eq!(words(&outcomes), expected);
    assert_eq!(world.used(&ada, small.workspace, small.root), 3);
    assert_eq!(world.used(&ada, small.workspace, child), 1);
    world.is_exact();
}

#[test]
fn c7_what_comes_and_goes_within_a_batch_is_as_if_it_had_never_been() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 4);
    world.charge(&ada, small.root, "old", 1).unwrap();
    let rows = [
        row(charging(3), small.root, "a"),
        row(Operation::Release, small.root, "a"),
        row(Operation::Release, small.root, "old"),
        row(charging(1), small.root, "old"),
    ];
    let done = world.batch(&ada, &rows);
    assert_eq!(words(&done), ["created", "released", "released", "created"]);
    assert_eq!(world.used(&ada, small.workspace, small.root), 1);
    world.is_exact();
}

#[test]
fn c7_an_atomic_batch_does_all_or_nothing_and_tells_every_refusal() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 2);
    let rows = [
        row(charging(1), small.root, "a"),
        row(charging(2), small.root, "b"),
        row(Operation::Move, small.root, "c"),
    ];
    let refused = world.try_batch(&ada, &rows, true, false);
    refused!(refused, Error::BatchRefused(rows) if rows.iter().map(|row| row.index).eq([1, 2]));
    assert_eq!(world.used(&ada, small.workspace, small.root), 0);
    let done = world.try_batch(&ada, &rows[..1], true, false).unwrap();
    assert_eq!(words(&done), ["created"]);
    world.is_exact();
}

#[test]
fn c7_a_dry_run_tells_the_same_and_changes_nothing() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 2);
    let rows = [
        row(charging(2), small.root, "a"),
        row(charging(1), small.root, "b"),
    ];
    let would = world.try_batch(&ada, &rows, false, true).unwrap();
    assert_eq!(words(&would), ["created", "full"]);
    refused!(world.try_batch(&ada, &rows, true, true), Error::BatchRefused(_));
    assert_eq!(world.used(&ada, small.workspace, small.root), 0);
    world.is_exact();
}

#[test]
fn c7_a_batch_is_of_the_first_workspace_that_its_caller_may_know() {
    let world = World::new();
    let (ada, eve) = (world.person("ada"), world.person("eve"));
    let (hers, other) = (world.small(&ada, 9), world.small(&eve, 9));
    world.subscribe(&ada, hers.workspace, hers.account, &[("users", 9)]);
    let team = world.team(&ada, Some(hers.root), None);
    world.join(team, &eve, &[SystemRole::Developer]);
    let rows = [
        row(charging(1), other.root, "a"),
        row(charging(1), hers.root, "b"),
        row(charging(1), team, "c"),
    ];
    let of_ada = world.batch(&ada, &rows);
    assert_eq!(words(&of_ada), ["no organization", "created", "created"]);
    let of_eve = world.batch(&eve, &rows[1..]);
    assert_eq!(words(&of_eve), ["no organization", "kept"]);
    let nobody = world.person("nobody");
    let of_nobody = world.batch(&nobody, &rows);
    assert_eq!(
        words(&of_nobody),
        ["no organization", "no organization", "no team"]
    );
    let metering = machine(&[Scope::UsageWrite]);
    assert_eq!(
        words(&world.batch(&metering, &rows[..2])),
        ["created", "no organization"]
    );
    let reading = machine(&[Scope::UsageRead]);
    refused!(
        world.try_batch(&reading, &rows, false, false),
        Error::NeedsScope(Scope::UsageWrite)
    );
    world.is_exact();
}

#[test]
fn c7_a_dropped_meter_can_be_released_and_an_unknown_one_is_refused() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 9);
    world.charge(&ada, small.root, "old", 1).unwrap();
    let settings = tenantry_application::Settings {
        meters: tenantry_domain::Meters::new(["users"]).unwrap(),
        ..tenantry_application::Settings::default()
    };
    let later = world.restarted_with(settings);
    let rows = [
        row(charging(1), small.root, "new"),
        row(Operation::Release, small.root, "never"),
        row(Operation::Release, small.root, "old"),
    ];
    let outcomes = later.batch(&ada, &rows);
    assert_eq!(words(&outcomes), ["unknown meter", "unknown meter", "released"]);
    assert_eq!(world.used(&ada, small.workspace, small.root), 0);
    world.is_exact();
}

#[test]
fn c2_batches_that_come_at_once_never_pass_a_limit() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 60);
    let targets = [5, 50].map(|n| world.child(&ada, small.workspace, small.root, &[("locations", n)]));
    thread::scope(|scope| {
        for number in 0..4 {
            let (world, ada) = (&world, &ada);
            scope.spawn(move || {
                for round in 0..4 {
                    let name = |n: usize| format!("{number}-{round}-{n}");
                    let rows: Vec<_> = (0..10)
                        .map(|n| row(charging(1), targets[(n + number) % 2], &name(n)))
                        .chain([row(Operation::Release, targets[number % 2], &name(0))])
                        .collect();
                    world.batch(ada, &rows);
                }
            });
        }
    });
    let used = targets.map(|target| world.used(&ada, small.workspace, target));
    assert!(used[0] <= 5 && used[1] <= 50, "{used:?}");
    assert!(used[1] > 30, "{used:?}");
    world.is_exact();
}

#[test]
fn c7_what_was_held_is_charged_somewhere_else_in_the_same_batch() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 4);
    let child = world.child(&ada, small.workspace, small.root, &[]);
    let held = world.try_reserve(&ada, small.root, "x", (4, 60)).unwrap();
    let rows = [
        row(Operation::Release, small.root, "x"),
        row(charging(2), child, "x"),
    ];
    assert_eq!(words(&world.batch(&ada, &rows)), ["released", "created"]);
    let charge = world.app.find_charge(&ada, child.into(), &key("x")).unwrap();
    assert_eq!((charge.held_by, charge.quantity.get()), (None, 2));
    let ended = world.app.find_reservation(&ada, held.id).unwrap();
    assert_eq!(ended.status, ReservationStatus::Released);
    world.release(&ada, child, "x");
    assert_eq!(world.used(&ada, small.workspace, small.root), 0);
    world.is_exact();
}

#[test]
fn c7_a_row_about_what_is_charged_elsewhere_fails_alone() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 4);
    let child = world.child(&ada, small.workspace, small.root, &[]);
    world.charge(&ada, small.root, "x", 1).unwrap();
    let rows = [
        row(charging(1), child, "x"),
        row(Operation::Release, child, "x"),
        row(charging(1), child, "y"),
    ];
    assert_eq!(
        words(&world.batch(&ada, &rows)),
        ["elsewhere", "released", "created"]
    );
    assert_eq!(world.used(&ada, small.workspace, small.root), 2);
    world.is_exact();
}

#[test]
fn c7_a_target_that_is_not_there_and_an_unknown_meter_are_told_of_each_row() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 4);
    let nowhere = OrganizationId::from_uuid(uuid::Uuid::max());
    let rows = [
        row(charging(1), small.root, "x"),
        row(Operation::Release, nowhere, "x"),
        row(Operation::Release, nowhere, "y"),
    ];
    let expected = ["created", "no organization", "no organization"];
    assert_eq!(words(&world.batch(&ada, &rows)), expected);
    let of_nothing = [Operation::Release, Operation::Move].map(|operation| {
        let mut row = row(operation, small.root, "z");
        row.key.meter = "nothing".parse().unwrap();
        row
    });
    assert_eq!(words(&world.batch(&ada, &of_nothing)), ["unknown meter"; 2]);
    world.is_exact();
}
