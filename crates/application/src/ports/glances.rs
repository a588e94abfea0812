use std::collections::BTreeMap;

use tenantry_domain::capacity::{Balance, TargetId};
use tenantry_domain::charge::Charge;
use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::{Role, Workspace, is_due};
use tenantry_domain::{Meter, OrganizationId, Timestamp, UserId, WorkspaceId};

use super::repositories::{ChainRecord, ChargeKey};
use super::store::StoreResult;

/// As whom something is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// As a person, who must be in the workspace.
    Member(UserId),
    /// As whoever may look into every workspace.
    Machine,
}

/// What is seen in a workspace, with what decides whether its viewer may see it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance<T> {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The viewer's role in it; `None` for a machine.
    pub role: Option<Role>,
    /// When something next becomes due in it.
    pub next_transition_at: Option<Timestamp>,
    /// What is seen.
    pub seen: T,
}

impl<T> Glance<T> {
    /// Whether something in the workspace is due by now, so that what is seen may be of the past.
    pub fn has_due_transition(&self, now: Timestamp) -> bool {
        is_due(self.next_transition_at, now)
    }
}

/// What is kept of a node: its limits and usage by meter.
pub type KeptBalances = BTreeMap<Meter, Balance>;

/// What comes of a look; `None` when there is no such workspace or its viewer is not in it, at the same cost.
pub type Look<T> = StoreResult<Option<Glance<T>>>;

/// Which organization somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedOrganization {
    /// Who asks.
    pub user: UserId,
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// Which one.
    pub id: OrganizationId,
}

/// What is seen of an [`AskedOrganization`]; `None` where its viewer is not in the workspace.
pub type SeenOrganization = Option<Glance<Option<(Organization, KeptBalances)>>>;

/// Reads of one statement each, outside of any transaction: each sees one consistent state of its own, and no two of them the same.
pub trait Glances {
    /// A workspace, with what is kept of its pool.
    fn workspace(&self, user: UserId, id: WorkspaceId) -> Look<(Workspace, KeptBalances)>;
    /// Organizations, each as its viewer sees it, with what is kept of it; as many as are asked for, in their order. On a server it is one
    /// statement for all.
    fn organizations(&self, asked: &[AskedOrganization]) -> StoreResult<Vec<SeenOrganization>>;
    /// The chain of an organization, with every meter.
    fn chain(&self, viewer: Viewer, workspace: WorkspaceId, id: OrganizationId) -> Look<Option<ChainRecord>>;
    /// What a resource is charged with in the workspace of an organization or team, wherever there.
    fn charge(&self, viewer: Viewer, place: TargetId, key: &ChargeKey) -> Look<Option<Charge>>;
}
