//! The people in the current team (T13).

use tenantry_application::error::Noun;
use tenantry_application::precondition::Precondition;
use tenantry_application::teams::{NewPerson, PersonChanges, PersonView};
use tenantry_application::{Actor, Error};
use tenantry_domain::UserId;
use tenantry_domain::team::{InvitationRefused, LacksScope, SystemRole, TeamScope};
use tenantry_domain::user::{Preferences, User, UserRefused};
use tenantry_domain::workspace::Role;

use super::super::world::World;
use super::crew::*;
use crate::refused;

fn same(user: &User) -> PersonChanges {
    PersonChanges {
        name: user
            .profile
            .name
            .clone()
            .unwrap_or_else(|| "Nobody".parse().unwrap()),
        email: user.profile.email.clone().unwrap(),
        allow_login: user.allow_login,
        preferences: user.preferences.clone(),
        roles: None,
    }
}

fn change(world: &World, actor: &Actor, user: UserId, changes: &PersonChanges) -> Result<PersonView, Error> {
    world
        .app
        .update_person(actor, user, changes, &Precondition::default())
}

fn remove(world: &World, actor: &Actor, user: UserId) -> Result<(), Error> {
    world.app.remove_person(actor, user, &Precondition::default())
}

/// A team that Ada works in.
fn working() -> (Crew, tenantry_domain::TeamId) {
    let crew = Crew::of(20);
    let team = crew.team("Crew");
    crew.world.switch(&crew.ada, team).unwrap();
    (crew, team)
}

#[test]
fn t13_new_people_and_colleagues_are_added_and_everybody_else_is_invited() {
    let (crew, team) = working();
    let (world, ada) = (&crew.world, &crew.ada);
    let developer = SystemRole::Developer.id();
    let added = world.add(ada, &new_person("grace", &[developer])).unwrap();
    assert_eq!(added.member.roles, [developer]);
    refused!(
        world.add(ada, &new_person("grace", &[])),
        Error::Invitation(InvitationRefused::AlreadyMember)
    );
    let unnamed = NewPerson {
        name: None,
        ..new_person("unnamed", &[])
    };
    refused!(world.add(ada, &unnamed), Error::Missing { pointer, .. } if pointer == "/name");
    let stranger = world.someone("stranger");
    refused!(
        world.add(ada, &new_person("stranger", &[])),
        Error::User(UserRefused::InvitationRequired)
    );
    for colleague in [
        crew.colleague("viewer", Role::Viewer),
        world.bring(ada, crew.team("Other"), "alan"),
    ] {
        let name = world
            .app
            .me(&colleague)
            .unwrap()
            .profile
            .email
            .unwrap()
            .to_string();
        let name = name.split('@').next().unwrap();
        assert_eq!(
            world.add(ada, &new_person(name, &[])).unwrap().user.id,
            id(&colleague)
        );
    }
    let people: Vec<UserId> = world
        .app
        .list_people(ada)
        .unwrap()
        .into_iter()
        .map(|person| person.user.id)
        .collect();
    assert_eq!(people.len(), 4);
    assert!(!people.contains(&id(&stranger)));
    assert_eq!(world.app.team(ada, team).unwrap().members.len(), 4);
}

#[test]
fn t13_an_address_that_somebody_only_claims_is_not_them() {
    let (crew, _) = working();
    let claimed = crew.world.sign_in("eve", &address("grace"), false);
    let added = crew.world.add(&crew.ada, &new_person("grace", &[])).unwrap();
    assert_ne!(added.user.id, claimed.id);
}

#[test]
fn t10_nobody_adds_people_with_more_than_they_have() {
    let (crew, team) = working();
    let grace = crew.world.bring(&crew.ada, team, "grace");
    crew.world.switch(&grace, team).unwrap();
    refused!(
        crew.world.add(&grace, &new_person("alan", &[])),
        Error::LacksTeamScope(LacksScope(TeamScope::UserCreate))
    );
    let adder = crew
        .world
        .role(&crew.ada, team, "Adder", &[TeamScope::UserCreate])
        .unwrap();
    crew.world.set_roles(&crew.ada, team, &grace, &[adder]).unwrap();
    refused!(
        crew.world
            .add(&grace, &new_person("alan", &[SystemRole::Developer.id()])),
        Error::LacksTeamScope(_)
    );
    crew.world.add(&grace, &new_person("alan", &[adder])).unwrap();
}

#[test]
fn t13_who_has_signed_in_is_as_their_issuer_says_and_their_preferences_are_their_own() {
    let (crew, team) = working();
    let (world, ada) = (&crew.world, &crew.ada);
    let grace = world.bring(ada, team, "grace");
    world.switch(&grace, team).unwrap();
    let user = world.app.me(&grace).unwrap();
    let own = |outcome: Result<PersonView, Error>| {
        refused!(outcome, Error::User(UserRefused::IssuersOwn));
    };
    let other_address = PersonChanges {
        email: "other@example.com".parse().unwrap(),
        ..same(&user)
    };
    own(change(world, ada, user.id, &other_address));
    own(change(world, &grace, user.id, &other_address));
    let silent = PersonChanges {
        allow_login: false,
        ..same(&user)
    };
    own(change(world, ada, user.id, &silent));
    let in_berlin = PersonChanges {
        preferences: Preferences {
            timezone: "Europe/Berlin".parse().unwrap(),
            ..Preferences::default()
        },
        ..same(&user)
    };
    refused!(
        change(world, ada, user.id, &in_berlin),
        Error::User(UserRefused::TheirOwn)
    );
    let changed = change(world, &grace, user.id, &in_berlin).unwrap();
    assert_eq!(changed.user.preferences, in_berlin.preferences);
    refused!(
        change(world, &grace, id(ada), &same(&world.app.me(ada).unwrap())),
        Error::LacksTeamScope(LacksScope(TeamScope::UserUpdate))
    );
}

#[test]
fn t13_roles_in_the_current_team_are_replaced_along_and_take_the_scope() {
    let (crew, team) = working();
    let (world, ada) = (&crew.world, &crew.ada);
    let grace = world.bring(ada, team, "grace");
    world.switch(&grace, team).unwrap();
    let with = |roles: &[SystemRole], user: &User| PersonChanges {
        roles: Some(roles.iter().map(|role| role.id()).collect()),
        ..same(user)
    };
    let user = world.app.me(&grace).unwrap();
    let changed = change(world, ada, user.id, &with(&[SystemRole::Administrator], &user)).unwrap();
    assert_eq!(changed.member.roles, [SystemRole::Administrator.id()]);
    change(world, ada, user.id, &with(&[SystemRole::Developer], &user)).unwrap();
    change(world, &grace, user.id, &with(&[SystemRole::Developer], &user)).unwrap();
    for roles in [&[][..], &[SystemRole::Administrator]] {
        refused!(
            change(world, &grace, user.id, &with(roles, &user)),
            Error::LacksTeamScope(LacksScope(TeamScope::UserUpdate))
        );
    }
    let owner = world.app.me(ada).unwrap();
    let kept = change(world, ada, owner.id, &with(&[SystemRole::Owner], &owner)).unwrap();
    assert_eq!(kept.roles.len(), 1, "the owner's comes back as it was shown");
}

#[test]
fn t13_who_never_signed_in_is_forgotten_with_their_last_team() {
    let (crew, team) = working();
    let (world, ada) = (&crew.world, &crew.ada);
    let other = crew.team("Other");
    let find = |user: UserId| {
        let mut unit = world.store.begin_read().unwrap();
        unit.users().find(user).unwrap()
    };
    let grace = world.add(ada, &new_person("grace", &[])).unwrap().user.id;
    world.switch(ada, other).unwrap();
    assert_eq!(world.add(ada, &new_person("grace", &[])).unwrap().user.id, grace);
    remove(world, ada, grace).unwrap();
    assert!(find(grace).is_some());
    world.switch(ada, team).unwrap();
    remove(world, ada, grace).unwrap();
    assert_eq!(find(grace), None);
    assert_eq!(crew.seats(), 1);
    let again = world.add(ada, &new_person("grace", &[])).unwrap().user.id;
    assert_ne!(again, grace);
    let alan = world.bring(ada, team, "alan");
    world.delete_team(ada, team).unwrap();
    assert_eq!(find(again), None, "with the team");
    assert!(find(id(&alan)).is_some());
    world.switch(ada, other).unwrap();
    world.add(ada, &new_person("grace", &[])).unwrap();
    assert_eq!(crew.seats(), 2);
    world.is_exact();
}

#[test]
fn t10_nobody_takes_over_who_never_signed_in_by_giving_them_another_address() {
    let (crew, team) = working();
    let (world, ada) = (&crew.world, &crew.ada);
    let eve = world.bring(ada, team, "eve");
    let hr = [TeamScope::UserView, TeamScope::UserCreate, TeamScope::UserUpdate];
    let hr = world.role(ada, team, "HR", &hr).unwrap();
    world.set_roles(ada, team, &eve, &[hr]).unwrap();
    world.switch(&eve, team).unwrap();
    let strong = world
        .add(ada, &new_person("grace", &[SystemRole::Administrator.id()]))
        .unwrap()
        .user;
    let weak = world.add(ada, &new_person("alan", &[hr])).unwrap().user;
    let mine = |user: &User| PersonChanges {
        email: "eve2@example.com".parse().unwrap(),
        ..same(user)
    };
    refused!(
        change(world, &eve, strong.id, &mine(&strong)),
        Error::LacksTeamScope(_)
    );
    let renamed = PersonChanges {
        name: "Grace Hopper".parse().unwrap(),
        ..same(&strong)
    };
    change(world, &eve, strong.id, &renamed).unwrap();
    change(world, &eve, weak.id, &mine(&weak)).unwrap();

    let other = crew.team("Other");
    world.switch(ada, other).unwrap();
    let administrator = [SystemRole::Administrator.id()];
    let both = world
        .add(ada, &new_person("barbara", &administrator))
        .unwrap()
        .user;
    let colleague = world.add(&eve, &new_person("barbara", &[hr])).unwrap().user;
    assert_eq!(both.id, colleague.id);
    refused!(
        change(world, &eve, both.id, &mine(&both)),
        Error::User(UserRefused::InOtherTeams)
    );
    let silenced = PersonChanges {
        allow_login: false,
        ..same(&both)
    };
    refused!(
        change(world, &eve, both.id, &silenced),
        Error::User(UserRefused::InOtherTeams)
    );
}

#[test]
fn c9_seats_follow_the_address_of_who_never_signed_in() {
    let (crew, _) = working();
    let (world, ada) = (&crew.world, &crew.ada);
    let other = crew.team("Other");
    let grace = world.add(ada, &new_person("grace", &[])).unwrap().user;
    for name in ["grace", "hopper"] {
        world.invite(ada, other, name).unwrap();
    }
    assert_eq!(crew.seats(), 3);
    let moved = PersonChanges {
        email: address("hopper").parse().unwrap(),
        ..same(&grace)
    };
    change(world, ada, grace.id, &moved).unwrap();
    assert_eq!(
        crew.seats(),
        3,
        "now the other address is invited and not counted"
    );
    let silent = PersonChanges {
        allow_login: false,
        ..moved
    };
    change(world, ada, grace.id, &silent).unwrap();
    assert_eq!(crew.seats(), 4);
    world.is_exact();
}

#[test]
fn w5_who_never_signed_in_is_not_taken_into_a_workspace() {
    let (crew, _) = working();
    let grace = crew
        .world
        .add(&crew.ada, &new_person("grace", &[]))
        .unwrap()
        .user
        .id;
    refused!(
        crew.world.app.add_member(
            &crew.ada,
            crew.workspace,
            grace,
            Role::Owner,
            &tenantry_application::idempotency::Once::default()
        ),
        Error::UnknownReference { noun: Noun::User, .. }
    );
}

#[test]
fn t13_people_are_those_of_the_current_team_and_everybody_finds_themselves() {
    let (crew, team) = working();
    let (world, ada) = (&crew.world, &crew.ada);
    let grace = world.bring(ada, team, "grace");
    let alan = world.bring(ada, crew.team("Other"), "alan");
    refused!(
        world.app.find_person(ada, id(&alan)),
        Error::NotFound(Noun::Member)
    );
    world.set_roles(ada, team, &grace, &[]).unwrap();
    world.switch(&grace, team).unwrap();
    for scoped in [
        world.app.find_person(&grace, id(ada)),
        remove(world, &grace, id(ada)).map(|()| unreachable!()),
    ] {
        refused!(scoped, Error::LacksTeamScope(_));
    }
    refused!(
        world.app.list_people(&grace),
        Error::LacksTeamScope(LacksScope(TeamScope::UserView))
    );
    world.app.find_person(&grace, id(&grace)).unwrap();
    remove(world, &grace, id(&grace)).unwrap();
    assert_eq!(
        world.app.list_people(&grace).unwrap().len(),
        1,
        "they work in their own again"
    );
}
