//! Changes to what their callers have seen (RFC 9110 §13).

use tenantry_application::precondition::Precondition;
use tenantry_application::{Error, OrganizationChanges, OrganizationView};
use tenantry_domain::charge::Charge;

use super::ledger::Ask;
use super::world::World;
use crate::refused;

fn renamed(name: &str) -> OrganizationChanges {
    OrganizationChanges {
        name: Some(name.parse().unwrap()),
        ..OrganizationChanges::default()
    }
}

#[test]
fn of_two_writers_who_have_seen_the_same_one_is_refused() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let (w, root) = (small.workspace, small.root);
    let seen = world.app.organization(&ada, w, root).unwrap();
    let is_seen = |current: Option<&OrganizationView>| current == Some(&seen);
    let rename = |name| {
        let precondition = Precondition::new(Some(&is_seen));
        world
            .app
            .update_organization(&ada, w, root, &renamed(name), &precondition)
    };
    let (first, second) = world.interleave(|| rename("First"), || rename("Second"));
    first.unwrap();
    refused!(second, Error::PreconditionFailed);
    let now = world.app.organization(&ada, w, root).unwrap();
    assert_eq!(now.organization.name.as_str(), "First");
}

#[test]
fn a_charge_meanwhile_is_seen_as_well() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let seen = world.app.organization(&ada, small.workspace, small.root).unwrap();
    world.charge(&ada, small.root, "x", 1).unwrap();
    let is_seen = |current: Option<&OrganizationView>| current == Some(&seen);
    let changes = renamed("Other");
    let precondition = Precondition::new(Some(&is_seen));
    let refused = world
        .app
        .update_organization(&ada, small.workspace, small.root, &changes, &precondition);
    refused!(refused, Error::PreconditionFailed);
}

#[test]
fn what_is_not_charged_is_seen_as_nothing() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let is_new = |current: Option<&Charge>| current.is_none();
    let is_there = |current: Option<&Charge>| current.is_some();
    let release = |holds: &dyn Fn(Option<&Charge>) -> bool| {
        world
            .ask(&Ask {
                expected: Some(holds),
                ..Ask::release(&ada, small.root, "x")
            })
            .map(drop)
    };
    refused!(release(&is_there), Error::PreconditionFailed);
    release(&is_new).unwrap();
    world.charge(&ada, small.root, "x", 1).unwrap();
    refused!(release(&is_new), Error::PreconditionFailed);
    release(&is_there).unwrap();
    assert_eq!(world.used(&ada, small.workspace, small.root), 0);
}
