use crate::request::kind::{Create, Read, Remove, Replace};
use crate::request::plain;
use crate::scope::Scope;
use crate::types::{AddedUser, NewUser, RoleTerms, ScopeInfo, TeamRole, User, UserTerms};
use crate::{Client, Code, Request, RoleId, Tagged, UserId};

/// The people in the current team (T13).
#[derive(Clone)]
pub struct Users(Scope);

/// One of the people in the current team.
#[derive(Clone)]
pub struct UserScope(Scope);

/// The roles of the current team (T10).
#[derive(Clone)]
pub struct TeamRoles(Scope);

/// One role of the current team.
#[derive(Clone)]
pub struct TeamRoleScope(Scope);

impl Client {
    /// The people in the current team.
    pub fn users(&self) -> Users {
        Users(Scope::root(self).below(&["users"]))
    }

    /// The roles of the current team.
    pub fn team_roles(&self) -> TeamRoles {
        TeamRoles(Scope::root(self).below(&["team_roles"]))
    }

    /// Every scope that roles can give (T11).
    pub fn scopes(&self) -> Request<Read, Vec<ScopeInfo>> {
        Request::get(self, Scope::root(self).at(&["scopes"]), plain)
    }
}

impl Users {
    /// All of them.
    pub fn list(&self) -> Request<Read, Vec<User>> {
        Request::get(&self.0.client, self.0.at(&[]), plain)
    }

    /// Adds somebody new, or somebody of the organization or workspace.
    pub fn add(&self, new: &NewUser) -> Request<Create, AddedUser> {
        Request::post(&self.0.client, self.0.at(&[]), new, plain)
    }

    /// One of them.
    pub fn one(&self, id: &UserId) -> UserScope {
        UserScope(self.0.below(&[id.as_str()]))
    }
}

impl UserScope {
    /// Shows them.
    pub fn get(&self) -> Request<Read, Tagged<User>> {
        self.0.get(&[])
    }

    /// Gives them this profile, these preferences and these roles.
    pub fn update(&self, terms: &UserTerms) -> Request<Replace, Tagged<User>> {
        self.0.replace(terms)
    }

    /// Takes them out of the current team.
    pub fn remove(&self) -> Request<Remove, ()> {
        self.0.remove(Code::NotFound)
    }
}

impl TeamRoles {
    /// All of them.
    pub fn list(&self) -> Request<Read, Vec<TeamRole>> {
        Request::get(&self.0.client, self.0.at(&[]), plain)
    }

    /// Makes one of the team's own.
    pub fn create(&self, terms: &RoleTerms) -> Request<Create, Tagged<TeamRole>> {
        self.0.create(&[], terms)
    }

    /// One of them.
    pub fn one(&self, id: &RoleId) -> TeamRoleScope {
        TeamRoleScope(self.0.below(&[id.as_str()]))
    }
}

impl TeamRoleScope {
    /// Shows it.
    pub fn get(&self) -> Request<Read, Tagged<TeamRole>> {
        self.0.get(&[])
    }

    /// Gives it this name and these scopes.
    pub fn update(&self, terms: &RoleTerms) -> Request<Replace, Tagged<TeamRole>> {
        self.0.replace(terms)
    }

    /// Deletes it.
    pub fn delete(&self) -> Request<Remove, ()> {
        self.0.remove(Code::NotFound)
    }
}
