words! {
    /// Where a subscription is in its life (S5).
    pub enum SubscriptionStatus (UnknownStatus: "is not the status of a subscription") {
        /// Paid.
        Active = "active",
        /// A payment failed and is tried again.
        PastDue = "past_due",
        /// Payment was given up.
        Unpaid = "unpaid",
        /// Over for good.
        Canceled = "canceled",
        /// The first payment has not succeeded yet.
        Incomplete = "incomplete",
        /// The first payment never succeeded. Over for good.
        IncompleteExpired = "incomplete_expired",
        /// In its trial.
        Trialing = "trialing",
        /// Stopped for a while.
        Paused = "paused",
    }
}

impl SubscriptionStatus {
    /// Whether its quantities count towards the pool's capacity (B1).
    pub const fn counts(self) -> bool {
        matches!(self, Self::Active | Self::Trialing | Self::PastDue)
    }

    /// Whether it is not over: live subscriptions are capped (S1), and keep an account from being deleted (B6).
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Canceled | Self::IncompleteExpired)
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
}
