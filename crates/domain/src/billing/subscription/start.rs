use super::Period;
use super::status::SubscriptionStatus;
use crate::time::Timestamp;

/// How many live subscriptions an account may have (S1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveSubscriptionCap(pub u32);

impl Default for LiveSubscriptionCap {
    fn default() -> Self {
        Self(3)
    }
}

/// The account has as many live subscriptions as it may (S1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the billing account has {0} live subscriptions, the most it may have")]
pub struct TooManySubscriptions(pub u32);

impl LiveSubscriptionCap {
    /// Whether one more fits.
    pub fn check(self, live: u32) -> Result<(), TooManySubscriptions> {
        if live >= self.0 {
            Err(TooManySubscriptions(self.0))
        } else {
            Ok(())
        }
    }
}

/// A default payment method is needed first (S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the billing account needs a default payment method first")]
pub struct PaymentMethodRequired;

/// How long a trial lasts (S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialTerms {
    /// Days; 0 means that there are no trials.
    pub days: u32,
}

impl Default for TrialTerms {
    fn default() -> Self {
        Self { days: 14 }
    }
}

/// Whether a new subscription would be a trial: one billing account exactly, and no subscription, ever (S2).
pub fn is_trial_eligible(terms: TrialTerms, accounts: u32, ever_subscribed: bool) -> bool {
    terms.days > 0 && accounts == 1 && !ever_subscribed
}

/// How a new subscription begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// `trialing` or `active`.
    pub status: SubscriptionStatus,
    /// Its first period.
    pub period: Period,
    /// When the trial ends, if it is one.
    pub trial_end: Option<Timestamp>,
}

/// How a new subscription begins: with a trial when eligible, otherwise paid (S2).
pub fn plan_start(
    terms: TrialTerms,
    eligible: bool,
    has_payment_method: bool,
    now: Timestamp,
) -> Result<Start, PaymentMethodRequired> {
    if eligible {
        let period = Period::trial(now, terms.days);
        return Ok(Start {
            status: SubscriptionStatus::Trialing,
            period,
            trial_end: Some(period.end),
        });
    }
    if !has_payment_method {
        return Err(PaymentMethodRequired);
    }
    Ok(Start {
        status: SubscriptionStatus::Active,
        period: Period::monthly(now),
        trial_end: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_a_trial_needs_exactly_one_account_and_a_first_subscription() {
        let eligible = |accounts, ever| is_trial_eligible(TrialTerms::default(), accounts, ever);
        assert!(eligible(1, false));
        assert!(!eligible(1, true));
        assert!(!eligible(2, false));
        assert!(!is_trial_eligible(TrialTerms { days: 0 }, 1, false));
    }

    #[test]
    fn s2_a_trial_lasts_14_days_and_anything_else_needs_a_payment_method() {
        let now = Timestamp::from_micros(0).unwrap();
        let trial = plan_start(TrialTerms::default(), true, false, now).unwrap();
        assert_eq!(
            (trial.status, trial.trial_end),
            (SubscriptionStatus::Trialing, Some(now.plus_days(14)))
        );
        assert_eq!(
            plan_start(TrialTerms::default(), false, false, now),
            Err(PaymentMethodRequired)
        );
        let paid = plan_start(TrialTerms::default(), false, true, now).unwrap();
        assert_eq!(
            (paid.status, paid.period.end),
            (SubscriptionStatus::Active, now.plus_months(1))
        );
    }

    #[test]
    fn s1_three_live_subscriptions_and_no_fourth() {
        assert_eq!(LiveSubscriptionCap::default().check(2), Ok(()));
        assert_eq!(
            LiveSubscriptionCap::default().check(3),
            Err(TooManySubscriptions(3))
        );
    }
}
