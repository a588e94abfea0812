use std::collections::BTreeMap;

use tenantry_domain::capacity::{
    Balance, Chain, ChargeTarget, Crossing, Node, NodeId, TargetId, UsageChange, UsagePlace,
};
use tenantry_domain::{BillingEnforcement, Meter, WorkspaceId};

use crate::access::noun_of;
use crate::error::{Error, Result};
use crate::limits::{node, nodes_of};
use crate::ports::{ChainNode, NodeUsage, UnitOfWork};

/// Chains of one workspace that a transaction has locked, with what is used at their nodes as far as it is decided.
pub(crate) struct LockedChains {
    chains: BTreeMap<TargetId, Vec<NodeId>>,
    nodes: BTreeMap<NodeId, ChainNode>,
    /// What was used before, where that has changed.
    changed: BTreeMap<(NodeId, Meter), Balance>,
}

impl LockedChains {
    /// Locks the chains that end at these organizations and teams, with these meters. What is not there is missing.
    pub fn lock(
        unit: &mut dyn UnitOfWork,
        workspace: WorkspaceId,
        (targets, meters): (&[TargetId], &[Meter]),
    ) -> Result<Self> {
        let (mut chains, mut nodes) = (BTreeMap::new(), BTreeMap::new());
        for (target, record) in unit.balances().chains_for_update(workspace, targets, meters)? {
            let mut chain = Vec::new();
            for node in record.above.into_iter().chain([record.target]) {
                chain.push(node.id);
                nodes.entry(node.id).or_insert(node);
            }
            chains.insert(target, chain);
        }
        Ok(Self {
            chains,
            nodes,
            changed: BTreeMap::new(),
        })
    }

    /// The organization or team at which a chain ends.
    ///
    /// # Errors
    /// It is not there.
    pub fn target(&self, id: TargetId) -> Result<ChargeTarget> {
        let parent = self.path(id)?.iter().nth_back(1);
        Ok(ChargeTarget::below(parent.copied(), id))
    }

    /// The chain of one meter.
    pub fn chain(&self, id: TargetId, meter: &Meter, setting: BillingEnforcement) -> Result<Chain> {
        let gone = || Error::NotFound(noun_of(id));
        let (last, above) = self.path(id)?.split_last().ok_or_else(gone)?;
        let last = self.nodes.get(last).ok_or_else(gone)?;
        let above = above.iter().filter_map(|node| self.nodes.get(node));
        Ok(Chain::new(nodes_of(above, meter, setting), node(last, meter)))
    }

    /// The nodes that gain what goes from one place to another (C11).
    pub fn gaining(
        &self,
        (from, to): (TargetId, TargetId),
        meter: &Meter,
        setting: BillingEnforcement,
    ) -> Result<Vec<Node>> {
        let crossing = Crossing::new(self.path(from)?, self.path(to)?);
        let gaining = crossing.gaining.iter().filter_map(|node| self.nodes.get(node));
        Ok(nodes_of(gaining, meter, setting))
    }

    /// Changes what is used at an organization or team, and at everything above it.
    pub fn change_usage(&mut self, id: TargetId, meter: &Meter, change: UsageChange) -> Result<()> {
        let chain = self.path(id)?.to_vec();
        let parent = chain.iter().nth_back(1).copied();
        for node in chain {
            let Some(kept) = self.nodes.get_mut(&node) else {
                continue;
            };
            let place = UsagePlace::of(node, id.into(), parent);
            let before = kept.balance(meter);
            kept.balances.insert(meter.clone(), before.after(change, place)?);
            self.changed.entry((node, meter.clone())).or_insert(before);
        }
        Ok(())
    }

    /// What is used now at every node at which that has changed.
    pub fn usage(&self) -> Vec<NodeUsage> {
        let usage = self.changed.iter().filter_map(|((node, meter), before)| {
            let kept = self.nodes.get(node)?;
            Some(NodeUsage {
                node: *node,
                meter: meter.clone(),
                before: *before,
                balance: kept.balance(meter),
            })
        });
        usage.collect()
    }

    fn path(&self, id: TargetId) -> Result<&[NodeId]> {
        let found = self.chains.get(&id).map(Vec::as_slice);
        found.ok_or(Error::NotFound(noun_of(id)))
    }
}
