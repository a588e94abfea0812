use super::status::SubscriptionStatus;
use super::{Period, Subscription};
use crate::billing::pool::Pool;
use crate::id::{BillingAccountId, SubscriptionId};
use crate::meter::Meter;
use crate::time::Timestamp;

/// A change that came with time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The subscription that changed.
    pub subscription: SubscriptionId,
    /// What happened to it.
    pub kind: TransitionKind,
}

/// What time did to a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransitionKind {
    /// Its period ended, and the next one began.
    Renewed,
    /// Its period ended, and it with it.
    Canceled,
    /// Its scheduled cancellation would have left less than is used, so it goes on for another period (B4).
    CancellationDeferred,
    /// Scheduled decreases took effect for these meters.
    Decreased(Vec<Meter>),
    /// Scheduled decreases of these meters would have left less than is used, so they wait for the next period (B4).
    DecreaseDeferred(Vec<Meter>),
    /// Its trial ended and it is paid from now on.
    TrialConverted,
    /// Its trial ended without a payment method: it is paused.
    TrialEnded,
}

/// Brings the subscriptions of a pool up to this moment: scheduled decreases and cancellations take effect where what is used allows it
/// (B4, S4), trials end, periods follow one another.
///
/// It is exact however late it is called, as long as it is called before usage changes: what is used is then what was used at each
/// period's end.
pub fn settle(
    pool: &mut Pool,
    has_payment_method: impl Fn(BillingAccountId) -> bool,
    now: Timestamp,
) -> Vec<Transition> {
    let mut due: Vec<(Timestamp, usize)> = pool
        .subscriptions
        .iter()
        .enumerate()
        .filter_map(|(index, subscription)| Some((subscription.next_transition_at()?, index)))
        .filter(|(at, _)| *at <= now)
        .collect();
    due.sort();
    let mut transitions = Vec::new();
    for (_, index) in due {
        let Some(mut subscription) = pool.subscriptions.get(index).cloned() else {
            continue;
        };
        let is_payable = has_payment_method(subscription.billing_account_id);
        let kinds = end_period(pool, &mut subscription, is_payable, now);
        transitions.extend(kinds.into_iter().map(|kind| Transition {
            subscription: subscription.id,
            kind,
        }));
        *pool = pool.with(&subscription);
    }
    transitions
}

fn end_period(
    pool: &Pool,
    subscription: &mut Subscription,
    is_payable: bool,
    now: Timestamp,
) -> Vec<TransitionKind> {
    subscription.updated_at = now;
    let is_trial_over = subscription.status == SubscriptionStatus::Trialing;
    let stops_anyway = is_trial_over && !is_payable;
    if subscription.cancel_at_period_end && (stops_anyway || can_end(pool, subscription)) {
        subscription.status = SubscriptionStatus::Canceled;
        return vec![TransitionKind::Canceled];
    }
    if stops_anyway {
        subscription.stop(SubscriptionStatus::Paused);
        return vec![TransitionKind::TrialEnded];
    }
    let mut kinds = Vec::new();
    if subscription.cancel_at_period_end {
        kinds.push(TransitionKind::CancellationDeferred);
    }
    kinds.extend(apply_decreases(pool, subscription));
    if is_trial_over {
        subscription.status = SubscriptionStatus::Active;
        subscription.period = Period::until(subscription.period.start, subscription.period.end);
        kinds.push(TransitionKind::TrialConverted);
    }
    subscription.period = subscription.period.containing(now);
    kinds.push(TransitionKind::Renewed);
    kinds
}

fn can_end(pool: &Pool, subscription: &Subscription) -> bool {
    let mut meters = subscription.quantities.iter().map(|(meter, _)| meter);
    meters.all(|meter| pool.can_lose(meter, subscription.provides(meter)))
}

fn apply_decreases(pool: &Pool, subscription: &mut Subscription) -> Vec<TransitionKind> {
    let before = subscription.quantities.clone();
    let (applied, deferred): (Vec<_>, Vec<_>) = std::mem::take(&mut subscription.pending)
        .into_iter()
        .partition(|(meter, quantity)| {
            let left = quantity.map(crate::Quantity::units).unwrap_or_default();
            pool.can_lose(meter, before.units(meter).saturating_sub(left))
        });
    let names = |changes: &[(Meter, Option<crate::Quantity>)]| {
        changes.iter().map(|(meter, _)| meter.clone()).collect()
    };
    let mut kinds = Vec::new();
    if !applied.is_empty() {
        kinds.push(TransitionKind::Decreased(names(&applied)));
    }
    if !deferred.is_empty() {
        kinds.push(TransitionKind::DecreaseDeferred(names(&deferred)));
    }
    // A change that would leave nothing is refused when it is asked for, so there is always something left.
    subscription.quantities = before.with(applied).unwrap_or(before);
    subscription.pending = deferred.into_iter().collect();
    kinds
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::*;
    use super::super::{Quantities, SubscriptionChange};
    use super::*;
    use crate::units::Units;

    fn pool(subscriptions: Vec<Subscription>, used: u64) -> Pool {
        Pool {
            subscriptions,
            used: [(meter("locations"), Units::new(used).unwrap())].into(),
        }
    }

    fn kinds(transitions: Vec<Transition>) -> Vec<TransitionKind> {
        transitions
            .into_iter()
            .map(|transition| transition.kind)
            .collect()
    }

    fn scheduled(before: &Subscription, wanted: Quantities) -> Subscription {
        before
            .changed(&SubscriptionChange::SetQuantities(wanted), true, at(0))
            .unwrap()
    }

    #[test]
    fn s4_nothing_happens_before_the_period_ends() {
        let mut pool = pool(
            vec![scheduled(
                &active(1, &[("locations", 5)]),
                quantities(&[("locations", 1)]),
            )],
            0,
        );
        assert_eq!(settle(&mut pool, |_| true, at(30)), []);
        assert_eq!(pool.capacity(&meter("locations")).get(), 5);
    }

    #[test]
    fn s4_a_decrease_takes_effect_at_the_end_of_the_period() {
        let mut pool = pool(
            vec![scheduled(
                &active(1, &[("locations", 5)]),
                quantities(&[("locations", 2)]),
            )],
            2,
        );
        let happened = kinds(settle(&mut pool, |_| true, at(31)));
        assert_eq!(
            happened,
            [
                TransitionKind::Decreased(vec![meter("locations")]),
                TransitionKind::Renewed
            ]
        );
        assert_eq!(pool.capacity(&meter("locations")).get(), 2);
    }

    #[test]
    fn b4_a_decrease_waits_when_usage_has_grown_meanwhile() {
        let mut pool = pool(
            vec![scheduled(
                &active(1, &[("locations", 5)]),
                quantities(&[("locations", 2)]),
            )],
            3,
        );
        let happened = kinds(settle(&mut pool, |_| true, at(31)));
        assert_eq!(
            happened,
            [
                TransitionKind::DecreaseDeferred(vec![meter("locations")]),
                TransitionKind::Renewed
            ]
        );
        assert_eq!(pool.capacity(&meter("locations")).get(), 5);
        pool.used.insert(meter("locations"), Units::new(2).unwrap());
        settle(&mut pool, |_| true, at(62));
        assert_eq!(pool.capacity(&meter("locations")).get(), 2);
    }

    #[test]
    fn b4_of_two_cancellations_that_do_not_both_fit_the_later_waits() {
        let cancel = |s: Subscription| Subscription {
            cancel_at_period_end: true,
            ..s
        };
        let mut early = active(1, &[("locations", 5)]);
        early.period.end = at(10);
        let mut pool = pool(vec![cancel(active(2, &[("locations", 5)])), cancel(early)], 5);
        let happened = settle(&mut pool, |_| true, at(40));
        assert_eq!(
            happened[0],
            Transition {
                subscription: subscription_id(1),
                kind: TransitionKind::Canceled
            }
        );
        assert_eq!(happened[1].kind, TransitionKind::CancellationDeferred);
        assert_eq!(pool.capacity(&meter("locations")).get(), 5);
    }

    #[test]
    fn s2_a_trial_ends_paused_without_a_payment_method_and_paid_with_one() {
        let trial = pool(vec![trialing(1, &[("locations", 5)])], 3);
        let mut unpaid = trial.clone();
        assert_eq!(
            kinds(settle(&mut unpaid, |_| false, at(14))),
            [TransitionKind::TrialEnded]
        );
        assert_eq!(unpaid.capacity(&meter("locations")), Units::ZERO);
        assert_eq!(unpaid.subscriptions[0].next_transition_at(), None);
        let mut paid = trial;
        assert_eq!(
            kinds(settle(&mut paid, |_| true, at(14))),
            [TransitionKind::TrialConverted, TransitionKind::Renewed]
        );
        assert_eq!(paid.subscriptions[0].period.end, at(14).plus_months(1));
    }

    #[test]
    fn s4_a_paused_subscription_that_was_to_end_ends_with_its_period() {
        let going = active(1, &[("locations", 5)])
            .changed(&SubscriptionChange::Cancel, true, at(1))
            .unwrap();
        let paused = going.changed(&SubscriptionChange::Pause, true, at(2)).unwrap();
        let mut pool = pool(vec![paused], 3);
        assert_eq!(
            kinds(settle(&mut pool, |_| true, at(31))),
            [TransitionKind::Canceled]
        );
        assert_eq!(pool.subscriptions[0].next_transition_at(), None);
    }

    #[test]
    fn s2_an_unpaid_trial_that_was_to_end_ends() {
        let going = trialing(1, &[("locations", 5)])
            .changed(&SubscriptionChange::Cancel, true, at(1))
            .unwrap();
        let mut pool = pool(vec![going], 3);
        assert_eq!(
            kinds(settle(&mut pool, |_| false, at(14))),
            [TransitionKind::Canceled]
        );
    }

    #[test]
    fn s4_periods_follow_one_another_however_late_they_are_looked_at() {
        let mut pool = pool(vec![active(1, &[("locations", 5)])], 0);
        settle(&mut pool, |_| true, at(0).plus_months(30));
        let period = pool.subscriptions[0].period;
        assert_eq!(
            (period.start, period.end),
            (at(0).plus_months(30), at(0).plus_months(31))
        );
        assert_eq!(settle(&mut pool, |_| true, at(0).plus_months(30)), []);
    }
}
