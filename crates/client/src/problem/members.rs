use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::RowProblem;
use crate::types::{ChainNode, MoveBlocker};
use crate::{BillingAccountId, OrganizationId, ReservationId, SubscriptionId, TeamId};

/// What some problems say beside what all say. No two of them have the same members, so that the members tell which it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Members {
    LimitReached(LimitReached),
    Underprovision(Underprovision),
    WorkspaceNotEmpty(WorkspaceNotEmpty),
    ChargedElsewhere(ChargedElsewhere),
    ResourceReserved(ResourceReserved),
    BatchRefused(BatchRefused),
    MoveBlocked(MoveBlocked),
    Others(Map<String, Value>),
}

/// A node of the capacity chain does not admit so many more units (C3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LimitReached {
    /// What is counted.
    pub meter: String,
    /// How many units more were asked for.
    pub requested: u64,
    /// The node with the least room.
    pub binding: ChainNode,
    /// All nodes, from the pool down.
    pub chain: Vec<ChainNode>,
}

/// Something is in the way of a move (O7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MoveBlocked {
    /// Everything that is.
    pub blockers: Vec<MoveBlocker>,
}

/// A reservation holds the resource (C5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResourceReserved {
    /// The reservation.
    pub reservation_id: ReservationId,
}

/// Some rows of an atomic batch are refused (C7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchRefused {
    /// Those that are.
    pub rows: Vec<RefusedRow>,
}

/// A row of a batch that is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RefusedRow {
    /// Which one, from 0.
    pub index: usize,
    /// Why.
    pub problem: RowProblem,
}

/// An act would leave a pool with less than is used (B4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Underprovision {
    /// What is counted.
    pub meter: String,
    /// How many units are used.
    pub used: u64,
    /// How many the pool would have left.
    pub remaining: u64,
}

/// Something in the workspace is in use (W3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceNotEmpty {
    /// Organizations that use something, up to ten.
    pub organizations_with_usage: Vec<OrganizationId>,
    /// Subscriptions that live.
    pub live_subscriptions: Vec<LiveSubscription>,
}

/// A subscription that lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LiveSubscription {
    /// The account that pays.
    pub billing_account_id: BillingAccountId,
    /// The subscription.
    pub subscription_id: SubscriptionId,
}

/// The resource is charged to another organization or team of the workspace (C1). Whoever may not know which is told neither (C3). Both fields are
/// always there, by which this is told from other problems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChargedElsewhere {
    /// The organization, or that of the team.
    #[serde(deserialize_with = "Option::deserialize")]
    pub organization_id: Option<OrganizationId>,
    /// The team.
    #[serde(deserialize_with = "Option::deserialize")]
    pub team_id: Option<TeamId>,
}
