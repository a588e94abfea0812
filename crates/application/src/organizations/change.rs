use std::collections::BTreeMap;

use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::{NodeId, OverLimit};
use tenantry_domain::organization::{
    Branding, Contents, Organization, OrganizationName, PictureId, check_deletion,
};
use tenantry_domain::text::{Color, LoginHint, Name};
use tenantry_domain::workspace::{Permission, Workspace};
use tenantry_domain::{BillingAccountId, Limit, Meter, OrganizationId, Units, WorkspaceId};

use super::carry::{Below, Hold};
use super::{OrganizationView, check_account, find, login_hint_taken, view};
use crate::actor::Actor;
use crate::error::Result;
use crate::event::{EventKind, facts_of, limit_facts};
use crate::limits::lock_node;
use crate::patch::Patch;
use crate::ports::UnitOfWork;
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
    /// Another picture, hosted already.
    pub picture: Patch<PictureId>,
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
        self.picture.clone().apply(&mut after.picture);
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
                    self.change_account(
                        unit,
                        actor,
                        (&access.workspace, &before),
                        after.billing_account_id,
                    )?;
                }
                let limits = (&changes.limits, changes.over_limit);
                let new_limits = self.set_limits(unit, actor, &after, limits)?;
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
            let kept = lock_node(unit, workspace, id, &self.settings().meters)?;
            let has_usage = kept.values().any(|balance| balance.subtree > Units::ZERO);
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
        actor: &Actor,
        (workspace, root): (&Workspace, &Organization),
        account: Option<BillingAccountId>,
    ) -> Result<()> {
        let mode = workspace.billing_mode;
        mode.check_link(root.parent_id().is_none(), account)?;
        let Some(account) = account else { return Ok(()) };
        check_account(unit, workspace.id, account)?;
        if mode != BillingMode::Assigned {
            return Ok(());
        }
        let (old, new) = (
            mode.pool_of(workspace.id, root.billing_account_id),
            mode.pool_of(workspace.id, Some(account)),
        );
        let place = (root.id, Below::Pool(new));
        let carried = self.carry(unit, workspace, place, ([old, new], Hold::Charges))?;
        self.count_there(unit, actor, workspace.id, &carried)?;
        let linked = Organization {
            billing_account_id: Some(account),
            ..root.clone()
        };
        Ok(unit
            .organizations()
            .relocate(&[linked], carried.old.len(), &[NodeId::Pool(new)])?)
    }
}
