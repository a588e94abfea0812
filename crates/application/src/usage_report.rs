//! What a whole workspace uses and may use, at one moment (L10).

use std::collections::BTreeMap;

use tenantry_domain::capacity::{Balance, CapacityTree, MeterLimits, Node, NodeId};
use tenantry_domain::organization::{Organization, OrganizationName};
use tenantry_domain::workspace::{Permission, Workspace};
use tenantry_domain::{Limit, Meter, OrganizationId, Timestamp, Units, WorkspaceId};

use crate::actor::Actor;
use crate::error::Result;
use crate::service::Tenantry;

/// What a whole workspace uses and may use, at one moment (L10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageReport {
    /// The workspace.
    pub workspace: Workspace,
    /// The moment.
    pub at: Timestamp,
    /// The deployment's meters, in its order.
    pub meters: Vec<Meter>,
    /// A row for each organization: each parent before its children, siblings in the order of their creation.
    pub rows: Vec<UsageRow>,
    /// What all of them use of each meter, in the order of the meters.
    pub totals: Vec<UsageTotal>,
}

/// What one organization uses and may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// The organization.
    pub organization: Organization,
    /// The names of what is above it, the root's first.
    pub above: Vec<OrganizationName>,
    /// What it uses and may use of each meter, in the order of the meters.
    pub usage: Vec<MeterUsage>,
}

/// What one organization uses and may use of one meter, as in its limits (L7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeterUsage {
    /// Units used by it and everything below it.
    pub used: Units,
    /// Units charged to itself.
    pub direct: Units,
    /// The limit set on it.
    pub limit: Limit,
    /// The smallest limit that binds it; `None` when there is none.
    pub total: Option<Units>,
    /// What could really be charged now; `None` when nothing limits it.
    pub free: Option<Units>,
}

/// What all organizations use of one meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageTotal {
    /// Units that they use together.
    pub used: Units,
    /// The capacity of all pools; `None` where there are none (B3).
    pub total: Option<Units>,
}

impl MeterUsage {
    /// Whether it uses more than the smallest limit that binds it.
    pub fn is_over(&self) -> bool {
        Limit::from_option(self.total).is_exceeded_by(self.used)
    }
}

impl UsageTotal {
    /// Whether more is used than there is.
    pub fn is_over(&self) -> bool {
        Limit::from_option(self.total).is_exceeded_by(self.used)
    }
}

/// What is kept of each node of a workspace.
type Kept = BTreeMap<NodeId, BTreeMap<Meter, Balance>>;

impl Tenantry {
    /// What a whole workspace uses and may use (L10).
    pub fn usage_report(&self, actor: &Actor, workspace: WorkspaceId) -> Result<UsageReport> {
        self.read_in(actor, workspace, Permission::ReadUsage, |unit, access| {
            let organizations = in_tree_order(unit.organizations().all(workspace)?);
            let kept = unit.balances().of_workspace(workspace)?;
            self.report(&access.workspace, organizations, &kept)
        })
    }

    fn report(
        &self,
        workspace: &Workspace,
        organizations: Vec<Organization>,
        kept: &Kept,
    ) -> Result<UsageReport> {
        let meters: Vec<Meter> = self.settings().meters.iter().cloned().collect();
        let trees = meters
            .iter()
            .map(|meter| self.capacity_tree(workspace, &organizations, kept, meter));
        let trees = trees.collect::<Result<Vec<_>>>()?;
        let names: BTreeMap<OrganizationId, OrganizationName> = organizations
            .iter()
            .map(|organization| (organization.id, organization.name.clone()))
            .collect();
        let row = |organization: Organization| {
            let node = NodeId::Organization(organization.id);
            let usage = meters.iter().zip(&trees);
            let usage = usage.map(|(meter, tree)| usage_of(tree, meter, (node, balance(kept, node, meter))));
            let above = organization.path.ancestors().iter();
            Ok(UsageRow {
                usage: usage.collect::<Result<_>>()?,
                above: above.filter_map(|id| names.get(id).cloned()).collect(),
                organization,
            })
        };
        let total = |meter| self.total(kept, &organizations, meter);
        Ok(UsageReport {
            workspace: workspace.clone(),
            at: self.now(),
            totals: meters.iter().map(total).collect(),
            rows: organizations.into_iter().map(row).collect::<Result<_>>()?,
            meters,
        })
    }

    /// The pools and organizations of a workspace with what is kept of one meter.
    fn capacity_tree(
        &self,
        workspace: &Workspace,
        organizations: &[Organization],
        kept: &Kept,
        meter: &Meter,
    ) -> Result<CapacityTree> {
        let mut tree = CapacityTree::default();
        let node = |id| Node::from_balance(id, String::new(), balance(kept, id, meter));
        for organization in organizations {
            let parent = match (organization.parent_id(), self.settings().enforcement.of_pool()) {
                (Some(parent), _) => Some(NodeId::Organization(parent)),
                (None, Some(enforcement)) => {
                    let account = organization.billing_account_id;
                    let pool = NodeId::Pool(workspace.billing_mode.pool_of(workspace.id, account));
                    if tree.used(pool).is_err() {
                        tree.insert(node(pool).under(enforcement), None)?;
                    }
                    Some(pool)
                }
                (None, None) => None,
            };
            let id = NodeId::Organization(organization.id);
            tree.insert(node(id), parent)?;
        }
        Ok(tree)
    }

    fn total(&self, kept: &Kept, organizations: &[Organization], meter: &Meter) -> UsageTotal {
        let roots = organizations
            .iter()
            .filter(|organization| organization.depth() == 0);
        let pools = kept.keys().filter(|node| matches!(node, NodeId::Pool(_)));
        let has_pools = self.settings().enforcement.of_pool().is_some();
        UsageTotal {
            used: roots
                .map(|root| balance(kept, NodeId::Organization(root.id), meter).subtree)
                .sum(),
            total: has_pools.then(|| {
                pools
                    .map(|pool| balance(kept, *pool, meter).limit.cap().unwrap_or_default())
                    .sum()
            }),
        }
    }
}

fn usage_of(tree: &CapacityTree, meter: &Meter, (node, balance): (NodeId, Balance)) -> Result<MeterUsage> {
    let limits = MeterLimits {
        meter: meter.clone(),
        direct: balance.direct,
        chain: tree.chain(node)?,
    };
    Ok(MeterUsage {
        used: limits.used(),
        direct: limits.direct,
        limit: limits.org_limit(),
        total: limits.total(),
        free: limits.free(),
    })
}

fn balance(kept: &Kept, node: NodeId, meter: &Meter) -> Balance {
    let balances = kept.get(&node);
    balances
        .and_then(|balances| balances.get(meter).copied())
        .unwrap_or_default()
}

/// Organizations, given in the order of their creation, with each parent before its children.
fn in_tree_order(organizations: Vec<Organization>) -> Vec<Organization> {
    let mut below: BTreeMap<Option<OrganizationId>, Vec<Organization>> = BTreeMap::new();
    // From the end, since what is put on the stack last comes off it first.
    for organization in organizations.into_iter().rev() {
        below
            .entry(organization.parent_id())
            .or_default()
            .push(organization);
    }
    let mut stack = below.remove(&None).unwrap_or_default();
    let mut ordered = Vec::new();
    while let Some(organization) = stack.pop() {
        stack.extend(below.remove(&Some(organization.id)).unwrap_or_default());
        ordered.push(organization);
    }
    ordered
}
