//! Recomputes what is derived and compares (`docs/rules.md` L6, B1).

use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::capacity::{Balance, CapacityTree, Enforcement, Node, NodeId, PoolId};
use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{Meter, WorkspaceId};

use crate::error::{Error, Noun, Result};
use crate::ports::{UnitOfWork, WorkspacePlace};
use crate::service::Tenantry;
use crate::settlement::live_pools;

/// How many workspaces are listed at once.
const BATCH: i64 = 100;

/// A balance that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The node.
    pub node: NodeId,
    /// The meter.
    pub meter: Meter,
    /// What is kept.
    pub kept: Balance,
    /// What follows from the ledger and the subscriptions.
    pub expected: Balance,
}

/// What [`Tenantry::verify`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// How many workspaces were looked at.
    pub workspaces: u64,
    /// How many balances were compared.
    pub balances: u64,
    /// Those that differ.
    pub differences: Vec<Difference>,
}

type Balances = BTreeMap<(NodeId, Meter), Balance>;

impl Tenantry {
    /// Recomputes every balance from the ledger, and every pool's capacity from its subscriptions; mends what differs when asked to.
    /// Each workspace is looked at in a transaction of its own; `progress` is told how many are done.
    pub fn verify(&self, repair: bool, progress: impl Fn(u64)) -> Result<Verification> {
        let mut report = Verification::default();
        let mut last = None;
        loop {
            let batch = self.read(|unit| Ok(unit.workspaces().list_all(last, BATCH)?))?;
            let Some(end) = batch.last() else {
                return Ok(report);
            };
            last = Some(end.id);
            for workspace in &batch {
                let (compared, differences) = self.verify_workspace(workspace.id, repair)?;
                report.workspaces += 1;
                report.balances += compared;
                report.differences.extend(differences);
                progress(report.workspaces);
            }
        }
    }

    fn verify_workspace(&self, id: WorkspaceId, repair: bool) -> Result<(u64, Vec<Difference>)> {
        if !repair {
            return self.read(|unit| compare(unit, id));
        }
        self.write(|unit| {
            unit.workspaces().lock(id)?;
            let workspace = find(unit, id)?;
            self.lock_usage(unit, &workspace)?;
            let (compared, differences) = compare(unit, id)?;
            for Difference {
                workspace,
                node,
                meter,
                expected,
                ..
            } in &differences
            {
                unit.balances().repair(*workspace, *node, meter, *expected)?;
            }
            Ok((compared, differences))
        })
    }
}

fn find(unit: &mut dyn UnitOfWork, id: WorkspaceId) -> Result<Workspace> {
    unit.workspaces()
        .find(WorkspacePlace::Id(id))?
        .ok_or(Error::NotFound(Noun::Workspace))
}

fn compare(unit: &mut dyn UnitOfWork, id: WorkspaceId) -> Result<(u64, Vec<Difference>)> {
    let workspace = find(unit, id)?;
    let kept = kept_balances(unit, id)?;
    let expected = recompute(unit, &workspace, &kept)?;
    let keys: BTreeSet<_> = kept.keys().chain(expected.keys()).collect();
    let compared = u64::try_from(keys.len()).unwrap_or(u64::MAX);
    let differences = keys.into_iter().filter_map(|key| {
        let (node, meter) = key.clone();
        let of = |balances: &Balances| explicit(node, balances.get(key).copied().unwrap_or_default());
        let (kept, expected) = (of(&kept), of(&expected));
        (kept != expected).then_some(Difference {
            workspace: id,
            node,
            meter,
            kept,
            expected,
        })
    });
    Ok((compared, differences.collect()))
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
            cap: Some(balance.cap.unwrap_or_default()),
            ..balance
        },
        NodeId::Organization(_) => balance,
    }
}

/// What the balances should be: usage follows from the ledger, the capacity of pools from the subscriptions. Limits of organizations are
/// facts, and stay as they are kept.
fn recompute(unit: &mut dyn UnitOfWork, workspace: &Workspace, kept: &Balances) -> Result<Balances> {
    let mut organizations = unit.organizations().all(workspace.id)?;
    organizations.sort_by_key(Organization::depth);
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
        let mut tree = empty_tree(workspace, &organizations, pools.keys().copied())?;
        for (organization, _, units) in totals.iter().filter(|(_, of, _)| *of == meter) {
            tree.record(NodeId::Organization(*organization), *units)?;
        }
        for node in tree.nodes() {
            let cap = match node {
                NodeId::Pool(id) => pools.get(&id).map(|pool| pool.capacity(&meter)),
                NodeId::Organization(_) => kept.get(&(node, meter.clone())).and_then(|balance| balance.cap),
            };
            let balance = Balance {
                cap,
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
    organizations: &[Organization],
    pools: impl Iterator<Item = PoolId>,
) -> Result<CapacityTree> {
    let mut tree = CapacityTree::default();
    let node = |id| Node::from_balance(id, String::new(), Balance::default(), Enforcement::Enforce);
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
    Ok(tree)
}

fn pool_of(workspace: &Workspace, root: &Organization) -> PoolId {
    workspace
        .billing_mode
        .pool_of(workspace.id, root.billing_account_id)
}
