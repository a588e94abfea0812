//! Whose an address is, and what follows when it is another's (T1, T12, T13, C9).

use std::sync::Barrier;
use std::thread;

use tenantry_application::precondition::Precondition;
use tenantry_application::teams::{NewPerson, PersonChanges, PersonView};
use tenantry_application::{Actor, Error};
use tenantry_domain::team::{InvitationRefused, TeamCaps, TeamRefused};
use tenantry_domain::user::{User, UserRefused};
use tenantry_domain::workspace::Role;
use tenantry_domain::{BillingEnforcement, TeamId};

use super::super::world::World;
use super::crew::*;
use crate::refused;

/// A team that Ada works in.
fn working() -> (Crew, TeamId) {
    let crew = Crew::of(20);
    let team = crew.team("Crew");
    crew.world.switch(&crew.ada, team).unwrap();
    (crew, team)
}

fn only_notified(name: &str) -> NewPerson {
    NewPerson {
        allow_login: false,
        ..new_person(name, &[])
    }
}

/// Gives somebody this address.
fn readdress(world: &World, actor: &Actor, user: &User, address: &str) -> Result<PersonView, Error> {
    let changes = PersonChanges {
        name: user.profile.name.clone().unwrap(),
        email: address.parse().unwrap(),
        allow_login: user.allow_login,
        preferences: user.preferences.clone(),
        roles: None,
    };
    world
        .app
        .update_person(actor, user.id, &changes, &Precondition::default())
}

/// People who each work in a team of their own that has nothing to do with the others.
fn strangers<const N: usize>(world: &World) -> [Actor; N] {
    std::array::from_fn(|n| {
        let owner = world.someone(&format!("owner{n}"));
        let team = world.new_team(&owner, "Crew", None).unwrap();
        world.switch(&owner, team).unwrap();
        owner
    })
}

#[test]
fn t13_nobody_takes_a_person_over_with_an_address_that_only_looks_like_theirs() {
    let (crew, team) = working();
    let world = &crew.world;
    for (theirs, other) in [
        ("ivan@mail.com", "ıvan@maıl.com"),
        ("jess@mail.com", "jeſſ@mail.com"),
        ("kelvin@mail.com", "\u{212a}elvin@mail.com"),
        ("strasse@mail.com", "straße@mail.com"),
        ("fiona@mail.com", "ﬁona@mail.com"),
    ] {
        let new = NewPerson {
            email: theirs.parse().unwrap(),
            ..new_person("somebody", &[])
        };
        let added = world.add(&crew.ada, &new).unwrap().user;
        assert_ne!(world.sign_in(other, other, true).id, added.id, "{other}");
        assert_eq!(world.sign_in(theirs, &theirs.to_uppercase(), true).id, added.id);
    }
    let invite = |address: &str| {
        let new = tenantry_application::teams::NewInvitation {
            email: address.parse().unwrap(),
            role: None,
        };
        let once = tenantry_application::idempotency::Once::default();
        world.app.invite(&crew.ada, team, &new, &once)
    };
    let before = crew.seats();
    for address in ["groß@mail.com", "gross@mail.com"] {
        invite(address).unwrap();
    }
    refused!(
        invite("GROSS@mail.com"),
        Error::Invitation(InvitationRefused::AlreadyInvited)
    );
    assert_eq!(crew.seats(), before + 2, "each address its own");
    let gross = Actor::Person(world.sign_in("gross", "gross@mail.com", true).id);
    assert_eq!(world.app.my_invitations(&gross).unwrap().len(), 1);
    world.is_exact();
}

#[test]
fn t13_nobody_gets_an_address_that_is_somebody_elses() {
    let (crew, _) = working();
    let (world, ada) = (&crew.world, &crew.ada);
    let [eve] = strangers(world);
    let theirs = world.add(&eve, &new_person("alan", &[])).unwrap().user;
    let grace = world.add(ada, &new_person("grace", &[])).unwrap().user;
    let silent = world.add(ada, &only_notified("silent")).unwrap().user;
    for (somebody, taken) in [
        (&grace, "alan@example.com"),
        (&grace, "ALAN@example.com"),
        (&grace, "owner0@example.com"),
        (&silent, "alan@example.com"),
    ] {
        refused!(
            readdress(world, ada, somebody, taken),
            Error::User(UserRefused::InvitationRequired)
        );
    }
    assert_eq!(world.sign_in("alan", &address("alan"), true).id, theirs.id);
    readdress(world, ada, &grace, &address("GRACE")).unwrap();
    let awaited = world.add(&eve, &new_person("silent", &[])).unwrap().user;
    let loud = User {
        allow_login: true,
        ..silent
    };
    refused!(
        readdress(world, ada, &loud, &address("silent")),
        Error::User(UserRefused::InvitationRequired)
    );
    assert_eq!(world.sign_in("silent", &address("silent"), true).id, awaited.id);
    assert_eq!(world.sign_in("grace", &address("grace"), true).id, grace.id);
    crew.seats();
}

#[test]
fn t13_an_address_that_is_added_everywhere_at_once_is_one_persons() {
    let world = World::new();
    let owners: [Actor; 6] = strangers(&world);
    let start = Barrier::new(owners.len());
    let outcomes: Vec<_> = thread::scope(|scope| {
        let (world, start) = (&world, &start);
        let adding: Vec<_> = owners
            .iter()
            .map(|owner| {
                scope.spawn(move || {
                    start.wait();
                    world.add(owner, &new_person("grace", &[]))
                })
            })
            .collect();
        adding.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let (added, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(added.len(), 1);
    for refusal in refused {
        refused!(refusal, Error::User(UserRefused::InvitationRequired));
    }
}

#[test]
fn t13_an_address_that_is_added_and_given_at_the_same_time_is_one_persons() {
    let world = World::new();
    let [one, other] = strangers(&world);
    let add = |owner| world.add(owner, &new_person("alan", &[]));
    let (first, second) = world.interleave(|| add(&one), || add(&other));
    first.unwrap();
    refused!(second, Error::User(UserRefused::InvitationRequired));
    let somebody = world.add(&other, &new_person("somebody", &[])).unwrap().user;
    let (added, given) = world.interleave(
        || world.add(&one, &new_person("grace", &[])),
        || readdress(&world, &other, &somebody, &address("grace")),
    );
    let added = added.unwrap().user;
    refused!(given, Error::User(UserRefused::InvitationRequired));
    let (moved, arrived) = world.interleave(
        || readdress(&world, &one, &added, &address("hopper")),
        || world.sign_in("grace", &address("grace"), true),
    );
    moved.unwrap();
    assert_ne!(
        arrived.id, added.id,
        "who signs in with what was theirs a moment ago"
    );
    assert_eq!(world.sign_in("hopper", &address("hopper"), true).id, added.id);
}

#[test]
fn t13_whoever_only_gets_notifications_has_no_address_of_their_own() {
    let (crew, team) = working();
    let (world, ada) = (&crew.world, &crew.ada);
    let [eve] = strangers(world);
    let noted = world.add(&eve, &only_notified("grace")).unwrap().user;
    let also_noted = world.add(ada, &only_notified("grace")).unwrap().user;
    assert_ne!(noted.id, also_noted.id, "one in each organization");
    refused!(
        world.add(ada, &only_notified("grace")),
        Error::Invitation(InvitationRefused::AlreadyMember)
    );
    let grace = world.bring(ada, team, "grace");
    refused!(
        world.invite(ada, team, "grace"),
        Error::Invitation(InvitationRefused::AlreadyMember)
    );
    let other = crew.team("Other");
    world.switch(ada, other).unwrap();
    let added = world.add(ada, &new_person("grace", &[])).unwrap().user;
    assert_eq!(added.id, id(&grace), "the one who has the address");
    assert_eq!(crew.seats(), 3);
    world.is_exact();
}

#[test]
fn t12_whose_address_is_only_claimed_does_not_keep_its_owner_out() {
    let (crew, team) = working();
    let world = &crew.world;
    let claims = Actor::Person(world.sign_in("eve", &address("eve"), true).id);
    world.invite(&crew.ada, team, "eve").unwrap();
    world.accept(&claims, &world.token()).unwrap();
    world.sign_in("eve", &address("grace"), false);
    world.bring(&crew.ada, team, "grace");
    assert_eq!(crew.seats(), 3);
}

#[test]
fn t4_the_personal_team_that_is_still_to_come_counts() {
    let settings = tenantry_application::Settings {
        enforcement: BillingEnforcement::Off,
        teams: TeamCaps {
            teams: 3,
            ..TeamCaps::default()
        },
        ..tenantry_application::Settings::default()
    };
    let crew = Crew::with(settings, &[]);
    let world = &crew.world;
    let add = |n: u32| {
        let owner = crew.colleague(&format!("o{n}"), Role::Admin);
        let team = world.new_team(&owner, "Crew", Some(crew.organization)).unwrap();
        world.switch(&owner, team).unwrap();
        world.add(&owner, &new_person("grace", &[])).map(drop)
    };
    add(1).unwrap();
    add(2).unwrap();
    refused!(add(3), Error::Team(TeamRefused::TooManyTeams(3)));
    let grace = world.someone("grace");
    assert_eq!(world.app.my_teams(&grace).unwrap().len(), 3);
}

/// Somebody in one team of the organization, while the other has invited an address.
fn invited(one: &str, other: &str, seats: u64) -> (Crew, Actor) {
    let crew = Crew::of(seats);
    let world = &crew.world;
    let [here, there] = ["Here", "There"].map(|name| crew.team(name));
    let somebody = world.bring(&crew.ada, here, one);
    world.invite(&crew.ada, there, other).unwrap();
    world.token();
    (crew, somebody)
}

#[test]
fn c9_who_gets_the_address_that_is_invited_takes_its_seat_along() {
    let (crew, mo) = invited("mo", "mo2", 3);
    assert_eq!(crew.seats(), 3);
    let world = &crew.world;
    assert_eq!(world.sign_in("mo", &address("mo2"), true).id, id(&mo));
    assert_eq!(crew.seats(), 2);
    world.sign_in("mo", &address("mo2"), false);
    assert_eq!(
        crew.seats(),
        3,
        "an address that is only claimed is somebody else's"
    );
    world.is_exact();
}

#[test]
fn c9_who_loses_the_address_that_is_invited_leaves_a_seat_to_it_whatever_the_limit() {
    let (crew, _) = invited("mo", "mo", 2);
    assert_eq!(crew.seats(), 2);
    let world = &crew.world;
    world.sign_in("mo", &address("mo2"), true);
    assert_eq!(crew.seats(), 3);
    let view = world
        .app
        .organization(&crew.ada, crew.workspace, crew.organization)
        .unwrap();
    assert!(view.is_over_limit());
    let team = crew.team("Third");
    refused!(world.invite(&crew.ada, team, "alan"), Error::LimitReached { .. });
    world.sign_in("mo", &address("mo"), true);
    assert_eq!(crew.seats(), 2);
    world.is_exact();
}

#[test]
fn c9_an_address_that_changes_is_counted_in_every_organization_where_its_owner_is() {
    let (crew, mo) = invited("mo", "mo2", 9);
    let (world, ada) = (&crew.world, &crew.ada);
    let organizations = [world.child(ada, crew.workspace, crew.organization, &[]), {
        let workspace = world.workspace(ada, tenantry_domain::billing::BillingMode::Pooled);
        world.root(ada, workspace, None, &[])
    }];
    let teams = organizations.map(|organization| {
        let team = world.new_team(ada, "Elsewhere", Some(organization)).unwrap();
        let other = world.new_team(ada, "Inviting", Some(organization)).unwrap();
        world.invite(ada, team, "mo").unwrap();
        world.accept(&mo, &world.token()).unwrap();
        world.invite(ada, other, "mo2").unwrap();
        world.token();
        team
    });
    let users = || {
        teams.map(|team| {
            let team = world.app.team(ada, team).unwrap().team;
            let view = world
                .app
                .organization(ada, team.workspace_id, team.organization_id.unwrap());
            view.unwrap().balances[&seats()].direct.get()
        })
    };
    assert_eq!((crew.seats(), users()), (3, [3, 3]));
    world.sign_in("mo", &address("mo2"), true);
    assert_eq!((crew.seats(), users()), (2, [2, 2]));
    world.is_exact();
}

#[test]
fn c9_an_address_that_changes_and_an_invitation_to_it_see_each_other() {
    let crew = Crew::of(9);
    let (world, ada) = (&crew.world, &crew.ada);
    let [here, there] = ["Here", "There"].map(|name| crew.team(name));
    let mo = world.bring(ada, here, "mo");
    let (invited, signed_in) = world.interleave(
        || world.invite(ada, there, "mo2"),
        || world.sign_in("mo", &address("mo2"), true),
    );
    invited.unwrap();
    assert_eq!(signed_in.id, id(&mo));
    assert_eq!(crew.seats(), 2);
    let (_, invited) = world.interleave(
        || world.sign_in("mo", &address("mo3"), true),
        || world.invite(ada, there, "mo3"),
    );
    invited.unwrap();
    assert_eq!(crew.seats(), 3, "mo2 is invited still");
    world.is_exact();
}

/// Mo, who comes into a team of the organization and goes, while it has invited the address that they are to have.
fn coming_and_going() -> (Crew, Actor, TeamId) {
    let crew = Crew::of(9);
    let (here, there) = (crew.team("Here"), crew.team("There"));
    crew.world.invite(&crew.ada, there, "mo2").unwrap();
    crew.world.token();
    let mo = crew.world.bring(&crew.ada, here, "mo");
    (crew, mo, here)
}

#[test]
fn c9_an_address_that_changes_while_its_owner_goes_adds_up() {
    for changed_first in [true, false] {
        let (crew, mo, here) = coming_and_going();
        let world = &crew.world;
        let leave = || world.leave(&mo, here);
        let change = || world.sign_in("mo", &address("mo2"), true);
        let left = if changed_first {
            world.interleave(change, leave).1
        } else {
            world.interleave(leave, change).0
        };
        left.unwrap();
        assert_eq!(crew.seats(), 2);
        world.is_exact();
    }
}

#[test]
fn c9_an_address_that_changes_while_its_owner_comes_adds_up() {
    for changed_first in [true, false] {
        let (crew, mo, here) = coming_and_going();
        let world = &crew.world;
        world.leave(&mo, here).unwrap();
        world.invite(&crew.ada, here, "mo").unwrap();
        let token = world.token();
        let accept = || world.accept(&mo, &token).map(drop);
        let change = || world.sign_in("mo", &address("mo2"), true);
        if changed_first {
            refused!(
                world.interleave(change, accept).1,
                Error::Invitation(InvitationRefused::OtherRecipient)
            );
            assert_eq!(crew.seats(), 3);
        } else {
            world.interleave(accept, change).0.unwrap();
            assert_eq!(crew.seats(), 2);
        }
        world.is_exact();
    }
}
