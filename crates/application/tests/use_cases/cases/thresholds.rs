//! What is told when much of a limit is used (L9): once, whoever and whatever makes it so.

use std::sync::Barrier;
use std::thread;

use serde_json::json;
use tenantry_application::event::{EventKind, EventPlace};
use tenantry_application::idempotency::Once;
use tenantry_application::precondition::Precondition;
use tenantry_application::teams::TeamChanges;
use tenantry_application::{Actor, Error, NewPlace, SubscriptionPatch};
use tenantry_domain::billing::{BillingMode, SubscriptionChange};
use tenantry_domain::capacity::OverLimit;
use tenantry_domain::{BillingEnforcement, Limit, Units, WorkspaceId};

use super::world::{Small, World, quantities};

fn at_most(n: u64) -> Limit {
    Limit::AtMost(Units::new(n).unwrap())
}

/// A root with this limit, in a pool so large that it is never near its capacity.
fn start(limit: Limit) -> (World, Actor, Small) {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10_000);
    let at = (small.workspace, small.root);
    world.set_limits(&ada, at, &[("locations", limit)]).unwrap();
    (world, ada, small)
}

impl World {
    /// Which thresholds of which nodes were reached: share, usage, limit.
    fn reached(&self, place: impl Into<EventPlace>) -> Vec<(String, [u64; 3])> {
        let told = self.told(place, EventKind::LimitThresholdReached).into_iter();
        told.map(|(subject, changes)| {
            assert_eq!(changes["node"], subject);
            let number = |name: &str| changes[name].as_u64().unwrap();
            (subject, [number("threshold"), number("used"), number("limit")])
        })
        .collect()
    }
}

fn all_of(node: &impl ToString, reached: &[[u64; 3]]) -> Vec<(String, [u64; 3])> {
    reached
        .iter()
        .map(|numbers| (node.to_string(), *numbers))
        .collect()
}

#[test]
fn l9_each_threshold_is_told_when_it_is_reached_and_again_after_it_was_left() {
    for limit in [at_most(5), Limit::Observed(Units::new(5).unwrap())] {
        let (world, ada, small) = start(limit);
        let charge = |resource, n| world.charge(&ada, small.root, resource, n).unwrap();
        charge("a", 3);
        charge("b", 1);
        charge("c", 1);
        world.release(&ada, small.root, "b");
        charge("b", 1);
        world.release(&ada, small.root, "a");
        charge("a", 3);
        let expected = all_of(
            &small.root,
            &[[80, 4, 5], [100, 5, 5], [100, 5, 5], [80, 5, 5], [100, 5, 5]],
        );
        assert_eq!(world.reached(small.workspace), expected);
        let (_, first) = world
            .told(small.workspace, EventKind::LimitThresholdReached)
            .remove(0);
        let fields = json!({ "meter": "locations", "node": small.root.to_string(), "threshold": 80, "used": 4, "limit": 5 });
        assert_eq!(first, fields);
    }
}

#[test]
fn l9_every_node_of_the_chain_has_its_thresholds() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    world.subscribe(&ada, small.workspace, small.account, &[("users", 100)]);
    let child = world.child(&ada, small.workspace, small.root, &[("locations", 9)]);
    let crew = world.team(&ada, Some(child), Some(8));
    world.charge(&ada, crew, "a", 8).unwrap();
    let of_team = EventPlace::of(small.workspace, crew.into());
    let expected = [
        all_of(&small.workspace, &[[80, 8, 10]]),
        all_of(&child, &[[80, 8, 9]]),
        all_of(&crew, &[[80, 8, 8], [100, 8, 8]]),
    ];
    assert_eq!(world.reached(small.workspace), expected.concat());
    assert_eq!(world.reached(of_team), expected[2]);
}

#[test]
fn l9_limits_that_come_down_reach_thresholds_too() {
    let (world, ada, small) = start(at_most(100));
    world.charge(&ada, small.root, "a", 8).unwrap();
    for n in [10, 8, 20, 9] {
        world
            .set_limits(&ada, (small.workspace, small.root), &[("locations", at_most(n))])
            .unwrap();
    }
    assert_eq!(
        world.reached(small.workspace),
        all_of(&small.root, &[[80, 8, 10], [100, 8, 8], [80, 8, 9]])
    );
}

#[test]
fn l9_a_site_limit_is_told_in_the_feed_of_its_team() {
    let (world, ada, small) = start(at_most(100));
    world.subscribe(&ada, small.workspace, small.account, &[("users", 9)]);
    let crew = world.team(&ada, Some(small.root), None);
    world.charge(&ada, crew, "a", 4).unwrap();
    let changes = TeamChanges {
        name: "Crew".parse().unwrap(),
        site_limit: Some(Units::new(5).ok()),
        over_limit: OverLimit::Refuse,
    };
    world
        .app
        .update_team(&ada, crew, &changes, &Precondition::default())
        .unwrap();
    assert_eq!(
        world.reached(EventPlace::of(small.workspace, crew.into())),
        all_of(&crew, &[[80, 4, 5]])
    );
}

#[test]
fn l9_capacity_that_goes_away_reaches_thresholds_as_somebody_asks_and_as_time_passes() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    world.charge(&ada, small.root, "a", 4).unwrap();
    let more = world.subscribe(&ada, small.workspace, small.account, &[("locations", 90)]);
    let change = |id, change| {
        let patch = SubscriptionPatch {
            change: Some(change),
            metadata: None,
        };
        let id = (small.account, id);
        world
            .app
            .change_subscription(&ada, small.workspace, id, &patch, &Precondition::default())
            .unwrap();
    };
    change(more.id, SubscriptionChange::Cancel);
    change(
        small.subscription.id,
        SubscriptionChange::SetQuantities(quantities(&[("locations", 5)])),
    );
    assert_eq!(world.reached(small.workspace), []);
    world.pass_months(2);
    world.charge(&ada, small.root, "b", 1).unwrap();
    let pool = all_of(&small.workspace, &[[80, 4, 5], [100, 5, 5]]);
    assert_eq!(world.reached(small.workspace), pool);
}

#[test]
fn l9_a_pool_that_is_none_has_no_thresholds() {
    for (enforcement, expected) in [
        (BillingEnforcement::Enforce, 2),
        (BillingEnforcement::Observe, 2),
        (BillingEnforcement::Off, 0),
    ] {
        let world = World::enforcing(enforcement);
        let ada = world.person("ada");
        let small = world.small(&ada, 5);
        world.charge(&ada, small.root, "a", 5).unwrap();
        assert_eq!(world.reached(small.workspace).len(), expected);
    }
}

#[test]
fn l9_seats_reach_thresholds() {
    let (world, ada, small) = start(at_most(1));
    world.subscribe(&ada, small.workspace, small.account, &[("users", 9)]);
    world
        .set_limits(&ada, (small.workspace, small.root), &[("users", at_most(1))])
        .unwrap();
    world.team(&ada, Some(small.root), None);
    assert_eq!(
        world.reached(small.workspace),
        all_of(&small.root, &[[80, 1, 1], [100, 1, 1]])
    );
}

#[test]
fn l9_what_moves_reaches_thresholds_where_it_comes_to() {
    let (world, ada, small) = start(at_most(5));
    let [from, to] = [(); 2].map(|()| world.child(&ada, small.workspace, small.root, &[("locations", 4)]));
    let moved = world.child(&ada, small.workspace, from, &[]);
    world.charge(&ada, moved, "a", 3).unwrap();
    world.charge(&ada, to, "b", 1).unwrap();
    let before = all_of(&small.root, &[[80, 4, 5]]);
    assert_eq!(world.reached(small.workspace), before);
    let place = NewPlace {
        parent: Some(to),
        billing_account_id: None,
    };
    let (always, once) = (Precondition::default(), Once::default());
    world
        .app
        .move_organization(&ada, small.workspace, (moved, place), &always, &once)
        .unwrap();
    let after = [before, all_of(&to, &[[80, 4, 4], [100, 4, 4]])].concat();
    assert_eq!(world.reached(small.workspace), after);
}

#[test]
fn b5_another_accounts_pool_reaches_its_thresholds() {
    let world = World::new();
    let ada = world.person("ada");
    let workspace = world.workspace(&ada, BillingMode::Assigned);
    let [from, to] = [100, 5].map(|capacity| {
        let account = world.account(&ada, workspace);
        world.subscribe(&ada, workspace, account, &[("locations", capacity)]);
        account
    });
    let root = world.root(&ada, workspace, Some(from), &[]);
    world.charge(&ada, root, "a", 4).unwrap();
    world.relink(&ada, workspace, root, to).unwrap();
    assert_eq!(world.reached(workspace), all_of(&to, &[[80, 4, 5]]));
}

/// Eight at once, and then all of it given back at once, three times over.
#[test]
fn l9_whoever_charges_at_once_each_threshold_is_told_once() {
    let (world, ada, small) = start(at_most(16));
    let at_once = |work: &(dyn Fn(String) + Sync)| {
        let start = Barrier::new(8);
        thread::scope(|scope| {
            for thread in 0..8 {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    (0..3).for_each(|n| work(format!("{thread}-{n}")));
                });
            }
        });
    };
    let told = |world: &World, workspace: WorkspaceId| {
        let reached = world.reached(workspace).into_iter();
        let mut shares: Vec<_> = reached.map(|(_, [share, used, _])| (share, used)).collect();
        shares.sort_unstable();
        shares
    };
    for round in 1..=3 {
        at_once(&|resource| match world.charge(&ada, small.root, &resource, 1) {
            Ok(_) | Err(Error::LimitReached { .. }) => {}
            Err(error) => panic!("{error:?}"),
        });
        let expected = [vec![(80, 13); round], vec![(100, 16); round]].concat();
        assert_eq!(told(&world, small.workspace), expected);
        at_once(&|resource| world.release(&ada, small.root, &resource));
    }
    assert_eq!(told(&world, small.workspace).len(), 6);
    world.is_exact();
}
