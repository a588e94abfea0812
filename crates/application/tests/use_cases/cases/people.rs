use std::sync::Arc;
use std::thread;

use tenantry_application::{Actor, Error};
use tenantry_domain::user::{Identity, Profile};

use super::world::{World, machine};
use crate::refused;

fn identity(subject: &str) -> Identity {
    Identity {
        issuer: "issuer".into(),
        subject: subject.into(),
    }
}

#[test]
fn t1_ten_first_requests_at_once_make_one_user() {
    let world = Arc::new(World::new());
    let first = |world: &World| {
        world
            .app
            .identify(&identity("ada"), &Profile::default())
            .unwrap()
            .id
    };
    let ids: Vec<_> = thread::scope(|scope| {
        let requests: Vec<_> = (0..10).map(|_| scope.spawn(|| first(&world))).collect();
        requests
            .into_iter()
            .map(|request| request.join().unwrap())
            .collect()
    });
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn t1_what_the_issuer_says_is_followed() {
    let world = World::new();
    let named = |name: &str| Profile {
        name: name.parse().ok(),
        ..Profile::default()
    };
    let before = world.app.identify(&identity("ada"), &named("Ada")).unwrap();
    let after = world
        .app
        .identify(&identity("ada"), &named("Ada Lovelace"))
        .unwrap();
    assert_eq!(before.id, after.id);
    let me = world.app.me(&Actor::Person(before.id)).unwrap();
    assert_eq!(me.profile, named("Ada Lovelace"));
}

#[test]
fn t1_a_token_that_says_less_takes_nothing_away() {
    let world = World::new();
    let named = Profile {
        name: "Ada".parse().ok(),
        ..Profile::default()
    };
    world.app.identify(&identity("ada"), &named).unwrap();
    let again = world.app.identify(&identity("ada"), &Profile::default()).unwrap();
    assert_eq!(again.profile, named);
}

#[test]
fn t1_the_same_subject_at_another_issuer_is_somebody_else() {
    let world = World::new();
    let elsewhere = Identity {
        issuer: "elsewhere".into(),
        ..identity("ada")
    };
    let here = world.app.identify(&identity("ada"), &Profile::default()).unwrap();
    assert_ne!(
        here.id,
        world.app.identify(&elsewhere, &Profile::default()).unwrap().id
    );
}

#[test]
fn a_machine_is_nobody() {
    refused!(World::new().app.me(&machine(&[])), Error::PeopleOnly);
}
