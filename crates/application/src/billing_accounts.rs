use tenantry_domain::billing::{
    Address, BillingAccount, BillingAccountName, Currency, check_billing_account_deletion,
};
use tenantry_domain::text::{Email, Name, Note};
use tenantry_domain::workspace::Permission;
use tenantry_domain::{BillingAccountId, WorkspaceId};

use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, facts_of};
use crate::idempotency::Once;
use crate::page::{Page, PageRequest};
use crate::patch::Patch;
use crate::ports::UnitOfWork;
use crate::precondition::Precondition;
use crate::service::Tenantry;

/// What a new billing account is to be (B6).
#[derive(Debug, Clone)]
pub struct NewBillingAccount {
    /// Who is billed.
    pub name: BillingAccountName,
    /// Where invoices go.
    pub email: Email,
    /// A number to call.
    pub phone: Option<Name<50>>,
    /// What it is for.
    pub description: Option<Note<200>>,
    /// In which currency, for good.
    pub currency: Currency,
    /// Where they are.
    pub address: Option<Address>,
}

/// What is to change about a billing account (B6).
#[derive(Debug, Clone, Default)]
pub struct BillingAccountChanges {
    /// Another name.
    pub name: Option<BillingAccountName>,
    /// Another address for invoices.
    pub email: Option<Email>,
    /// Another number.
    pub phone: Patch<Name<50>>,
    /// Another description.
    pub description: Patch<Note<200>>,
    /// Another address.
    pub address: Patch<Address>,
}

impl Tenantry {
    /// Makes a billing account, as many as the billing mode allows (B2).
    pub fn create_billing_account(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        new: &NewBillingAccount,
        once: &Once<'_, BillingAccount>,
    ) -> Result<BillingAccount> {
        self.change_once_in(
            once,
            actor,
            workspace,
            Permission::ManageBilling,
            |unit, access| {
                let existing = unit.billing_accounts().count(workspace)?;
                access
                    .workspace
                    .billing_mode
                    .check_account_count(existing, self.settings().billing_accounts)?;
                let now = self.now();
                let account = BillingAccount {
                    id: BillingAccountId::from_uuid(self.parts.ids.fresh()),
                    workspace_id: workspace,
                    name: new.name.clone(),
                    email: new.email.clone(),
                    phone: new.phone.clone(),
                    description: new.description.clone(),
                    currency: new.currency,
                    address: new.address.clone(),
                    created_at: now,
                    updated_at: now,
                };
                unit.billing_accounts().insert(&account)?;
                self.record(
                    unit,
                    actor,
                    workspace,
                    (EventKind::BillingAccountCreated, &account.id),
                    facts_of(&account),
                )?;
                Ok(account)
            },
        )
    }

    /// The billing accounts of a workspace.
    pub fn list_billing_accounts(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        page: &PageRequest<BillingAccountId>,
    ) -> Result<Page<BillingAccount, BillingAccountId>> {
        self.read_in(actor, workspace, Permission::ReadBilling, |unit, _| {
            Ok(unit.billing_accounts().list(workspace, page)?)
        })
    }

    /// One billing account.
    pub fn billing_account(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: BillingAccountId,
    ) -> Result<BillingAccount> {
        self.read_in(actor, workspace, Permission::ReadBilling, |unit, _| {
            find(unit, workspace, id)
        })
    }

    /// Changes a billing account; its currency never (B6).
    pub fn update_billing_account(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: BillingAccountId,
        changes: &BillingAccountChanges,
        precondition: &Precondition<'_, BillingAccount>,
    ) -> Result<BillingAccount> {
        self.change_in(actor, workspace, Permission::ManageBilling, |unit, _| {
            let before = find(unit, workspace, id)?;
            precondition.check(|| Ok(Some(before.clone())))?;
            let (mut account, changes) = (before.clone(), changes.clone());
            account.name = changes.name.unwrap_or(account.name);
            account.email = changes.email.unwrap_or(account.email);
            changes.phone.apply(&mut account.phone);
            changes.description.apply(&mut account.description);
            changes.address.apply(&mut account.address);
            if account == before {
                return Ok(account);
            }
            account.updated_at = self.now();
            unit.billing_accounts().update(&account)?;
            let facts = facts_of(&account).changed_since(&facts_of(&before));
            self.record(
                unit,
                actor,
                workspace,
                (EventKind::BillingAccountUpdated, &id),
                facts,
            )?;
            Ok(account)
        })
    }

    /// Deletes a billing account that nothing depends on (B6).
    pub fn delete_billing_account(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: BillingAccountId,
        precondition: &Precondition<'_, BillingAccount>,
    ) -> Result<()> {
        self.change_in(actor, workspace, Permission::ManageBilling, |unit, _| {
            let account = find(unit, workspace, id)?;
            precondition.check(|| Ok(Some(account.clone())))?;
            let live = unit.subscriptions().live(workspace)?;
            let live = live
                .iter()
                .filter(|subscription| subscription.billing_account_id == id)
                .count();
            let linked = unit.organizations().count_linked(workspace, id)?;
            check_billing_account_deletion(u32::try_from(live).unwrap_or(u32::MAX), linked)?;
            unit.billing_accounts().delete(workspace, id)?;
            self.record(
                unit,
                actor,
                workspace,
                (EventKind::BillingAccountDeleted, &id),
                facts_of(&account),
            )
        })
    }
}

pub(crate) fn find(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    id: BillingAccountId,
) -> Result<BillingAccount> {
    unit.billing_accounts()
        .find(workspace, id)?
        .ok_or(Error::NotFound(Noun::BillingAccount))
}
