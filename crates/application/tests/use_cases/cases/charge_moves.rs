//! Charges that go to another organization or team (C11).

use std::thread;

use tenantry_application::error::Noun;
use tenantry_application::page::{PageRequest, PageSize, Position};
use tenantry_application::{Actor, Error, Scope};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::{ChargeTarget, NodeId, TargetId};
use tenantry_domain::charge::ChargeRefused;
use tenantry_domain::team::SystemRole;
use tenantry_domain::{OrganizationId, TeamId};

use super::ledger::Ask;
use super::world::{Small, World, machine};
use crate::refused;

/// Room for 10 below a root with two children: the left may take 5, the right 3.
struct Branches {
    world: World,
    ada: Actor,
    small: Small,
    left: OrganizationId,
    right: OrganizationId,
}

impl Branches {
    fn grow() -> Self {
        let world = World::new();
        let ada = world.person("ada");
        let small = world.small(&ada, 10);
        world.subscribe(&ada, small.workspace, small.account, &[("users", 9)]);
        let branch = |n| world.child(&ada, small.workspace, small.root, &[("locations", n)]);
        let (left, right) = (branch(5), branch(3));
        Self {
            world,
            ada,
            small,
            left,
            right,
        }
    }

    fn team(&self, organization: OrganizationId) -> TeamId {
        self.world.team(&self.ada, Some(organization), None)
    }

    fn used(&self) -> [u64; 3] {
        let used = |id| self.world.used(&self.ada, self.small.workspace, id);
        [used(self.small.root), used(self.left), used(self.right)]
    }
}

#[test]
fn c11_what_gains_must_admit_and_what_is_above_both_counts_once() {
    let it = Branches::grow();
    it.world.charge(&it.ada, it.left, "x", 3).unwrap();
    it.world.charge(&it.ada, it.small.root, "y", 7).unwrap();
    // The pool is full: whoever counted it twice would refuse.
    let moved = it.world.move_charge(&it.ada, "x", it.right, false).unwrap();
    assert_eq!(moved.target, ChargeTarget::Organization(it.right));
    assert_eq!(it.used(), [10, 0, 3]);
    let again = it.world.move_charge(&it.ada, "x", it.right, false).unwrap();
    assert_eq!(again, moved, "what is there stays");
    it.world.release(&it.ada, it.small.root, "y");
    it.world.charge(&it.ada, it.left, "z", 1).unwrap();
    let refused = it.world.move_charge(&it.ada, "z", it.right, false);
    refused!(refused, Error::LimitReached { refusal, .. } if refusal.binding().id == NodeId::Organization(it.right));
    assert_eq!(it.used(), [4, 1, 3]);
    it.world.is_exact();
}

#[test]
fn c11_a_charge_goes_up_and_down_between_teams_and_their_organizations() {
    let it = Branches::grow();
    let (team, other) = (it.team(it.left), it.team(it.right));
    it.world.charge(&it.ada, team, "x", 2).unwrap();
    let places: [TargetId; 4] = [it.left.into(), it.small.root.into(), other.into(), team.into()];
    for place in places {
        let moved = it.world.move_charge(&it.ada, "x", place, false).unwrap();
        assert_eq!(moved.target.id(), place);
        it.world.is_exact();
        assert_eq!(it.used()[0], 2);
    }
}

#[test]
fn c11_a_dry_run_tells_the_same_and_changes_nothing() {
    let it = Branches::grow();
    it.world.charge(&it.ada, it.left, "x", 3).unwrap();
    let would = it.world.move_charge(&it.ada, "x", it.right, true).unwrap();
    assert_eq!(would.target, ChargeTarget::Organization(it.right));
    assert_eq!(it.used(), [3, 3, 0]);
    it.world.charge(&it.ada, it.right, "y", 1).unwrap();
    refused!(
        it.world.move_charge(&it.ada, "x", it.right, true),
        Error::LimitReached { .. }
    );
    it.world.is_exact();
}

#[test]
fn c11_between_pools_the_other_must_admit_it() {
    let world = World::new();
    let ada = world.person("ada");
    let workspace = world.workspace(&ada, BillingMode::Assigned);
    let roots = [4, 2].map(|capacity| {
        let account = world.account(&ada, workspace);
        world.subscribe(&ada, workspace, account, &[("locations", capacity)]);
        world.root(&ada, workspace, Some(account), &[])
    });
    world.charge(&ada, roots[0], "small", 2).unwrap();
    world.charge(&ada, roots[0], "other", 1).unwrap();
    world.move_charge(&ada, "small", roots[1], false).unwrap();
    refused!(
        world.move_charge(&ada, "other", roots[1], false),
        Error::LimitReached { .. }
    );
    let used = roots.map(|root| world.used(&ada, workspace, root));
    assert_eq!(used, [1, 2]);
    world.is_exact();
}

#[test]
fn i3_what_is_charged_where_one_may_not_look_is_not_there() {
    let it = Branches::grow();
    let (hers, other) = (it.team(it.left), it.team(it.left));
    let eve = it.world.person("eve");
    it.world.join(hers, &eve, &[SystemRole::Developer]);
    it.world.charge(&it.ada, other, "x", 1).unwrap();
    let not_there = |outcome| refused!(outcome, Error::NotFound(Noun::Charge));
    not_there(it.world.move_charge(&eve, "x", hers, false));
    not_there(it.world.move_charge(&eve, "unknown", hers, false));
    refused!(
        it.world.move_charge(&eve, "x", it.left, false),
        Error::NotFound(Noun::Organization)
    );
    let metering = machine(&[Scope::UsageWrite]);
    it.world.move_charge(&metering, "x", hers, false).unwrap();
    it.world.join(other, &eve, &[SystemRole::Developer]);
    it.world.move_charge(&eve, "x", other, false).unwrap();
    it.world.is_exact();
}

#[test]
fn c11_what_is_held_stays() {
    let it = Branches::grow();
    let held = it.world.try_reserve(&it.ada, it.left, "x", (1, 60)).unwrap();
    let refused = it.world.move_charge(&it.ada, "x", it.right, false);
    refused!(refused, Error::Charge(ChargeRefused::Reserved(id)) if *id == held.id);
}

#[test]
fn c11_moves_that_cross_leave_every_balance_exact() {
    let it = Branches::grow();
    let team = it.team(it.right);
    for n in 0..3 {
        it.world.charge(&it.ada, it.left, &format!("l{n}"), 1).unwrap();
        it.world
            .charge(&it.ada, it.small.root, &format!("r{n}"), 1)
            .unwrap();
    }
    thread::scope(|scope| {
        for number in 0..4_usize {
            let it = &it;
            scope.spawn(move || {
                for round in 0..12_usize {
                    let resource = format!("{}{}", ["l", "r"][round % 2], round % 3);
                    let places: [TargetId; 4] =
                        [it.left.into(), it.right.into(), team.into(), it.small.root.into()];
                    let place = places[(number + round) % 4];
                    match it.world.move_charge(&it.ada, &resource, place, false) {
                        Ok(_) | Err(Error::LimitReached { .. }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
            });
        }
    });
    it.world.is_exact();
    assert_eq!(it.used()[0], 6);
    assert!(it.used()[2] <= 3, "{:?}", it.used());
}

#[test]
fn c11_a_charge_that_is_released_meanwhile_is_not_moved() {
    let it = Branches::grow();
    it.world.charge(&it.ada, it.left, "x", 1).unwrap();
    let ((), moved) = it.world.interleave(
        || {
            let release = Ask::release(&it.ada, it.left, "x");
            it.world.ask_waiting(&release).map(drop).unwrap();
        },
        || it.world.move_charge(&it.ada, "x", it.right, false),
    );
    refused!(moved, Error::NotFound(Noun::Charge));
    assert_eq!(it.used(), [0, 0, 0]);
    it.world.is_exact();
}

#[test]
fn v1_each_team_that_a_charge_leaves_or_comes_to_is_told() {
    let it = Branches::grow();
    let (left, right) = (it.team(it.left), it.team(it.right));
    let app = &it.world.app;
    let moved = |team: TeamId| {
        let page = PageRequest {
            size: PageSize::MAX,
            position: Position::Start,
        };
        let events = app.list_team_events(&it.ada, team, None, &page).unwrap();
        events
            .items
            .iter()
            .filter(|event| event.kind == "charge.moved")
            .count()
    };
    it.world.charge(&it.ada, left, "x", 1).unwrap();
    it.world.move_charge(&it.ada, "x", right, false).unwrap();
    assert_eq!([left, right].map(moved), [1, 1]);
    it.world.move_charge(&it.ada, "x", it.small.root, false).unwrap();
    assert_eq!([left, right].map(moved), [1, 2]);
    it.world.move_charge(&it.ada, "x", left, false).unwrap();
    assert_eq!([left, right].map(moved), [2, 2]);
}
