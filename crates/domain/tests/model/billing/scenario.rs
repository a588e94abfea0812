//! Random pools of subscriptions, and what is done to them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use tenantry_domain::billing::{
    Metadata, Period, Quantities, Subscription, SubscriptionChange, SubscriptionStatus,
};
use tenantry_domain::{BillingAccountId, Meter, Meters, Quantity, SubscriptionId, Timestamp, WorkspaceId};
use uuid::Uuid;

/// Every subscription begins before this day, on which the first settlement takes place.
pub const FIRST_DAY: u32 = 40;
const TRIAL_DAYS: u32 = 14;

/// A pool and what happens to it.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub subscriptions: Vec<Subscription>,
    pub payable: Vec<BillingAccountId>,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub enum Step {
    Change(Index, SubscriptionChange),
    /// Uses so many units, as far as there is capacity for them.
    Use(Meter, u64),
    /// Uses all that there is, but for so many units.
    UseAllBut(Meter, u64),
    Release(Meter, u64),
    Wait(u32),
    /// What a payment provider may report.
    Report(Index, Payment),
    SetPaymentMethod(BillingAccountId, bool),
}

#[derive(Debug, Clone, Copy)]
pub enum Payment {
    Failed,
    GivenUp,
    Succeeded,
}

/// So many days after the 1st of January 1970.
pub fn at(day: u32) -> Timestamp {
    Timestamp::from_micros(0).unwrap().plus_days(day)
}

pub fn meters() -> Vec<Meter> {
    Meters::default().iter().cloned().collect()
}

/// The accounts that feed the pool.
fn accounts() -> Vec<BillingAccountId> {
    (1..=3)
        .map(|number| BillingAccountId::from_uuid(Uuid::from_u128(number)))
        .collect()
}

/// What one subscription begins with.
#[derive(Debug, Clone)]
struct Seed {
    account: BillingAccountId,
    status: SubscriptionStatus,
    quantities: Quantities,
    day: u32,
}

fn subscription(number: usize, seed: Seed) -> Subscription {
    let Seed {
        account,
        status,
        quantities,
        day,
    } = seed;
    let trial = Period::trial(at(day), TRIAL_DAYS);
    let was_trial = matches!(status, SubscriptionStatus::Trialing | SubscriptionStatus::Paused);
    let is_trial = status == SubscriptionStatus::Trialing;
    Subscription {
        id: SubscriptionId::from_uuid(Uuid::from_u128(u128::try_from(number).unwrap())),
        workspace_id: WorkspaceId::from_uuid(Uuid::from_u128(1)),
        billing_account_id: account,
        status,
        quantities,
        pending: BTreeMap::new(),
        cancel_at_period_end: false,
        metadata: Metadata::default(),
        period: if is_trial { trial } else { Period::monthly(at(day)) },
        trial_end: was_trial.then_some(trial.end),
        created_at: at(day),
        updated_at: at(day),
    }
}

/// A paid subscription that gives so much of every meter, and that nothing was done to.
pub fn one_of_everything(count: i64) -> Subscription {
    let everything = meters().into_iter().map(|meter| (meter, quantity(count)));
    let seed = Seed {
        account: accounts()[0],
        status: SubscriptionStatus::Active,
        quantities: Quantities::new(everything.collect()).unwrap(),
        day: FIRST_DAY,
    };
    subscription(0, seed)
}

fn subscriptions() -> impl Strategy<Value = Vec<Subscription>> {
    prop::collection::vec(seed(), 1..=5).prop_map(|seeds| {
        let numbered = seeds.into_iter().enumerate();
        numbered
            .map(|(number, seed)| subscription(number, seed))
            .collect()
    })
}

fn seed() -> impl Strategy<Value = Seed> {
    (account(), status(), quantities(), 15..=FIRST_DAY).prop_map(|(account, status, quantities, day)| Seed {
        account,
        status,
        quantities,
        day,
    })
}

fn account() -> impl Strategy<Value = BillingAccountId> {
    select(accounts())
}

fn status() -> impl Strategy<Value = SubscriptionStatus> {
    prop_oneof![
        5 => Just(SubscriptionStatus::Active),
        4 => Just(SubscriptionStatus::Trialing),
        2 => select(SubscriptionStatus::ALL.to_vec()),
    ]
}

fn quantities() -> impl Strategy<Value = Quantities> {
    some_meters().prop_flat_map(|meters| {
        let quantities = prop::collection::vec((1_i64..10).prop_map(quantity), meters.len());
        quantities.prop_map(move |quantities| {
            Quantities::new(meters.iter().cloned().zip(quantities).collect()).unwrap()
        })
    })
}

fn quantity(count: i64) -> Quantity {
    Quantity::try_from(count).unwrap()
}

fn some_meters() -> impl Strategy<Value = Vec<Meter>> {
    subsequence(meters(), 1..=meters().len())
}

fn meter() -> impl Strategy<Value = Meter> {
    select(meters())
}

pub fn change() -> impl Strategy<Value = SubscriptionChange> {
    prop_oneof![
        5 => quantities().prop_map(SubscriptionChange::SetQuantities),
        1 => quantities().prop_map(SubscriptionChange::AddProducts),
        3 => some_meters().prop_map(|meters| SubscriptionChange::RemoveProducts(BTreeSet::from_iter(meters))),
        2 => Just(SubscriptionChange::Pause),
        4 => Just(SubscriptionChange::Resume),
        3 => Just(SubscriptionChange::Cancel),
    ]
}

fn payment() -> impl Strategy<Value = Payment> {
    prop_oneof![
        2 => Just(Payment::Failed),
        1 => Just(Payment::GivenUp),
        3 => Just(Payment::Succeeded),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => (any::<Index>(), change()).prop_map(|(which, change)| Step::Change(which, change)),
        3 => (meter(), 1_u64..10).prop_map(|(meter, count)| Step::Use(meter, count)),
        3 => (meter(), 0_u64..3).prop_map(|(meter, count)| Step::UseAllBut(meter, count)),
        3 => (meter(), 1_u64..10).prop_map(|(meter, count)| Step::Release(meter, count)),
        4 => (1_u32..70).prop_map(Step::Wait),
        1 => (any::<Index>(), payment()).prop_map(|(which, payment)| Step::Report(which, payment)),
        1 => (account(), any::<bool>()).prop_map(|(account, has)| Step::SetPaymentMethod(account, has)),
    ]
}

/// Anything in any order.
fn mixed_steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..=50)
}

/// Rounds in which much is scheduled to go while nothing is used, and then too much is used for all of it to go.
fn contended_steps() -> impl Strategy<Value = Vec<Step>> {
    let changes = prop::collection::vec((any::<Index>(), change()), 2..10);
    let left = prop::collection::vec(0_u64..12, meters().len());
    prop::collection::vec((1_u32..70, changes, left), 1..4).prop_map(|rounds| {
        let mut steps = Vec::new();
        for (days, changes, left) in rounds {
            steps.push(Step::Wait(days));
            steps.extend(meters().into_iter().map(|meter| Step::Release(meter, u64::MAX)));
            steps.extend(
                changes
                    .into_iter()
                    .map(|(which, change)| Step::Change(which, change)),
            );
            let uses = meters().into_iter().zip(left);
            steps.extend(uses.map(|(meter, left)| Step::UseAllBut(meter, left)));
        }
        steps
    })
}

pub fn scenario() -> impl Strategy<Value = Scenario> {
    let payable = subsequence(accounts(), 0..=accounts().len());
    let steps = prop_oneof![mixed_steps(), contended_steps()];
    (subscriptions(), payable, steps).prop_map(|(subscriptions, payable, steps)| Scenario {
        subscriptions,
        payable,
        steps,
    })
}
