//! Who calls.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

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

/// What a machine may do, in every workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read limits and charges, and check.
    UsageRead,
    /// Charge and release. Includes nothing else.
    UsageWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::UsageRead, Self::UsageWrite];

    /// The word for it in a token.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UsageRead => "usage:read",
            Self::UsageWrite => "usage:write",
        }
    }
}

/// The text names no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of usage:read, usage:write")]
pub struct UnknownScope;

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or(UnknownScope)
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
