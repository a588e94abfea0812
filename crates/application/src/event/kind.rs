use std::fmt;
use std::str::FromStr;

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// A workspace is there.
    WorkspaceCreated,
    /// Name or description of a workspace changed.
    WorkspaceUpdated,
    /// A workspace takes no more changes (W3).
    WorkspaceArchived,
    /// Somebody is in a workspace.
    MemberAdded,
    /// A member has another role.
    MemberRoleChanged,
    /// Somebody is in a workspace no longer.
    MemberRemoved,
    /// An organization is there.
    OrganizationCreated,
    /// An organization changed, its limits included.
    OrganizationUpdated,
    /// An organization is gone, with everything below it.
    OrganizationDeleted,
    /// A resource is charged.
    ChargeCreated,
    /// A resource is charged with another quantity.
    ChargeResized,
    /// A resource is charged no longer.
    ChargeReleased,
    /// A pool that only observes would have refused a charge (B3).
    ChargeWouldRefuse,
    /// A billing account is there.
    BillingAccountCreated,
    /// A billing account changed.
    BillingAccountUpdated,
    /// A billing account is gone.
    BillingAccountDeleted,
    /// A subscription is there.
    SubscriptionCreated,
    /// Somebody changed a subscription.
    SubscriptionUpdated,
    /// A period ended and the next began.
    SubscriptionRenewed,
    /// A subscription ended.
    SubscriptionCanceled,
    /// A cancellation waits for the end of another period (S4).
    SubscriptionCancellationDeferred,
    /// A scheduled decrease took effect.
    SubscriptionDecreased,
    /// A decrease waits for the end of another period (S4).
    SubscriptionDecreaseDeferred,
    /// A trial went on paid (S2).
    SubscriptionTrialConverted,
    /// A trial ended unpaid (S2).
    SubscriptionTrialEnded,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 25] = [
        Self::WorkspaceCreated,
        Self::WorkspaceUpdated,
        Self::WorkspaceArchived,
        Self::MemberAdded,
        Self::MemberRoleChanged,
        Self::MemberRemoved,
        Self::OrganizationCreated,
        Self::OrganizationUpdated,
        Self::OrganizationDeleted,
        Self::ChargeCreated,
        Self::ChargeResized,
        Self::ChargeReleased,
        Self::ChargeWouldRefuse,
        Self::BillingAccountCreated,
        Self::BillingAccountUpdated,
        Self::BillingAccountDeleted,
        Self::SubscriptionCreated,
        Self::SubscriptionUpdated,
        Self::SubscriptionRenewed,
        Self::SubscriptionCanceled,
        Self::SubscriptionCancellationDeferred,
        Self::SubscriptionDecreased,
        Self::SubscriptionDecreaseDeferred,
        Self::SubscriptionTrialConverted,
        Self::SubscriptionTrialEnded,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkspaceCreated => "workspace.created",
            Self::WorkspaceUpdated => "workspace.updated",
            Self::WorkspaceArchived => "workspace.archived",
            Self::MemberAdded => "member.added",
            Self::MemberRoleChanged => "member.role_changed",
            Self::MemberRemoved => "member.removed",
            Self::OrganizationCreated => "organization.created",
            Self::OrganizationUpdated => "organization.updated",
            Self::OrganizationDeleted => "organization.deleted",
            Self::ChargeCreated => "charge.created",
            Self::ChargeResized => "charge.resized",
            Self::ChargeReleased => "charge.released",
            Self::ChargeWouldRefuse => "charge.would_refuse",
            Self::BillingAccountCreated => "billing_account.created",
            Self::BillingAccountUpdated => "billing_account.updated",
            Self::BillingAccountDeleted => "billing_account.deleted",
            Self::SubscriptionCreated => "subscription.created",
            Self::SubscriptionUpdated => "subscription.updated",
            Self::SubscriptionRenewed => "subscription.renewed",
            Self::SubscriptionCanceled => "subscription.canceled",
            Self::SubscriptionCancellationDeferred => "subscription.cancellation_deferred",
            Self::SubscriptionDecreased => "subscription.decreased",
            Self::SubscriptionDecreaseDeferred => "subscription.decrease_deferred",
            Self::SubscriptionTrialConverted => "subscription.trial_converted",
            Self::SubscriptionTrialEnded => "subscription.trial_ended",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a kind of event, such as organization.created")]
pub struct UnknownEventKind;

impl FromStr for EventKind {
    type Err = UnknownEventKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownEventKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v1_a_kind_survives_its_word() {
        for kind in EventKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("organization".parse::<EventKind>(), Err(UnknownEventKind));
    }
}
