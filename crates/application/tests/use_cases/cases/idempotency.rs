use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tenantry_application::idempotency::{KeyedRequest, Once, WrittenAnswer};
use tenantry_application::page::PageRequest;
use tenantry_application::ports::{ClaimKey, ClaimTimes, OrganizationScope, StoreError};
use tenantry_application::{Actor, Error, Machine, OrganizationView, Scope, Settings};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::organization::HierarchyCaps;
use tenantry_domain::{Timestamp, WorkspaceId};

use super::world::{World, new_organization};
use crate::refused;

fn request(key: &str, asked: u8) -> KeyedRequest {
    KeyedRequest {
        key: key.parse().unwrap(),
        fingerprint: [asked; 32],
    }
}

fn written(view: &OrganizationView) -> WrittenAnswer {
    WrittenAnswer(view.organization.id.to_string().into_bytes())
}

fn create(
    world: &World,
    actor: &Actor,
    workspace: WorkspaceId,
    request: &KeyedRequest,
) -> Result<OrganizationView, Error> {
    let once = Once::new(Some(request), &written);
    let new = new_organization(None, &[]);
    world.app.create_root(actor, workspace, &new, &once)
}

fn count(world: &World, actor: &Actor, workspace: WorkspaceId) -> usize {
    let page = PageRequest::default();
    let all = world
        .app
        .list_organizations(actor, workspace, &OrganizationScope::All.into(), &page);
    all.unwrap().items.len()
}

fn start() -> (World, Actor, WorkspaceId) {
    let world = World::new();
    let ada = world.person("ada");
    let workspace = world.workspace(&ada, BillingMode::Pooled);
    (world, ada, workspace)
}

#[test]
fn r1_a_repetition_gets_the_first_answer_and_does_nothing() {
    let (world, ada, w) = start();
    let first = create(&world, &ada, w, &request("k", 1)).unwrap();
    let again = create(&world, &ada, w, &request("k", 1));
    refused!(again, Error::DoneBefore(answer) if *answer == written(&first));
    create(&world, &ada, w, &request("other", 1)).unwrap();
    assert_eq!(count(&world, &ada, w), 2);
}

#[test]
fn r1_a_key_is_of_one_request_and_of_one_caller() {
    let (world, ada, w) = start();
    create(&world, &ada, w, &request("k", 1)).unwrap();
    refused!(create(&world, &ada, w, &request("k", 2)), Error::KeyReused);
    let grace = world.person("grace");
    let other = world.workspace(&grace, BillingMode::Pooled);
    create(&world, &grace, other, &request("k", 2)).unwrap();

    let machine = |issuer: &str| {
        Actor::Machine(Machine {
            issuer: issuer.into(),
            name: "metering".into(),
            scopes: [Scope::UsageRead].into(),
        })
    };
    let check = |actor: &Actor| {
        let request = request("k", 3);
        let nothing = |_: &Vec<_>| WrittenAnswer(Vec::new());
        world
            .app
            .check(actor, &[], &Once::new(Some(&request), &nothing))
            .map(|answers| answers.len())
    };
    check(&machine("https://one.example")).unwrap();
    check(&machine("https://two.example")).unwrap();
    refused!(check(&machine("https://one.example")), Error::DoneBefore(_));
}

#[test]
fn r1_what_was_refused_did_nothing_and_can_be_tried_again() {
    let world = World::with(Settings {
        hierarchy: HierarchyCaps {
            organizations: 1,
            ..Settings::default().hierarchy
        },
        ..Settings::default()
    });
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let spare = world.root(&ada, w, None, &[]);
    refused!(create(&world, &ada, w, &request("k", 1)), Error::Hierarchy(_));
    let always = tenantry_application::precondition::Precondition::default();
    world
        .app
        .delete_organization(&ada, w, spare, false, &always)
        .unwrap();
    create(&world, &ada, w, &request("k", 1)).unwrap();
    refused!(create(&world, &ada, w, &request("k", 1)), Error::DoneBefore(_));
}

#[test]
fn r1_an_answer_is_kept_for_a_day() {
    let (world, ada, w) = start();
    create(&world, &ada, w, &request("old", 1)).unwrap();
    world.pass_days(2);
    create(&world, &ada, w, &request("old", 2)).unwrap();
    refused!(create(&world, &ada, w, &request("old", 1)), Error::KeyReused);
    create(&world, &ada, w, &request("older", 1)).unwrap();
    assert_eq!(world.app.forget_answers().unwrap(), 0);
    world.pass_days(2);
    assert_eq!(world.app.forget_answers().unwrap(), 2);
    assert_eq!(count(&world, &ada, w), 3);
}

#[test]
fn r1_many_repetitions_at_once_do_it_once() {
    let (world, ada, w) = start();
    let done = AtomicUsize::default();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| match create(&world, &ada, w, &request("k", 1)) {
                Ok(_) => drop(done.fetch_add(1, Ordering::SeqCst)),
                Err(Error::DoneBefore(_) | Error::InFlight) => {}
                Err(error) => panic!("{error:?}"),
            });
        }
    });
    assert_eq!((done.into_inner(), count(&world, &ada, w)), (1, 1));
}

#[test]
fn r1_a_repetition_waits_for_the_first_and_gets_its_answer() {
    let (world, ada, w) = start();
    let (first, second) = world.interleave(
        || create(&world, &ada, w, &request("k", 1)),
        || create(&world, &ada, w, &request("k", 1)),
    );
    let first = first.unwrap();
    refused!(second, Error::DoneBefore(answer) if *answer == written(&first));
}

/// SQLite has one writer, who is waited for when a transaction begins.
#[test]
fn r1_a_first_request_that_takes_too_long_is_in_flight() {
    let world = World::with(Settings {
        patience: Duration::from_secs(1),
        ..Settings::default()
    });
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let Actor::Person(id) = &ada else {
        panic!("a person")
    };
    let key = ClaimKey {
        caller: format!("user:{id}"),
        key: "k".parse().unwrap(),
    };
    let mut first = world.store.begin_write().unwrap();
    let times = ClaimTimes {
        now: Timestamp::EPOCH.plus_days(20_000),
        valid_since: Timestamp::EPOCH,
    };
    first.answers().claim(&key, &[1; 32], times).unwrap();
    let second = create(&world, &ada, w, &request("k", 1));
    if (world.database.waiting)().is_some() {
        refused!(second, Error::InFlight);
    } else {
        refused!(second, Error::Store(StoreError::Unavailable(_)));
    }
    drop(first);
    create(&world, &ada, w, &request("k", 1)).unwrap();
}
