//! Organizations that go elsewhere in the tree (O7).

use std::sync::Barrier;
use std::thread;

use tenantry_application::error::Noun;
use tenantry_application::idempotency::Once;
use tenantry_application::page::{PageRequest, PageSize, Position};
use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, LimitShift, MoveView, NewPlace, Settings};
use tenantry_domain::billing::{BillingMode, LinkRefused};
use tenantry_domain::capacity::NodeId;
use tenantry_domain::organization::{HierarchyCaps, HierarchyRefused, MoveRefused};
use tenantry_domain::{BillingAccountId, Limit, OrganizationId, Units};

use super::world::{Small, World, locations};
use crate::refused;

/// A workspace with room for 100 and two branches, of which the second takes 5; a leaf in the first.
struct Branches {
    world: World,
    ada: Actor,
    small: Small,
    left: OrganizationId,
    right: OrganizationId,
    leaf: OrganizationId,
}

impl Branches {
    fn grow() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let world = World::with(settings);
        let ada = world.person("ada");
        let small = world.small(&ada, 100);
        world.subscribe(&ada, small.workspace, small.account, &[("users", 9)]);
        let branch = |limits: &[(&str, u64)]| world.child(&ada, small.workspace, small.root, limits);
        let (left, right) = (branch(&[("locations", 50)]), branch(&[("locations", 5)]));
        let middle = world.child(&ada, small.workspace, left, &[]);
        let leaf = world.child(&ada, small.workspace, middle, &[]);
        Self {
            world,
            ada,
            small,
            left,
            right,
            leaf,
        }
    }

    fn middle(&self) -> OrganizationId {
        let leaf = self
            .world
            .app
            .organization(&self.ada, self.small.workspace, self.leaf);
        leaf.unwrap().organization.parent_id().unwrap()
    }

    fn below(parent: OrganizationId) -> NewPlace {
        NewPlace {
            parent: Some(parent),
            billing_account_id: None,
        }
    }

    fn root(account: Option<BillingAccountId>) -> NewPlace {
        NewPlace {
            parent: None,
            billing_account_id: account,
        }
    }

    fn relocate(&self, id: OrganizationId, place: NewPlace) -> Result<MoveView, Error> {
        let (precondition, once) = (Precondition::default(), Once::default());
        self.world
            .app
            .move_organization(&self.ada, self.small.workspace, (id, place), &precondition, &once)
    }

    fn preview(&self, id: OrganizationId, place: NewPlace) -> MoveView {
        self.world
            .app
            .preview_move(&self.ada, self.small.workspace, id, place)
            .unwrap()
    }

    fn used(&self, id: OrganizationId) -> u64 {
        self.world.used(&self.ada, self.small.workspace, id)
    }

    fn kinds(&self) -> Vec<String> {
        let request = PageRequest {
            position: Position::Start,
            size: PageSize::default(),
        };
        let events = self
            .world
            .app
            .list_events(&self.ada, self.small.workspace, None, &request)
            .unwrap();
        events.items.into_iter().map(|event| event.kind).collect()
    }
}

fn units(n: u64) -> Limit {
    Limit::AtMost(Units::new(n).unwrap())
}

#[test]
fn o7_a_subtree_goes_with_what_it_uses() {
    let branches = Branches::grow();
    let (world, ada, leaf) = (&branches.world, &branches.ada, branches.leaf);
    let crew = world.team(ada, Some(leaf), None);
    world.charge(ada, leaf, "a", 2).unwrap();
    world.charge(ada, crew, "b", 1).unwrap();
    let middle = branches.middle();
    let moved = branches
        .relocate(middle, Branches::below(branches.right))
        .unwrap();
    let paths: Vec<_> = moved
        .subtree
        .iter()
        .map(|one| one.organization.path.ancestors().to_vec())
        .collect();
    let right = vec![branches.small.root, branches.right];
    assert_eq!(paths, [right.clone(), [right, vec![middle]].concat()]);
    let used = [branches.small.root, branches.left, branches.right, middle, leaf].map(|id| branches.used(id));
    assert_eq!(used, [3, 0, 3, 3, 3]);
    world.is_exact();
    // The team counts there from now on.
    refused!(world.charge(ada, crew, "c", 3), Error::LimitReached { .. });
    world.charge(ada, crew, "c", 2).unwrap();
    assert_eq!(branches.used(branches.right), 5);
    let kinds = branches.kinds();
    assert_eq!(
        kinds.iter().filter(|kind| *kind == "organization.moved").count(),
        1
    );
}

#[test]
fn o7_a_preview_changes_nothing_and_tells_every_blocker() {
    let branches = Branches::with(Settings {
        hierarchy: HierarchyCaps {
            levels: 4,
            children: 2,
            ..HierarchyCaps::default()
        },
        ..Settings::default()
    });
    let (world, ada) = (&branches.world, &branches.ada);
    world.charge(ada, branches.leaf, "a", 6).unwrap();
    let low = world.child(ada, branches.small.workspace, branches.right, &[]);
    for _ in 0..2 {
        world.child(ada, branches.small.workspace, low, &[]);
    }
    let before = branches.kinds();
    let place = NewPlace {
        billing_account_id: Some(branches.small.account),
        ..Branches::below(low)
    };
    let blockers = branches.preview(branches.middle(), place).blockers;
    let inherited = MoveRefused::Link(LinkRefused::Inherited);
    let too_deep = MoveRefused::Hierarchy(HierarchyRefused::TooDeep(4));
    let too_many = MoveRefused::Hierarchy(HierarchyRefused::TooManyChildren(2));
    assert_eq!(blockers, [inherited, too_deep.clone(), too_many.clone()]);
    let blockers = branches.preview(branches.middle(), Branches::below(low)).blockers;
    let [first, second, MoveRefused::NoRoom { meter, refusal }] = blockers.as_slice() else {
        panic!("{blockers:?}")
    };
    assert_eq!([first, second], [&too_deep, &too_many]);
    assert_eq!(*meter, locations());
    assert_eq!(refusal.binding().id, NodeId::Organization(branches.right));
    let chain: Vec<_> = refusal.chain().nodes().map(|node| node.id).collect();
    assert_eq!(chain, [branches.right, low].map(NodeId::Organization));
    let refused = branches.relocate(branches.middle(), Branches::below(low));
    refused!(refused, Error::MoveBlocked(told) if *told == blockers);
    assert_eq!(branches.kinds(), before);
    assert_eq!(branches.used(branches.right), 0);
    world.is_exact();
}

#[test]
fn o7_nothing_goes_below_itself() {
    let branches = Branches::grow();
    for parent in [branches.left, branches.leaf] {
        let blockers = branches.preview(branches.left, Branches::below(parent)).blockers;
        assert!(
            matches!(blockers.as_slice(), [MoveRefused::Cycle(_)]),
            "{blockers:?}"
        );
        refused!(
            branches.relocate(branches.left, Branches::below(parent)),
            Error::MoveBlocked(_)
        );
    }
    branches.world.is_exact();
}

#[test]
fn o7_limits_are_told_as_they_are_before_and_after() {
    let branches = Branches::grow();
    let view = branches.preview(branches.middle(), Branches::below(branches.right));
    for moved in &view.subtree {
        let shift = LimitShift {
            meter: locations(),
            before: units(50),
            after: units(5),
        };
        assert_eq!(moved.limits[0], shift);
    }
    let up = branches.preview(branches.leaf, Branches::below(branches.small.root));
    assert_eq!(
        (&up.subtree[0].limits[0].before, &up.subtree[0].limits[0].after),
        (&units(50), &units(100))
    );
}

#[test]
fn o7_a_root_loses_its_account_and_a_child_needs_one() {
    let world = World::new();
    let ada = world.person("ada");
    let workspace = world.workspace(&ada, BillingMode::Assigned);
    let accounts = [9, 2].map(|capacity| {
        let account = world.account(&ada, workspace);
        world.subscribe(&ada, workspace, account, &[("locations", capacity)]);
        account
    });
    let [first, second] = accounts.map(|account| world.root(&ada, workspace, Some(account), &[]));
    let child = world.child(&ada, workspace, first, &[]);
    world.charge(&ada, child, "a", 3).unwrap();
    let relocate = |id, place| {
        let (precondition, once) = (Precondition::default(), Once::default());
        let moved = world
            .app
            .move_organization(&ada, workspace, (id, place), &precondition, &once)?;
        Ok::<_, Error>(moved.subtree[0].organization.billing_account_id)
    };
    // Another pool, which has no room; the same holds for a root of its own.
    for place in [Branches::below(second), Branches::root(Some(accounts[1]))] {
        let Err(Error::MoveBlocked(blockers)) = relocate(child, place) else {
            panic!("moved")
        };
        assert!(matches!(blockers.as_slice(), [MoveRefused::NoRoom { .. }]));
    }
    refused!(relocate(child, Branches::root(None)), Error::MoveBlocked(_));
    let nobodys = Branches::root(Some(BillingAccountId::from_uuid(uuid::Uuid::max())));
    refused!(
        relocate(child, nobodys),
        Error::UnknownReference {
            noun: Noun::BillingAccount,
            ..
        }
    );
    assert_eq!(
        relocate(child, Branches::root(Some(accounts[0]))).unwrap(),
        Some(accounts[0])
    );
    assert_eq!(relocate(second, Branches::below(child)).unwrap(), None);
    world.charge(&ada, second, "b", 6).unwrap();
    refused!(world.charge(&ada, second, "c", 1), Error::LimitReached { .. });
    world.is_exact();
}

#[test]
fn o7_where_it_is_already_nothing_moves() {
    let branches = Branches::grow();
    let before = branches.kinds();
    branches
        .relocate(branches.right, Branches::below(branches.small.root))
        .unwrap();
    branches
        .relocate(branches.small.root, Branches::root(None))
        .unwrap();
    assert_eq!(branches.kinds(), before);
}

#[test]
fn o7_a_charge_that_waited_for_a_move_counts_where_its_target_is_then() {
    let branches = Branches::grow();
    let (world, ada) = (&branches.world, &branches.ada);
    let middle = branches.middle();
    for (n, (to, from)) in [(branches.right, branches.left), (branches.left, branches.right)]
        .into_iter()
        .enumerate()
    {
        let (moved, charged) = world.interleave(
            || branches.relocate(middle, Branches::below(to)),
            || world.charge(ada, branches.leaf, &format!("r{n}"), 1),
        );
        moved.unwrap();
        charged.unwrap();
        world.is_exact();
        assert_eq!(branches.used(from), 0);
        assert_eq!(branches.used(to), u64::try_from(n).unwrap() + 1);
    }
}

#[test]
fn o7_a_move_that_waited_for_a_charge_takes_it_along_or_is_refused() {
    let branches = Branches::grow();
    let (world, ada) = (&branches.world, &branches.ada);
    let middle = branches.middle();
    let (charged, moved) = world.interleave(
        || world.charge_waiting(ada, branches.leaf, "a", 5),
        || branches.relocate(middle, Branches::below(branches.right)),
    );
    charged.unwrap();
    moved.unwrap();
    assert_eq!(branches.used(branches.right), 5);
    branches.relocate(middle, Branches::below(branches.left)).unwrap();
    let (charged, moved) = world.interleave(
        || world.charge_waiting(ada, branches.leaf, "b", 1),
        || branches.relocate(middle, Branches::below(branches.right)),
    );
    charged.unwrap();
    refused!(moved, Error::MoveBlocked(_));
    world.is_exact();
}

#[test]
fn o7_moves_and_charges_at_once_pass_no_limit() {
    let branches = Branches::grow();
    let (world, ada) = (&branches.world, &branches.ada);
    let middle = branches.middle();
    let start = Barrier::new(5);
    thread::scope(|scope| {
        for thread in 0..4 {
            let (start, branches) = (&start, &branches);
            scope.spawn(move || {
                start.wait();
                for n in 0..6 {
                    let target = [branches.leaf, branches.right][thread % 2];
                    match world.charge(ada, target, &format!("{thread}-{n}"), 1) {
                        Ok(_) | Err(Error::LimitReached { .. }) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            });
        }
        start.wait();
        for n in 0..8 {
            let to = [branches.right, branches.left][n % 2];
            match branches.relocate(middle, Branches::below(to)) {
                Ok(_) | Err(Error::MoveBlocked(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
            assert!(branches.used(branches.right) <= 5);
        }
    });
    assert!(branches.used(branches.right) <= 5);
    world.is_exact();
}
