use tenantry_application::ports::WorkspacePlace;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Error, SubscriptionPatch};
use tenantry_domain::billing::{BillingMode, SubscriptionChange, SubscriptionStatus};

use super::world::{World, quantities};
use crate::refused;

fn change(change: SubscriptionChange) -> SubscriptionPatch {
    SubscriptionPatch {
        change: Some(change),
        metadata: None,
    }
}

#[test]
fn s2_an_unpaid_trial_ends_paused_and_growth_is_blocked() {
    let world = World::new();
    world.nobody_can_pay();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    world.charge(&ada, small.root, "x", 2).unwrap();
    world.pass_days(13);
    world.charge(&ada, small.root, "y", 1).unwrap();
    world.pass_days(1);
    refused!(world.charge(&ada, small.root, "z", 1), Error::LimitReached { .. });
    assert_eq!(
        world.used(&ada, small.workspace, small.root),
        3,
        "nothing is evicted"
    );
    world.try_release(&ada, small.root, "x").unwrap();
    let after = world
        .app
        .subscription(&ada, small.workspace, small.account, small.subscription.id)
        .unwrap();
    assert_eq!(after.subscription.status, SubscriptionStatus::Paused);
}

#[test]
fn s2_a_paid_trial_goes_on() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    assert_eq!(small.subscription.status, SubscriptionStatus::Trialing);
    world.pass_days(14);
    world.charge(&ada, small.root, "x", 5).unwrap();
    let after = world
        .app
        .subscription(&ada, small.workspace, small.account, small.subscription.id)
        .unwrap();
    assert_eq!(after.subscription.status, SubscriptionStatus::Active);
    assert_eq!(after.subscription.period.start, small.subscription.period.end);
}

#[test]
fn s4_every_way_of_looking_sees_what_time_has_brought() {
    let world = World::new();
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let account = world.account(&ada, w);
    let subscription = world.subscribe(&ada, w, account, &[("users", 9), ("locations", 9)]);
    let root = world.root(&ada, w, None, &[]);
    let less = SubscriptionChange::SetQuantities(quantities(&[("users", 4), ("locations", 4)]));
    world
        .app
        .change_subscription(
            &ada,
            w,
            (account, subscription.id),
            &change(less),
            &Precondition::default(),
        )
        .unwrap();
    assert_eq!(world.free(&ada, w, root), Some(9));
    world.pass_months(2);
    assert_eq!(
        world
            .app
            .workspace(&ada, w)
            .unwrap()
            .pooled_seat_limit
            .unwrap()
            .get(),
        4
    );
    assert_eq!(world.free(&ada, w, root), Some(4));
    refused!(world.charge(&ada, root, "x", 5), Error::LimitReached { .. });
    world.is_exact();
}

#[test]
fn s4_the_list_of_workspaces_is_settled_too() {
    let world = World::new();
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let account = world.account(&ada, w);
    let subscription = world.subscribe(&ada, w, account, &[("users", 9)]);
    let cancel = change(SubscriptionChange::Cancel);
    world
        .app
        .change_subscription(
            &ada,
            w,
            (account, subscription.id),
            &cancel,
            &Precondition::default(),
        )
        .unwrap();
    world.pass_months(2);
    let listed = world
        .app
        .list_workspaces(&ada, None, &tenantry_application::page::PageRequest::default())
        .unwrap();
    assert_eq!(listed.items[0].pooled_seat_limit.unwrap().get(), 0);
}

#[test]
fn b4_a_cancellation_that_no_longer_fits_waits_another_period() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let id = (small.account, small.subscription.id);
    let cancel = change(SubscriptionChange::Cancel);
    world
        .app
        .change_subscription(&ada, small.workspace, id, &cancel, &Precondition::default())
        .unwrap();
    world.charge(&ada, small.root, "x", 2).unwrap();
    world.pass_days(14);
    let waiting = world
        .app
        .subscription(&ada, small.workspace, small.account, id.1)
        .unwrap();
    assert!(waiting.subscription.status.counts() && waiting.subscription.cancel_at_period_end);
    world.try_release(&ada, small.root, "x").unwrap();
    world.pass_months(1);
    let over = world
        .app
        .subscription(&ada, small.workspace, small.account, id.1)
        .unwrap();
    assert_eq!(over.subscription.status, SubscriptionStatus::Canceled);
    refused!(world.charge(&ada, small.root, "y", 1), Error::LimitReached { .. });
}

#[test]
fn s4_a_refused_charge_leaves_the_workspace_settled() {
    let world = World::new();
    world.nobody_can_pay();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    world.pass_days(14);
    refused!(world.charge(&ada, small.root, "x", 1), Error::LimitReached { .. });
    let mut unit = world.store.begin_read().unwrap();
    let kept = unit
        .workspaces()
        .find(WorkspacePlace::Id(small.workspace))
        .unwrap()
        .unwrap();
    assert_eq!(kept.next_transition_at, None);
    let id = (small.account, small.subscription.id);
    let trial = unit
        .subscriptions()
        .find(small.workspace, id.0, id.1)
        .unwrap()
        .unwrap();
    assert_eq!(trial.status, SubscriptionStatus::Paused);
}

#[test]
fn s2_s3_a_cancelled_paused_and_resumed_subscription_goes_on() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let id = (small.account, small.subscription.id);
    for wanted in [
        SubscriptionChange::Cancel,
        SubscriptionChange::Pause,
        SubscriptionChange::Resume,
    ] {
        world
            .app
            .change_subscription(
                &ada,
                small.workspace,
                id,
                &change(wanted),
                &Precondition::default(),
            )
            .unwrap();
    }
    world.pass_months(2);
    let after = world
        .app
        .subscription(&ada, small.workspace, small.account, id.1)
        .unwrap();
    assert_eq!(after.subscription.status, SubscriptionStatus::Active);
}

#[test]
fn s4_a_stranger_settles_nothing() {
    let world = World::new();
    let (ada, mallory) = (world.person("ada"), world.person("mallory"));
    let small = world.small(&ada, 5);
    world.pass_months(3);
    refused!(world.app.workspace(&mallory, small.workspace), Error::NotFound(_));
    let mut unit = world.store.begin_read().unwrap();
    let kept = unit
        .workspaces()
        .find(WorkspacePlace::Id(small.workspace))
        .unwrap()
        .unwrap();
    assert_eq!(kept.next_transition_at, small.subscription.next_transition_at());
}
