//! A person and their team for themselves come with the first request (T1).

use std::thread;

use tenantry_application::error::Noun;
use tenantry_application::page::PageRequest;
use tenantry_application::{Actor, Error};
use tenantry_domain::WorkspaceId;
use tenantry_domain::team::SystemRole;
use tenantry_domain::user::{Said, User};

use super::super::world::World;
use super::crew::*;
use crate::refused;

#[test]
fn t1_ten_first_requests_at_once_make_one_person_with_one_personal_team() {
    let world = World::new();
    let users: Vec<User> = thread::scope(|scope| {
        let requests: Vec<_> = (0..10)
            .map(|_| scope.spawn(|| world.sign_in("ada", &address("ada"), true)))
            .collect();
        requests.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert!(users.windows(2).all(|pair| pair[0] == pair[1]));
    let teams = world.app.my_teams(&Actor::Person(users[0].id)).unwrap();
    let [team] = teams.as_slice() else {
        panic!("{teams:?}")
    };
    assert!(team.team.is_personal && team.is_current);
    assert_eq!(
        (team.team.name.as_str(), team.slug.as_str()),
        ("Personal", "personal")
    );
    assert_eq!(team.team.owner_id, users[0].id);
    assert_eq!(team.members, users[..1]);
    let mut unit = world.store.begin_read().unwrap();
    assert_eq!(unit.workspaces().list_all(None, 9).unwrap().len(), 1);
    drop(unit);
    world.is_exact();
}

#[test]
fn t1_whoever_was_there_before_teams_gets_theirs_with_the_next_requests_once() {
    let world = World::new();
    let before = world.sign_in("ada", &address("ada"), true);
    let team = world.personal(&Actor::Person(before.id));
    let mut unit = world.store.begin_write().unwrap();
    let known = unit.teams().find(team).unwrap().unwrap();
    unit.teams().delete(&known).unwrap();
    let without = User {
        personal_team_id: None,
        ..before.clone()
    };
    unit.users().update(&without).unwrap();
    unit.commit().unwrap();
    let teams: Vec<_> = thread::scope(|scope| {
        let requests: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| world.sign_in("ada", &address("ada"), true)))
            .collect();
        requests
            .into_iter()
            .map(|it| it.join().unwrap().personal_team_id)
            .collect()
    });
    assert!(teams.iter().all(|id| id.is_some() && *id == teams[0]));
    assert_ne!(teams[0], Some(team));
    assert_eq!(world.app.my_teams(&Actor::Person(before.id)).unwrap().len(), 1);
    world.is_exact();
}

#[test]
fn t1_whoever_was_added_by_their_address_is_that_person_when_they_first_sign_in_with_it() {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    crew.world.switch(&crew.ada, team).unwrap();
    let added = crew
        .world
        .add(&crew.ada, &new_person("grace", &[SystemRole::Developer.id()]))
        .unwrap();
    let unverified = crew.world.sign_in("eve", &address("grace"), false);
    assert_ne!(unverified.id, added.user.id, "an address that nobody vouches for");
    let ids: Vec<_> = thread::scope(|scope| {
        let requests: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| crew.world.sign_in("grace", "GRACE@example.com", true)))
            .collect();
        requests.into_iter().map(|it| it.join().unwrap().id).collect()
    });
    assert!(ids.iter().all(|id| *id == added.user.id));
    let grace = Actor::Person(added.user.id);
    let teams = crew.world.app.my_teams(&grace).unwrap();
    assert_eq!(teams.len(), 2, "the team and their own");
    let again = crew.world.sign_in("another grace", &address("grace"), true);
    assert_ne!(again.id, added.user.id, "the first who comes is them");
    assert_eq!(crew.seats(), 2);
}

#[test]
fn t13_whoever_may_not_sign_in_stays_apart() {
    let crew = Crew::of(9);
    crew.world.switch(&crew.ada, crew.team("Crew")).unwrap();
    let only_notified = tenantry_application::teams::NewPerson {
        allow_login: false,
        ..new_person("grace", &[])
    };
    let added = crew.world.add(&crew.ada, &only_notified).unwrap();
    let arrived = crew.world.sign_in("grace", &address("grace"), true);
    assert_ne!(arrived.id, added.user.id);
    let teams = crew.world.app.my_teams(&Actor::Person(arrived.id)).unwrap();
    assert_eq!(teams.len(), 1);
}

#[test]
fn the_workspace_of_a_personal_team_shows_nowhere_and_adds_up() {
    let world = World::new();
    let ada = world.someone("ada");
    let hidden = WorkspaceId::from_uuid(world.personal(&ada).as_uuid());
    refused!(
        world.app.workspace(&ada, hidden),
        Error::NotFound(Noun::Workspace)
    );
    refused!(world.app.tree(&ada, hidden), Error::NotFound(Noun::Workspace));
    let listed = world.app.list_workspaces(&ada, None, &PageRequest::default());
    assert_eq!(listed.unwrap().items, []);
    world.charge(&ada, world.personal(&ada), "site", 2).unwrap();
    let view = &world.app.my_teams(&ada).unwrap()[0];
    assert_eq!(view.sites.direct.get(), 2);
    world.is_exact();
}

#[test]
fn t1_a_changed_address_is_followed_and_a_personal_team_stays_one() {
    let world = World::new();
    let first = world.app.identify(&identity("ada"), &Said::default()).unwrap();
    let second = world.sign_in("ada", &address("ada"), true);
    assert_eq!(first.personal_team_id, second.personal_team_id);
    assert_eq!(second.profile, profile(&address("ada"), true));
}
