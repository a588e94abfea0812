//! Making organizations: one, or the trees of a document (O8). Making one is making a tree of one.

use tenantry_domain::workspace::Permission;
use tenantry_domain::{OrganizationId, WorkspaceId};

use super::OrganizationView;
use super::plan::Plan;
use super::wanted::{BranchRefused, NewBranch, NewOrganization, NewTree};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, facts_of, limit_facts};
use crate::idempotency::Once;
use crate::ports::{NewNode, StoreError, UniqueKey, UnitOfWork};
use crate::service::Tenantry;

/// What would become of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeView {
    /// The organizations, parents before children. Those that have no place in the tree are missing.
    pub organizations: Vec<OrganizationView>,
    /// Everything that is in the way; when nothing is, they can be made.
    pub refused: Vec<BranchRefused>,
}

#[derive(Debug, thiserror::Error)]
#[error("the login hint was taken at the same moment")]
struct Overtaken;

impl Tenantry {
    /// Makes a root organization (O1, O3).
    pub fn create_root(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        new: &NewOrganization,
        once: &Once<'_, OrganizationView>,
    ) -> Result<OrganizationView> {
        self.create_one(actor, workspace, (None, new), once)
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
        self.create_one(actor, workspace, (Some(parent), new), once)
    }

    fn create_one(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        (parent, new): (Option<OrganizationId>, &NewOrganization),
        once: &Once<'_, OrganizationView>,
    ) -> Result<OrganizationView> {
        let alone = [NewBranch {
            organization: new.clone(),
            children: Vec::new(),
        }];
        self.change_once_in(
            once,
            actor,
            workspace,
            Permission::ManageOrganizations,
            |unit, access| {
                let mut plan = self.plan(unit, &access.workspace, (parent, &alone))?;
                if !plan.refused.is_empty() {
                    return Err(plan.refused.swap_remove(0).why.into());
                }
                let made = self.make(unit, (actor, workspace), plan)?.pop();
                made.ok_or(Error::NotFound(Noun::Organization))
            },
        )
    }

    /// What making the organizations of a document would do, and everything that is in the way (O8). Nothing changes.
    pub fn preview_tree(&self, actor: &Actor, workspace: WorkspaceId, new: &NewTree) -> Result<TreeView> {
        self.read_in(
            actor,
            workspace,
            Permission::ManageOrganizations,
            |unit, access| {
                let plan = self.plan(unit, &access.workspace, (new.parent, &new.branches));
                let Plan {
                    organizations,
                    refused,
                } = plan.map_err(unknown_parent)?;
                let views = organizations.into_iter().map(|planned| planned.node.into());
                Ok(TreeView {
                    organizations: views.collect(),
                    refused,
                })
            },
        )
    }

    /// Makes all organizations of a document, or none (O8); parents before children.
    pub fn create_tree(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        new: &NewTree,
        once: &Once<'_, Vec<OrganizationView>>,
    ) -> Result<Vec<OrganizationView>> {
        self.change_once_in(
            once,
            actor,
            workspace,
            Permission::ManageOrganizations,
            |unit, access| {
                let plan = self.plan(unit, &access.workspace, (new.parent, &new.branches));
                let plan = plan.map_err(unknown_parent)?;
                if !plan.refused.is_empty() {
                    return Err(Error::TreeRefused(plan.refused));
                }
                self.make(unit, (actor, workspace), plan)
            },
        )
    }

    /// Makes what is planned.
    fn make(
        &self,
        unit: &mut dyn UnitOfWork,
        (actor, workspace): (&Actor, WorkspaceId),
        plan: Plan,
    ) -> Result<Vec<OrganizationView>> {
        let nodes: Vec<NewNode> = plan
            .organizations
            .into_iter()
            .map(|planned| planned.node)
            .collect();
        unit.organizations().insert(&nodes).map_err(overtaken)?;
        for NewNode {
            organization, limits, ..
        } in &nodes
        {
            let facts = facts_of(organization).and("limits", limit_facts(limits));
            self.record(
                unit,
                actor,
                workspace,
                (EventKind::OrganizationCreated, &organization.id),
                facts,
            )?;
        }
        Ok(nodes.into_iter().map(OrganizationView::from).collect())
    }
}

impl From<NewNode> for OrganizationView {
    fn from(new: NewNode) -> Self {
        Self {
            balances: new.balances(),
            organization: new.organization,
        }
    }
}

/// The parent of a document is named in it, and not by the address.
fn unknown_parent(error: Error) -> Error {
    match error {
        Error::NotFound(noun @ Noun::Organization) => Error::UnknownReference {
            pointer: "/parent_org_id".into(),
            noun,
        },
        other => other,
    }
}

/// Whoever takes a login hint at the same moment is found when all is looked at again.
fn overtaken(error: StoreError) -> StoreError {
    match error {
        StoreError::Duplicate(UniqueKey::LoginHint) => StoreError::Retry(Overtaken.into()),
        other => other,
    }
}
