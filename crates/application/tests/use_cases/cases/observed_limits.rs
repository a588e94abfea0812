//! Limits that only observe (L8): they refuse nothing, and what they would have refused is told.

use serde_json::{Value, json};
use tenantry_application::event::{EventKind, EventPlace};
use tenantry_application::idempotency::Once;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, NewPlace};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::LimitChangeRefused;
use tenantry_domain::{Limit, OrganizationId, Units};

use super::world::{Small, World, locations};
use crate::refused;

fn observed(n: u64) -> Limit {
    Limit::Observed(Units::new(n).unwrap())
}

fn at_most(n: u64) -> Limit {
    Limit::AtMost(Units::new(n).unwrap())
}

/// A root in a pool of 10 whose limit of 2 only observes, and a child of it.
fn start() -> (World, Actor, Small, OrganizationId) {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    let at = (small.workspace, small.root);
    world.set_limits(&ada, at, &[("locations", observed(2))]).unwrap();
    let child = world.child(&ada, small.workspace, small.root, &[]);
    (world, ada, small, child)
}

fn would_refuse(node: OrganizationId, requested: u64, [limit, used]: [u64; 2]) -> Value {
    json!({
        "meter": "locations", "requested": requested, "node": node.to_string(), "limit": limit, "used": used
    })
}

#[test]
fn l8_what_a_limit_would_have_refused_is_told_with_its_numbers() {
    let (world, ada, small, child) = start();
    world.charge(&ada, child, "a", 2).unwrap();
    let at = (small.workspace, child);
    world.set_limits(&ada, at, &[("locations", observed(3))]).unwrap();
    world.charge(&ada, child, "b", 2).unwrap();
    world.charge(&ada, child, "b", 5).unwrap();
    world.charge(&ada, child, "b", 1).unwrap();
    let told = world.told(small.workspace, EventKind::LimitWouldRefuse);
    let expected = [
        would_refuse(small.root, 2, [2, 2]),
        would_refuse(child, 2, [3, 2]),
        would_refuse(small.root, 3, [2, 4]),
        would_refuse(child, 3, [3, 4]),
    ];
    assert_eq!(told, expected.map(|changes| ("b".to_owned(), changes)));
    world.is_exact();
}

#[test]
fn l8_growth_that_is_refused_tells_nothing() {
    let (world, ada, small, child) = start();
    refused!(world.charge(&ada, child, "a", 11), Error::LimitReached { .. });
    assert_eq!(world.told(small.workspace, EventKind::LimitWouldRefuse), []);
}

#[test]
fn l8_nothing_else_counts_a_limit_that_only_observes() {
    let (world, ada, small, child) = start();
    world.charge(&ada, small.root, "a", 5).unwrap();
    let view = world.app.organization(&ada, small.workspace, small.root).unwrap();
    assert!(!view.is_over_limit());
    assert_eq!(view.balances[&locations()].limit, observed(2));
    assert_eq!(world.free(&ada, small.workspace, child), Some(5));
    let at = (small.workspace, child);
    world.set_limits(&ada, at, &[("locations", at_most(7))]).unwrap();
    world
        .set_limits(&ada, at, &[("locations", observed(70))])
        .unwrap();
}

#[test]
fn l8_to_enforce_what_was_observed_is_to_set_a_limit() {
    let (world, ada, small, _) = start();
    world.charge(&ada, small.root, "a", 3).unwrap();
    let set = |limit| world.set_limits(&ada, (small.workspace, small.root), &[("locations", limit)]);
    refused!(
        set(at_most(2)),
        Error::LimitChange {
            refused: LimitChangeRefused::BelowUsage { .. },
            ..
        }
    );
    set(at_most(3)).unwrap();
    refused!(world.charge(&ada, small.root, "b", 1), Error::LimitReached { .. });
    set(observed(3)).unwrap();
    world.charge(&ada, small.root, "b", 1).unwrap();
    let changes = world.told(small.workspace, EventKind::OrganizationUpdated);
    let limits: Vec<_> = changes
        .into_iter()
        .map(|(_, changes)| changes["limits"]["locations"].clone())
        .collect();
    assert_eq!(
        limits,
        [
            json!({ "limit": 2, "mode": "observe" }),
            json!(3),
            json!({ "limit": 3, "mode": "observe" })
        ]
    );
}

#[test]
fn c3_the_events_of_a_team_tell_nothing_of_limits_above_it() {
    let (world, ada, small, child) = start();
    world.subscribe(&ada, small.workspace, small.account, &[("users", 9)]);
    let crew = world.team(&ada, Some(child), None);
    world.charge(&ada, crew, "a", 3).unwrap();
    let of_team = EventPlace::of(small.workspace, crew.into());
    for kind in [EventKind::LimitWouldRefuse, EventKind::LimitThresholdReached] {
        assert!(!world.told(small.workspace, kind).is_empty());
        assert_eq!(world.told(of_team, kind), []);
    }
    assert_eq!(world.told(of_team, EventKind::ChargeCreated).len(), 1);
}

#[test]
fn c9_a_seat_that_a_limit_would_have_refused_is_told() {
    let (world, ada, small, child) = start();
    world.subscribe(&ada, small.workspace, small.account, &[("users", 9)]);
    world
        .set_limits(&ada, (small.workspace, child), &[("users", observed(0))])
        .unwrap();
    world.team(&ada, Some(child), None);
    let expected =
        json!({ "meter": "users", "requested": 1, "node": child.to_string(), "limit": 0, "used": 0 });
    let told = world.told(small.workspace, EventKind::LimitWouldRefuse);
    assert_eq!(told, [(child.to_string(), expected)]);
    world.is_exact();
}

#[test]
fn o7_a_move_that_a_limit_would_have_refused_is_made_and_told() {
    let (world, ada, small, _) = start();
    let [from, to] = [(); 2].map(|()| world.child(&ada, small.workspace, small.root, &[]));
    world.charge(&ada, from, "a", 2).unwrap();
    world
        .set_limits(&ada, (small.workspace, to), &[("locations", observed(1))])
        .unwrap();
    let place = NewPlace {
        parent: Some(to),
        billing_account_id: None,
    };
    let preview = world
        .app
        .preview_move(&ada, small.workspace, from, place)
        .unwrap();
    assert_eq!(preview.blockers, []);
    assert_eq!(preview.subtree[0].limits[0].after, at_most(10));
    assert_eq!(world.told(small.workspace, EventKind::LimitWouldRefuse), []);
    let (always, once) = (Precondition::default(), Once::default());
    world
        .app
        .move_organization(&ada, small.workspace, (from, place), &always, &once)
        .unwrap();
    let told = world.told(small.workspace, EventKind::LimitWouldRefuse);
    assert_eq!(told, [(from.to_string(), would_refuse(to, 2, [1, 0]))]);
    world.is_exact();
}

#[test]
fn b3_another_account_whose_pool_only_observes_is_told_what_it_would_have_refused() {
    let world = World::enforcing(tenantry_domain::BillingEnforcement::Observe);
    let ada = world.person("ada");
    let workspace = world.workspace(&ada, BillingMode::Assigned);
    let [from, to] = [(); 2].map(|()| world.account(&ada, workspace));
    let root = world.root(&ada, workspace, Some(from), &[]);
    world.charge(&ada, root, "a", 2).unwrap();
    world.relink(&ada, workspace, root, to).unwrap();
    let told = world.told(workspace, EventKind::ChargeWouldRefuse);
    let by = |pool: &dyn ToString| json!({ "meter": "locations", "requested": 2, "node": pool.to_string() });
    assert_eq!(told, [("a".to_owned(), by(&from)), (root.to_string(), by(&to))]);
    world.is_exact();
}
