//! Keeps pools in step with the subscriptions that feed them, as people change them and as time passes (`docs/rules.md` B1, S4).

use std::collections::BTreeMap;

use tenantry_domain::billing::{
    BillingAccount, BillingEnforcement, Pool, Subscription, Transition, TransitionKind, settle,
};
use tenantry_domain::capacity::{Balance, NodeId, PoolId};
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{BillingAccountId, Limit, Meter, Units, WorkspaceId};

use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, Facts, facts_of};
use crate::ports::{UnitOfWork, WorkspacePlace};
use crate::service::Tenantry;
use crate::watch::Counted;

/// Who acts when time does.
const SYSTEM: &str = "system";

/// How many workspaces are settled at once that nobody came to.
const DUE_AT_ONCE: i64 = 1_000;

/// A pool, and what is kept of it by meter.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptPool {
    /// What it should be.
    pub pool: Pool,
    balances: BTreeMap<Meter, Balance>,
}

impl Tenantry {
    /// Lets what is due in a workspace's subscriptions happen, in a transaction of its own.
    pub(crate) fn settle(&self, id: WorkspaceId) -> Result<()> {
        self.write(|unit| {
            unit.workspaces().lock(id)?;
            let mut workspace = unit
                .workspaces()
                .find(WorkspacePlace::Id(id))?
                .ok_or(Error::NotFound(Noun::Workspace))?;
            if workspace.has_due_transition(self.now()) {
                self.settle_within(unit, &mut workspace)?;
            }
            Ok(())
        })
    }

    /// Settles the workspaces in which something is due although nobody came to them; says how many. What cannot be settled now is left for
    /// later, or for whoever comes.
    pub fn settle_due(&self) -> Result<usize> {
        let due = self.read(|unit| Ok(unit.workspaces().due(self.now(), DUE_AT_ONCE)?))?;
        let mut settled = 0;
        for workspace in due {
            match self.settle(workspace) {
                Ok(()) => settled += 1,
                Err(error) => {
                    let cause: &dyn std::error::Error = &error;
                    tracing::warn!(%workspace, cause, "could not settle a workspace; trying again later");
                }
            }
        }
        Ok(settled)
    }

    fn settle_within(&self, unit: &mut dyn UnitOfWork, workspace: &mut Workspace) -> Result<()> {
        let accounts = self.lock_pools(unit, workspace)?;
        self.expire_reservations(unit, &SYSTEM, workspace)?;
        let payable = self.payable(&accounts);
        for (id, kept) in self.pools(unit, workspace)? {
            let before = kept.pool;
            let mut after = before.clone();
            let is_payable = |account| payable.get(&account).copied().unwrap_or_default();
            let transitions = settle(&mut after, is_payable, self.now());
            for changed in after
                .subscriptions
                .iter()
                .filter(|s| !before.subscriptions.contains(s))
            {
                unit.subscriptions().update(changed)?;
            }
            let kept = KeptPool {
                pool: after,
                balances: kept.balances,
            };
            self.store_capacity(unit, &SYSTEM, (workspace.id, id), &kept)?;
            for transition in transitions {
                let of = |pool: &Pool| {
                    pool.subscriptions
                        .iter()
                        .find(|s| s.id == transition.subscription)
                        .map(facts_of)
                };
                let changes = of(&kept.pool)
                    .unwrap_or_default()
                    .changed_since(&of(&before).unwrap_or_default());
                self.record_transition(unit, workspace.id, &transition, changes)?;
            }
        }
        self.expire_invitations(unit, &SYSTEM, workspace.id)?;
        schedule(unit, workspace)
    }

    /// Keeps every charge to a workspace out until the transaction ends, since each begins at a pool, or at a team outside every
    /// organization.
    pub(crate) fn lock_usage(&self, unit: &mut dyn UnitOfWork, workspace: &Workspace) -> Result<()> {
        self.lock_pools(unit, workspace)?;
        let teams = unit.teams().all(workspace.id)?.into_iter();
        let alone = teams
            .filter(|team| team.organization_id.is_none())
            .map(|team| NodeId::Team(team.id));
        let alone: Vec<_> = alone.collect();
        unit.balances()
            .of_nodes_for_update(workspace.id, &alone, &self.settings().meters)?;
        Ok(())
    }

    /// Keeps every charge to an organization of a workspace out until the transaction ends. Tells the workspace's accounts.
    fn lock_pools(&self, unit: &mut dyn UnitOfWork, workspace: &Workspace) -> Result<Vec<BillingAccount>> {
        let accounts = unit.billing_accounts().all(workspace.id)?;
        let ids = accounts.iter().map(|account| account.id);
        let pools = workspace.billing_mode.pools(workspace.id, ids);
        let pools: Vec<_> = pools.into_iter().map(NodeId::Pool).collect();
        unit.balances()
            .of_nodes_for_update(workspace.id, &pools, &self.settings().meters)?;
        Ok(accounts)
    }

    /// The pool that an account feeds.
    pub(crate) fn pool_of_account(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: &Workspace,
        account: BillingAccountId,
    ) -> Result<(PoolId, KeptPool)> {
        let id = workspace.billing_mode.pool_fed_by(workspace.id, account);
        let pool = self.pools(unit, workspace)?.remove(&id).unwrap_or_default();
        Ok((id, pool))
    }

    /// Stores what a pool can give now (B1), with the thresholds that this reaches (L9).
    pub(crate) fn store_capacity(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        (workspace, id): (WorkspaceId, PoolId),
        kept: &KeptPool,
    ) -> Result<()> {
        for meter in self.settings().meters.iter() {
            let capacity = kept.pool.capacity(meter);
            unit.balances().set_capacity(workspace, id, meter, capacity)?;
            let counted = Counted {
                workspace,
                node: NodeId::Pool(id),
                meter,
            };
            let before = kept.balances.get(meter).copied().unwrap_or_default();
            let after = Balance {
                limit: Limit::AtMost(capacity),
                ..before
            };
            self.tell_thresholds(unit, by, counted, [before, after])?;
        }
        Ok(())
    }

    /// Every pool that has live subscriptions, with what is used of it.
    fn pools(&self, unit: &mut dyn UnitOfWork, workspace: &Workspace) -> Result<BTreeMap<PoolId, KeptPool>> {
        let pools = live_pools(unit, workspace)?;
        let nodes: Vec<_> = pools.keys().copied().map(NodeId::Pool).collect();
        let meters = &self.settings().meters;
        let mut kept = unit
            .balances()
            .of_nodes_for_update(workspace.id, &nodes, meters)?;
        let mut with_kept = |(id, mut pool): (PoolId, Pool)| {
            let balances = kept.remove(&NodeId::Pool(id)).unwrap_or_default();
            pool.used = self.binding_usage(Some(&balances));
            (id, KeptPool { pool, balances })
        };
        Ok(pools.into_iter().map(&mut with_kept).collect())
    }

    /// Usage that the capacity of a pool must cover: where the pool never refuses, nothing must be covered (B3, B4).
    pub(crate) fn binding_usage(
        &self,
        balances: Option<&BTreeMap<Meter, Balance>>,
    ) -> BTreeMap<Meter, Units> {
        let binding = |used| match self.settings().enforcement {
            BillingEnforcement::Enforce => used,
            BillingEnforcement::Observe | BillingEnforcement::Off => Units::ZERO,
        };
        let balances = balances.into_iter().flatten();
        balances
            .map(|(meter, balance)| (meter.clone(), binding(balance.subtree)))
            .collect()
    }

    fn payable(&self, accounts: &[BillingAccount]) -> BTreeMap<BillingAccountId, bool> {
        let is_payable = |account| self.parts.payments.has_payment_method(account);
        accounts
            .iter()
            .map(|account| (account.id, is_payable(account)))
            .collect()
    }

    fn record_transition(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: WorkspaceId,
        transition: &Transition,
        changes: Facts,
    ) -> Result<()> {
        let names = |meters: &[Meter]| meters.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (kind, changes) = match &transition.kind {
            TransitionKind::Renewed => (EventKind::SubscriptionRenewed, changes),
            TransitionKind::Canceled => (EventKind::SubscriptionCanceled, changes),
            TransitionKind::CancellationDeferred => (EventKind::SubscriptionCancellationDeferred, changes),
            TransitionKind::Decreased(meters) => (
                EventKind::SubscriptionDecreased,
                changes.and("products", names(meters)),
            ),
            TransitionKind::DecreaseDeferred(meters) => (
                EventKind::SubscriptionDecreaseDeferred,
                changes.and("products", names(meters)),
            ),
            TransitionKind::TrialConverted => (EventKind::SubscriptionTrialConverted, changes),
            TransitionKind::TrialEnded => (EventKind::SubscriptionTrialEnded, changes),
        };
        self.record(
            unit,
            &SYSTEM,
            workspace,
            (kind, &transition.subscription),
            changes,
        )
    }
}

/// Notes on the workspace when something in it next changes by itself.
pub(crate) fn schedule(unit: &mut dyn UnitOfWork, workspace: &mut Workspace) -> Result<()> {
    let live = unit.subscriptions().live(workspace.id)?;
    let transitions = live.iter().filter_map(Subscription::next_transition_at);
    let invitations = unit.invitations().next_expiry(workspace.id)?;
    let reservations = unit.reservations().next_expiry(workspace.id)?;
    workspace.next_transition_at = transitions.chain(invitations).chain(reservations).min();
    Ok(unit.workspaces().update(workspace)?)
}

/// The pools that live subscriptions feed, without what is used of them.
pub(crate) fn live_pools(unit: &mut dyn UnitOfWork, workspace: &Workspace) -> Result<BTreeMap<PoolId, Pool>> {
    let mut pools: BTreeMap<PoolId, Pool> = BTreeMap::new();
    for subscription in unit.subscriptions().live(workspace.id)? {
        let id = workspace
            .billing_mode
            .pool_fed_by(workspace.id, subscription.billing_account_id);
        pools.entry(id).or_default().subscriptions.push(subscription);
    }
    Ok(pools)
}
