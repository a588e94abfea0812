use std::collections::BTreeMap;

use tenantry_domain::capacity::{Balance, Chain, MeterLimits, Node, NodeId, TargetId};
use tenantry_domain::workspace::Permission;
use tenantry_domain::{BillingEnforcement, Meter, Meters, OrganizationId, WorkspaceId};

use crate::access::noun_of;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::ports::{ChainNode, ChainRecord, UnitOfWork, WorkspacePlace};
use crate::service::Tenantry;

/// What an organization may still use, of every meter (L7).
#[derive(Debug, Clone)]
pub struct OrganizationLimits {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its name.
    pub organization_name: String,
    /// A row a meter, in the deployment's order.
    pub meters: Vec<MeterLimits>,
}

impl Tenantry {
    /// What an organization may still use (L7).
    pub fn organization_limits(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
    ) -> Result<OrganizationLimits> {
        let place = (WorkspacePlace::Id(workspace), Permission::ReadUsage);
        let chain = self.glance(actor, place, |store, viewer| store.chain(viewer, workspace, id))?;
        self.limits_along(id, chain)
    }

    /// The same of its chain, which is not there when it is not.
    pub(crate) fn limits_along(
        &self,
        id: OrganizationId,
        chain: Option<ChainRecord>,
    ) -> Result<OrganizationLimits> {
        let record = chain.ok_or(Error::NotFound(Noun::Organization))?;
        let row = |meter: &Meter| MeterLimits {
            meter: meter.clone(),
            direct: record.target.balance(meter).direct,
            chain: chain_of(&record, meter, self.settings().enforcement),
        };
        Ok(OrganizationLimits {
            organization_id: id,
            organization_name: record.target.name.clone(),
            meters: self.settings().meters.iter().map(row).collect(),
        })
    }
}

/// The chain of an organization or team, with what these meters have at each node, which nobody else changes until the transaction ends.
pub(crate) fn lock_chain(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    target: impl Into<TargetId>,
    meters: &[Meter],
) -> Result<ChainRecord> {
    let target = target.into();
    let mut chains = unit.balances().chains_for_update(workspace, &[target], meters)?;
    chains.remove(&target).ok_or(Error::NotFound(noun_of(target)))
}

/// What is kept of an organization or team, of whichever meters, while nobody charges it or anything below it: its chain is locked, and then itself.
pub(crate) fn lock_node(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    target: impl Into<TargetId>,
    meters: &Meters,
) -> Result<BTreeMap<Meter, Balance>> {
    let target = target.into();
    let known: Vec<Meter> = meters.iter().cloned().collect();
    lock_chain(unit, workspace, target, &known)?;
    let node = NodeId::from(target);
    let mut kept = unit.balances().of_nodes_for_update(workspace, &[node], meters)?;
    Ok(kept.remove(&node).unwrap_or_default())
}

/// The chain of one meter as the deployment enforces it: limits of organizations and teams do as they say (L8), pools as it has set (B3).
pub(crate) fn chain_of(record: &ChainRecord, meter: &Meter, setting: BillingEnforcement) -> Chain {
    Chain::new(
        nodes_of(&record.above, meter, setting),
        node(&record.target, meter),
    )
}

/// Nodes as the deployment enforces them.
pub(crate) fn nodes_of<'a>(
    kept: impl IntoIterator<Item = &'a ChainNode>,
    meter: &Meter,
    setting: BillingEnforcement,
) -> Vec<Node> {
    let nodes = kept.into_iter().map(|kept| node(kept, meter));
    nodes.filter_map(|node| enforced(node, setting)).collect()
}

/// A node above a target as the deployment enforces it: an organization whose limit does as it says (L8), or the pool; `None` where there is none
/// (B3).
pub(crate) fn enforced(node: Node, setting: BillingEnforcement) -> Option<Node> {
    match node.id {
        NodeId::Organization(_) | NodeId::Team(_) => Some(node),
        NodeId::Pool(_) => setting.of_pool().map(|enforcement| node.under(enforcement)),
    }
}

fn node(kept: &ChainNode, meter: &Meter) -> Node {
    Node::from_balance(kept.id, kept.name.clone(), kept.balance(meter))
}
