use std::fmt;
use std::str::FromStr;

/// Where a subscription is in its life (S5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubscriptionStatus {
    /// Paid.
    Active,
    /// A payment failed and is tried again.
    PastDue,
    /// Payment was given up.
    Unpaid,
    /// Over for good.
    Canceled,
    /// The first payment has not succeeded yet.
    Incomplete,
    /// The first payment never succeeded. Over for good.
    IncompleteExpired,
    /// In its trial.
    Trialing,
    /// Stopped for a while.
    Paused,
}

impl SubscriptionStatus {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Active,
        Self::PastDue,
        Self::Unpaid,
        Self::Canceled,
        Self::Incomplete,
        Self::IncompleteExpired,
        Self::Trialing,
        Self::Paused,
    ];

    /// Whether its quantities count towards the pool's capacity (B1).
    pub const fn counts(self) -> bool {
        matches!(self, Self::Active | Self::Trialing | Self::PastDue)
    }

    /// Whether it is not over: live subscriptions are capped (S1), and keep an account from being deleted (B6).
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Canceled | Self::IncompleteExpired)
    }

    /// The word for it on the wire and in a store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::PastDue => "past_due",
            Self::Unpaid => "unpaid",
            Self::Canceled => "canceled",
            Self::Incomplete => "incomplete",
            Self::IncompleteExpired => "incomplete_expired",
            Self::Trialing => "trialing",
            Self::Paused => "paused",
        }
    }
}

/// The text names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not the status of a subscription")]
pub struct UnknownStatus;

impl FromStr for SubscriptionStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(UnknownStatus)
    }
}

impl fmt::Display for SubscriptionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b1_active_trialing_and_past_due_count() {
        let counting = SubscriptionStatus::ALL
            .into_iter()
            .filter(|status| status.counts());
        assert_eq!(
            counting.map(SubscriptionStatus::as_str).collect::<Vec<_>>(),
            ["active", "past_due", "trialing"]
        );
    }

    #[test]
    fn s5_a_status_survives_its_word() {
        for status in SubscriptionStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
    }
}
