//! Who calls.

use std::collections::BTreeSet;
use std::fmt;

use tenantry_domain::team::Scopes;
use tenantry_domain::{CredentialId, TeamId, UserId};

/// Who calls: a person, whose rights come from their roles, or a program, whose rights are its scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person.
    Person(UserId),
    /// Another service.
    Machine(Machine),
    /// A program in the place of a team (K1).
    Credential(TeamCredential),
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

/// A program with a team's credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamCredential {
    /// The credential.
    pub id: CredentialId,
    /// The only team in which it acts.
    pub team_id: TeamId,
    /// Who made the credential.
    pub creator_id: UserId,
    /// What it was given and its creator still has (K3).
    pub scopes: Scopes,
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

/// As it stands in events: `user:…`, `machine:…`, `credential:…`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(user) => write!(f, "user:{user}"),
            Self::Machine(machine) => write!(f, "machine:{}", machine.name),
            Self::Credential(credential) => write!(f, "credential:{}", credential.id),
        }
    }
}
