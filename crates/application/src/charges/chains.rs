use std::collections::BTreeMap;
use std::mem;

use tenantry_domain::capacity::{
    Balance, Chain, ChargeTarget, Crossing, Node, NodeId, TargetId, UsageChange, UsagePlace,
};
use tenantry_domain::{BillingEnforcement, Meter, WorkspaceId};

use crate::access::noun_of;
use crate::error::{Error, Result};
use crate::limits::enforced;
use crate::ports::{MeterChain, NodeUsage, UnitOfWork};

/// What is kept of one node for one meter.
type BalanceKey = (NodeId, Meter);

/// Chains of one workspace that a transaction has locked, with what is used at their nodes as far as it is decided.
#[derive(Default)]
pub(crate) struct LockedChains {
    chains: BTreeMap<TargetId, Vec<NodeId>>,
    balances: BTreeMap<BalanceKey, Balance>,
    /// What was stored, where that has changed.
    stored: BTreeMap<BalanceKey, Balance>,
    /// What it was when [`take_changes`](Self::take_changes) was asked last, where that has changed.
    before: BTreeMap<BalanceKey, Balance>,
}

/// A balance that has changed.
pub(crate) struct ChangedBalance {
    pub node: NodeId,
    pub meter: Meter,
    pub before: Balance,
    pub after: Balance,
}

impl LockedChains {
    /// Locks the chains that end at these organizations and teams, with these meters. What is not there is missing.
    pub fn lock(
        unit: &mut dyn UnitOfWork,
        workspace: WorkspaceId,
        (targets, meters): (&[TargetId], &[Meter]),
    ) -> Result<Self> {
        let mut locked = Self::default();
        for (target, record) in unit.balances().chains_for_update(workspace, targets, meters)? {
            let mut chain = Vec::new();
            for node in record.into_nodes() {
                chain.push(node.id);
                let balances = node.balances.into_iter();
                locked
                    .balances
                    .extend(balances.map(|(meter, balance)| ((node.id, meter), balance)));
            }
            locked.chains.insert(target, chain);
        }
        Ok(locked)
    }

    /// One more chain of the workspace, of which the first node is locked, or is looked at again when it is saved.
    pub fn add(&mut self, chain: MeterChain) {
        let mut nodes = Vec::with_capacity(chain.nodes.len());
        for (node, balance) in chain.nodes {
            nodes.push(node);
            self.balances.insert((node, chain.meter.clone()), balance);
        }
        self.chains.insert(chain.target, nodes);
    }

    /// The organization or team at which a chain ends.
    ///
    /// # Errors
    /// It is not there.
    pub fn target(&self, id: TargetId) -> Result<ChargeTarget> {
        let parent = self.path(id)?.iter().nth_back(1);
        Ok(ChargeTarget::below(parent.copied(), id))
    }

    /// The chain of one meter. Its nodes have no names: only a refusal tells them.
    pub fn chain(&self, id: TargetId, meter: &Meter, setting: BillingEnforcement) -> Result<Chain> {
        let (last, above) = self.path(id)?.split_last().ok_or(Error::NotFound(noun_of(id)))?;
        Ok(Chain::new(
            self.enforced(above, meter, setting),
            self.node(*last, meter),
        ))
    }

    /// The nodes that gain what goes from one place to another (C11).
    pub fn gaining(
        &self,
        (from, to): (TargetId, TargetId),
        meter: &Meter,
        setting: BillingEnforcement,
    ) -> Result<Vec<Node>> {
        let crossing = Crossing::new(self.path(from)?, self.path(to)?);
        Ok(self.enforced(&crossing.gaining, meter, setting))
    }

    /// Changes what is used at an organization or team, and at everything above it.
    pub fn change_usage(&mut self, id: TargetId, meter: &Meter, change: UsageChange) -> Result<()> {
        let chain = self.path(id)?.to_vec();
        let parent = chain.iter().nth_back(1).copied();
        for node in chain {
            let place = UsagePlace::of(node, id.into(), parent);
            let before = self.balance(node, meter);
            let key = (node, meter.clone());
            self.stored.entry(key.clone()).or_insert(before);
            self.before.entry(key.clone()).or_insert(before);
            self.balances.insert(key, before.after(change, place)?);
        }
        Ok(())
    }

    /// What has changed since this was asked last.
    pub fn take_changes(&mut self) -> Vec<ChangedBalance> {
        let changes = mem::take(&mut self.before).into_iter();
        changes
            .map(|((node, meter), before)| ChangedBalance {
                node,
                after: self.balance(node, &meter),
                meter,
                before,
            })
            .collect()
    }

    /// What is used now at every node at which that has changed.
    pub fn usage(&self) -> Vec<NodeUsage> {
        let usage = self.stored.iter().map(|((node, meter), before)| NodeUsage {
            node: *node,
            meter: meter.clone(),
            before: *before,
            balance: self.balance(*node, meter),
        });
        usage.collect()
    }

    fn path(&self, id: TargetId) -> Result<&[NodeId]> {
        let found = self.chains.get(&id).map(Vec::as_slice);
        found.ok_or(Error::NotFound(noun_of(id)))
    }

    fn balance(&self, node: NodeId, meter: &Meter) -> Balance {
        let kept = self.balances.get(&(node, meter.clone()));
        kept.copied().unwrap_or_default()
    }

    fn node(&self, id: NodeId, meter: &Meter) -> Node {
        Node::from_balance(id, String::new(), self.balance(id, meter))
    }

    fn enforced<'a>(
        &self,
        nodes: impl IntoIterator<Item = &'a NodeId>,
        meter: &Meter,
        setting: BillingEnforcement,
    ) -> Vec<Node> {
        let nodes = nodes.into_iter().map(|id| self.node(*id, meter));
        nodes.filter_map(|node| enforced(node, setting)).collect()
    }
}
