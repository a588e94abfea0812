//! One unit of `users` for each person in an organization's teams, and for each who is invited and not counted yet (C9).

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tenantry_application::precondition::Precondition;
use tenantry_application::teams::NewPerson;
use tenantry_application::{Actor, Error, Settings};
use tenantry_domain::BillingEnforcement;
use tenantry_domain::billing::BillingMode;
use tenantry_domain::team::TeamCaps;

use super::super::world::World;
use super::crew::*;
use crate::refused;

#[test]
fn c9_a_person_in_two_teams_is_one_seat_until_they_leave_the_last() {
    let crew = Crew::of(9);
    let (world, [one, other]) = (&crew.world, ["One", "Other"].map(|name| crew.team(name)));
    assert_eq!(crew.seats(), 1);
    let grace = world.bring(&crew.ada, one, "grace");
    assert_eq!(crew.seats(), 2);
    world.invite(&crew.ada, other, "grace").unwrap();
    assert_eq!(crew.seats(), 2, "an invited colleague holds none");
    world.accept(&grace, &world.token()).unwrap();
    assert_eq!(crew.seats(), 2);
    world.leave(&grace, one).unwrap();
    assert_eq!(crew.seats(), 2);
    world.expel(&crew.ada, other, &grace).unwrap();
    assert_eq!(crew.seats(), 1);
    world.is_exact();
}

#[test]
fn c9_an_address_that_two_teams_invite_holds_one_seat_until_the_last_invitation_ends() {
    let crew = Crew::of(9);
    let (world, teams) = (&crew.world, ["One", "Two", "Three"].map(|name| crew.team(name)));
    for team in teams {
        world.invite(&crew.ada, team, "grace").unwrap();
        assert_eq!(crew.seats(), 2);
    }
    let tokens = world.tokens();
    let grace = world.someone("grace");
    assert_eq!(crew.seats(), 2);
    world
        .decline(&grace, &tokens[&("One".into(), address("grace"))])
        .unwrap();
    assert_eq!(crew.seats(), 2);
    let two = world
        .accept(&grace, &tokens[&("Two".into(), address("grace"))])
        .unwrap()
        .team
        .id;
    assert_eq!(crew.seats(), 2);
    world.leave(&grace, two).unwrap();
    assert_eq!(crew.seats(), 2, "the third invitation holds it again");
    let invitation = world.app.team(&crew.ada, teams[2]).unwrap().invitations.remove(0);
    world
        .app
        .cancel_invitation(
            &crew.ada,
            (teams[2], invitation.invitation.id),
            &Precondition::default(),
        )
        .unwrap();
    assert_eq!(crew.seats(), 1);
    world.is_exact();
}

#[test]
fn c9_expired_invitations_free_their_seats_for_whoever_comes_next() {
    let crew = Crew::of(3);
    let (world, [one, other]) = (&crew.world, ["One", "Other"].map(|name| crew.team(name)));
    world.invite(&crew.ada, one, "grace").unwrap();
    world.pass_days(3);
    world.invite(&crew.ada, other, "alan").unwrap();
    refused!(world.invite(&crew.ada, one, "edsger"), Error::LimitReached { .. });
    world.pass_days(4);
    world.invite(&crew.ada, one, "edsger").unwrap();
    refused!(
        world.invite(&crew.ada, one, "barbara"),
        Error::LimitReached { .. }
    );
    world.pass_days(3);
    world.app.team(&crew.ada, other).unwrap();
    assert_eq!(crew.seats(), 2, "whoever looks settles it");
    world.invite(&crew.ada, one, "barbara").unwrap();
    assert_eq!(crew.seats(), 3);
    world.is_exact();
}

#[test]
fn c9_what_expires_at_once_in_several_organizations_adds_up_above_them() {
    let crew = Crew::of(9);
    let (world, ada) = (&crew.world, &crew.ada);
    for name in ["grace", "alan"] {
        let below = world.child(ada, crew.workspace, crew.organization, &[]);
        let team = world.new_team(ada, "Below", Some(below)).unwrap();
        world.invite(ada, team, name).unwrap();
    }
    world.pass_days(7);
    crew.team("Here");
    assert_eq!(crew.seats(), 1);
    world.is_exact();
}

#[test]
fn c9_a_team_takes_the_seats_along_that_only_its_people_and_invitations_held() {
    let crew = Crew::of(9);
    let (world, [one, other]) = (&crew.world, ["One", "Other"].map(|name| crew.team(name)));
    let grace = world.bring(&crew.ada, one, "grace");
    world.bring(&crew.ada, one, "alan");
    world.invite(&crew.ada, other, "grace").unwrap();
    for team in [one, other] {
        world.invite(&crew.ada, team, "edsger").unwrap();
    }
    world.invite(&crew.ada, one, "barbara").unwrap();
    assert_eq!(crew.seats(), 5);
    world.delete_team(&crew.ada, one).unwrap();
    assert_eq!(crew.seats(), 3, "Ada, and the invited Grace and Edsger");
    let token = world
        .tokens()
        .remove(&("Other".into(), address("grace")))
        .unwrap();
    world.accept(&grace, &token).unwrap();
    assert_eq!(crew.seats(), 3);
    world.is_exact();
}

#[test]
fn c9_whoever_is_added_by_their_address_holds_one_seat_in_all() {
    let crew = Crew::of(9);
    let (world, [one, other]) = (&crew.world, ["One", "Other"].map(|name| crew.team(name)));
    world.invite(&crew.ada, other, "grace").unwrap();
    world.switch(&crew.ada, one).unwrap();
    let added = world.add(&crew.ada, &new_person("grace", &[])).unwrap().user;
    assert_eq!(crew.seats(), 2);
    world.invite(&crew.ada, crew.team("Third"), "grace").unwrap();
    assert_eq!(crew.seats(), 2);
    world.someone("grace");
    assert_eq!(crew.seats(), 2);
    world.expel(&crew.ada, one, &Actor::Person(added.id)).unwrap();
    assert_eq!(crew.seats(), 2, "invited again");

    let silent = NewPerson {
        allow_login: false,
        ..new_person("alan", &[])
    };
    world.add(&crew.ada, &silent).unwrap();
    assert_eq!(crew.seats(), 3);
    world.invite(&crew.ada, other, "alan").unwrap();
    assert_eq!(crew.seats(), 4, "whoever accepts is somebody else");
    world.is_exact();
}

#[test]
fn c9_no_seat_is_taken_where_there_is_none() {
    let crew = Crew::of(2);
    let (world, team) = (&crew.world, crew.team("One"));
    world.invite(&crew.ada, team, "grace").unwrap();
    let full = |outcome: Result<(), Error>| {
        refused!(outcome, Error::LimitReached { meter, refusal } if *meter == seats() && refusal.requested.get() == 1);
    };
    full(world.invite(&crew.ada, team, "alan").map(drop));
    world.switch(&crew.ada, team).unwrap();
    full(world.add(&crew.ada, &new_person("alan", &[])).map(drop));
    let admin = crew.colleague("admin", tenantry_domain::workspace::Role::Admin);
    full(
        world
            .new_team(&admin, "Admins", Some(crew.organization))
            .map(drop),
    );
    assert_eq!(world.app.my_teams(&admin).unwrap().len(), 1);
    let grace = world.someone("grace");
    world.accept(&grace, &world.token()).unwrap();
    assert_eq!(crew.seats(), 2);
    world.is_exact();
}

#[test]
fn c9_seats_count_in_the_pool_and_one_that_observes_lets_pass() {
    let in_pool = |enforcement| {
        let settings = Settings {
            enforcement,
            ..Settings::default()
        };
        let world = World::with(settings);
        let ada = world.someone("ada");
        let workspace = world.workspace(&ada, BillingMode::Single);
        let account = world.account(&ada, workspace);
        world.subscribe(&ada, workspace, account, &[("users", 1)]);
        let organization = world.root(&ada, workspace, Some(account), &[]);
        Crew {
            world,
            ada,
            workspace,
            organization,
        }
    };
    let crew = in_pool(BillingEnforcement::Enforce);
    let team = crew.team("Crew");
    refused!(
        crew.world.invite(&crew.ada, team, "grace"),
        Error::LimitReached { .. }
    );
    crew.world.is_exact();
    let crew = in_pool(BillingEnforcement::Observe);
    let team = crew.team("Crew");
    crew.world.invite(&crew.ada, team, "grace").unwrap();
    let page = tenantry_application::page::PageRequest::default();
    let kind = Some(tenantry_application::event::EventKind::ChargeWouldRefuse);
    let events = crew.world.app.list_events(&crew.ada, crew.workspace, kind, &page);
    assert_eq!(events.unwrap().items.len(), 1);
    assert_eq!(crew.seats(), 2);
    crew.world.is_exact();
}

#[test]
fn c9_teams_outside_every_organization_take_no_seats() {
    let crew = Crew::of(0);
    let grace = crew.world.someone("grace");
    let team = crew.world.new_team(&grace, "Outside", None).unwrap();
    crew.world.bring(&grace, team, "alan");
    crew.world.invite(&grace, team, "edsger").unwrap();
    assert_eq!(crew.seats(), 0);
    crew.world.pass_days(7);
    assert!(crew.world.app.team(&grace, team).unwrap().invitations.is_empty());
    crew.world.is_exact();
}

/// Two teams, of which one invites ten people for whom an invited colleague's seat is all there is: their invitations were sent while nobody
/// counted.
#[test]
fn c9_ten_accept_at_once_where_three_seats_are_left_and_three_get_in() {
    let uncounted = Settings {
        meters: tenantry_domain::Meters::new(["locations"]).unwrap(),
        enforcement: BillingEnforcement::Off,
        ..Settings::default()
    };
    let before = Crew::with(uncounted.clone(), &[]);
    let team = before.team("Crew");
    let people: Vec<_> = (0..10).map(|n| before.world.someone(&format!("p{n}"))).collect();
    for n in 0..10 {
        before.world.invite(&before.ada, team, &format!("p{n}")).unwrap();
    }
    let tokens = before.world.tokens();
    let token = |n: usize| &tokens[&("Crew".to_owned(), address(&format!("p{n}")))];
    let world = before.world.restarted_with(Settings {
        meters: tenantry_domain::Meters::new(["locations", "users"]).unwrap(),
        ..uncounted
    });
    world.limit(&before, 3);
    let (start, done) = (Barrier::new(11), AtomicBool::new(false));
    let outcomes: Vec<Result<(), Error>> = thread::scope(|scope| {
        let observer = scope.spawn(|| {
            start.wait();
            while !done.load(Ordering::SeqCst) {
                assert!(world.users(&before) <= 3);
            }
        });
        let accepts: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(n, person)| {
                let (world, start, token) = (&world, &start, token(n));
                scope.spawn(move || {
                    start.wait();
                    world.accept(person, token).map(drop)
                })
            })
            .collect();
        let outcomes = accepts.into_iter().map(|it| it.join().unwrap()).collect();
        done.store(true, Ordering::SeqCst);
        observer.join().unwrap();
        outcomes
    });
    let (came, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((came.len(), refused.len()), (3, 7));
    for outcome in refused {
        refused!(outcome, Error::LimitReached { meter, .. } if *meter == seats());
    }
    assert_eq!(
        (
            world.users(&before),
            world.app.team(&before.ada, team).unwrap().members.len()
        ),
        (3, 4)
    );
    assert_eq!((world.database.deadlocks)(), 0, "deadlocks");
    world.is_exact();
}

#[test]
fn c9_seats_add_up_at_every_moment_while_people_come_and_go() {
    let crew = Crew::with(
        Settings {
            enforcement: BillingEnforcement::Off,
            teams: TeamCaps::default(),
            ..Settings::default()
        },
        &[("users", 6)],
    );
    let world = &crew.world;
    let teams = ["One", "Two"].map(|name| crew.team(name));
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let people = names.map(|name| world.someone(name));
    let (start, done) = (Barrier::new(5), AtomicBool::new(false));
    thread::scope(|scope| {
        let (crew, people, start) = (&crew, &people, &start);
        let observer = scope.spawn(|| {
            start.wait();
            while !done.load(Ordering::SeqCst) {
                assert!(crew.seats() <= 6);
            }
        });
        let rounds: Vec<_> = (0..4_u64)
            .map(|seed| {
                scope.spawn(move || {
                    let mut dice = tenantry_test_histories::Dice::new(seed);
                    start.wait();
                    for _ in 0..40 {
                        let n = usize::try_from(dice.roll(7)).unwrap();
                        let (team, person) = (*dice.one_of(&teams), &people[n]);
                        let outcome = match dice.roll(8) {
                            0..3 => world.invite(&crew.ada, team, names[n]).map(drop),
                            3..6 => world.accept_all(person),
                            6 => world.leave(person, team),
                            _ => world.cancel_all(&crew.ada, team),
                        };
                        if let Err(error) = outcome {
                            assert!(
                                !matches!(error, Error::Store(_) | Error::Inconsistent(_)),
                                "{error:?}"
                            );
                        }
                    }
                })
            })
            .collect();
        for round in rounds {
            round.join().unwrap();
        }
        done.store(true, Ordering::SeqCst);
        observer.join().unwrap();
    });
    assert_eq!((world.database.deadlocks)(), 0, "deadlocks");
    crew.seats();
    world.is_exact();
}
