use tenantry_domain::billing::{
    BillingAccount, Metadata, Quantities, Subscription, SubscriptionChange, is_trial_eligible, plan_start,
};
use tenantry_domain::workspace::{Permission, Workspace};
use tenantry_domain::{BillingAccountId, SubscriptionId, WorkspaceId};

use crate::actor::Actor;
use crate::billing_accounts::find as find_account;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, facts_of};
use crate::page::{Page, PageRequest};
use crate::ports::UnitOfWork;
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
    ) -> Result<Subscription> {
        self.change_in(actor, workspace, Permission::ManageBilling, |unit, mut access| {
            let account = find_account(unit, workspace, account)?;
            let live = unit.subscriptions().live(workspace)?;
            let live = live
                .iter()
                .filter(|subscription| subscription.billing_account_id == account.id)
                .count();
            self.settings()
                .live_subscriptions
                .check(u32::try_from(live).unwrap_or(u32::MAX))?;
            let terms = self.eligibility(unit, &access.workspace, &account)?;
            let now = self.now();
            let start = plan_start(
                self.settings().trial,
                terms.trial_eligible,
                terms.has_payment_method,
                now,
            )?;
            let subscription = Subscription {
                id: SubscriptionId::from_uuid(self.parts.ids.fresh()),
                workspace_id: workspace,
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
            };
            unit.subscriptions().insert(&subscription)?;
            access.workspace.ever_subscribed = true;
            self.follow(unit, &mut access.workspace, account.id)?;
            self.record(
                unit,
                actor,
                workspace,
                (EventKind::SubscriptionCreated, &subscription.id),
                facts_of(&subscription),
            )?;
            Ok(subscription)
        })
    }

    /// The subscriptions of an account, past ones included.
    pub fn list_subscriptions(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        account: BillingAccountId,
        page: &PageRequest<SubscriptionId>,
    ) -> Result<Page<Subscription, SubscriptionId>> {
        self.read_in(actor, workspace, Permission::ReadBilling, |unit, _| {
            let rows = unit.subscriptions().list(workspace, account, page)?;
            if rows.is_empty() {
                find_account(unit, workspace, account)?;
            }
            Ok(Page::from_rows(page, rows, |subscription| subscription.id))
        })
    }

    /// One subscription.
    pub fn subscription(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        account: BillingAccountId,
        id: SubscriptionId,
    ) -> Result<Subscription> {
        self.read_in(actor, workspace, Permission::ReadBilling, |unit, _| {
            find(unit, workspace, account, id)
        })
    }

    /// Changes a subscription (S3, S4), when its pool can spare what is taken away (B4).
    pub fn change_subscription(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        (account, id): (BillingAccountId, SubscriptionId),
        patch: &SubscriptionPatch,
    ) -> Result<Subscription> {
        self.change_in(actor, workspace, Permission::ManageBilling, |unit, mut access| {
            let before = find(unit, workspace, account, id)?;
            let mut after = match &patch.change {
                Some(change) => self.check_change(unit, &access.workspace, &before, change)?,
                None => before.clone(),
            };
            if let Some(metadata) = &patch.metadata {
                after.metadata = metadata.clone();
            }
            if after == before {
                return Ok(before);
            }
            after.updated_at = self.now();
            unit.subscriptions().update(&after)?;
            self.follow(unit, &mut access.workspace, account)?;
            self.record(
                unit,
                actor,
                workspace,
                (EventKind::SubscriptionUpdated, &id),
                facts_of(&after).changed_since(&facts_of(&before)),
            )?;
            Ok(after)
        })
    }

    fn check_change(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: &Workspace,
        before: &Subscription,
        change: &SubscriptionChange,
    ) -> Result<Subscription> {
        let account = find_account(unit, workspace.id, before.billing_account_id)?;
        let is_payable = self.parts.payments.has_payment_method(&account);
        let after = before.changed(change, is_payable, self.now())?;
        let (_, pool) = self.pool_of_account(unit, workspace, account.id)?;
        pool.check_act(change.act(), &after)?;
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
        workspace: &mut Workspace,
        account: BillingAccountId,
    ) -> Result<()> {
        let (id, pool) = self.pool_of_account(unit, workspace, account)?;
        self.store_capacity(unit, workspace.id, id, &pool)?;
        schedule(unit, workspace)
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
