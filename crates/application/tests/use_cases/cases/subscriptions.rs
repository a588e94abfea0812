use tenantry_application::idempotency::Once;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Error, SubscriptionPatch};
use tenantry_domain::billing::{
    Act, BillingAccountDeletionRefused, BillingMode, Metadata, SubscriptionChange, SubscriptionStatus,
};

use super::world::{World, quantities};
use crate::refused;

fn change(change: SubscriptionChange) -> SubscriptionPatch {
    SubscriptionPatch {
        change: Some(change),
        metadata: None,
    }
}

#[test]
fn s1_a_fourth_live_subscription_is_refused_until_one_ends() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 1);
    for _ in 0..2 {
        world.subscribe(&ada, small.workspace, small.account, &[("users", 1)]);
    }
    let terms = (&quantities(&[("users", 1)]), &Metadata::default());
    let fourth = || {
        world
            .app
            .create_subscription(&ada, small.workspace, small.account, terms, &Once::default())
    };
    refused!(fourth(), Error::TooManySubscriptions(_));
    let id = (small.account, small.subscription.id);
    let cancel = change(SubscriptionChange::Cancel);
    world
        .app
        .change_subscription(&ada, small.workspace, id, &cancel, &Precondition::default())
        .unwrap();
    refused!(fourth(), Error::TooManySubscriptions(_));
    world.pass_months(2);
    fourth().unwrap();
}

#[test]
fn s2_only_the_first_subscription_of_the_only_account_is_a_trial() {
    let world = World::new();
    world.nobody_can_pay();
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Assigned);
    let account = world.account(&ada, w);
    assert!(
        world
            .app
            .trial_eligibility(&ada, w, account)
            .unwrap()
            .trial_eligible
    );
    let second = world.account(&ada, w);
    assert!(
        !world
            .app
            .trial_eligibility(&ada, w, account)
            .unwrap()
            .trial_eligible
    );
    world
        .app
        .delete_billing_account(&ada, w, second, &Precondition::default())
        .unwrap();
    let trial = world.subscribe(&ada, w, account, &[("locations", 1)]);
    assert_eq!(trial.status, SubscriptionStatus::Trialing);
    let terms = (&quantities(&[("users", 1)]), &Metadata::default());
    refused!(
        world
            .app
            .create_subscription(&ada, w, account, terms, &Once::default()),
        Error::PaymentMethodRequired(_)
    );
}

#[test]
fn s2_a_new_account_does_not_bring_the_trial_back() {
    let world = World::new();
    world.nobody_can_pay();
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Single);
    let account = world.account(&ada, w);
    let trial = world.subscribe(&ada, w, account, &[("locations", 1)]);
    let cancel = change(SubscriptionChange::Cancel);
    world
        .app
        .change_subscription(&ada, w, (account, trial.id), &cancel, &Precondition::default())
        .unwrap();
    world.pass_days(15);
    world
        .app
        .delete_billing_account(&ada, w, account, &Precondition::default())
        .unwrap();
    let next = world.account(&ada, w);
    assert!(!world.app.trial_eligibility(&ada, w, next).unwrap().trial_eligible);
}

#[test]
fn b4_what_is_used_is_not_taken_away() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    world.charge(&ada, small.root, "x", 4).unwrap();
    let id = (small.account, small.subscription.id);
    for (wanted, act) in [
        (SubscriptionChange::Cancel, Act::Cancel),
        (SubscriptionChange::Pause, Act::Pause),
        (
            SubscriptionChange::SetQuantities(quantities(&[("locations", 3)])),
            Act::Decrease,
        ),
    ] {
        let outcome = world.app.change_subscription(
            &ada,
            small.workspace,
            id,
            &change(wanted),
            &Precondition::default(),
        );
        refused!(outcome, Error::Underprovision(short) if short.act == act && short.used.get() == 4);
    }
    let enough = SubscriptionChange::SetQuantities(quantities(&[("locations", 4)]));
    world
        .app
        .change_subscription(
            &ada,
            small.workspace,
            id,
            &change(enough),
            &Precondition::default(),
        )
        .unwrap();
    assert_eq!(
        world.free(&ada, small.workspace, small.root),
        Some(1),
        "the decrease waits for the period's end"
    );
}

#[test]
fn b6_an_account_in_use_is_not_deleted() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let delete = || {
        world
            .app
            .delete_billing_account(&ada, small.workspace, small.account, &Precondition::default())
    };
    refused!(
        delete(),
        Error::BillingAccountDeletion(BillingAccountDeletionRefused::ActiveSubscriptions)
    );
    let id = (small.account, small.subscription.id);
    world
        .app
        .change_subscription(
            &ada,
            small.workspace,
            id,
            &change(SubscriptionChange::Cancel),
            &Precondition::default(),
        )
        .unwrap();
    world.pass_months(1);
    refused!(
        delete(),
        Error::BillingAccountDeletion(BillingAccountDeletionRefused::InUse)
    );
    world
        .app
        .delete_organization(&ada, small.workspace, small.root, false, &Precondition::default())
        .unwrap();
    delete().unwrap();
    world.try_account(&ada, small.workspace).unwrap();
}

#[test]
fn b2_the_number_of_accounts_follows_the_mode() {
    let world = World::new();
    let ada = world.person("ada");
    let single = world.workspace(&ada, BillingMode::Single);
    world.account(&ada, single);
    refused!(world.try_account(&ada, single), Error::TooManyBillingAccounts(_));
    let pooled = world.workspace(&ada, BillingMode::Pooled);
    for _ in 0..10 {
        world.account(&ada, pooled);
    }
    refused!(world.try_account(&ada, pooled), Error::TooManyBillingAccounts(_));
}

#[test]
fn w4_pooled_seats_follow_the_subscriptions() {
    let world = World::new();
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let seats = || {
        world
            .app
            .workspace(&ada, w)
            .unwrap()
            .pooled_seat_limit
            .map(tenantry_domain::Units::get)
    };
    assert_eq!(seats(), Some(0));
    let (a, b) = (world.account(&ada, w), world.account(&ada, w));
    world.subscribe(&ada, w, a, &[("users", 3)]);
    world.subscribe(&ada, w, b, &[("users", 4)]);
    assert_eq!(seats(), Some(7));
    let listed = world
        .app
        .list_workspaces(&ada, None, &tenantry_application::page::PageRequest::default())
        .unwrap();
    assert_eq!(
        listed.items[0].pooled_seat_limit.map(tenantry_domain::Units::get),
        Some(7)
    );
}

#[test]
fn metadata_alone_can_be_replaced() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let metadata = Metadata::new([("po".to_owned(), "42".to_owned())]).unwrap();
    let patch = SubscriptionPatch {
        change: None,
        metadata: Some(metadata.clone()),
    };
    let id = (small.account, small.subscription.id);
    let after = world
        .app
        .change_subscription(&ada, small.workspace, id, &patch, &Precondition::default())
        .unwrap();
    assert_eq!(after.subscription.metadata, metadata);
}
