//! What the properties check of one step.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use tenantry_domain::billing::{
    ChangeRefused, Pool, Subscription, SubscriptionChange, SubscriptionStatus, Transition, TransitionKind,
    Underprovision,
};
use tenantry_domain::{Meter, Quantity, SubscriptionId, Timestamp};

use super::naive;
use super::scenario::meters;
use super::world::{Request, World};

pub fn find(pool: &Pool, id: SubscriptionId) -> &Subscription {
    pool.subscriptions
        .iter()
        .find(|subscription| subscription.id == id)
        .unwrap()
}

pub fn wanted(change: &SubscriptionChange) -> Vec<(Meter, u64)> {
    match change {
        SubscriptionChange::SetQuantities(set) | SubscriptionChange::AddProducts(set) => set
            .iter()
            .map(|(meter, quantity)| (meter.clone(), quantity.get()))
            .collect(),
        SubscriptionChange::RemoveProducts(removed) => {
            removed.iter().map(|meter| (meter.clone(), 0)).collect()
        }
        _ => Vec::new(),
    }
}

/// B4: nothing that is used may lose its capacity; what is short already may not get shorter.
pub fn check_not_short(before: &Pool, after: &Pool) -> TestCaseResult {
    for meter in meters() {
        let used = naive::used(before, &meter);
        let now = (naive::capacity(before, &meter), naive::capacity(after, &meter));
        let later = (naive::scheduled(before, &meter), naive::scheduled(after, &meter));
        prop_assert!(
            now.1 >= now.0.min(used),
            "{} of {} used; capacity now {:?}",
            used,
            meter,
            now
        );
        prop_assert!(
            later.1 >= later.0.min(used),
            "{} of {} used; scheduled {:?}",
            used,
            meter,
            later
        );
    }
    Ok(())
}

/// A trial that nobody pays for ends whatever is used: paused, or canceled when that was asked for.
pub fn check_settled_not_short(before: &World, after: &Pool, transitions: &[Transition]) -> TestCaseResult {
    let is_unpaid_trial = |transition: &&Transition| {
        let subscription = find(&before.pool, transition.subscription);
        subscription.status == SubscriptionStatus::Trialing && !before.is_payable(subscription)
    };
    let ended = |meter: &Meter| -> u64 {
        let ended = transitions.iter().filter(is_unpaid_trial);
        ended
            .map(|transition| naive::quantity(find(&before.pool, transition.subscription), meter))
            .sum()
    };
    let before = &before.pool;
    for meter in meters() {
        let kept = naive::capacity(after, &meter) + ended(&meter);
        let needed = naive::capacity(before, &meter).min(naive::used(before, &meter));
        prop_assert!(
            kept >= needed,
            "{} of {} needed and {} kept: {:?}",
            needed,
            meter,
            kept,
            transitions
        );
    }
    Ok(())
}

pub fn check_underprovision(
    before: &Pool,
    request: &Request,
    after: &Pool,
    refused: &Underprovision,
) -> TestCaseResult {
    let meter = &refused.meter;
    let used = naive::used(before, meter);
    let falls = [
        (naive::capacity(before, meter), naive::capacity(after, meter)),
        (naive::scheduled(before, meter), naive::scheduled(after, meter)),
    ];
    let is_named = |(from, to): &(u64, u64)| to < from && *to < used && *to == refused.remaining.get();
    prop_assert!(
        falls.iter().any(is_named),
        "{} but {:?}: {:?}",
        refused,
        falls,
        request
    );
    prop_assert_eq!((refused.act, refused.used.get()), (request.change.act(), used));
    Ok(())
}

/// B4: a deferral is right only when the others could not provide what is used.
pub fn check_deferral(after: &Pool, transition: &Transition) -> TestCaseResult {
    let id = transition.subscription;
    let is_short_without = |meter: &Meter, left: u64| {
        let others = naive::capacity(after, meter) - naive::provides(find(after, id), meter);
        others + left < naive::used(after, meter)
    };
    match &transition.kind {
        TransitionKind::CancellationDeferred => {
            let has = |meter: &Meter| naive::quantity(find(after, id), meter) > 0;
            let is_needed = meters()
                .iter()
                .any(|meter| has(meter) && is_short_without(meter, 0));
            prop_assert!(is_needed, "nothing needs {:?}", transition);
        }
        TransitionKind::DecreaseDeferred(deferred) => {
            for meter in deferred {
                let left = find(after, id).pending[meter].map_or(0, Quantity::get);
                prop_assert!(is_short_without(meter, left), "nothing needs {:?}", transition);
            }
        }
        _ => {}
    }
    Ok(())
}

/// S4: an increase counts at once, a decrease is scheduled, and meters that are not named are left alone.
pub fn check_quantities(request: &Request, after: &Subscription) -> TestCaseResult {
    let before = &request.before;
    let wanted = wanted(&request.change);
    let stops = request.change == SubscriptionChange::Pause && naive::counts(before);
    for meter in meters() {
        let had = naive::quantity(before, &meter);
        let has = naive::quantity(after, &meter);
        let scheduled = after
            .pending
            .get(&meter)
            .map(|quantity| quantity.map_or(0, Quantity::get));
        match wanted.iter().find(|(named, _)| *named == meter) {
            None if stops => {
                let left = before
                    .pending
                    .get(&meter)
                    .map_or(had, |left| left.map_or(0, Quantity::get));
                prop_assert_eq!((has, scheduled), (left, None));
            }
            None => {
                prop_assert_eq!(has, had);
                prop_assert_eq!(after.pending.get(&meter), before.pending.get(&meter));
            }
            Some((_, wanted)) if *wanted < had && naive::counts(before) => {
                prop_assert_eq!((has, scheduled), (had, Some(*wanted)));
            }
            Some((_, wanted)) => prop_assert_eq!((has, scheduled), (*wanted, None)),
        }
    }
    Ok(())
}

/// S2–S4: what a change makes of status and cancellation.
pub fn check_status(request: &Request, after: &Subscription, has_payment_method: bool) -> TestCaseResult {
    use SubscriptionStatus::{Active, Canceled, Paused, Trialing};
    let before = &request.before;
    match request.change {
        SubscriptionChange::Pause => prop_assert_eq!(after.status, Paused),
        SubscriptionChange::Cancel if naive::counts(before) => {
            prop_assert_eq!((after.status, after.cancel_at_period_end), (before.status, true));
        }
        SubscriptionChange::Cancel => prop_assert_eq!(after.status, Canceled),
        SubscriptionChange::Resume if naive::counts(before) => {
            prop_assert_eq!((after.status, after.cancel_at_period_end), (before.status, false));
        }
        SubscriptionChange::Resume => {
            prop_assert!(!after.cancel_at_period_end && after.period.end > after.updated_at);
            let trial_goes_on = before.trial_end.is_some_and(|end| end > after.updated_at);
            prop_assert_eq!(before.status, Paused);
            prop_assert_eq!(after.status, if trial_goes_on { Trialing } else { Active });
            prop_assert!(trial_goes_on || has_payment_method);
        }
        _ => prop_assert_eq!(
            (after.status, after.cancel_at_period_end),
            (before.status, before.cancel_at_period_end)
        ),
    }
    Ok(())
}

/// S2, S3: whether a change makes no sense for the subscription as it is.
pub fn must_be_refused(request: &Request, has_payment_method: bool, now: Timestamp) -> bool {
    let before = &request.before;
    let had = |meter: &Meter| naive::quantity(before, meter) > 0;
    let stays = |meter: &Meter| had(meter) && before.pending.get(meter) != Some(&None);
    let makes_no_sense = match &request.change {
        SubscriptionChange::AddProducts(added) => added.iter().any(|(meter, _)| stays(meter)),
        SubscriptionChange::RemoveProducts(removed) => {
            let goes = |meter: &Meter| !stays(meter) || removed.contains(meter);
            removed.iter().any(|meter| !had(meter)) || meters().iter().all(goes)
        }
        SubscriptionChange::Pause => !is_pausable(before),
        SubscriptionChange::Resume if !naive::counts(before) => {
            let trial_goes_on = before.trial_end.is_some_and(|end| end > now);
            before.status != SubscriptionStatus::Paused || !(trial_goes_on || has_payment_method)
        }
        _ => false,
    };
    naive::is_over(before) || makes_no_sense
}

/// S3: whoever owes something does not get rid of it by pausing.
fn is_pausable(subscription: &Subscription) -> bool {
    use SubscriptionStatus::{Active, Paused, Trialing};
    [Active, Paused, Trialing].contains(&subscription.status)
}

/// S2, S3: a refusal says what is so.
pub fn check_refused(request: &Request, refused: &ChangeRefused, has_payment_method: bool) -> TestCaseResult {
    let before = &request.before;
    let had = |meter: &Meter| naive::quantity(before, meter) > 0;
    let is_going = |meter: &Meter| before.pending.get(meter) == Some(&None);
    let is_true = match refused {
        ChangeRefused::Over(status) => naive::is_over(before) && before.status == *status,
        ChangeRefused::NotPausable(status) => !is_pausable(before) && before.status == *status,
        ChangeRefused::NotPaused(status) => !naive::counts(before) && before.status == *status,
        ChangeRefused::ProductExists(meter) => had(meter) && !is_going(meter),
        ChangeRefused::ProductMissing(meter) => !had(meter),
        ChangeRefused::NothingLeft => {
            let removed = wanted(&request.change);
            let stays = |meter: &Meter| !is_going(meter) && !removed.contains(&(meter.clone(), 0));
            meters().iter().all(|meter| !had(meter) || !stays(meter))
        }
        ChangeRefused::PaymentMethodRequired(_) => {
            before.status == SubscriptionStatus::Paused && !has_payment_method
        }
    };
    prop_assert!(is_true, "{:?}", request);
    Ok(())
}

pub fn check_well_formed(subscription: &Subscription) -> TestCaseResult {
    prop_assert!(
        meters()
            .iter()
            .any(|meter| naive::quantity(subscription, meter) > 0)
    );
    for (meter, scheduled) in &subscription.pending {
        let left = scheduled.map_or(0, Quantity::get);
        prop_assert!(left < naive::quantity(subscription, meter), "{:?}", subscription);
    }
    Ok(())
}

/// S2: what becomes of a trial at a settlement, whichever account pays for it.
pub fn check_trial(before: &World, trial: &Subscription, after: &World) -> TestCaseResult {
    use SubscriptionStatus::{Active, Canceled, Paused, Trialing};
    let status = find(&after.pool, trial.id).status;
    let expected = match (trial.period.end <= after.now(), before.is_payable(trial)) {
        (false, _) => Trialing,
        (true, true) => Active,
        (true, false) => Paused,
    };
    let is_canceled = status == Canceled && trial.cancel_at_period_end && expected != Trialing;
    prop_assert!(
        is_canceled || status == expected,
        "{} but not {}: {:?}",
        status,
        expected,
        trial
    );
    Ok(())
}

/// S4: periods hold the moment, and end whole months after their anchor.
pub fn check_period(world: &World, subscription: &Subscription) -> TestCaseResult {
    let period = subscription.period;
    let runs = period.start <= world.now() && world.now() < period.end;
    let is_whole = (0..=1_000).any(|months| period.anchor.plus_months(months) == period.end);
    prop_assert!(
        (runs && is_whole) || !naive::counts(subscription),
        "{:?}",
        subscription
    );
    let ends_paused = subscription.status == SubscriptionStatus::Paused && subscription.cancel_at_period_end;
    let next = (naive::counts(subscription) || ends_paused).then_some(period.end);
    prop_assert_eq!(subscription.next_transition_at(), next);
    Ok(())
}

/// Settles at the end of every period on the way, of which there are far fewer than the bound that ends the loop.
pub fn settle_step_by_step(world: &World, horizon: Timestamp) -> Pool {
    let mut pool = world.pool.clone();
    for _ in 0..1_000 {
        let ends = pool
            .subscriptions
            .iter()
            .filter_map(Subscription::next_transition_at);
        let Some(moment) = ends.min().filter(|moment| *moment <= horizon) else {
            break;
        };
        world.settle_pool(&mut pool, moment);
    }
    pool
}

/// But for when they were last touched, which is the one thing that lateness shows in.
pub fn untouched(pool: Pool) -> Vec<Subscription> {
    let forget = |subscription: Subscription| Subscription {
        updated_at: subscription.created_at,
        ..subscription
    };
    pool.subscriptions.into_iter().map(forget).collect()
}

pub fn is_deferral(transition: &Transition) -> bool {
    use TransitionKind::{CancellationDeferred, DecreaseDeferred};
    matches!(transition.kind, CancellationDeferred | DecreaseDeferred(_))
}

/// The moment at which the last of the periods that run is over.
pub fn after_every_period(world: &World) -> Timestamp {
    let ends = world
        .pool
        .subscriptions
        .iter()
        .filter_map(Subscription::next_transition_at);
    ends.max().unwrap_or(world.now())
}
