use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::Permission;
use tenantry_domain::{OrganizationId, WorkspaceId};

use super::{OrganizationView, find, view, views};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::page::{Page, PageRequest};
use crate::ports::{Glances, OrganizationSelection, PublicKey};
use crate::service::Tenantry;

impl Tenantry {
    /// One organization.
    pub fn organization(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
    ) -> Result<OrganizationView> {
        let look = |store: &dyn Glances, user| store.organization(user, workspace, id);
        let found = self.glance_as_member(actor, workspace, look)?;
        found
            .map(OrganizationView::from)
            .ok_or(Error::NotFound(Noun::Organization))
    }

    /// The direct parent of an organization; `None` for a root.
    pub fn parent(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
    ) -> Result<Option<OrganizationView>> {
        self.read_in(actor, workspace, Permission::Read, |unit, _| {
            match find(unit, workspace, id)?.parent_id() {
                Some(parent) => {
                    let parent = find(unit, workspace, parent)?;
                    view(unit, parent).map(Some)
                }
                None => Ok(None),
            }
        })
    }

    /// Organizations of a workspace, in the order of their creation. Those around one that is not there are not there either.
    pub fn list_organizations(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        selection: &OrganizationSelection,
        page: &PageRequest<OrganizationId>,
    ) -> Result<Page<OrganizationView, OrganizationId>> {
        self.read_in(actor, workspace, Permission::Read, |unit, _| {
            let found = unit.organizations().list(workspace, selection, page)?;
            // Only an empty answer leaves open whether the organization is there, so only then it is looked up.
            if found.items.is_empty()
                && let Some(id) = selection.scope.anchor()
            {
                find(unit, workspace, id)?;
            }
            let items = views(unit, workspace, found.items)?;
            Ok(Page {
                items,
                next: found.next,
                previous: found.previous,
            })
        })
    }

    /// The whole tree: every organization, parents before children, siblings in the order of their creation.
    pub fn tree(&self, actor: &Actor, workspace: WorkspaceId) -> Result<Vec<OrganizationView>> {
        let look = |store: &dyn Glances, user| store.organizations(user, workspace);
        let mut found = self.glance_as_member(actor, workspace, look)?;
        found.sort_by_key(|(organization, _)| organization.depth());
        Ok(found.into_iter().map(OrganizationView::from).collect())
    }

    /// What the public may see of an organization: the organization that this key names, for its branding (O5).
    pub fn public_organization(&self, key: &PublicKey) -> Result<Organization> {
        self.read(|unit| {
            unit.organizations()
                .find_public(key)?
                .ok_or(Error::NotFound(Noun::Organization))
        })
    }
}
