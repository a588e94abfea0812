use std::collections::BTreeMap;

use tenantry_domain::capacity::OverLimit;
use tenantry_domain::organization::{
    Branding, Organization, OrganizationName, Path, place_child, place_root,
};
use tenantry_domain::workspace::{Permission, Workspace};
use tenantry_domain::{BillingAccountId, Limit, Meter, OrganizationId, WorkspaceId};

use super::{OrganizationView, find, login_hint_taken, view};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, facts_of, limit_facts};
use crate::idempotency::Once;
use crate::ports::UnitOfWork;
use crate::service::Tenantry;

/// What a new organization is to be.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// Its name.
    pub name: OrganizationName,
    /// The account that pays, where a root needs one (O3).
    pub billing_account_id: Option<BillingAccountId>,
    /// Its limits.
    pub limits: BTreeMap<Meter, Limit>,
    /// How its sign-in page looks.
    pub branding: Branding,
}

impl Tenantry {
    /// Makes a root organization (O1, O3).
    pub fn create_root(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        new: &NewOrganization,
        once: &Once<'_, OrganizationView>,
    ) -> Result<OrganizationView> {
        self.change_once_in(
            once,
            actor,
            workspace,
            Permission::ManageOrganizations,
            |unit, access| {
                access
                    .workspace
                    .billing_mode
                    .check_link(true, new.billing_account_id)?;
                if let Some(account) = new.billing_account_id {
                    check_account(unit, workspace, account)?;
                }
                let size = unit.organizations().tree_size(workspace, None)?;
                let path = place_root(&self.settings().hierarchy, size)?;
                self.insert(
                    unit,
                    actor,
                    &access.workspace,
                    (path, new.billing_account_id),
                    new,
                )
            },
        )
    }

    /// Makes a child of an organization (O1, O3).
    pub fn create_child(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        parent: OrganizationId,
        new: &NewOrganization,
        once: &Once<'_, OrganizationView>,
    ) -> Result<OrganizationView> {
        self.change_once_in(
            once,
            actor,
            workspace,
            Permission::ManageOrganizations,
            |unit, access| {
                let parent = find(unit, workspace, parent)?;
                access
                    .workspace
                    .billing_mode
                    .check_link(false, new.billing_account_id)?;
                let size = unit.organizations().tree_size(workspace, Some(parent.id))?;
                let path = place_child(&self.settings().hierarchy, size, (&parent.path, parent.id))?;
                let root = match path.root_id() {
                    Some(root) if root != parent.id => find(unit, workspace, root)?,
                    _ => parent,
                };
                self.insert(
                    unit,
                    actor,
                    &access.workspace,
                    (path, root.billing_account_id),
                    new,
                )
            },
        )
    }

    fn insert(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        workspace: &Workspace,
        (path, root_account): (Path, Option<BillingAccountId>),
        new: &NewOrganization,
    ) -> Result<OrganizationView> {
        let now = self.now();
        let organization = Organization {
            id: OrganizationId::from_uuid(self.parts.ids.fresh()),
            workspace_id: workspace.id,
            name: new.name.clone(),
            path,
            billing_account_id: new.billing_account_id,
            branding: new.branding.clone(),
            created_at: now,
            updated_at: now,
        };
        let chain = organization.chain_nodes(workspace.billing_mode.pool_of(workspace.id, root_account));
        unit.organizations()
            .insert(&organization, &chain)
            .map_err(login_hint_taken)?;
        let limits = self.set_limits(unit, &organization, &new.limits, OverLimit::Refuse)?;
        let facts = facts_of(&organization).and("limits", limit_facts(&limits));
        self.record(
            unit,
            actor,
            workspace.id,
            (EventKind::OrganizationCreated, &organization.id),
            facts,
        )?;
        view(unit, organization)
    }
}

/// A billing account that a request refers to must be one of the workspace's (I3).
pub(super) fn check_account(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    id: BillingAccountId,
) -> Result<()> {
    match unit.billing_accounts().find(workspace, id)? {
        Some(_) => Ok(()),
        None => Err(Error::UnknownReference {
            pointer: "/billing_account_id".into(),
            noun: Noun::BillingAccount,
        }),
    }
}
