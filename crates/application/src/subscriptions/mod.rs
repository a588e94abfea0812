//! What gives pools their capacity (S1–S5).

mod preview;

pub use preview::{BlockedRoots, MeterPreview, SubscriptionPreview, SubscriptionRefused};

use tenantry_domain::billing::{
    BillingAccount, Currency, Metadata, Quantities, Subscription, SubscriptionChange, is_trial_eligible,
    plan_start,
};
use tenantry_domain::workspace::{Permission, Workspace};
use tenantry_domain::{BillingAccountId, SubscriptionId, WorkspaceId};

use crate::actor::Actor;
use crate::billing_accounts::find as find_account;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, facts_of};
use crate::idempotency::Once;
use crate::page::{Page, PageRequest};
use crate::ports::UnitOfWork;
use crate::precondition::Precondition;
use crate::service::Tenantry;
use crate::settlement::schedule;

/// Whether an account would get a trial, and what it needs to subscribe (S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialEligibility {
    /// Whether a subscription made now would be a trial.
    pub trial_eligible: bool,
    /// Whether the account has a default payment method.
    pub has_payment_method: bool,
    /// How many days a trial lasts.
    pub trial_days: u32,
}

impl TrialEligibility {
    /// Whether a subscription can be made now.
    pub const fn can_create_subscription(&self) -> bool {
        self.trial_eligible || self.has_payment_method
    }
}

/// A subscription, in the currency of its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionView {
    /// The subscription.
    pub subscription: Subscription,
    /// What it is paid in.
    pub currency: Currency,
}

/// What is to change about a subscription (S3).
#[derive(Debug, Clone, Default)]
pub struct SubscriptionPatch {
    /// The change; `None` reads it again, once what is due has happened.
    pub change: Option<SubscriptionChange>,
    /// Other metadata, replacing what is there.
    pub metadata: Option<Metadata>,
}

impl Tenantry {
    /// Whether an account would get a trial (S2).
    pub fn trial_eligibility(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        account: BillingAccountId,
    ) -> Result<TrialEligibility> {
        self.read_in(actor, workspace, Permission::ReadBilling, |unit, access| {
            let account = find_account(unit, workspace, account)?;
            self.eligibility(unit, &access.workspace, &account)
        })
    }

    /// Makes a subscription: a trial when eligible, paid otherwise (S1, S2). Its quantities count at once (B1).
    pub fn create_subscription(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        account: BillingAccountId,
        (quantities, metadata): (&Quantities, &Metadata),
        once: &Once<'_, SubscriptionView>,
    ) -> Result<SubscriptionView> {
        self.change_once_in(
            once,
            actor,
            workspace,
            Permission::ManageBilling,
            |unit, mut access| {
                let account = find_account(unit, workspace, account)?;
                let live = unit.subscriptions().live(workspace)?;
                let terms = self.eligibility(unit, &access.workspace, &account)?;
                let subscription = self.started(&account, &live, terms, (quantities, metadata))?;
                unit.subscriptions().insert(&subscription)?;
                access.workspace.ever_subscribed = true;
                self.follow(unit, actor, &mut access.workspace, account.id)?;
                self.record(
                    unit,
                    actor,
                    workspace,
                    (EventKind::SubscriptionCreated, &subscription.id),
                    facts_of(&subscription),
                )?;
                Ok(view(subscription, &account))
            },
        )
    }

    /// The subscriptions of an account, past ones included.
    pub fn list_subscriptions(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        account: BillingAccountId,
        page: &PageRequest<SubscriptionId>,
    ) -> Result<Page<SubscriptionView, SubscriptionId>> {
        self.read_in(actor, workspace, Permission::ReadBilling, |unit, _| {
            let account = find_account(unit, workspace, account)?;
            let found = unit.subscriptions().list(workspace, account.id, page)?;
            Ok(found.map(|subscription| view(subscription, &account)))
        })
    }

    /// One subscription.
    pub fn subscription(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        account: BillingAccountId,
        id: SubscriptionId,
    ) -> Result<SubscriptionView> {
        self.read_in(actor, workspace, Permission::ReadBilling, |unit, _| {
            let account = find_account(unit, workspace, account)?;
            Ok(view(find(unit, workspace, account.id, id)?, &account))
        })
    }

    /// Changes a subscription (S3, S4), when its pool can spare what is taken away (B4).
    pub fn change_subscription(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        (account, id): (BillingAccountId, SubscriptionId),
        patch: &SubscriptionPatch,
        precondition: &Precondition<'_, SubscriptionView>,
    ) -> Result<SubscriptionView> {
        self.change_in(actor, workspace, Permission::ManageBilling, |unit, mut access| {
            let account = find_account(unit, workspace, account)?;
            let before = find(unit, workspace, account.id, id)?;
            precondition.check(|| Ok(Some(view(before.clone(), &account))))?;
            let mut after = self.changed(&account, &before, patch)?;
            if let Some(change) = &patch.change {
                let (_, kept) = self.pool_of_account(unit, &access.workspace, account.id)?;
                kept.pool.check_act(change.act(), &after)?;
            }
            if after == before {
                return Ok(view(before, &account));
            }
            after.updated_at = self.now();
            unit.subscriptions().update(&after)?;
            self.follow(unit, actor, &mut access.workspace, account.id)?;
            self.record(
                unit,
                actor,
                workspace,
                (EventKind::SubscriptionUpdated, &id),
                facts_of(&after).changed_since(&facts_of(&before)),
            )?;
            Ok(view(after, &account))
        })
    }

    /// A subscription as it would begin now, when one more fits (S1) and may be a trial or be paid (S2).
    fn started(
        &self,
        account: &BillingAccount,
        live: &[Subscription],
        terms: TrialEligibility,
        (quantities, metadata): (&Quantities, &Metadata),
    ) -> std::result::Result<Subscription, SubscriptionRefused> {
        let of_account = |subscription: &&Subscription| subscription.billing_account_id == account.id;
        let live = live.iter().filter(of_account).count();
        self.settings()
            .live_subscriptions
            .check(u32::try_from(live).unwrap_or(u32::MAX))?;
        let now = self.now();
        let start = plan_start(
            self.settings().trial,
            terms.trial_eligible,
            terms.has_payment_method,
            now,
        )?;
        Ok(Subscription {
            id: SubscriptionId::from_uuid(self.parts.ids.fresh()),
            workspace_id: account.workspace_id,
            billing_account_id: account.id,
            status: start.status,
            quantities: quantities.clone(),
            pending: [].into(),
            cancel_at_period_end: false,
            metadata: metadata.clone(),
            period: start.period,
            trial_end: start.trial_end,
            created_at: now,
            updated_at: now,
        })
    }

    /// A subscription as a change would leave it (S3). Whether its pool can spare what that takes away is still to be asked (B4).
    fn changed(
        &self,
        account: &BillingAccount,
        before: &Subscription,
        patch: &SubscriptionPatch,
    ) -> std::result::Result<Subscription, SubscriptionRefused> {
        let mut after = before.clone();
        if let Some(change) = &patch.change {
            let is_payable = self.parts.payments.has_payment_method(account);
            after = before.changed(change, is_payable, self.now())?;
        }
        if let Some(metadata) = &patch.metadata {
            after.metadata = metadata.clone();
        }
        Ok(after)
    }

    fn eligibility(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: &Workspace,
        account: &BillingAccount,
    ) -> Result<TrialEligibility> {
        let accounts = unit.billing_accounts().count(workspace.id)?;
        let terms = self.settings().trial;
        Ok(TrialEligibility {
            trial_eligible: is_trial_eligible(terms, accounts, workspace.ever_subscribed),
            has_payment_method: self.parts.payments.has_payment_method(account),
            trial_days: terms.days,
        })
    }

    /// Brings the pool of an account and the workspace's schedule up to its subscriptions.
    fn follow(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        workspace: &mut Workspace,
        account: BillingAccountId,
    ) -> Result<()> {
        let (id, kept) = self.pool_of_account(unit, workspace, account)?;
        self.store_capacity(unit, actor, (workspace.id, id), &kept)?;
        schedule(unit, workspace)
    }
}

fn view(subscription: Subscription, account: &BillingAccount) -> SubscriptionView {
    SubscriptionView {
        subscription,
        currency: account.currency,
    }
}

fn find(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    account: BillingAccountId,
    id: SubscriptionId,
) -> Result<Subscription> {
    unit.subscriptions()
        .find(workspace, account, id)?
        .ok_or(Error::NotFound(Noun::Subscription))
}
