use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Timestamp, UserId, WorkspaceId};

words! {
    /// What a member may do (W5).
    Role {
        /// Reads.
        Viewer = "viewer",
        /// Manages organizations, limits and charges, and members other than owners.
        Admin = "admin",
        /// Manages everything.
        Owner = "owner",
    }
}

/// Who is to be a member (W5).
#[derive(Debug, Clone, Serialize)]
pub struct NewMember {
    /// Who: somebody who has signed in before.
    pub user_id: UserId,
    /// As what.
    pub role: Role,
}

#[derive(Serialize)]
pub(crate) struct RoleChange<'a> {
    pub role: &'a Role,
}

/// Somebody in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Member {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The person.
    pub user_id: UserId,
    /// What they may do.
    pub role: Role,
    /// When they were added.
    pub created_at: Timestamp,
    /// When their role last changed.
    pub updated_at: Timestamp,
}
