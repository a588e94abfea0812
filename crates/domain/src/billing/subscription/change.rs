use std::collections::{BTreeMap, BTreeSet};

use super::quantities::Quantities;
use super::start::PaymentMethodRequired;
use super::status::SubscriptionStatus;
use super::{Period, Subscription};
use crate::billing::pool::Act;
use crate::meter::Meter;
use crate::time::Timestamp;
use crate::units::Quantity;

/// One change that somebody asks for (S3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionChange {
    /// Sets the quantities of the meters named, and leaves the others.
    SetQuantities(Quantities),
    /// Adds meters that the subscription does not provide yet.
    AddProducts(Quantities),
    /// Takes meters away at the end of the period.
    RemoveProducts(BTreeSet<Meter>),
    /// Stops it for a while, at once.
    Pause,
    /// Starts it again.
    Resume,
    /// Ends it with its period, or at once when it provides nothing.
    Cancel,
}

/// Why a change makes no sense for the subscription as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefused {
    /// It is over.
    #[error("the subscription is {0}, and stays so")]
    Over(SubscriptionStatus),
    /// It cannot be paused from where it is: only what is paid for, or on trial, can be.
    #[error("a subscription that is {0} cannot be paused")]
    NotPausable(SubscriptionStatus),
    /// It cannot be resumed from where it is.
    #[error("a subscription that is {0} cannot be resumed")]
    NotPaused(SubscriptionStatus),
    /// A product to add is there already.
    #[error("the subscription provides {0} already; set its quantity instead")]
    ProductExists(Meter),
    /// A product to remove is not there.
    #[error("the subscription does not provide {0}")]
    ProductMissing(Meter),
    /// Nothing would be left.
    #[error("nothing would be left of the subscription; cancel it instead")]
    NothingLeft,
    /// It cannot go on without a payment method (S2).
    #[error(transparent)]
    PaymentMethodRequired(#[from] PaymentMethodRequired),
}

impl Subscription {
    /// What the subscription becomes: increases count at once, decreases are scheduled for the end of the period (S4). Whether the
    /// pool can spare what is taken away is for [`Pool::check_act`](crate::billing::Pool::check_act) to say, with
    /// [`SubscriptionChange::act`].
    pub fn changed(
        &self,
        change: &SubscriptionChange,
        has_payment_method: bool,
        now: Timestamp,
    ) -> Result<Self, ChangeRefused> {
        if !self.status.is_live() {
            return Err(ChangeRefused::Over(self.status));
        }
        let mut after = self.clone();
        match change {
            SubscriptionChange::SetQuantities(wanted) => {
                after.set(wanted.iter().map(|(m, q)| (m.clone(), Some(q))))?;
            }
            SubscriptionChange::AddProducts(added) => {
                if let Some((meter, _)) = added.iter().find(|(meter, _)| self.keeps(meter)) {
                    return Err(ChangeRefused::ProductExists(meter.clone()));
                }
                after.set(added.iter().map(|(m, q)| (m.clone(), Some(q))))?;
            }
            SubscriptionChange::RemoveProducts(removed) => {
                if let Some(meter) = removed.iter().find(|meter| !self.quantities.contains(meter)) {
                    return Err(ChangeRefused::ProductMissing(meter.clone()));
                }
                after.set(removed.iter().map(|meter| (meter.clone(), None)))?;
            }
            SubscriptionChange::Pause => after.pause()?,
            SubscriptionChange::Resume => after.resume(has_payment_method, now)?,
            SubscriptionChange::Cancel => after.cancel(),
        }
        if after != *self {
            after.updated_at = now;
        }
        Ok(after)
    }

    /// Whether a meter is provided and not about to be removed.
    fn keeps(&self, meter: &Meter) -> bool {
        self.quantities.contains(meter) && self.pending.get(meter) != Some(&None)
    }

    fn set(
        &mut self,
        wanted: impl IntoIterator<Item = (Meter, Option<Quantity>)>,
    ) -> Result<(), ChangeRefused> {
        let mut at_once = BTreeMap::new();
        for (meter, quantity) in wanted {
            self.pending.remove(&meter);
            let is_less = quantity.map(Quantity::units).unwrap_or_default() < self.quantities.units(&meter);
            if is_less && self.status.counts() {
                self.pending.insert(meter, quantity);
            } else {
                at_once.insert(meter, quantity);
            }
        }
        let nothing_left = |_| ChangeRefused::NothingLeft;
        self.quantities = self.quantities.with(at_once).map_err(nothing_left)?;
        self.quantities.with(self.pending.clone()).map_err(nothing_left)?;
        Ok(())
    }

    fn pause(&mut self) -> Result<(), ChangeRefused> {
        use SubscriptionStatus::{Active, Paused, Trialing};
        match self.status {
            Active | Trialing => self.stop(Paused),
            Paused => {}
            // Whoever owes something would otherwise be rid of it by pausing and resuming.
            status => return Err(ChangeRefused::NotPausable(status)),
        }
        Ok(())
    }

    /// Also takes back a scheduled cancellation. The period goes on, unless it has ended meanwhile.
    fn resume(&mut self, has_payment_method: bool, now: Timestamp) -> Result<(), ChangeRefused> {
        let is_on_trial = self.trial_end.is_some_and(|end| end > now);
        match self.status {
            status if status.counts() => {}
            SubscriptionStatus::Paused if is_on_trial => self.status = SubscriptionStatus::Trialing,
            SubscriptionStatus::Paused if has_payment_method => self.status = SubscriptionStatus::Active,
            SubscriptionStatus::Paused => return Err(PaymentMethodRequired.into()),
            status => return Err(ChangeRefused::NotPaused(status)),
        }
        self.cancel_at_period_end = false;
        if self.period.end <= now {
            self.period = Period::monthly(now);
        }
        Ok(())
    }

    fn cancel(&mut self) {
        if self.status.counts() {
            self.cancel_at_period_end = true;
        } else {
            self.status = SubscriptionStatus::Canceled;
        }
    }
}

impl SubscriptionChange {
    /// What the change is when it takes capacity away (B4).
    pub const fn act(&self) -> Act {
        match self {
            Self::Cancel => Act::Cancel,
            Self::Pause => Act::Pause,
            _ => Act::Decrease,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::*;
    use super::*;
    use crate::billing::Pool;
    use crate::units::Units;

    fn set(pairs: &[(&str, i64)]) -> SubscriptionChange {
        SubscriptionChange::SetQuantities(quantities(pairs))
    }

    fn pool(subscriptions: &[Subscription], used: u64) -> Pool {
        Pool {
            subscriptions: subscriptions.to_vec(),
            used: [(meter("locations"), Units::new(used).unwrap())].into(),
        }
    }

    #[test]
    fn s4_an_increase_counts_at_once_and_a_decrease_at_the_end_of_the_period() {
        let before = active(1, &[("locations", 5), ("users", 5)]);
        let after = before
            .changed(&set(&[("locations", 9), ("users", 2)]), true, at(1))
            .unwrap();
        assert_eq!(
            (
                after.provides(&meter("locations")).get(),
                after.provides(&meter("users")).get()
            ),
            (9, 5)
        );
        assert_eq!(
            (
                after.will_provide(&meter("locations")).get(),
                after.will_provide(&meter("users")).get()
            ),
            (9, 2)
        );
    }

    #[test]
    fn s4_setting_a_quantity_again_replaces_what_was_scheduled() {
        let scheduled = active(1, &[("locations", 5)])
            .changed(&set(&[("locations", 2)]), true, at(1))
            .unwrap();
        let back = scheduled.changed(&set(&[("locations", 5)]), true, at(2)).unwrap();
        assert!(back.pending.is_empty());
        assert_eq!(back.will_provide(&meter("locations")).get(), 5);
    }

    #[test]
    fn s3_products_are_added_when_new_and_removed_when_there() {
        let one = active(1, &[("locations", 5)]);
        let add = |pairs| SubscriptionChange::AddProducts(quantities(pairs));
        let remove =
            |names: &[&str]| SubscriptionChange::RemoveProducts(names.iter().map(|n| meter(n)).collect());
        let two = one.changed(&add(&[("users", 3)]), true, at(1)).unwrap();
        assert_eq!(two.provides(&meter("users")).get(), 3);
        assert_eq!(
            two.changed(&add(&[("users", 3)]), true, at(1)),
            Err(ChangeRefused::ProductExists(meter("users")))
        );
        assert_eq!(
            one.changed(&remove(&["sso"]), true, at(1)),
            Err(ChangeRefused::ProductMissing(meter("sso")))
        );
        assert_eq!(
            one.changed(&remove(&["locations"]), true, at(1)),
            Err(ChangeRefused::NothingLeft)
        );
        let removed = two.changed(&remove(&["users"]), true, at(1)).unwrap();
        assert_eq!(
            (
                removed.provides(&meter("users")).get(),
                removed.will_provide(&meter("users")).get()
            ),
            (3, 0)
        );
        let again = removed.changed(&add(&[("users", 4)]), true, at(2)).unwrap();
        assert_eq!(again.will_provide(&meter("users")).get(), 4);
    }

    #[test]
    fn s3_a_canceled_subscription_stays_canceled() {
        let canceled = Subscription {
            status: SubscriptionStatus::Canceled,
            ..active(1, &[("locations", 5)])
        };
        for change in [
            SubscriptionChange::Resume,
            SubscriptionChange::Cancel,
            set(&[("locations", 9)]),
        ] {
            let refused = Err(ChangeRefused::Over(SubscriptionStatus::Canceled));
            assert_eq!(canceled.changed(&change, true, at(1)), refused);
        }
    }

    #[test]
    fn s2_a_paused_trial_resumes_its_trial_and_after_it_needs_a_payment_method() {
        let paused = trialing(1, &[("locations", 5)])
            .changed(&SubscriptionChange::Pause, false, at(0))
            .unwrap();
        assert_eq!(paused.provides(&meter("locations")), Units::ZERO);
        let resumed = paused.changed(&SubscriptionChange::Resume, false, at(3)).unwrap();
        assert_eq!(
            (resumed.status, resumed.period.end),
            (SubscriptionStatus::Trialing, at(14))
        );
        let late = paused.changed(&SubscriptionChange::Resume, false, at(15));
        assert_eq!(
            late,
            Err(ChangeRefused::PaymentMethodRequired(PaymentMethodRequired))
        );
        let paid = paused.changed(&SubscriptionChange::Resume, true, at(15)).unwrap();
        assert_eq!(
            (paid.status, paid.period.start),
            (SubscriptionStatus::Active, at(15))
        );
    }

    #[test]
    fn s3_pausing_and_resuming_is_no_way_around_a_debt() {
        for status in [
            SubscriptionStatus::PastDue,
            SubscriptionStatus::Unpaid,
            SubscriptionStatus::Incomplete,
        ] {
            let owing = Subscription {
                status,
                ..active(1, &[("locations", 5)])
            };
            let paused = owing.changed(&SubscriptionChange::Pause, true, at(1));
            assert_eq!(paused, Err(ChangeRefused::NotPausable(status)));
        }
    }

    #[test]
    fn s3_asking_again_changes_nothing() {
        let active = active(1, &[("locations", 5)]);
        assert_eq!(
            active.changed(&SubscriptionChange::Resume, true, at(1)),
            Ok(active.clone())
        );
        for change in [SubscriptionChange::Cancel, SubscriptionChange::Pause] {
            let once = active.changed(&change, true, at(1)).unwrap();
            assert_eq!(once.changed(&change, true, at(2)), Ok(once.clone()), "{change:?}");
        }
    }

    #[test]
    fn s4_what_is_scheduled_happens_at_once_when_it_is_paused() {
        let less = active(1, &[("locations", 5)])
            .changed(&set(&[("locations", 2)]), true, at(1))
            .unwrap();
        let paused = less.changed(&SubscriptionChange::Pause, true, at(2)).unwrap();
        let resumed = paused.changed(&SubscriptionChange::Resume, true, at(3)).unwrap();
        assert!(paused.pending.is_empty());
        assert_eq!(resumed.provides(&meter("locations")).get(), 2);
    }

    #[test]
    fn s3_resuming_goes_on_with_the_period_and_takes_back_a_cancellation() {
        let before = active(1, &[("locations", 5)]);
        let going = before.changed(&SubscriptionChange::Cancel, true, at(1)).unwrap();
        let paused = going.changed(&SubscriptionChange::Pause, true, at(2)).unwrap();
        let resumed = paused.changed(&SubscriptionChange::Resume, true, at(3)).unwrap();
        assert_eq!(
            (resumed.status, resumed.period),
            (SubscriptionStatus::Active, before.period)
        );
        assert!(!resumed.cancel_at_period_end);
    }

    #[test]
    fn b4_an_act_never_leaves_less_than_is_used() {
        let (a, b) = (active(1, &[("locations", 5)]), active(2, &[("locations", 3)]));
        let pool = pool(&[a.clone(), b.clone()], 4);
        for change in [
            SubscriptionChange::Cancel,
            SubscriptionChange::Pause,
            set(&[("locations", 1)]),
        ] {
            let after = b.changed(&change, true, at(1)).unwrap();
            assert_eq!(pool.check_act(change.act(), &after), Ok(()), "{change:?}");
        }
        let after = a.changed(&SubscriptionChange::Cancel, true, at(1)).unwrap();
        let refused = pool.check_act(Act::Cancel, &after).unwrap_err();
        assert_eq!(
            (refused.act, refused.used.get(), refused.remaining.get()),
            (Act::Cancel, 4, 3)
        );
    }

    #[test]
    fn b4_what_is_scheduled_already_is_not_spent_twice() {
        let (a, b) = (active(1, &[("locations", 5)]), active(2, &[("locations", 5)]));
        let canceled = a.changed(&SubscriptionChange::Cancel, true, at(1)).unwrap();
        let pool = pool(&[canceled, b.clone()], 5);
        let after = b.changed(&SubscriptionChange::Cancel, true, at(1)).unwrap();
        assert_eq!(
            pool.check_act(Act::Cancel, &after).unwrap_err().remaining,
            Units::ZERO
        );
    }

    #[test]
    fn b4_a_pool_that_is_short_already_still_takes_acts_that_take_nothing_away() {
        let a = active(1, &[("locations", 5), ("users", 5)]);
        let pool = pool(std::slice::from_ref(&a), 9);
        let after = a.changed(&set(&[("users", 1)]), true, at(1)).unwrap();
        assert_eq!(pool.check_act(Act::Decrease, &after), Ok(()));
    }
}
