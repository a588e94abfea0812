use super::Events;
use crate::request::kind::{Create, Read, Remove, Replace};
use crate::request::{nothing, plain};
use crate::scope::Scope;
use crate::types::{
    Accepted, Invite, InviteAnswer, MyInvite, NewInvite, NewTeam, RoleSet, Team, TeamChanges, TeamMember,
    Transfer,
};
use crate::{Client, Code, InvitationId, List, Request, RoleId, Tagged, TeamId, UserId};

/// The caller's teams.
#[derive(Clone)]
pub struct Teams(Scope);

/// One team.
#[derive(Clone)]
pub struct TeamScope(Scope);

/// One member of a team.
#[derive(Clone)]
pub struct TeamMemberScope(Scope);

/// One invitation to a team.
#[derive(Clone)]
pub struct InviteScope(Scope);

/// The invitations that are addressed to the caller.
#[derive(Clone)]
pub struct MyInvites(Scope);

impl Client {
    /// The caller's teams.
    pub fn teams(&self) -> Teams {
        Teams(Scope::root(self).below(&["teams"]))
    }

    /// One team.
    pub fn team(&self, id: &TeamId) -> TeamScope {
        TeamScope(Scope::root(self).below(&["teams", id.as_str()]))
    }

    /// The invitations that are addressed to the caller.
    pub fn invites(&self) -> MyInvites {
        MyInvites(Scope::root(self).below(&["invites"]))
    }
}

impl Teams {
    /// All of them.
    pub fn list(&self) -> Request<Read, Vec<Team>> {
        Request::get(&self.0.client, self.0.at(&[]), plain)
    }

    /// Makes one, which the caller owns (T3).
    pub fn create(&self, new: &NewTeam) -> Request<Create, Tagged<Team>> {
        self.0.create(&[], new)
    }
}

impl TeamScope {
    /// Shows it.
    pub fn get(&self) -> Request<Read, Tagged<Team>> {
        self.0.get(&[])
    }

    /// Gives it this name and site limit (T2).
    pub fn update(&self, changes: &TeamChanges) -> Request<Replace, Tagged<Team>> {
        self.0.replace(changes)
    }

    /// Deletes it (T6).
    pub fn delete(&self) -> Request<Remove, ()> {
        self.0.remove(Code::NotFound)
    }

    /// Makes it the one that the caller works in (T8), and shows all of theirs.
    pub fn switch(&self) -> Request<Replace, Vec<Team>> {
        Request::replace(&self.0.client, self.0.at(&["switch"]), &(), plain)
    }

    /// Gives it to another member (T7).
    pub fn transfer(&self, to: &UserId) -> Request<Create, Tagged<Team>> {
        self.0.create(&["transfer"], &Transfer { user_id: to })
    }

    /// What happened in it (V1).
    pub fn events(&self) -> Events {
        Events(self.0.clone())
    }

    /// Its members.
    pub fn members(&self) -> List<TeamMember> {
        self.0.list(&["members"])
    }

    /// One of its members.
    pub fn member(&self, id: &UserId) -> TeamMemberScope {
        TeamMemberScope(self.0.below(&["members", id.as_str()]))
    }

    /// Its pending invitations.
    pub fn invites(&self) -> List<Invite> {
        self.0.list(&["invites"])
    }

    /// Invites somebody by e-mail (T12).
    pub fn invite(&self, new: &NewInvite) -> Request<Create, Accepted> {
        Request::post(&self.0.client, self.0.at(&["invites"]), new, plain)
    }

    /// One of its invitations.
    pub fn invitation(&self, id: &InvitationId) -> InviteScope {
        InviteScope(self.0.below(&["invites", id.as_str()]))
    }
}

impl TeamMemberScope {
    /// Replaces their roles (T13).
    pub fn set_roles(&self, roles: &[RoleId]) -> Request<Replace, Tagged<TeamMember>> {
        self.0.below(&["roles"]).replace(&RoleSet { roles })
    }

    /// Removes them. Whoever removes themselves leaves.
    pub fn remove(&self) -> Request<Remove, ()> {
        self.0.remove(Code::NotFound)
    }
}

impl InviteScope {
    /// Sends it again, valid for the full time.
    pub fn resend(&self) -> Request<Create, Accepted> {
        Request::post(&self.0.client, self.0.at(&["resend"]), &(), plain)
    }

    /// Takes it back.
    pub fn cancel(&self) -> Request<Remove, ()> {
        self.0.remove(Code::NotFound)
    }
}

impl MyInvites {
    /// All of them.
    pub fn list(&self) -> Request<Read, Vec<MyInvite>> {
        Request::get(&self.0.client, self.0.at(&[]), plain)
    }

    /// Accepts the one that a mail's token leads to.
    pub fn accept(&self, token: &str) -> Request<Create, Tagged<Team>> {
        self.0.create(&["accept"], &InviteAnswer { token })
    }

    /// Declines the one that a mail's token leads to.
    pub fn decline(&self, token: &str) -> Request<Create, ()> {
        let body = InviteAnswer { token };
        Request::post(&self.0.client, self.0.at(&["decline"]), &body, nothing)
    }
}
