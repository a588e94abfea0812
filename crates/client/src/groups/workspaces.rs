use super::{
    BillingAccountScope, BillingAccounts, Events, MemberScope, Members, OrganizationScope, Organizations,
};
use crate::request::kind::{Change, Create, Read, Remove};
use crate::scope::Scope;
use crate::types::{NewWorkspace, Tree, Workspace, WorkspaceChanges};
use crate::{
    BillingAccountId, Client, Code, List, OrganizationId, Request, Tagged, UserId, WorkspaceId, filter,
};

/// The workspaces of the caller.
#[derive(Clone)]
pub struct Workspaces(Scope);

/// One workspace.
#[derive(Clone)]
pub struct WorkspaceScope(Scope);

impl Client {
    /// The workspaces of the caller (W2).
    pub fn workspaces(&self) -> Workspaces {
        Workspaces(Scope::root(self))
    }

    /// One workspace.
    pub fn workspace(&self, id: &WorkspaceId) -> WorkspaceScope {
        WorkspaceScope(Scope::root(self).below(&["workspaces", id.as_str()]))
    }
}

impl Workspaces {
    /// All of them, archived ones last.
    pub fn list(&self) -> List<Workspace, filter::Workspaces> {
        self.0.list(&["workspaces"])
    }

    /// Makes one, which the caller owns (W1).
    pub fn create(&self, new: &NewWorkspace) -> Request<Create, Tagged<Workspace>> {
        self.0.create(&["workspaces"], new)
    }
}

impl WorkspaceScope {
    /// Shows it.
    pub fn get(&self) -> Request<Read, Tagged<Workspace>> {
        self.0.get(&[])
    }

    /// Changes it (W3).
    pub fn update(&self, changes: &WorkspaceChanges) -> Request<Change, Tagged<Workspace>> {
        self.0.update(changes)
    }

    /// Archives it (W3).
    pub fn archive(&self) -> Request<Remove, ()> {
        self.0.remove(Code::WorkspaceArchived)
    }

    /// Takes it into use again after it was archived (W3).
    pub fn unarchive(&self) -> Request<Create, Tagged<Workspace>> {
        self.0.create(&["unarchive"], &())
    }

    /// The whole tree of its organizations.
    pub fn tree(&self) -> Request<Read, Tagged<Tree>> {
        self.0.get(&["tree"])
    }

    /// Its members.
    pub fn members(&self) -> Members {
        Members(self.0.clone())
    }

    /// One member.
    pub fn member(&self, id: &UserId) -> MemberScope {
        MemberScope(self.0.below(&["members", id.as_str()]))
    }

    /// Its organizations.
    pub fn organizations(&self) -> Organizations {
        Organizations(self.0.clone())
    }

    /// One organization.
    pub fn organization(&self, id: &OrganizationId) -> OrganizationScope {
        OrganizationScope(self.0.below(&["organizations", id.as_str()]))
    }

    /// Its billing accounts.
    pub fn billing_accounts(&self) -> BillingAccounts {
        BillingAccounts(self.0.clone())
    }

    /// One billing account.
    pub fn billing_account(&self, id: &BillingAccountId) -> BillingAccountScope {
        BillingAccountScope(self.0.below(&["billing-accounts", id.as_str()]))
    }

    /// What happened in it.
    pub fn events(&self) -> Events {
        Events(self.0.clone())
    }
}
