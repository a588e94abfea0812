use std::collections::BTreeMap;

use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::{Balance, Chain, Node, NodeId, OverLimit, PoolId, UsageChange, UsagePlace};
use tenantry_domain::organization::{Branding, Contents, Organization, OrganizationName, check_deletion};
use tenantry_domain::text::{Color, LoginHint, Name};
use tenantry_domain::workspace::{Permission, Workspace};
use tenantry_domain::{BillingAccountId, Limit, Meter, OrganizationId, Units, WorkspaceId};

use super::create::check_account;
use super::{OrganizationView, find, login_hint_taken, view};
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::event::{EventKind, facts_of, limit_facts};
use crate::patch::Patch;
use crate::ports::{NodeUsage, UnitOfWork};
use crate::precondition::Precondition;
use crate::service::Tenantry;

/// What is to change about an organization.
#[derive(Debug, Clone, Default)]
pub struct OrganizationChanges {
    /// Another name.
    pub name: Option<OrganizationName>,
    /// Another billing account (B5).
    pub billing_account_id: Patch<BillingAccountId>,
    /// Limits to set, or to remove where unlimited; the others stay (L5).
    pub limits: BTreeMap<Meter, Limit>,
    /// Whether a limit may be below what is used (L4).
    pub over_limit: OverLimit,
    /// What is to change about how it looks, or everything away.
    pub branding: Patch<BrandingChanges>,
}

impl OrganizationChanges {
    /// The organization with these changes, limits aside: those are not part of it.
    fn applied_to(&self, before: &Organization) -> Organization {
        let mut after = before.clone();
        if let Some(name) = &self.name {
            after.name = name.clone();
        }
        self.billing_account_id
            .clone()
            .apply(&mut after.billing_account_id);
        self.branding.clone().apply_to(&mut after.branding);
        after
    }
}

/// What is to change about how an organization looks; what is not mentioned stays.
#[derive(Debug, Clone, Default)]
pub struct BrandingChanges {
    /// The name to show.
    pub display_name: Patch<Name<100>>,
    /// The word that finds it.
    pub login_hint: Patch<LoginHint>,
    /// Buttons and links.
    pub primary: Patch<Color>,
    /// Behind everything.
    pub page_background: Patch<Color>,
}

impl Patch<BrandingChanges> {
    fn apply_to(self, branding: &mut Branding) {
        match self {
            Self::Keep => {}
            Self::Clear => *branding = Branding::default(),
            Self::Set(changes) => {
                changes.display_name.apply(&mut branding.display_name);
                changes.login_hint.apply(&mut branding.login_hint);
                changes.primary.apply(&mut branding.colors.primary);
                changes
                    .page_background
                    .apply(&mut branding.colors.page_background);
            }
        }
    }
}

impl Tenantry {
    /// Changes an organization (O3, L3–L5, B5).
    pub fn update_organization(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
        changes: &OrganizationChanges,
        precondition: &Precondition<'_, OrganizationView>,
    ) -> Result<OrganizationView> {
        self.change_in(
            actor,
            workspace,
            Permission::ManageOrganizations,
            |unit, access| {
                let before = find(unit, workspace, id)?;
                precondition.check(|| view(unit, before.clone()).map(Some))?;
                let mut after = changes.applied_to(&before);
                if after.billing_account_id != before.billing_account_id {
                    self.change_account(unit, &access.workspace, &before, after.billing_account_id)?;
                }
                let new_limits = self.set_limits(unit, &after, &changes.limits, changes.over_limit)?;
                if after == before && new_limits.is_empty() {
                    return view(unit, before);
                }
                after.updated_at = self.now();
                unit.organizations().update(&after).map_err(login_hint_taken)?;
                let mut facts = facts_of(&after).changed_since(&facts_of(&before));
                if !new_limits.is_empty() {
                    facts = facts.and("limits", limit_facts(&new_limits));
                }
                self.record(
                    unit,
                    actor,
                    workspace,
                    (EventKind::OrganizationUpdated, &id),
                    facts,
                )?;
                view(unit, after)
            },
        )
    }

    /// Deletes an organization that uses nothing and has no teams, with everything below it when `cascade` says so (O6).
    pub fn delete_organization(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
        cascade: bool,
        precondition: &Precondition<'_, OrganizationView>,
    ) -> Result<()> {
        self.change_in(actor, workspace, Permission::ManageOrganizations, |unit, _| {
            let organization = find(unit, workspace, id)?;
            precondition.check(|| view(unit, organization.clone()).map(Some))?;
            let node = NodeId::Organization(id);
            let balances = unit
                .balances()
                .of_nodes_for_update(workspace, &[node], &self.settings().meters)?
                .remove(&node)
                .unwrap_or_default();
            let has_usage = balances.values().any(|balance| balance.subtree > Units::ZERO);
            let contents = Contents {
                has_usage,
                has_teams: unit.teams().is_any_below(workspace, id)?,
                has_children: unit.organizations().tree_size(workspace, Some(id))?.siblings > 0,
            };
            check_deletion(contents, cascade)?;
            let deleted = unit.organizations().delete_subtree(workspace, id)?;
            let below = deleted.iter().filter(|deleted| **deleted != id);
            let facts = facts_of(&organization)
                .and("cascade", cascade)
                .and("descendants", below.map(ToString::to_string).collect::<Vec<_>>());
            self.record(
                unit,
                actor,
                workspace,
                (EventKind::OrganizationDeleted, &id),
                facts,
            )
        })
    }

    /// Links a root to another account; in `assigned` mode its subtree's usage moves from one pool to the other, when that one admits
    /// it (B5).
    fn change_account(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: &Workspace,
        root: &Organization,
        account: Option<BillingAccountId>,
    ) -> Result<()> {
        let mode = workspace.billing_mode;
        mode.check_link(root.parent_id().is_none(), account)?;
        let Some(account) = account else { return Ok(()) };
        check_account(unit, workspace.id, account)?;
        if mode != BillingMode::Assigned {
            return Ok(());
        }
        let old = mode.pool_of(workspace.id, root.billing_account_id);
        let new = mode.pool_of(workspace.id, Some(account));
        self.move_usage(unit, root, old, (new, account))?;
        Ok(unit.organizations().change_pool(workspace.id, root.id, new)?)
    }

    fn move_usage(
        &self,
        unit: &mut dyn UnitOfWork,
        root: &Organization,
        old: PoolId,
        (new, account): (PoolId, BillingAccountId),
    ) -> Result<()> {
        let workspace = root.workspace_id;
        let (root_node, old, new) = (
            NodeId::Organization(root.id),
            NodeId::Pool(old),
            NodeId::Pool(new),
        );
        let meters = &self.settings().meters;
        let balances = unit
            .balances()
            .of_nodes_for_update(workspace, &[root_node, old, new], meters)?;
        let of = |node, meter: &Meter| {
            balances
                .get(&node)
                .and_then(|b| b.get(meter))
                .copied()
                .unwrap_or_default()
        };
        let name = unit
            .billing_accounts()
            .find(workspace, account)?
            .map(|a| a.name.to_string())
            .unwrap_or_default();
        let used = balances
            .get(&root_node)
            .into_iter()
            .flatten()
            .map(|(meter, balance)| (meter, balance.subtree));
        let mut usage = Vec::new();
        for (meter, units) in used.filter(|(_, units)| *units > Units::ZERO) {
            self.check_pool_admits(new, &name, of(new, meter), (meter, units))?;
            for (node, change) in [(old, UsageChange::Shrink(units)), (new, UsageChange::Grow(units))] {
                usage.push(NodeUsage {
                    node,
                    meter: meter.clone(),
                    balance: of(node, meter).after(change, UsagePlace::Below)?,
                });
            }
        }
        Ok(unit.balances().save_usage(workspace, &usage)?)
    }

    fn check_pool_admits(
        &self,
        pool: NodeId,
        name: &str,
        balance: Balance,
        (meter, units): (&Meter, Units),
    ) -> Result<()> {
        let Some(enforcement) = self.settings().enforcement.of_pool() else {
            return Ok(());
        };
        let node = Node::from_balance(pool, name.to_owned(), balance, enforcement);
        let refused = |refusal| Error::LimitReached {
            meter: meter.clone(),
            refusal,
        };
        Chain::new(Vec::new(), node)
            .admit(units)
            .map(|_| ())
            .map_err(refused)
    }
}
