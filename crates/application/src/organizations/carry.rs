//! What becomes of usage when the nodes above an organization are to be others (O7, B5).

use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::billing::{BillingAccount, BillingMode};
use tenantry_domain::capacity::{
    Admission, Crossing, NodeId, PoolId, Refusal, TargetId, UsageChange, UsagePlace,
};
use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{BillingAccountId, Meter, OrganizationId, Units, WorkspaceId};

use super::find;
use crate::error::{Error, Noun, Result};
use crate::event::EventPlace;
use crate::limits::nodes_of;
use crate::ports::{ChainNode, NodeUsage, UnitOfWork};
use crate::service::Tenantry;

/// An organization with the nodes above it.
pub(super) struct Carried {
    /// The organization.
    pub node: ChainNode,
    /// Those that are above it, from the pool down.
    pub old: Vec<ChainNode>,
    /// Those that are to be, from the pool down.
    pub new: Vec<ChainNode>,
}

/// What came of asking for room.
type Admitted = std::result::Result<Admission, Box<Refusal>>;

/// Where an organization is to be: below another, or below a pool alone.
#[derive(Debug, Clone, Copy)]
pub(super) enum Below {
    Organization(OrganizationId),
    Pool(PoolId),
}

/// Whether anybody else may charge in the meantime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// They may: nothing is going to change.
    Nothing,
    /// They wait until the transaction ends.
    Charges,
}

impl Tenantry {
    /// An organization with the nodes above it here and there. Whoever [holds](Hold) charges holds all that go through either pool, with which
    /// every chain begins.
    pub(super) fn carry(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: &Workspace,
        (id, below): (OrganizationId, Below),
        (pools, hold): ([PoolId; 2], Hold),
    ) -> Result<Carried> {
        if hold == Hold::Charges {
            let mut pools = pools.map(NodeId::Pool).to_vec();
            pools.dedup();
            let meters = &self.settings().meters;
            unit.balances()
                .of_nodes_for_update(workspace.id, &pools, meters)?;
        }
        let mut targets: Vec<TargetId> = vec![id.into()];
        if let Below::Organization(parent) = below {
            targets.push(parent.into());
        }
        let chains = unit.balances().chains(workspace.id, &targets)?;
        let chain = |id: OrganizationId| {
            let found = chains.get(&TargetId::Organization(id)).cloned();
            found.ok_or(Error::NotFound(Noun::Organization))
        };
        let own = chain(id)?;
        let new = match below {
            Below::Organization(parent) => {
                let record = chain(parent)?;
                record.into_nodes()
            }
            Below::Pool(pool) => vec![pool_node(unit, workspace, pool)?],
        };
        Ok(Carried {
            node: own.target,
            old: own.above,
            new,
        })
    }

    /// Counts what the organization uses where it is to be, and no more where it was, when there is room for it.
    pub(super) fn count_there(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        workspace: WorkspaceId,
        carried: &Carried,
    ) -> Result<()> {
        let about: (EventPlace, &dyn ToString) = (workspace.into(), &carried.node.id);
        for (meter, units, admission) in self.admissions(carried) {
            let admission = admission.map_err(|refusal| Error::LimitReached {
                meter: meter.clone(),
                refusal,
            })?;
            self.tell_would_refuse(unit, by, about, (meter, units), &admission)?;
        }
        self.save_usage(unit, by, workspace, &carried.usage()?)
    }

    /// Every meter of which there is no room for what the organization uses, and why.
    pub(super) fn lacking_room(&self, carried: &Carried) -> Vec<(Meter, Box<Refusal>)> {
        let refused = self.admissions(carried).into_iter();
        refused
            .filter_map(|(meter, _, admission)| Some((meter.clone(), admission.err()?)))
            .collect()
    }

    /// Whether there is room for what the organization uses, meter by meter.
    fn admissions<'a>(&self, carried: &'a Carried) -> Vec<(&'a Meter, Units, Admitted)> {
        let gaining = carried.crossing().gaining;
        let gaining: Vec<ChainNode> = carried
            .new
            .iter()
            .filter(|node| gaining.contains(&node.id))
            .cloned()
            .collect();
        let asked = |(meter, units)| {
            let nodes = nodes_of(&gaining, meter, self.settings().enforcement);
            (meter, units, Crossing::admit(nodes, units))
        };
        carried.used().map(asked).collect()
    }
}

impl Carried {
    /// What is used at every node that changes.
    fn usage(&self) -> Result<Vec<NodeUsage>> {
        let crossing = self.crossing();
        let mut usage = Vec::new();
        for (meter, units) in self.used() {
            let losing = self.old.iter().filter(|node| crossing.losing.contains(&node.id));
            let gaining = self.new.iter().filter(|node| crossing.gaining.contains(&node.id));
            let shrinking = losing.map(|node| (node, UsageChange::Shrink(units)));
            let growing = gaining.map(|node| (node, UsageChange::Grow(units)));
            for (node, change) in shrinking.chain(growing) {
                let before = node.balance(meter);
                usage.push(NodeUsage {
                    node: node.id,
                    meter: meter.clone(),
                    before,
                    balance: before.after(change, UsagePlace::Below)?,
                });
            }
        }
        Ok(usage)
    }

    fn used(&self) -> impl Iterator<Item = (&Meter, Units)> {
        let balances = self.node.balances.iter();
        balances
            .map(|(meter, balance)| (meter, balance.subtree))
            .filter(|(_, units)| *units > Units::ZERO)
    }

    fn crossing(&self) -> Crossing {
        let ids = |nodes: &[ChainNode]| nodes.iter().map(|node| node.id).collect::<Vec<_>>();
        Crossing::new(&ids(&self.old), &ids(&self.new))
    }
}

/// The pool that an organization draws on (B2).
pub(super) fn pool_above(
    unit: &mut dyn UnitOfWork,
    mode: BillingMode,
    organization: &Organization,
) -> Result<PoolId> {
    let account = match organization.path.root_id() {
        Some(root) => find(unit, organization.workspace_id, root)?.billing_account_id,
        None => organization.billing_account_id,
    };
    Ok(mode.pool_of(organization.workspace_id, account))
}

fn pool_node(unit: &mut dyn UnitOfWork, workspace: &Workspace, pool: PoolId) -> Result<ChainNode> {
    let account = match pool {
        PoolId::Workspace(_) => None,
        PoolId::BillingAccount(account) => {
            let found = unit.billing_accounts().find(workspace.id, account)?;
            Some(found.ok_or(Error::NotFound(Noun::BillingAccount))?)
        }
    };
    let mut nodes = kept_pools(unit, workspace, ([pool].into(), account.as_slice()))?;
    nodes.remove(&pool).ok_or(Error::NotFound(Noun::BillingAccount))
}

/// The pools of a workspace that has these accounts.
pub(super) fn pool_nodes(
    unit: &mut dyn UnitOfWork,
    workspace: &Workspace,
    accounts: &[BillingAccount],
) -> Result<BTreeMap<PoolId, ChainNode>> {
    let ids = accounts.iter().map(|account| account.id);
    let pools = workspace.billing_mode.pools(workspace.id, ids);
    kept_pools(unit, workspace, (pools, accounts))
}

/// Pools as they are kept, those of accounts under their names.
fn kept_pools(
    unit: &mut dyn UnitOfWork,
    workspace: &Workspace,
    (pools, accounts): (BTreeSet<PoolId>, &[BillingAccount]),
) -> Result<BTreeMap<PoolId, ChainNode>> {
    let nodes: Vec<NodeId> = pools.iter().copied().map(NodeId::Pool).collect();
    let mut balances = unit.balances().of_nodes(workspace.id, &nodes)?;
    let names: BTreeMap<BillingAccountId, String> = accounts
        .iter()
        .map(|account| (account.id, account.name.to_string()))
        .collect();
    let mut node = |pool: PoolId| ChainNode {
        id: NodeId::Pool(pool),
        name: match pool {
            PoolId::Workspace(_) => workspace.name.to_string(),
            PoolId::BillingAccount(id) => names.get(&id).cloned().unwrap_or_default(),
        },
        balances: balances.remove(&NodeId::Pool(pool)).unwrap_or_default(),
    };
    Ok(pools.into_iter().map(|pool| (pool, node(pool))).collect())
}
