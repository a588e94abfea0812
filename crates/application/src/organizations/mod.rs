//! The tree of a workspace.

mod carry;
mod change;
mod create;
mod effective;
mod picture;
mod plan;
mod read;
mod relocate;
mod wanted;

pub use change::{BrandingChanges, OrganizationChanges};
pub use create::TreeView;
pub use effective::{EffectiveView, PersonAccess};
pub use picture::PictureLeave;
pub use relocate::{LimitShift, MoveView, MovedOrganization, NewPlace};
pub use wanted::{BranchRefused, CreationRefused, NewBranch, NewOrganization, NewTree, Place};

use std::collections::BTreeMap;

use tenantry_domain::capacity::{Balance, NodeId, OverLimit, check_limit_change};
use tenantry_domain::organization::Organization;
use tenantry_domain::{BillingAccountId, Limit, Meter, OrganizationId, WorkspaceId};

use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::limits::{chain_of, lock_chain};
use crate::ports::{KeptBalances, StoreError, UniqueKey, UnitOfWork};
use crate::service::Tenantry;
use crate::watch::Counted;

/// An organization with what it uses and may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationView {
    /// The organization.
    pub organization: Organization,
    /// Its limits and usage; a meter is missing while there is neither.
    pub balances: KeptBalances,
}

impl From<(Organization, KeptBalances)> for OrganizationView {
    fn from((organization, balances): (Organization, KeptBalances)) -> Self {
        Self {
            organization,
            balances,
        }
    }
}

impl OrganizationView {
    /// Whether any meter uses more than its limit (L4).
    pub fn is_over_limit(&self) -> bool {
        self.balances.values().any(Balance::is_over_limit)
    }
}

impl Tenantry {
    /// Sets limits of one organization, each when its chain allows (L3, L4); says whether any is new.
    fn set_limits(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        organization: &Organization,
        (limits, over): (&BTreeMap<Meter, Limit>, OverLimit),
    ) -> Result<BTreeMap<Meter, Limit>> {
        let (workspace, id) = (organization.workspace_id, organization.id);
        let mut changed = BTreeMap::new();
        if limits.is_empty() {
            return Ok(changed);
        }
        let meters: Vec<Meter> = limits.keys().cloned().collect();
        let record = lock_chain(unit, workspace, id, &meters)?;
        for (meter, limit) in limits {
            let chain = chain_of(&record, meter, self.settings().enforcement);
            check_limit_change(&chain, *limit, over).map_err(|refused| Error::LimitChange {
                meter: meter.clone(),
                refused,
            })?;
            let before = record.target.balance(meter);
            if *limit != before.limit {
                unit.balances().set_limit(workspace, id.into(), meter, *limit)?;
                let counted = Counted {
                    workspace,
                    node: record.target.id,
                    meter,
                };
                let after = Balance {
                    limit: *limit,
                    ..before
                };
                self.tell_thresholds(unit, actor, counted, [before, after])?;
                changed.insert(meter.clone(), *limit);
            }
        }
        Ok(changed)
    }
}

fn find(unit: &mut dyn UnitOfWork, workspace: WorkspaceId, id: OrganizationId) -> Result<Organization> {
    unit.organizations()
        .find(workspace, id)?
        .ok_or(Error::NotFound(Noun::Organization))
}

/// A billing account that a request refers to must be one of the workspace's (I3).
fn check_account(unit: &mut dyn UnitOfWork, workspace: WorkspaceId, id: BillingAccountId) -> Result<()> {
    match unit.billing_accounts().find(workspace, id)? {
        Some(_) => Ok(()),
        None => Err(CreationRefused::UnknownAccount.into()),
    }
}

fn view(unit: &mut dyn UnitOfWork, organization: Organization) -> Result<OrganizationView> {
    let mut views = views(unit, organization.workspace_id, vec![organization])?;
    views.pop().ok_or(Error::NotFound(Noun::Organization))
}

/// Organizations with their balances, in one statement for all.
fn views(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    organizations: Vec<Organization>,
) -> Result<Vec<OrganizationView>> {
    let nodes: Vec<NodeId> = organizations.iter().map(|o| NodeId::Organization(o.id)).collect();
    let mut balances = if nodes.is_empty() {
        BTreeMap::new()
    } else {
        unit.balances().of_nodes(workspace, &nodes)?
    };
    let view = |organization: Organization| {
        let kept = balances.remove(&NodeId::Organization(organization.id));
        (organization, kept.unwrap_or_default()).into()
    };
    Ok(organizations.into_iter().map(view).collect())
}

fn login_hint_taken(error: StoreError) -> Error {
    match error {
        StoreError::Duplicate(UniqueKey::LoginHint) => Error::LoginHintTaken,
        other => other.into(),
    }
}
