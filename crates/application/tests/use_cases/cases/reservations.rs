//! Units that are held for a while (C5).

use std::thread;
use std::time::Duration;

use tenantry_application::error::Noun;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Error, Scope};
use tenantry_domain::charge::ChargeRefused;
use tenantry_domain::reservation::{ReservationRefused, ReservationStatus};
use tenantry_domain::team::SystemRole;

use super::world::{World, key, machine};
use crate::refused;

#[test]
fn c5_held_units_count_as_used_until_they_are_charged_or_given_back() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 3);
    let held = world.try_reserve(&ada, small.root, "x", (2, 60)).unwrap();
    assert_eq!(world.used(&ada, small.workspace, small.root), 2);
    refused!(world.charge(&ada, small.root, "y", 2), Error::LimitReached { .. });
    refused!(
        world.try_reserve(&ada, small.root, "y", (2, 60)),
        Error::LimitReached { .. }
    );
    let reserved = |outcome| refused!(outcome, Error::Charge(ChargeRefused::Reserved(id)) if *id == held.id);
    reserved(world.charge(&ada, small.root, "x", 2).map(drop));
    reserved(world.try_reserve(&ada, small.root, "x", (1, 60)).map(drop));

    let committed = world.commit(&ada, held.id).unwrap();
    assert_eq!(committed.status, ReservationStatus::Committed);
    assert_eq!(
        world.commit(&ada, held.id).unwrap(),
        committed,
        "once, however often it is said"
    );
    assert!(!world.charge(&ada, small.root, "x", 2).unwrap().created);
    refused!(
        world.give_back(&ada, held.id),
        Error::Reservation(ReservationRefused::Committed)
    );
    refused!(
        world.try_reserve(&ada, small.root, "x", (1, 60)),
        Error::Charge(ChargeRefused::Charged)
    );
    world.pass(Duration::from_hours(1));
    assert_eq!(
        world.used(&ada, small.workspace, small.root),
        2,
        "what is charged stays"
    );
    world.is_exact();
}

#[test]
fn c5_a_released_reservation_is_over() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 3);
    let held = world.try_reserve(&ada, small.root, "x", (3, 60)).unwrap();
    let released = world.give_back(&ada, held.id).unwrap();
    assert_eq!(released.status, ReservationStatus::Released);
    assert_eq!(world.give_back(&ada, held.id).unwrap(), released);
    refused!(
        world.commit(&ada, held.id),
        Error::Reservation(ReservationRefused::Released)
    );
    world.charge(&ada, small.root, "x", 3).unwrap();
    world.is_exact();
}

#[test]
fn c4_a_release_of_the_resource_ends_what_holds_it() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 3);
    let held = world.try_reserve(&ada, small.root, "x", (3, 60)).unwrap();
    world.release(&ada, small.root, "x");
    let found = world.app.find_reservation(&ada, held.id).unwrap();
    assert_eq!(found.status, ReservationStatus::Released);
    assert_eq!(world.used(&ada, small.workspace, small.root), 0);
    world.is_exact();
}

#[test]
fn c5_an_expired_reservation_refuses_nothing_to_the_microsecond() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 3);
    let held = world.try_reserve(&ada, small.root, "x", (3, 60)).unwrap();
    world.pass(Duration::from_micros(59_999_999));
    refused!(world.charge(&ada, small.root, "y", 1), Error::LimitReached { .. });
    world.pass(Duration::from_micros(1));
    world.charge(&ada, small.root, "y", 3).unwrap();
    refused!(
        world.commit(&ada, held.id),
        Error::Reservation(ReservationRefused::Expired)
    );
    let found = world.app.find_reservation(&ada, held.id).unwrap();
    assert_eq!(
        (found.status, found.updated_at),
        (ReservationStatus::Expired, held.expires_at)
    );
    assert_eq!(world.give_back(&ada, held.id).unwrap(), found);
    world.is_exact();
}

type Way = fn(&World, &super::world::Small) -> Result<(), Error>;

#[test]
fn c5_every_way_of_taking_room_comes_after_what_has_expired() {
    let ways: [Way; 4] = [
        |world, small| world.charge(&world.person("ada"), small.root, "y", 3).map(drop),
        |world, small| {
            world
                .try_reserve(&world.person("ada"), small.root, "y", (3, 9))
                .map(drop)
        },
        |world, small| {
            let row = super::world::row(super::world::charging(3), small.root, "y");
            world
                .try_batch(&world.person("ada"), &[row], true, false)
                .map(drop)
        },
        |world, small| {
            let free = world.free(&world.person("ada"), small.workspace, small.root);
            assert_eq!(free, Some(3));
            Ok(())
        },
    ];
    for way in ways {
        let world = World::new();
        let ada = world.person("ada");
        let small = world.small(&ada, 3);
        world.subscribe(&ada, small.workspace, small.account, &[("users", 9)]);
        let team = world.team(&ada, Some(small.root), None);
        world.try_reserve(&ada, team, "x", (2, 60)).unwrap();
        world.try_reserve(&ada, small.root, "z", (1, 30)).unwrap();
        world.pass(Duration::from_mins(1));
        way(&world, &small).unwrap();
        world.is_exact();
    }
}

#[test]
fn c5_what_expires_where_nobody_comes_is_swept() {
    let world = World::new();
    let ada = world.person("ada");
    let (one, other) = (world.small(&ada, 3), world.small(&ada, 3));
    let alone = world.team(&ada, None, Some(2));
    world.try_reserve(&ada, one.root, "x", (1, 60)).unwrap();
    world.try_reserve(&ada, alone, "x", (2, 60)).unwrap();
    world.try_reserve(&ada, other.root, "y", (1, 61)).unwrap();
    assert_eq!(world.app.settle_due().unwrap(), 0);
    world.pass(Duration::from_mins(1));
    assert_eq!(world.app.settle_due().unwrap(), 2);
    assert_eq!(world.app.settle_due().unwrap(), 0);
    assert_eq!(world.used(&ada, one.workspace, one.root), 0);
    assert_eq!(world.used(&ada, other.workspace, other.root), 1);
    assert_eq!(world.app.forget_reservations().unwrap(), 0);
    world.pass_days(2);
    world.app.settle_due().unwrap();
    assert_eq!(world.app.forget_reservations().unwrap(), 2);
    world.is_exact();
}

#[test]
fn c5_where_something_expires_all_the_time_people_get_to_work_still() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 100);
    for seconds in 1..=100 {
        let resource = format!("r{seconds}");
        world
            .try_reserve(&ada, small.root, &resource, (1, seconds))
            .unwrap();
    }
    world.tick(Duration::from_secs(1));
    world.charge(&ada, small.root, "x", 1).unwrap();
    assert!(
        world.used(&ada, small.workspace, small.root) > 1,
        "some are held still"
    );
    world.tick(Duration::ZERO);
    world.is_exact();
}

#[test]
fn i3_a_reservation_is_there_for_who_may_look_where_it_is() {
    let world = World::new();
    let (ada, eve) = (world.person("ada"), world.person("eve"));
    let small = world.small(&ada, 3);
    let held = world.try_reserve(&ada, small.root, "x", (1, 60)).unwrap();
    let not_there = |outcome| refused!(outcome, Error::NotFound(Noun::Reservation));
    not_there(world.app.find_reservation(&eve, held.id));
    not_there(world.commit(&eve, held.id));
    not_there(world.give_back(&eve, held.id));
    world.subscribe(&ada, small.workspace, small.account, &[("users", 9)]);
    let unknown = "rsv_0000000000000000000000".parse().unwrap();
    not_there(world.commit(&ada, unknown));
    not_there(world.app.find_reservation(&ada, unknown));
    let team = world.team(&ada, Some(small.root), None);
    world.join(team, &eve, &[SystemRole::Developer]);
    let hers = world.try_reserve(&eve, team, "y", (1, 60)).unwrap();
    world.commit(&eve, hers.id).unwrap();
    let reading = machine(&[Scope::UsageRead]);
    world.app.find_reservation(&reading, held.id).unwrap();
    refused!(
        world.commit(&reading, held.id),
        Error::NeedsScope(Scope::UsageWrite)
    );
    world.commit(&machine(&[Scope::UsageWrite]), held.id).unwrap();
    world.is_exact();
}

#[test]
fn c5_one_of_two_ends_wins() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 3);
    let held = world.try_reserve(&ada, small.root, "x", (1, 60)).unwrap();
    let (committed, released) =
        world.interleave(|| world.commit(&ada, held.id), || world.give_back(&ada, held.id));
    committed.unwrap();
    refused!(released, Error::Reservation(ReservationRefused::Committed));
    let held = world.try_reserve(&ada, small.root, "y", (1, 60)).unwrap();
    let (released, committed) =
        world.interleave(|| world.give_back(&ada, held.id), || world.commit(&ada, held.id));
    released.unwrap();
    refused!(committed, Error::Reservation(ReservationRefused::Released));
    world.is_exact();
}

#[test]
fn c5_a_reservation_that_is_made_while_others_expire_expires_too() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 3);
    world.try_reserve(&ada, small.root, "x", (1, 60)).unwrap();
    world.pass(Duration::from_mins(1));
    let (settled, made) = world.interleave(
        || world.app.settle_due(),
        || world.try_reserve(&ada, small.root, "y", (3, 30)),
    );
    assert_eq!((settled.unwrap(), made.unwrap().quantity.get()), (1, 3));
    world.pass(Duration::from_secs(30));
    assert_eq!(world.used(&ada, small.workspace, small.root), 0);
    world.is_exact();
}

#[test]
fn c2_c5_reservations_that_come_and_go_at_once_never_pass_a_limit() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 6);
    let child = world.child(&ada, small.workspace, small.root, &[("locations", 4)]);
    thread::scope(|scope| {
        for number in 0..4_usize {
            let (world, ada) = (&world, &ada);
            scope.spawn(move || {
                for round in 0..10 {
                    let target = [child, small.root][(number + round) % 2];
                    let resource = format!("{number}-{round}");
                    match world.try_reserve(ada, target, &resource, (1, 60)) {
                        Ok(held) if round % 3 == 0 => drop(world.commit(ada, held.id).unwrap()),
                        Ok(held) if round % 3 == 1 => drop(world.give_back(ada, held.id).unwrap()),
                        Ok(_) | Err(Error::LimitReached { .. }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                    assert!(world.used(ada, small.workspace, small.root) <= 6);
                }
            });
        }
    });
    assert!(world.used(&ada, small.workspace, child) <= 4);
    world.is_exact();
    world.pass(Duration::from_mins(1));
    world.app.settle_due().unwrap();
    world.is_exact();
}

#[test]
fn w3_what_is_held_keeps_a_workspace_and_an_organization() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 3);
    let child = world.child(&ada, small.workspace, small.root, &[]);
    world.try_reserve(&ada, child, "x", (1, 60)).unwrap();
    let delete = || {
        let app = &world.app;
        app.delete_organization(&ada, small.workspace, child, false, &Precondition::default())
    };
    refused!(delete(), Error::Deletion(_));
    world.pass(Duration::from_mins(1));
    delete().unwrap();
    refused!(
        world.charge(&ada, child, "x", 1),
        Error::NotFound(Noun::Organization)
    );
    let gone = world.app.find_charge(&ada, small.root.into(), &key("x"));
    refused!(gone, Error::NotFound(Noun::Charge));
}
