//! Who calls.

use std::collections::BTreeSet;
use std::fmt;

use tenantry_domain::UserId;

/// Who calls: a person, whose rights come from their role, or a machine, whose rights are its scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person.
    Person(UserId),
    /// Another service.
    Machine(Machine),
}

/// Another service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Who vouches for it.
    pub issuer: String,
    /// Its name at the issuer.
    pub name: String,
    /// What its token allows.
    pub scopes: BTreeSet<Scope>,
}

tenantry_domain::words! {
    /// What a machine may do, in every workspace.
    pub enum Scope (UnknownScope: "must be one of usage:read, usage:write") {
        /// Read limits and charges, and check.
        UsageRead = "usage:read",
        /// Charge and release. Includes nothing else.
        UsageWrite = "usage:write",
    }
}

/// As it stands in events: `user:…`, `machine:…`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(user) => write!(f, "user:{user}"),
            Self::Machine(machine) => write!(f, "machine:{}", machine.name),
        }
    }
}
