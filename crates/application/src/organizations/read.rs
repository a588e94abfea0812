use tenantry_domain::capacity::NodeId;
use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::Permission;
use tenantry_domain::{OrganizationId, WorkspaceId};

use super::{OrganizationView, find, view, views};
use crate::access::{admit, person};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::page::{Page, PageRequest};
use crate::ports::{
    AskedOrganization, Glances, OrganizationSelection, PublicKey, SeenOrganization, WorkspacePlace,
};
use crate::service::Tenantry;

impl Tenantry {
    /// One organization.
    pub fn organization(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
    ) -> Result<OrganizationView> {
        let look = |store: &dyn Glances, user| {
            let asked = AskedOrganization { user, workspace, id };
            Ok(store.organizations(&[asked])?.pop().flatten())
        };
        let found = self.glance_as_member(actor, workspace, look)?;
        found
            .map(OrganizationView::from)
            .ok_or(Error::NotFound(Noun::Organization))
    }

    /// Organizations for whoever asks for them, on a server in one statement; in the order in which they are asked for. `None` for whatever is not simply
    /// there, theirs to see and settled: that is to be [asked for](Self::organization) alone.
    pub fn organizations_at_once(
        &self,
        asked: &[(Actor, WorkspaceId, OrganizationId)],
    ) -> Vec<Option<OrganizationView>> {
        let by_person = |(actor, workspace, id): &(Actor, WorkspaceId, OrganizationId)| {
            Some(AskedOrganization {
                user: person(actor).ok()?,
                workspace: *workspace,
                id: *id,
            })
        };
        let by_people: Vec<_> = asked.iter().map(by_person).collect();
        let sent: Vec<_> = by_people.iter().flatten().copied().collect();
        let mut seen = self
            .parts
            .store
            .organizations(&sent)
            .unwrap_or_default()
            .into_iter();
        let view = |asked: Option<AskedOrganization>| self.view_of(asked?.workspace, seen.next()?);
        by_people.into_iter().map(view).collect()
    }

    /// An organization that somebody may see as it is now.
    fn view_of(&self, workspace: WorkspaceId, seen: SeenOrganization) -> Option<OrganizationView> {
        let glance = admit(seen, WorkspacePlace::Id(workspace), Permission::Read).ok()?;
        let is_settled = !glance.has_due_transition(self.now());
        glance.seen.filter(|_| is_settled).map(OrganizationView::from)
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
        self.read_in(actor, workspace, Permission::Read, |unit, _| {
            let mut organizations = unit.organizations().all(workspace)?;
            organizations.sort_by_key(Organization::depth);
            let mut kept = unit.balances().of_workspace(workspace)?;
            let view = |organization: Organization| {
                let balances = kept.remove(&NodeId::Organization(organization.id));
                (organization, balances.unwrap_or_default()).into()
            };
            Ok(organizations.into_iter().map(view).collect())
        })
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
