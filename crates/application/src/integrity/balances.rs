use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::capacity::{Balance, CapacityTree, Node, NodeId, PoolId};
use tenantry_domain::organization::Organization;
use tenantry_domain::team::Team;
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{Limit, Meter, WorkspaceId};

use super::{ComparedBalances, find, pool_of};
use crate::error::Result;
use crate::ports::UnitOfWork;
use crate::service::Tenantry;
use crate::settlement::live_pools;

type Balances = BTreeMap<(NodeId, Meter), Balance>;

impl Tenantry {
    /// Keeps charges out until what they wrote is counted.
    pub(super) fn mend_balances(&self, id: WorkspaceId) -> Result<ComparedBalances> {
        self.write(|unit| {
            unit.workspaces().lock(id)?;
            let workspace = find(unit, id)?;
            self.lock_usage(unit, &workspace)?;
            let (compared, wrong) = compare(unit, &workspace)?;
            for balance in &wrong {
                let (node, meter) = &balance.key;
                unit.balances().repair(id, *node, meter, balance.expected)?;
            }
            Ok((compared, wrong))
        })
    }
}

pub(super) fn compare(unit: &mut dyn UnitOfWork, workspace: &Workspace) -> Result<ComparedBalances> {
    let kept = kept_balances(unit, workspace.id)?;
    let expected = recompute(unit, workspace, &kept)?;
    Ok(super::compare(
        workspace.id,
        [&kept, &expected],
        |(node, _), balance| explicit(*node, balance.copied().unwrap_or_default()),
    ))
}

fn kept_balances(unit: &mut dyn UnitOfWork, id: WorkspaceId) -> Result<Balances> {
    let kept = unit.balances().of_workspace(id)?.into_iter();
    Ok(kept
        .flat_map(|(node, meters)| meters.into_iter().map(move |(meter, b)| ((node, meter), b)))
        .collect())
}

/// A pool without a number has no capacity, so both ways of saying so are one.
fn explicit(node: NodeId, balance: Balance) -> Balance {
    match node {
        NodeId::Pool(_) => Balance {
            limit: Limit::AtMost(balance.limit.cap().unwrap_or_default()),
            ..balance
        },
        NodeId::Organization(_) | NodeId::Team(_) => balance,
    }
}

/// What the balances should be: usage follows from the ledger, the capacity of pools from the subscriptions. Limits of organizations
/// and teams are facts, and stay as they are kept.
fn recompute(unit: &mut dyn UnitOfWork, workspace: &Workspace, kept: &Balances) -> Result<Balances> {
    let mut organizations = unit.organizations().all(workspace.id)?;
    organizations.sort_by_key(Organization::depth);
    let teams = unit.teams().all(workspace.id)?;
    let totals = unit.charges().totals(workspace.id)?;
    let pools = live_pools(unit, workspace)?;
    let counted = kept
        .keys()
        .map(|(_, meter)| meter)
        .chain(totals.iter().map(|(_, meter, _)| meter));
    let provided = pools
        .values()
        .flat_map(|pool| &pool.subscriptions)
        .flat_map(|s| s.quantities.iter().map(|(m, _)| m));
    let meters: BTreeSet<Meter> = counted.chain(provided).cloned().collect();
    let mut expected = Balances::new();
    for meter in meters {
        let mut tree = empty_tree(workspace, (&organizations, &teams), pools.keys().copied())?;
        for (target, _, units) in totals.iter().filter(|(_, of, _)| *of == meter) {
            tree.record(target.id().into(), *units)?;
        }
        for node in tree.nodes() {
            let limit = match node {
                NodeId::Pool(id) => Limit::from_option(pools.get(&id).map(|pool| pool.capacity(&meter))),
                NodeId::Organization(_) | NodeId::Team(_) => {
                    let kept = kept.get(&(node, meter.clone()));
                    kept.copied().unwrap_or_default().limit
                }
            };
            let balance = Balance {
                limit,
                direct: tree.direct(node)?,
                subtree: tree.used(node)?,
            };
            expected.insert((node, meter.clone()), balance);
        }
    }
    Ok(expected)
}

/// The tree of a workspace with nothing used in it, below the pools that its roots draw on. Parents come before children.
fn empty_tree(
    workspace: &Workspace,
    (organizations, teams): (&[Organization], &[Team]),
    pools: impl Iterator<Item = PoolId>,
) -> Result<CapacityTree> {
    let mut tree = CapacityTree::default();
    let node = |id| Node::from_balance(id, String::new(), Balance::default());
    let drawn_on = organizations
        .iter()
        .filter(|o| o.parent_id().is_none())
        .map(|root| pool_of(workspace, root));
    for pool in drawn_on.chain(pools).collect::<BTreeSet<_>>() {
        tree.insert(node(NodeId::Pool(pool)), None)?;
    }
    for organization in organizations {
        let parent = organization.parent_id().map(NodeId::Organization);
        let above = parent.unwrap_or_else(|| NodeId::Pool(pool_of(workspace, organization)));
        tree.insert(node(NodeId::Organization(organization.id)), Some(above))?;
    }
    for team in teams {
        let above = team.organization_id.map(NodeId::Organization);
        tree.insert(node(NodeId::Team(team.id)), above)?;
    }
    Ok(tree)
}
