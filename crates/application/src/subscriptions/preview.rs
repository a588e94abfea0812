//! What making or changing a subscription would do (B1, B4, S1–S4), by the functions that do it.

use std::collections::BTreeMap;

use tenantry_domain::billing::{
    BillingAccount, CapacityShift, ChangeRefused, Metadata, PaymentMethodRequired, Pool, Quantities,
    Subscription, TakesEffect, TooManySubscriptions, Underprovision,
};
use tenantry_domain::capacity::{Balance, NodeId, PoolId};
use tenantry_domain::limit::Enforcement;
use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::{Permission, Workspace};
use tenantry_domain::{BillingAccountId, Meter, SubscriptionId, Timestamp, Units, WorkspaceId};

use super::{SubscriptionPatch, find};
use crate::actor::Actor;
use crate::billing_accounts::find as find_account;
use crate::error::{Error, Result};
use crate::idempotency::Once;
use crate::ports::UnitOfWork;
use crate::service::Tenantry;
use crate::settlement::live_pools;

/// How many of the roots that would be blocked are named.
const NAMED_ROOTS: usize = 10;

/// Why a subscription is not made, or not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionRefused {
    /// See [`TooManySubscriptions`].
    #[error(transparent)]
    TooMany(#[from] TooManySubscriptions),
    /// See [`PaymentMethodRequired`].
    #[error(transparent)]
    PaymentMethodRequired(#[from] PaymentMethodRequired),
    /// See [`ChangeRefused`].
    #[error(transparent)]
    Change(#[from] ChangeRefused),
    /// See [`Underprovision`].
    #[error(transparent)]
    Underprovision(#[from] Underprovision),
}

impl From<SubscriptionRefused> for Error {
    fn from(refused: SubscriptionRefused) -> Self {
        match refused {
            SubscriptionRefused::TooMany(refused) => refused.into(),
            SubscriptionRefused::PaymentMethodRequired(refused) => refused.into(),
            SubscriptionRefused::Change(refused) => refused.into(),
            SubscriptionRefused::Underprovision(refused) => refused.into(),
        }
    }
}

/// What making or changing a subscription would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionPreview {
    /// Why it would be refused, if it would.
    pub refusal: Option<SubscriptionRefused>,
    /// The subscription as it would be; `None` when there is no such subscription, whatever the pool could spare.
    pub subscription: Option<Subscription>,
    /// What becomes of every meter of the pool, in the deployment's order.
    pub meters: Vec<MeterPreview>,
}

/// What would become of one meter of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterPreview {
    /// The meter.
    pub meter: Meter,
    /// Units used below the pool.
    pub used: Units,
    /// Its capacity.
    pub shift: CapacityShift,
    /// When that changes; `None` when it stays as it is.
    pub takes_effect_at: Option<Timestamp>,
    /// The roots of the pool that could not grow any more (B4).
    pub blocked: BlockedRoots,
}

/// Roots that could not grow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockedRoots {
    /// How many there are.
    pub total: usize,
    /// Up to ten of them, in the order of their creation.
    pub first: Vec<Organization>,
}

type Outcome = std::result::Result<Subscription, SubscriptionRefused>;

/// A pool as it is looked at: nobody waits.
struct Looked {
    id: PoolId,
    pool: Pool,
    balances: BTreeMap<NodeId, BTreeMap<Meter, Balance>>,
    roots: Vec<Organization>,
}

impl Looked {
    fn balance(&self, node: NodeId, meter: &Meter) -> Balance {
        let balances = self.balances.get(&node);
        balances
            .and_then(|balances| balances.get(meter).copied())
            .unwrap_or_default()
    }

    /// The roots that could not grow any more.
    fn blocked(&self, meter: &Meter, used: Units, shift: &CapacityShift) -> BlockedRoots {
        let is_blocked = |root: &&Organization| {
            let balance = self.balance(NodeId::Organization(root.id), meter);
            shift.blocks(used, &balance)
        };
        let blocked: Vec<_> = self.roots.iter().filter(is_blocked).collect();
        BlockedRoots {
            total: blocked.len(),
            first: blocked.into_iter().take(NAMED_ROOTS).cloned().collect(),
        }
    }
}

impl Tenantry {
    /// What making a subscription would do. Nothing changes.
    pub fn preview_new_subscription(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        account: BillingAccountId,
        terms: (&Quantities, &Metadata),
        once: &Once<'_, SubscriptionPreview>,
    ) -> Result<SubscriptionPreview> {
        self.answer_once(actor, once, || {
            self.read_in(actor, workspace, Permission::ReadBilling, |unit, access| {
                access.workspace.check_changeable()?;
                let account = find_account(unit, workspace, account)?;
                let live = unit.subscriptions().live(workspace)?;
                let eligibility = self.eligibility(unit, &access.workspace, &account)?;
                let outcome = self.started(&account, &live, eligibility, terms);
                let looked = self.look_at_pool(unit, &access.workspace, &account)?;
                Ok(self.foreseen(&looked, outcome, |_| Ok(())))
            })
        })
    }

    /// What changing a subscription would do. Nothing changes.
    pub fn preview_subscription_change(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        (account, id): (BillingAccountId, SubscriptionId),
        patch: &SubscriptionPatch,
        once: &Once<'_, SubscriptionPreview>,
    ) -> Result<SubscriptionPreview> {
        self.answer_once(actor, once, || {
            self.read_in(actor, workspace, Permission::ReadBilling, |unit, access| {
                access.workspace.check_changeable()?;
                let account = find_account(unit, workspace, account)?;
                let before = find(unit, workspace, account.id, id)?;
                let outcome = self.changed(&account, &before, patch);
                let looked = self.look_at_pool(unit, &access.workspace, &account)?;
                let check = |after: &Subscription| match &patch.change {
                    Some(change) => looked.pool.check_act(change.act(), after),
                    None => Ok(()),
                };
                Ok(self.foreseen(&looked, outcome, check))
            })
        })
    }

    /// The pool that an account feeds, with everything that is to be said about it.
    fn look_at_pool(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: &Workspace,
        account: &BillingAccount,
    ) -> Result<Looked> {
        let mode = workspace.billing_mode;
        let id = mode.pool_fed_by(workspace.id, account.id);
        let mut pool = live_pools(unit, workspace)?.remove(&id).unwrap_or_default();
        let balances = unit.balances().of_workspace(workspace.id)?;
        pool.used = self.binding_usage(balances.get(&NodeId::Pool(id)));
        let mut roots = unit.organizations().all(workspace.id)?;
        roots.retain(|one| {
            one.parent_id().is_none() && mode.pool_of(workspace.id, one.billing_account_id) == id
        });
        Ok(Looked {
            id,
            pool,
            balances,
            roots,
        })
    }

    fn foreseen(
        &self,
        looked: &Looked,
        outcome: Outcome,
        check: impl FnOnce(&Subscription) -> std::result::Result<(), Underprovision>,
    ) -> SubscriptionPreview {
        let (subscription, refusal) = match outcome {
            Ok(after) => {
                let refusal = check(&after).err().map(Into::into);
                (Some(after), refusal)
            }
            Err(refused) => (None, Some(refused)),
        };
        let after = match &subscription {
            Some(subscription) => looked.pool.with(subscription),
            None => looked.pool.clone(),
        };
        let period_end = subscription.as_ref().map(|subscription| subscription.period.end);
        let meter = |meter: &Meter| {
            let shift = looked.pool.shift_to(&after, meter);
            self.meter_preview(looked, meter, (shift, period_end))
        };
        SubscriptionPreview {
            refusal,
            meters: self.settings().meters.iter().map(meter).collect(),
            subscription,
        }
    }

    fn meter_preview(
        &self,
        looked: &Looked,
        meter: &Meter,
        (shift, period_end): (CapacityShift, Option<Timestamp>),
    ) -> MeterPreview {
        let used = looked.balance(NodeId::Pool(looked.id), meter).subtree;
        let blocked = match self.settings().enforcement.of_pool() {
            Some(Enforcement::Enforce) => looked.blocked(meter, used, &shift),
            Some(Enforcement::Observe) | None => BlockedRoots::default(),
        };
        MeterPreview {
            meter: meter.clone(),
            used,
            takes_effect_at: shift.takes_effect().and_then(|moment| match moment {
                TakesEffect::AtOnce => Some(self.now()),
                TakesEffect::AtPeriodEnd => period_end,
            }),
            shift,
            blocked,
        }
    }
}
