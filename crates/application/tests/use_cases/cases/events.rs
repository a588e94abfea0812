use serde_json::{Value, json};
use tenantry_application::event::{EventKind, EventPosition, RecordedEvent};
use tenantry_application::idempotency::Once;
use tenantry_application::page::{Gap, PageRequest, PageSize, Position};
use tenantry_application::precondition::Precondition;
use tenantry_application::{
    Actor, BillingAccountChanges, BrandingChanges, Error, OrganizationChanges, Patch, SubscriptionPatch,
    WorkspaceChanges,
};
use tenantry_domain::billing::{BillingMode, SubscriptionChange};
use tenantry_domain::workspace::Role;
use tenantry_domain::{BillingEnforcement, Limit, WorkspaceId};

use super::world::{World, limits, locations, machine, quantities};
use crate::refused;

fn list(world: &World, actor: &Actor, workspace: WorkspaceId, after: i64) -> Vec<RecordedEvent> {
    let page = PageRequest {
        size: PageSize::MAX,
        position: Position::After(Gap::behind(EventPosition(after))),
    };
    world
        .app
        .list_events(actor, workspace, None, &page)
        .unwrap()
        .items
}

/// What happened since that many events: of which kind, and what changed.
fn since(world: &World, actor: &Actor, workspace: WorkspaceId, count: i64) -> Vec<(String, Value)> {
    let events = list(world, actor, workspace, count).into_iter();
    events.map(|event| (event.kind, event.changes)).collect()
}

fn one(kind: EventKind, changes: Value) -> Vec<(String, Value)> {
    vec![(kind.as_str().to_owned(), changes)]
}

#[test]
fn v1_a_change_appends_one_event_with_the_fields_that_changed() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    let (app, w) = (&world.app, small.workspace);
    let mut count = i64::try_from(list(&world, &ada, w, 0).len()).unwrap();
    let mut changed = |kind, changes| {
        assert_eq!(since(&world, &ada, w, count), one(kind, changes));
        count += 1;
    };
    let name = WorkspaceChanges {
        name: Some("Other".parse().unwrap()),
        description: Patch::Keep,
    };
    app.update_workspace(&ada, w, &name, &Precondition::default())
        .unwrap();
    changed(EventKind::WorkspaceUpdated, json!({ "name": "Other" }));

    let Actor::Person(grace) = world.person("grace") else {
        panic!("a person")
    };
    app.add_member(&ada, w, grace, Role::Viewer, &Once::default())
        .unwrap();
    changed(
        EventKind::MemberAdded,
        json!({ "user_id": grace.to_string(), "role": "viewer" }),
    );
    app.change_role(&ada, w, grace, Role::Admin, &Precondition::default())
        .unwrap();
    changed(EventKind::MemberRoleChanged, json!({ "role": "admin" }));
    app.remove_member(&ada, w, grace, &Precondition::default())
        .unwrap();
    changed(
        EventKind::MemberRemoved,
        json!({ "user_id": grace.to_string(), "role": "admin" }),
    );

    let changes = OrganizationChanges {
        limits: limits(&[("locations", 4)]),
        branding: Patch::Set(BrandingChanges {
            login_hint: Patch::Set("acme".parse().unwrap()),
            ..BrandingChanges::default()
        }),
        ..OrganizationChanges::default()
    };
    app.update_organization(&ada, w, small.root, &changes, &Precondition::default())
        .unwrap();
    let no_colors = json!({ "primary": null, "page_background": null });
    changed(
        EventKind::OrganizationUpdated,
        json!({
            "branding": { "display_name": null, "login_hint": "acme", "colors": no_colors },
            "limits": { "locations": 4 },
        }),
    );

    let charge = |quantity| json!({ "meter": "locations", "organization_id": small.root.to_string(), "team_id": null, "quantity": quantity });
    world.charge(&ada, small.root, "x", 2).unwrap();
    changed(EventKind::ChargeCreated, charge(2));
    world.charge(&ada, small.root, "x", 3).unwrap();
    changed(EventKind::ChargeResized, charge(3));
    world.release(&ada, small.root, "x");
    changed(EventKind::ChargeReleased, charge(3));

    let phone = BillingAccountChanges {
        phone: Patch::Set("+49 30 123".parse().unwrap()),
        ..BillingAccountChanges::default()
    };
    app.update_billing_account(&ada, w, small.account, &phone, &Precondition::default())
        .unwrap();
    changed(EventKind::BillingAccountUpdated, json!({ "phone": "+49 30 123" }));
    let more = SubscriptionPatch {
        change: Some(SubscriptionChange::SetQuantities(quantities(&[(
            "locations",
            12,
        )]))),
        metadata: None,
    };
    app.change_subscription(
        &ada,
        w,
        (small.account, small.subscription.id),
        &more,
        &Precondition::default(),
    )
    .unwrap();
    changed(
        EventKind::SubscriptionUpdated,
        json!({ "product_quantities": { "locations": 12 } }),
    );
    app.delete_organization(&ada, w, small.root, false, &Precondition::default())
        .unwrap();
    let gone = list(&world, &ada, w, count);
    assert_eq!(gone[0].kind, EventKind::OrganizationDeleted.as_str());
    assert_eq!(gone[0].changes["name"], "Organization");
    assert_eq!(gone[0].changes["descendants"], json!([]));
}

#[test]
fn v1_what_is_new_is_told_with_all_its_fields_and_who_made_it() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    let events = list(&world, &ada, small.workspace, 0);
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "workspace.created",
            "billing_account.created",
            "subscription.created",
            "organization.created"
        ]
    );
    assert!(events.iter().all(|event| event.actor == ada.to_string()));
    let fields = |n: usize| {
        events[n]
            .changes
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(fields(0), ["archived_at", "billing_mode", "description", "name"]);
    assert_eq!(
        fields(3),
        [
            "billing_account_id",
            "branding",
            "limits",
            "name",
            "parent_org_id",
            "picture"
        ]
    );
    assert_eq!(events[3].subject, small.root.to_string());
    let metering = machine(&[tenantry_application::Scope::UsageWrite]);
    world.charge(&metering, small.root, "x", 1).unwrap();
    assert_eq!(
        list(&world, &ada, small.workspace, 4)[0].actor,
        "machine:metering"
    );
}

#[test]
fn v1_reads_refusals_and_what_changes_nothing_append_nothing() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 1);
    world.charge(&ada, small.root, "x", 1).unwrap();
    let before = list(&world, &ada, small.workspace, 0);
    world.charge(&ada, small.root, "x", 1).unwrap();
    refused!(world.charge(&ada, small.root, "y", 1), Error::LimitReached { .. });
    world.try_release(&ada, small.root, "z").unwrap();
    let nothing = OrganizationChanges {
        limits: [(locations(), Limit::Unlimited)].into(),
        ..OrganizationChanges::default()
    };
    world
        .app
        .update_organization(
            &ada,
            small.workspace,
            small.root,
            &nothing,
            &Precondition::default(),
        )
        .unwrap();
    assert_eq!(list(&world, &ada, small.workspace, 0), before);
}

#[test]
fn b3_a_charge_that_an_observing_pool_would_refuse_is_told_before_it() {
    let world = World::enforcing(BillingEnforcement::Observe);
    let ada = world.person("ada");
    let small = world.small(&ada, 1);
    let count = i64::try_from(list(&world, &ada, small.workspace, 0).len()).unwrap();
    world.charge(&ada, small.root, "x", 2).unwrap();
    let events = since(&world, &ada, small.workspace, count);
    let kinds: Vec<_> = events.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds[..2], ["charge.would_refuse", "charge.created"]);
}

#[test]
fn v1_what_time_brings_is_told_as_the_systems_with_what_it_changed() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let count = i64::try_from(list(&world, &ada, small.workspace, 0).len()).unwrap();
    world.pass_months(1);
    let events = list(&world, &ada, small.workspace, count);
    let converted = &events[0];
    assert_eq!(
        (converted.kind.as_str(), converted.actor.as_str()),
        ("subscription.trial_converted", "system")
    );
    assert_eq!(converted.changes["status"], "active");
    assert!(converted.changes.get("metadata").is_none());
}

#[test]
fn v1_one_kind_can_be_asked_for() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let of_kind = |kind| {
        let page = world
            .app
            .list_events(&ada, small.workspace, Some(kind), &PageRequest::default());
        page.unwrap().items.len()
    };
    assert_eq!(of_kind(EventKind::OrganizationCreated), 1);
    assert_eq!(of_kind(EventKind::ChargeCreated), 0);
}

#[test]
fn w5_the_feed_is_for_owners_and_admins() {
    let world = World::new();
    let (ada, vera) = (world.person("ada"), world.person("vera"));
    let w = world.workspace(&ada, BillingMode::Single);
    let Actor::Person(id) = &vera else {
        panic!("a person")
    };
    world
        .app
        .add_member(&ada, w, *id, Role::Viewer, &Once::default())
        .unwrap();
    refused!(
        world.app.list_events(&vera, w, None, &PageRequest::default()),
        Error::NeedsRole(Role::Admin)
    );
}

#[test]
fn v1_what_is_gone_is_told_with_all_that_went_with_it() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let child = world.child(&ada, small.workspace, small.root, &[]);
    let grandchild = world.child(&ada, small.workspace, child, &[]);
    let count = i64::try_from(list(&world, &ada, small.workspace, 0).len()).unwrap();
    let always = Precondition::default();
    world
        .app
        .delete_organization(&ada, small.workspace, small.root, true, &always)
        .unwrap();
    let events = list(&world, &ada, small.workspace, count);
    assert_eq!(events.len(), 1);
    let changes = &events[0].changes;
    assert_eq!(changes["cascade"], true);
    assert_eq!(
        changes["descendants"],
        json!([child.to_string(), grandchild.to_string()])
    );
    assert_eq!(changes["billing_account_id"], small.account.to_string());
}
