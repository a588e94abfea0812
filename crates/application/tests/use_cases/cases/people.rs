use std::sync::Arc;
use std::thread;

use tenantry_application::{Actor, Error};
use tenantry_domain::Timestamp;
use tenantry_domain::user::{Identity, Profile, Said};

use super::world::{World, machine};
use crate::refused;

fn identity(subject: &str) -> Identity {
    Identity {
        issuer: "issuer".into(),
        subject: subject.into(),
    }
}

fn named(name: &str) -> Profile {
    Profile {
        name: name.parse().ok(),
        ..Profile::default()
    }
}

fn said(name: &str) -> Said {
    Said {
        profile: named(name),
        at: None,
    }
}

#[test]
fn t1_ten_first_requests_at_once_make_one_user() {
    let world = Arc::new(World::new());
    let first = |world: &World| world.app.identify(&identity("ada"), &Said::default()).unwrap().id;
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
    let before = world.app.identify(&identity("ada"), &said("Ada")).unwrap();
    let after = world
        .app
        .identify(&identity("ada"), &said("Ada Lovelace"))
        .unwrap();
    assert_eq!(before.id, after.id);
    let me = world.app.me(&Actor::Person(before.id)).unwrap();
    assert_eq!(me.profile, named("Ada Lovelace"));
}

#[test]
fn t1_a_token_that_says_less_takes_nothing_away() {
    let world = World::new();
    world.app.identify(&identity("ada"), &said("Ada")).unwrap();
    let again = world.app.identify(&identity("ada"), &Said::default()).unwrap();
    assert_eq!(again.profile, named("Ada"));
}

#[test]
fn t1_of_two_tokens_that_are_good_the_later_one_is_followed() {
    let world = World::new();
    let token = |name: &str, at| Said {
        at: Timestamp::from_micros(at),
        ..said(name)
    };
    let (old, new) = (token("Ada", 1), token("Ada Lovelace", 2));
    for tells in [&old, &new, &old, &new, &old] {
        world.app.identify(&identity("ada"), tells).unwrap();
    }
    let ada = world.app.identify(&identity("ada"), &old).unwrap();
    assert_eq!((ada.profile, ada.said_at), (new.profile, new.at));
    let newer = token("Countess", 3);
    let ada = world.app.identify(&identity("ada"), &newer).unwrap();
    assert_eq!(
        world.app.me(&Actor::Person(ada.id)).unwrap().profile,
        newer.profile
    );
}

#[test]
fn t1_the_same_subject_at_another_issuer_is_somebody_else() {
    let world = World::new();
    let elsewhere = Identity {
        issuer: "elsewhere".into(),
        ..identity("ada")
    };
    let here = world.app.identify(&identity("ada"), &Said::default()).unwrap();
    assert_ne!(
        here.id,
        world.app.identify(&elsewhere, &Said::default()).unwrap().id
    );
}

#[test]
fn a_machine_is_nobody() {
    refused!(World::new().app.me(&machine(&[])), Error::PeopleOnly);
}
