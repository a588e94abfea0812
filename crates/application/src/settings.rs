//! The numbers that a deployment may set: those marked (c) in `docs/rules.md`.

use std::time::Duration;

use tenantry_domain::Meters;
use tenantry_domain::billing::{BillingEnforcement, LiveSubscriptionCap, TrialTerms};
use tenantry_domain::key::Overlap;
use tenantry_domain::organization::HierarchyCaps;
use tenantry_domain::team::{InvitationTerms, TeamCaps};
use tenantry_domain::workspace::MemberCaps;

/// What a deployment has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What is counted (L1).
    pub meters: Meters,
    /// How large a tree may grow (O1).
    pub hierarchy: HierarchyCaps,
    /// How many members a workspace may have (W5).
    pub members: MemberCaps,
    /// How many billing accounts a workspace may have in `assigned` and `pooled` mode (B2).
    pub billing_accounts: u32,
    /// How many live subscriptions an account may have (S1).
    pub live_subscriptions: LiveSubscriptionCap,
    /// How long a trial lasts (S2).
    pub trial: TrialTerms,
    /// How much teams may hold (T4, T14).
    pub teams: TeamCaps,
    /// For how long invitations are valid (T12).
    pub invitations: InvitationTerms,
    /// For how long a secret stays good after it was replaced, unless the request says less (K1).
    pub rotation_overlap: Overlap,
    /// What is done about billing capacity (B3).
    pub enforcement: BillingEnforcement,
    /// How long a use case goes on trying while other transactions are in its way.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            meters: Meters::default(),
            hierarchy: HierarchyCaps::default(),
            members: MemberCaps::default(),
            billing_accounts: 10,
            live_subscriptions: LiveSubscriptionCap::default(),
            trial: TrialTerms::default(),
            teams: TeamCaps::default(),
            invitations: InvitationTerms::default(),
            rotation_overlap: Overlap::default(),
            enforcement: BillingEnforcement::default(),
            patience: Duration::from_secs(5),
        }
    }
}
