//! What is decided on what was only looked at (ADR 42): whatever comes in between, it is as if it had come before or after.

use std::cell::Cell;

use tenantry_application::charges::Decision;
use tenantry_application::error::Noun;
use tenantry_application::event::EventKind;
use tenantry_application::idempotency::Once;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, NewPlace};
use tenantry_domain::billing::BillingMode;

use tenantry_domain::{BillingEnforcement, Limit, OrganizationId, Units, WorkspaceId};

use super::ledger::Ask;
use super::world::{Small, World, locations};
use crate::refused;

/// Two trees of which one is meddled with while a group is decided about both.
struct Scene {
    world: World,
    ada: Actor,
    small: Small,
    other: Small,
}

impl Scene {
    /// Of trees in which something is charged. `None` where whoever decides is alone, so that nothing comes in between.
    fn new(world: World) -> Option<Self> {
        (world.database.waiting)()?;
        let ada = world.person("ada");
        let [small, other] = [(); 2].map(|()| world.small(&ada, 10));
        for small in [&small, &other] {
            world.charge(&ada, small.root, "first", 1).unwrap();
        }
        Some(Self {
            world,
            ada,
            small,
            other,
        })
    }

    fn charge(&self, target: OrganizationId, resource: &str) -> Ask<'_> {
        Ask::charge(&self.ada, target, resource, 2)
    }

    /// Charges `x` here and `y` in the other tree together, with this in between: it is told that nothing was decided here, and done there.
    fn charge_amid(&self, target: OrganizationId, meddle: impl FnOnce()) {
        let [here, there] = self.decide_amid(target, meddle, &self.charge(self.other.root, "y"));
        assert!(
            matches!(here, Decision::Open(Some(id)) if id == self.small.workspace),
            "{here:?}"
        );
        assert!(
            matches!(&there, Decision::Made(decided) if decided.answer.is_ok()),
            "{there:?}"
        );
        assert_eq!(self.charges_told(self.other.workspace), 2);
        self.world.is_exact();
    }

    /// The same where what changes is below the beginning of the chain, so that nothing is saved at all.
    fn charge_amid_below(&self, target: OrganizationId, meddle: impl FnOnce()) {
        let decisions = self.decide_amid(target, meddle, &self.charge(self.other.root, "y"));
        assert!(
            matches!(decisions, [Decision::Open(None), Decision::Open(None)]),
            "{decisions:?}"
        );
        assert_eq!(self.charges_told(self.other.workspace), 1);
        self.world.is_exact();
    }

    /// Charges `x` with this in between, and something else.
    fn decide_amid(&self, target: OrganizationId, meddle: impl FnOnce(), other: &Ask<'_>) -> [Decision; 2] {
        let meddle = Cell::new(Some(meddle));
        let amid = |_: Option<&_>| {
            if let Some(meddle) = meddle.take() {
                meddle();
            }
            true
        };
        let here = Ask {
            expected: Some(&amid),
            ..self.charge(target, "x")
        };
        let decisions = self.world.app.decide_free(&[&here, other]);
        decisions.try_into().unwrap()
    }

    /// Decides about `x` as whoever waits does.
    fn charge_again(&self, target: OrganizationId) -> Result<(), Error> {
        let again = self.world.ask_all(&[self.charge(target, "x")]).remove(0);
        self.world.is_exact();
        again.map(drop)
    }

    fn charges_told(&self, workspace: WorkspaceId) -> usize {
        self.world.told(workspace, EventKind::ChargeCreated).len()
    }

    fn used(&self) -> u64 {
        self.world.used(&self.ada, self.small.workspace, self.small.root)
    }

    fn child(&self) -> OrganizationId {
        self.world
            .child(&self.ada, self.small.workspace, self.small.root, &[])
    }
}

#[test]
fn c2_another_charge_in_between_is_counted_first() {
    let Some(scene) = Scene::new(World::new()) else {
        return;
    };
    let root = scene.small.root;
    scene.charge_amid(root, || {
        scene.world.charge(&scene.ada, root, "between", 8).unwrap();
    });
    assert_eq!(scene.used(), 9);
    refused!(scene.charge_again(root), Error::LimitReached { .. });
}

#[test]
fn c1_the_same_resource_charged_in_between_is_found() {
    let Some(scene) = Scene::new(World::new()) else {
        return;
    };
    let (root, child) = (scene.small.root, scene.child());
    scene.world.charge(&scene.ada, child, "first of it", 1).unwrap();
    scene.charge_amid(root, || {
        scene.world.charge(&scene.ada, child, "x", 2).unwrap();
    });
    refused!(scene.charge_again(root), Error::Charge(_));
}

#[test]
fn c4_what_comes_and_goes_in_one_group_is_told_only_where_nobody_was() {
    let Some(scene) = Scene::new(World::new()) else {
        return;
    };
    let root = scene.small.root;
    let gone = Ask::release(&scene.ada, root, "x");
    let between = || {
        scene.world.charge(&scene.ada, root, "x", 1).unwrap();
    };
    let decisions = scene.decide_amid(root, between, &gone);
    for decision in decisions {
        assert!(matches!(decision, Decision::Open(Some(_))), "{decision:?}");
    }
    let released = scene.world.told(scene.small.workspace, EventKind::ChargeReleased);
    assert_eq!(released, []);
    scene.world.is_exact();
}

#[test]
fn c5_a_reservation_in_between_is_counted_first() {
    let Some(scene) = Scene::new(World::new()) else {
        return;
    };
    let root = scene.small.root;
    scene.charge_amid(root, || {
        scene
            .world
            .try_reserve(&scene.ada, root, "held", (8, 60))
            .unwrap();
    });
    refused!(scene.charge_again(root), Error::LimitReached { .. });
}

#[test]
fn l3_a_limit_that_is_set_in_between_holds() {
    let Some(scene) = Scene::new(World::new()) else {
        return;
    };
    let root = scene.small.root;
    let limit = [("locations", Limit::AtMost(Units::try_from(2).unwrap()))];
    scene.charge_amid_below(root, || {
        let place = (scene.small.workspace, root);
        scene.world.set_limits(&scene.ada, place, &limit).unwrap();
    });
    refused!(scene.charge_again(root), Error::LimitReached { .. });
}

#[test]
fn o6_an_organization_that_is_deleted_in_between_is_charged_nothing() {
    let Some(scene) = Scene::new(World::new()) else {
        return;
    };
    let child = scene.child();
    scene.world.charge(&scene.ada, child, "a", 1).unwrap();
    scene.world.release(&scene.ada, child, "a");
    scene.charge_amid_below(child, || {
        let precondition = Precondition::default();
        let deleted = scene.world.app.delete_organization(
            &scene.ada,
            scene.small.workspace,
            child,
            false,
            &precondition,
        );
        deleted.unwrap();
    });
    refused!(scene.charge_again(child), Error::NotFound(Noun::Organization));
}

#[test]
fn o7_what_moves_in_between_is_charged_where_it_is() {
    let Some(scene) = Scene::new(World::new()) else {
        return;
    };
    let (from, to, moved) = (scene.child(), scene.child(), scene.child());
    for id in [from, to, moved] {
        scene.world.charge(&scene.ada, id, &id.to_string(), 1).unwrap();
    }
    let below = |parent| {
        let place = NewPlace {
            parent: Some(parent),
            billing_account_id: None,
        };
        let (precondition, once) = (Precondition::default(), Once::default());
        let (app, workspace) = (&scene.world.app, scene.small.workspace);
        app.move_organization(&scene.ada, workspace, (moved, place), &precondition, &once)
            .unwrap();
    };
    below(from);
    scene.charge_amid(moved, || below(to));
    scene.charge_again(moved).unwrap();
    let used = |id| scene.world.used(&scene.ada, scene.small.workspace, id);
    assert_eq!([from, to, moved].map(used), [1, 4, 3]);
}

#[test]
fn w3_a_workspace_that_is_archived_in_between_is_charged_nothing() {
    let Some(mut scene) = Scene::new(World::enforcing(BillingEnforcement::Off)) else {
        return;
    };
    let workspace = scene.world.workspace(&scene.ada, BillingMode::Single);
    let account = scene.world.account(&scene.ada, workspace);
    let root = scene.world.root(&scene.ada, workspace, Some(account), &[]);
    scene.world.charge(&scene.ada, root, "a", 1).unwrap();
    scene.world.release(&scene.ada, root, "a");
    scene.small.workspace = workspace;
    scene.charge_amid(root, || {
        let archived = scene
            .world
            .app
            .archive_workspace(&scene.ada, workspace, &Precondition::default());
        archived.unwrap();
    });
    refused!(scene.charge_again(root), Error::WorkspaceArchived(_));
}

#[test]
fn whoever_is_about_to_change_a_tree_is_not_waited_for() {
    let Some(scene) = Scene::new(World::new()) else {
        return;
    };
    let (workspace, root) = (scene.small.workspace, scene.small.root);
    let holder = Cell::new(None);
    scene.charge_amid(root, || {
        let mut unit = scene.world.store.begin_write().unwrap();
        unit.balances()
            .chains_for_update(workspace, &[root.into()], &[locations()])
            .unwrap();
        holder.set(Some(unit));
    });
    drop(holder.take());
    scene.charge_again(root).unwrap();
}
