use tenantry_application::idempotency::Once;
use tenantry_application::page::PageRequest;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, Settings, SubscriptionPatch, WorkspaceChanges, WorkspaceView};
use tenantry_domain::billing::{BillingMode, SubscriptionChange};
use tenantry_domain::workspace::Role;
use tenantry_domain::{BillingEnforcement, Meters, WorkspaceId};

use super::world::{World, new_organization};
use crate::refused;

#[test]
fn w3_a_workspace_in_use_is_not_archived_and_says_what_blocks() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    world.charge(&ada, small.root, "x", 1).unwrap();
    let archive = || {
        world
            .app
            .archive_workspace(&ada, small.workspace, &Precondition::default())
    };
    refused!(
        archive(),
        Error::WorkspaceNotEmpty(blockers)
            if blockers.organizations_with_usage == [small.root]
            && blockers.live_subscriptions == [(small.account, small.subscription.id)]
    );
    world.try_release(&ada, small.root, "x").unwrap();
    let cancel = SubscriptionPatch {
        change: Some(SubscriptionChange::Cancel),
        metadata: None,
    };
    let id = (small.account, small.subscription.id);
    world
        .app
        .change_subscription(&ada, small.workspace, id, &cancel, &Precondition::default())
        .unwrap();
    refused!(archive(), Error::WorkspaceNotEmpty(_));
    world.pass_days(14);
    archive().unwrap();
}

#[test]
fn w3_an_archived_workspace_is_read_only() {
    let world = World::new();
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let root = world.root(&ada, w, None, &[]);
    world
        .app
        .archive_workspace(&ada, w, &Precondition::default())
        .unwrap();
    assert!(
        world
            .app
            .workspace(&ada, w)
            .unwrap()
            .workspace
            .archived_at
            .is_some()
    );
    assert_eq!(world.app.tree(&ada, w).unwrap().len(), 1);
    let grace = world.person("grace");
    let Actor::Person(grace) = grace else {
        panic!("a person")
    };
    refused!(
        world
            .app
            .update_workspace(&ada, w, &WorkspaceChanges::default(), &Precondition::default()),
        Error::WorkspaceArchived(_)
    );
    refused!(
        world.app.archive_workspace(&ada, w, &Precondition::default()),
        Error::WorkspaceArchived(_)
    );
    refused!(
        world
            .app
            .add_member(&ada, w, grace, Role::Viewer, &Once::default()),
        Error::WorkspaceArchived(_)
    );
    refused!(
        world
            .app
            .create_root(&ada, w, &new_organization(None, &[]), &Once::default()),
        Error::WorkspaceArchived(_)
    );
    refused!(
        world
            .app
            .delete_organization(&ada, w, root, true, &Precondition::default()),
        Error::WorkspaceArchived(_)
    );
    refused!(world.try_account(&ada, w), Error::WorkspaceArchived(_));
    refused!(world.charge(&ada, root, "x", 1), Error::WorkspaceArchived(_));
    world.try_release(&ada, root, "x").unwrap();
}

fn unarchive(world: &World, by: &Actor, workspace: WorkspaceId) -> Result<WorkspaceView, Error> {
    let (precondition, once) = (Precondition::default(), Once::default());
    world.app.unarchive_workspace(by, workspace, &precondition, &once)
}

/// What happened to a workspace itself and the invitations in it.
fn told(world: &World, owner: &Actor, workspace: WorkspaceId) -> Vec<String> {
    let events = world
        .app
        .list_events(owner, workspace, None, &PageRequest::default())
        .unwrap();
    let mut kinds: Vec<_> = events.items.into_iter().map(|event| event.kind).collect();
    kinds.retain(|kind| kind.starts_with("workspace.") || kind == "invitation.expired");
    kinds
}

#[test]
fn w3_an_archived_workspace_is_as_before_once_it_is_in_use_again() {
    let world = World::enforcing(BillingEnforcement::Off);
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let root = world.root(&ada, w, None, &[]);
    world
        .app
        .archive_workspace(&ada, w, &Precondition::default())
        .unwrap();
    world.pass_days(1);
    let grace = world.person("grace");
    refused!(unarchive(&world, &grace, w), Error::NotFound(_));
    for _ in 0..2 {
        let view = unarchive(&world, &ada, w).unwrap();
        assert_eq!(
            (view.workspace.archived_at, view.workspace.updated_at),
            (None, world.now())
        );
    }
    assert_eq!(
        told(&world, &ada, w),
        ["workspace.created", "workspace.archived", "workspace.unarchived"],
        "what is in use stays as it is"
    );
    world.charge(&ada, root, "x", 1).unwrap();
    world.is_exact();
}

#[test]
fn w3_what_time_has_brought_meanwhile_comes_first() {
    let world = World::with(Settings {
        // A seat would keep it from being archived.
        meters: Meters::new(["locations"]).unwrap(),
        ..Settings::default()
    });
    let ada = world.someone("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let root = world.root(&ada, w, None, &[]);
    let team = world.team(&ada, Some(root), None);
    world.invite(&ada, team, "grace").unwrap();
    world
        .app
        .archive_workspace(&ada, w, &Precondition::default())
        .unwrap();
    world.pass_days(8);
    unarchive(&world, &ada, w).unwrap();
    assert_eq!(
        told(&world, &ada, w)[2..],
        ["invitation.expired", "workspace.unarchived"]
    );
    world.is_exact();
}

#[test]
fn w2_archived_workspaces_come_last() {
    let world = World::new();
    let ada = world.person("ada");
    let ids: Vec<_> = (0..3)
        .map(|_| world.workspace(&ada, BillingMode::Single))
        .collect();
    world.workspace(&world.person("grace"), BillingMode::Single);
    world
        .app
        .archive_workspace(&ada, ids[0], &Precondition::default())
        .unwrap();
    let listed = world
        .app
        .list_workspaces(&ada, None, &PageRequest::default())
        .unwrap();
    let listed: Vec<_> = listed.items.iter().map(|view| view.workspace.id).collect();
    assert_eq!(listed, [ids[1], ids[2], ids[0]]);
}
