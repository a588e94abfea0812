use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Patch, Timestamp, WorkspaceId};

words! {
    /// How the organizations of a workspace draw on its billing accounts (B2).
    BillingMode {
        /// One account for all.
        Single = "single",
        /// An account for each root, with a pool of its own.
        Assigned = "assigned",
        /// Many accounts that feed one pool.
        Pooled = "pooled",
    }
}

/// What a new workspace is to be (W1).
#[derive(Debug, Clone, Serialize)]
pub struct NewWorkspace {
    /// What people call it: 1–50 characters.
    pub name: String,
    /// What it is for: at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How its organizations draw on its billing accounts. Permanent.
    pub billing_mode: BillingMode,
}

impl NewWorkspace {
    /// A workspace with no more than it needs.
    pub fn new(name: impl Into<String>, billing_mode: BillingMode) -> Self {
        Self {
            name: name.into(),
            description: None,
            billing_mode,
        }
    }
}

/// What is to change about a workspace (W3).
#[derive(Debug, Clone, Default, Serialize)]
pub struct WorkspaceChanges {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another description, or none.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub description: Patch<String>,
}

/// One customer, with its tree of organizations, its members, and the accounts that pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How its organizations draw on its billing accounts.
    pub billing_mode: BillingMode,
    /// In `pooled` mode the pool's capacity of `users`; none in the other modes and while it is unlimited (W4).
    pub pooled_seat_limit: Option<u64>,
    /// Whether it can only be read.
    pub archived: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
}
