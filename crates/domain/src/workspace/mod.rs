//! Workspaces: one customer each, with its people and their roles (`docs/rules.md` W1–W5).

mod members;
mod role;

pub use members::{MemberCaps, MembershipChange, MembershipRefused, check_membership_change};
pub use role::{Permission, Role};

use crate::billing::BillingMode;
use crate::id::{BillingAccountId, OrganizationId, SubscriptionId, UserId, WorkspaceId};
use crate::text::{Name, Note};
use crate::time::Timestamp;

/// The name of a workspace: 1–50 characters (W1).
pub type WorkspaceName = Name<50>;
/// A workspace's description: at most 200 characters (W1).
pub type WorkspaceDescription = Note<200>;

/// One customer: a tree of organizations, its members, and the accounts that pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// What people call it.
    pub name: WorkspaceName,
    /// What it is for.
    pub description: Option<WorkspaceDescription>,
    /// How its organizations draw on its billing accounts. Permanent (W1).
    pub billing_mode: BillingMode,
    /// Whether any subscription was ever made here, which uses up the trial (S2).
    pub ever_subscribed: bool,
    /// Not later than the next moment at which a subscription changes by itself (S2, S4), or an invitation (T12) or reservation (C5) expires;
    /// `None` when none will.
    pub next_transition_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was archived; `None` while it lives (W3).
    pub archived_at: Option<Timestamp>,
    /// How often organizations were moved (O7) or linked to another pool (B5), or what can be charged was deleted, so that whoever waited for a chain can tell whether it is
    /// another one meanwhile.
    pub tree_version: u32,
}

/// An archived workspace refuses every change (W3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the workspace is archived and can only be read")]
pub struct WorkspaceArchived;

impl Workspace {
    /// The workspace of a team outside every organization. Nobody is in it, so nobody sees it.
    pub fn of_team(id: WorkspaceId, now: Timestamp) -> Self {
        Self {
            id,
            name: Name::trusted("Team"),
            description: None,
            billing_mode: BillingMode::Single,
            ever_subscribed: false,
            next_transition_at: None,
            created_at: now,
            updated_at: now,
            archived_at: None,
            tree_version: 0,
        }
    }

    /// Lets a change pass, unless the workspace is archived (W3).
    pub fn check_changeable(&self) -> Result<(), WorkspaceArchived> {
        if self.archived_at.is_some() {
            Err(WorkspaceArchived)
        } else {
            Ok(())
        }
    }

    /// Notes that something in this workspace changes by itself at a moment; says whether nothing did as soon.
    pub fn wake_at(&mut self, at: Timestamp) -> bool {
        let is_sooner = self.next_transition_at.is_none_or(|next| at < next);
        if is_sooner {
            self.next_transition_at = Some(at);
        }
        is_sooner
    }

    /// Whether something in this workspace is due by now.
    pub fn has_due_transition(&self, now: Timestamp) -> bool {
        is_due(self.next_transition_at, now)
    }
}

/// Whether what next changes by itself at this moment, if anything does, is due by now.
pub fn is_due(next_transition_at: Option<Timestamp>, now: Timestamp) -> bool {
    next_transition_at.is_some_and(|at| at <= now)
}

/// A person's place in a workspace (W5).
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// What keeps a workspace from being archived (W3).
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
#[error("the workspace is not empty")]
pub struct WorkspaceNotEmpty {
    /// Organizations that use something.
    pub organizations_with_usage: Vec<OrganizationId>,
    /// Live subscriptions, each with its account.
    pub live_subscriptions: Vec<(BillingAccountId, SubscriptionId)>,
}

/// Whether a workspace may be archived, given what blocks it (W3).
pub fn check_archivable(blockers: WorkspaceNotEmpty) -> Result<(), WorkspaceNotEmpty> {
    if blockers == WorkspaceNotEmpty::default() {
        Ok(())
    } else {
        Err(blockers)
    }
}
