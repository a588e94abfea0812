//! Two use cases at once, step by step: the second begins when the first has decided and not yet committed. Whatever the second has read until
//! it had to wait may be outdated when it goes on.

use std::time::Duration;

use tenantry_application::error::Noun;
use tenantry_application::event::EventKind;
use tenantry_application::idempotency::Once;
use tenantry_application::page::PageRequest;
use tenantry_application::ports::StoreError;
use tenantry_application::precondition::Precondition;
use tenantry_application::{
    Actor, BrandingChanges, Error, NewPlace, OrganizationChanges, Patch, Settings, SubscriptionPatch,
    WorkspaceChanges,
};
use tenantry_domain::billing::{BillingMode, LiveSubscriptionCap, Metadata, SubscriptionChange};
use tenantry_domain::capacity::{ChargeTarget, LimitChangeRefused};
use tenantry_domain::charge::ChargeRefused;
use tenantry_domain::organization::{DeletionRefused, HierarchyCaps};
use tenantry_domain::workspace::{MemberCaps, MembershipRefused, Role};
use tenantry_domain::{BillingEnforcement, UserId};

use super::ledger::Ask;
use super::world::{Small, World, limits, locations, new_organization, quantities};
use crate::recorder::statements_of;
use crate::refused;

fn start() -> (World, Actor, Small) {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    (world, ada, small)
}

fn id(actor: &Actor) -> UserId {
    match actor {
        Actor::Person(id) => *id,
        Actor::Machine(_) | Actor::Credential(_) => panic!("a person"),
    }
}

/// An `assigned` workspace with two accounts, of which the second has this capacity, and a root of the first.
fn two_pools(capacity: i64) -> (World, Actor, [Small; 2]) {
    let world = World::new();
    let ada = world.person("ada");
    let workspace = world.workspace(&ada, BillingMode::Assigned);
    let side = |units| {
        let account = world.account(&ada, workspace);
        Small {
            workspace,
            account,
            subscription: world.subscribe(&ada, workspace, account, &[("locations", units)]),
            root: world.root(&ada, workspace, Some(account), &[]),
        }
    };
    let sides = [side(10), side(capacity)];
    (world, ada, sides)
}

#[test]
fn o6_a_charge_that_waited_for_a_deletion_finds_nothing_to_charge() {
    let (world, ada, small) = start();
    for first_use in [true, false] {
        let parent = world.child(&ada, small.workspace, small.root, &[]);
        let child = world.child(&ada, small.workspace, parent, &[]);
        if !first_use {
            world.charge(&ada, child, "x", 1).unwrap();
            world.try_release(&ada, child, "x").unwrap();
        }
        let (deleted, charged) = world.interleave(
            || {
                world
                    .app
                    .delete_organization(&ada, small.workspace, parent, true, &Precondition::default())
            },
            || world.charge(&ada, child, "x", 1),
        );
        deleted.unwrap();
        refused!(charged, Error::NotFound(Noun::Organization));
        world.is_exact();
    }
}

#[test]
fn o6_a_deletion_that_waited_for_a_charge_is_refused() {
    let (world, ada, small) = start();
    let parent = world.child(&ada, small.workspace, small.root, &[]);
    let child = world.child(&ada, small.workspace, parent, &[]);
    let (charged, deleted) = world.interleave(
        || world.charge(&ada, child, "x", 1),
        || {
            world
                .app
                .delete_organization(&ada, small.workspace, parent, true, &Precondition::default())
        },
    );
    charged.unwrap();
    refused!(deleted, Error::Deletion(DeletionRefused::HasUsage));
    world.is_exact();
}

#[test]
fn b5_a_charge_that_waited_for_another_account_counts_at_its_pool() {
    for (capacity, fits) in [(1, true), (0, false)] {
        let (world, ada, [one, other]) = two_pools(1 + capacity);
        world.charge(&ada, one.root, "before", 1).unwrap();
        let (relinked, charged) = world.interleave(
            || world.relink(&ada, one.workspace, one.root, other.account),
            || world.charge(&ada, one.root, "x", 1),
        );
        relinked.unwrap();
        assert_eq!(charged.is_ok(), fits, "{charged:?}");
        world.is_exact();
    }
}

#[test]
fn b5_another_account_that_waited_for_a_charge_takes_its_usage_along() {
    let (world, ada, [one, other]) = two_pools(1);
    let relink = || world.relink(&ada, one.workspace, one.root, other.account);
    let (charged, relinked) = world.interleave(|| world.charge_waiting(&ada, one.root, "x", 2), relink);
    charged.unwrap();
    refused!(relinked, Error::LimitReached { .. });
    let (resized, relinked) = world.interleave(|| world.charge_waiting(&ada, one.root, "x", 1), relink);
    resized.unwrap();
    relinked.unwrap();
    world.is_exact();
    refused!(world.charge(&ada, other.root, "y", 1), Error::LimitReached { .. });
}

#[test]
fn w3_a_charge_that_waited_for_the_archiving_is_refused_and_the_other_way_round() {
    for archiving_first in [true, false] {
        let world = World::enforcing(BillingEnforcement::Off);
        let ada = world.person("ada");
        let w = world.workspace(&ada, BillingMode::Pooled);
        let root = world.root(&ada, w, None, &[]);
        let archive = || world.app.archive_workspace(&ada, w, &Precondition::default());
        let charge = || world.charge(&ada, root, "x", 1);
        if archiving_first {
            let (archived, charged) = world.interleave(archive, charge);
            archived.unwrap();
            refused!(charged, Error::WorkspaceArchived(_));
        } else {
            let (charged, archived) = world.interleave(charge, archive);
            charged.unwrap();
            refused!(archived, Error::WorkspaceNotEmpty(_));
        }
        world.is_exact();
    }
}

#[test]
fn w3_whoever_unarchives_takes_turns_with_who_archives_and_who_does_it_too() {
    let world = World::enforcing(BillingEnforcement::Off);
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let root = world.root(&ada, w, None, &[]);
    let archive = || world.app.archive_workspace(&ada, w, &Precondition::default());
    let unarchive = || {
        let (precondition, once) = (Precondition::default(), Once::default());
        let view = world.app.unarchive_workspace(&ada, w, &precondition, &once)?;
        Ok::<_, Error>(view.workspace.archived_at.is_none())
    };
    let (archived, unarchived) = world.interleave(archive, unarchive);
    archived.unwrap();
    assert!(unarchived.unwrap());
    archive().unwrap();
    let (first, second) = world.interleave(unarchive, unarchive);
    assert!(first.unwrap() && second.unwrap());
    archive().unwrap();
    let (unarchived, archived) = world.interleave(unarchive, archive);
    assert!(unarchived.unwrap());
    archived.unwrap();
    // A charge that does not wait finds it archived, and one that does finds it in use.
    let (unarchived, charged) = world.interleave(unarchive, || world.charge(&ada, root, "x", 1));
    assert!(unarchived.unwrap());
    assert!(
        matches!(charged, Ok(_) | Err(Error::WorkspaceArchived(_))),
        "{charged:?}"
    );
    let used = world.used(&ada, w, root);
    assert_eq!(used, u64::from(charged.is_ok()));
    let kind = Some(EventKind::WorkspaceUnarchived);
    let told = world.app.list_events(&ada, w, kind, &PageRequest::default());
    assert_eq!(told.unwrap().items.len(), 4);
    world.is_exact();
}

#[test]
fn o6_a_child_and_the_deletion_of_its_parent_see_each_other() {
    let (world, ada, small) = start();
    let new = new_organization(None, &[("locations", 2)]);
    for cascade in [true, false] {
        let parent = world.child(&ada, small.workspace, small.root, &[]);
        let create = || {
            world
                .app
                .create_child(&ada, small.workspace, parent, &new, &Once::default())
        };
        let delete = || {
            world
                .app
                .delete_organization(&ada, small.workspace, parent, cascade, &Precondition::default())
        };
        let (created, deleted) = world.interleave(create, delete);
        let child = created.unwrap().organization.id;
        if cascade {
            deleted.unwrap();
            refused!(
                world.charge(&ada, child, "x", 1),
                Error::NotFound(Noun::Organization)
            );
        } else {
            refused!(deleted, Error::Deletion(DeletionRefused::HasChildren));
        }
        let other = world.child(&ada, small.workspace, small.root, &[]);
        let create = || {
            world
                .app
                .create_child(&ada, small.workspace, other, &new, &Once::default())
        };
        let delete = || {
            world
                .app
                .delete_organization(&ada, small.workspace, other, cascade, &Precondition::default())
        };
        let (deleted, created) = world.interleave(delete, create);
        deleted.unwrap();
        refused!(created, Error::NotFound(Noun::Organization));
        world.is_exact();
    }
}

#[test]
fn o6_a_move_and_the_deletion_of_where_it_goes_see_each_other() {
    let (world, ada, small) = start();
    let child = || world.child(&ada, small.workspace, small.root, &[]);
    for moving_first in [true, false] {
        let (parent, moved) = (child(), child());
        world.charge(&ada, moved, &format!("{moving_first}"), 1).unwrap();
        let place = NewPlace {
            parent: Some(parent),
            billing_account_id: None,
        };
        let relocate = || {
            let (precondition, once) = (Precondition::default(), Once::default());
            world
                .app
                .move_organization(&ada, small.workspace, (moved, place), &precondition, &once)
        };
        let delete = || {
            world
                .app
                .delete_organization(&ada, small.workspace, parent, true, &Precondition::default())
        };
        if moving_first {
            let (relocated, deleted) = world.interleave(relocate, delete);
            relocated.unwrap();
            refused!(deleted, Error::Deletion(DeletionRefused::HasUsage));
        } else {
            let (deleted, relocated) = world.interleave(delete, relocate);
            deleted.unwrap();
            refused!(relocated, Error::UnknownReference { .. });
        }
        world.is_exact();
    }
}

#[test]
fn o6_a_login_hint_below_is_free_as_soon_as_the_deletion_is_saved() {
    let (world, ada, small) = start();
    let elsewhere = world.small(&ada, 1);
    let parent = world.child(&ada, small.workspace, small.root, &[]);
    let child = world.child(&ada, small.workspace, parent, &[]);
    let take = |workspace, id| {
        let hint = BrandingChanges {
            login_hint: Patch::Set("acme".parse().unwrap()),
            ..BrandingChanges::default()
        };
        let changes = OrganizationChanges {
            branding: Patch::Set(hint),
            ..OrganizationChanges::default()
        };
        world
            .app
            .update_organization(&ada, workspace, id, &changes, &Precondition::default())
    };
    take(small.workspace, child).unwrap();
    let (deleted, taken) = world.interleave(
        || {
            world
                .app
                .delete_organization(&ada, small.workspace, parent, true, &Precondition::default())
        },
        || take(elsewhere.workspace, elsewhere.root),
    );
    deleted.unwrap();
    taken.unwrap();
}

#[test]
fn c1_one_resource_is_charged_and_resized_and_released_twice_at_once() {
    let (world, ada, small) = start();
    let charge = |n| world.charge(&ada, small.root, "x", n);
    let release = || world.try_release(&ada, small.root, "x");
    // Whoever comes first has the chain locked.
    let first_charge = |n| world.charge_waiting(&ada, small.root, "x", n);
    let first_release = || world.ask_waiting(&Ask::release(&ada, small.root, "x"));
    let used = || world.used(&ada, small.workspace, small.root);

    let (first, second) = world.interleave(|| first_charge(1), || charge(1));
    assert_eq!((first.unwrap().created, second.unwrap().created), (true, false));
    assert_eq!(used(), 1);
    let (first, second) = world.interleave(|| first_charge(4), || charge(6));
    first.unwrap();
    second.unwrap();
    assert_eq!(used(), 6);
    let (first, second) = world.interleave(|| first_charge(3), || charge(2));
    first.unwrap();
    second.unwrap();
    assert_eq!(used(), 2);
    let (first, second) = world.interleave(first_release, || charge(5));
    first.unwrap();
    assert!(second.unwrap().created);
    assert_eq!(used(), 5);
    let (first, second) = world.interleave(|| first_charge(7), release);
    first.unwrap();
    second.unwrap();
    assert_eq!(used(), 0);
    charge(1).unwrap();
    let (first, second) = world.interleave(first_release, release);
    first.unwrap();
    second.unwrap();
    world.is_exact();
}

#[test]
fn c1_one_resource_is_charged_at_two_places_at_once_and_stays_at_one() {
    let (world, ada, [one, other]) = two_pools(5);
    let (first, second) = world.interleave(
        || world.charge(&ada, one.root, "x", 1),
        || world.charge(&ada, other.root, "x", 1),
    );
    first.unwrap();
    refused!(second, Error::Charge(ChargeRefused::Elsewhere(at)) if at.target == Some(ChargeTarget::Organization(one.root)));
    world.is_exact();
}

#[test]
fn l3_l4_limits_and_charges_see_each_other() {
    let (world, ada, small) = start();
    let limit = |n| {
        let changes = OrganizationChanges {
            limits: limits(&[("locations", n)]),
            ..OrganizationChanges::default()
        };
        world.app.update_organization(
            &ada,
            small.workspace,
            small.root,
            &changes,
            &Precondition::default(),
        )
    };
    let (limited, charged) = world.interleave(|| limit(0), || world.charge(&ada, small.root, "x", 1));
    limited.unwrap();
    refused!(charged, Error::LimitReached { .. });
    limit(5).unwrap();
    let (charged, limited) = world.interleave(|| world.charge_waiting(&ada, small.root, "x", 2), || limit(1));
    charged.unwrap();
    refused!(
        limited,
        Error::LimitChange {
            refused: LimitChangeRefused::BelowUsage { .. },
            ..
        }
    );
    world.is_exact();
}

#[test]
fn b4_subscriptions_and_charges_see_each_other() {
    let (world, ada, small) = start();
    let change = |change| {
        let patch = SubscriptionPatch {
            change: Some(change),
            metadata: None,
        };
        let id = (small.account, small.subscription.id);
        world
            .app
            .change_subscription(&ada, small.workspace, id, &patch, &Precondition::default())
    };
    let (paused, charged) = world.interleave(
        || change(SubscriptionChange::Pause),
        || world.charge(&ada, small.root, "x", 1),
    );
    paused.unwrap();
    refused!(charged, Error::LimitReached { .. });
    change(SubscriptionChange::Resume).unwrap();
    let (charged, paused) = world.interleave(
        || world.charge_waiting(&ada, small.root, "x", 1),
        || change(SubscriptionChange::Pause),
    );
    charged.unwrap();
    refused!(paused, Error::Underprovision(_));
    world.is_exact();
}

#[test]
fn s4_what_is_due_is_settled_once_and_keeps_what_others_changed() {
    let (world, ada, small) = start();
    world.pass_months(1);
    let (one, other) = world.interleave(
        || world.charge(&ada, small.root, "x", 1),
        || world.charge(&ada, small.root, "y", 1),
    );
    one.unwrap();
    other.unwrap();
    world.is_exact();
    world.pass_months(1);
    let rename = WorkspaceChanges {
        name: "Renamed".parse().ok(),
        ..WorkspaceChanges::default()
    };
    let (renamed, charged) = world.interleave(
        || {
            world
                .app
                .update_workspace(&ada, small.workspace, &rename, &Precondition::default())
        },
        || world.charge(&ada, small.root, "z", 1),
    );
    renamed.unwrap();
    charged.unwrap();
    let shown = world.app.workspace(&ada, small.workspace).unwrap();
    assert_eq!(shown.workspace.name.as_str(), "Renamed");
}

#[test]
fn l6_a_repair_does_not_take_a_charge_under_way_for_a_mistake() {
    let (world, ada, small) = start();
    let (charged, verified) = world.interleave(
        || world.charge(&ada, small.root, "x", 1),
        || world.app.verify(true, |_| {}),
    );
    charged.unwrap();
    assert_eq!(verified.unwrap().differences(), 0);
    world.is_exact();
}

#[test]
fn w5_two_owners_cannot_both_leave() {
    let world = World::new();
    let (ada, grace) = (world.person("ada"), world.person("grace"));
    let w = world.workspace(&ada, BillingMode::Single);
    world
        .app
        .add_member(&ada, w, id(&grace), Role::Owner, &Once::default())
        .unwrap();
    let (first, second) = world.interleave(
        || {
            world
                .app
                .remove_member(&ada, w, id(&ada), &Precondition::default())
        },
        || {
            world
                .app
                .change_role(&grace, w, id(&grace), Role::Admin, &Precondition::default())
        },
    );
    first.unwrap();
    refused!(second, Error::Membership(MembershipRefused::LastOwner));
}

#[test]
fn the_last_place_is_given_once() {
    let world = World::with(Settings {
        members: MemberCaps { members: 3 },
        hierarchy: HierarchyCaps {
            children: 1,
            ..HierarchyCaps::default()
        },
        live_subscriptions: LiveSubscriptionCap(1),
        ..Settings::default()
    });
    let (ada, grace) = (world.person("ada"), world.person("grace"));
    let (alan, edsger) = (world.person("alan"), world.person("edsger"));
    let w = world.workspace(&ada, BillingMode::Single);

    world
        .app
        .add_member(&ada, w, id(&grace), Role::Owner, &Once::default())
        .unwrap();
    let add = |by: &Actor, whom: &Actor| {
        world
            .app
            .add_member(by, w, id(whom), Role::Viewer, &Once::default())
    };
    let (first, second) = world.interleave(|| add(&ada, &alan), || add(&grace, &edsger));
    first.unwrap();
    refused!(second, Error::Membership(MembershipRefused::TooManyMembers(3)));

    let make = |by: &Actor| world.try_account(by, w);
    let (first, second) = world.interleave(|| make(&ada), || make(&grace));
    let account = first.unwrap();
    refused!(second, Error::TooManyBillingAccounts(_));

    let terms = (&quantities(&[("locations", 1)]), &Metadata::default());
    let subscribe = |by: &Actor| {
        world
            .app
            .create_subscription(by, w, account, terms, &Once::default())
    };
    let (first, second) = world.interleave(|| subscribe(&ada), || subscribe(&grace));
    first.unwrap();
    refused!(second, Error::TooManySubscriptions(_));

    let root = world.root(&ada, w, Some(account), &[]);
    let new = new_organization(None, &[]);
    let create = |by: &Actor| world.app.create_child(by, w, root, &new, &Once::default());
    let (first, second) = world.interleave(|| create(&ada), || create(&grace));
    first.unwrap();
    refused!(second, Error::Hierarchy(_));
}

#[test]
fn o5_a_login_hint_is_given_once() {
    let world = World::new();
    let ada = world.person("ada");
    let take = || {
        let workspace = world.workspace(&ada, BillingMode::Pooled);
        let root = world.root(&ada, workspace, None, &[]);
        let branding = BrandingChanges {
            login_hint: Patch::Set("acme".parse().unwrap()),
            ..BrandingChanges::default()
        };
        let changes = OrganizationChanges {
            branding: Patch::Set(branding),
            ..OrganizationChanges::default()
        };
        let (world, ada) = (&world, &ada);
        move || {
            world
                .app
                .update_organization(ada, workspace, root, &changes, &Precondition::default())
        }
    };
    let (first, second) = world.interleave(take(), take());
    first.unwrap();
    refused!(second, Error::LoginHintTaken);
}

/// SQLite has one writer, who is waited for when a transaction begins.
#[test]
fn a_lock_that_does_not_come_is_not_waited_for_again_and_again() {
    let world = World::with(Settings {
        patience: Duration::from_secs(1),
        ..Settings::default()
    });
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    let mut holder = world.store.begin_write().unwrap();
    holder
        .balances()
        .chains_for_update(small.workspace, &[small.root.into()], &[locations()])
        .unwrap();
    let (charged, statements) = statements_of(|| world.charge(&ada, small.root, "x", 1));
    refused!(charged, Error::Store(StoreError::Unavailable(_)));
    let locks = statements.iter().filter(|sql| sql.contains("FOR NO KEY UPDATE"));
    let waiting = locks.filter(|sql| !sql.contains("SKIP LOCKED"));
    assert!(waiting.count() <= 1, "{statements:#?}");
    drop(holder);
    world.charge(&ada, small.root, "x", 1).unwrap();
}
