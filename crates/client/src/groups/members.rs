use crate::request::kind::{Change, Create, Remove};
use crate::scope::Scope;
use crate::types::{Member, NewMember, Role, RoleChange};
use crate::{Code, List, Request, Tagged, filter};

/// The members of a workspace (W5).
#[derive(Clone)]
pub struct Members(pub(super) Scope);

/// One member of a workspace.
#[derive(Clone)]
pub struct MemberScope(pub(super) Scope);

impl Members {
    /// All of them.
    pub fn list(&self) -> List<Member, filter::Members> {
        self.0.list(&["members"])
    }

    /// Adds somebody who has signed in before.
    pub fn add(&self, new: &NewMember) -> Request<Create, Tagged<Member>> {
        self.0.create(&["members"], new)
    }
}

impl MemberScope {
    /// Gives them another role.
    pub fn change_role(&self, role: &Role) -> Request<Change, Tagged<Member>> {
        self.0.update(&RoleChange { role })
    }

    /// Removes them. Whoever removes themselves leaves.
    pub fn remove(&self) -> Request<Remove, ()> {
        self.0.remove(Code::NotFound)
    }
}
