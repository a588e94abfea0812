use serde::{Deserialize, Serialize};

use super::Target;
use crate::words::words;
use crate::{OrganizationId, ReservationId, TeamId, Timestamp, WorkspaceId};

/// What is to be held, and for how long (C5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewReservation {
    /// What is counted.
    pub meter: String,
    /// What it is held for, and charged in the end: the caller's own name for it.
    pub resource_id: String,
    /// What would use it.
    #[serde(flatten)]
    pub target: Target,
    /// How many units.
    pub quantity: u64,
    /// For how many seconds: 1–86,400; 900 unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u32>,
}

words! {
    /// What became of a reservation.
    ReservationStatus {
        /// Its units are held.
        Held = "held",
        /// They were charged.
        Committed = "committed",
        /// They were given back.
        Released = "released",
        /// Nobody said in time what is to become of them.
        Expired = "expired",
    }
}

/// Units that are held for a resource, or were (C5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reservation {
    /// Its id.
    pub id: ReservationId,
    /// What is counted.
    pub meter: String,
    /// What they are held for.
    pub resource_id: String,
    /// The organization that would use it, or whose team would; none for a team outside every organization.
    pub organization_id: Option<OrganizationId>,
    /// The team that would use it; none when it is the organization itself.
    pub team_id: Option<TeamId>,
    /// The workspace of the organization or team.
    pub workspace_id: WorkspaceId,
    /// How many units.
    pub quantity: u64,
    /// What became of it.
    pub status: ReservationStatus,
    /// When they are given back unless it is said before what is to become of them.
    pub expires_at: Timestamp,
    /// When they were reserved.
    pub created_at: Timestamp,
    /// When they were last held, charged or given back.
    pub updated_at: Timestamp,
}
