use uuid::Uuid;

use super::scope::{Scopes, TeamScope};
use crate::id::{RoleId, TeamId};
use crate::text::{Folded, Name};
use crate::time::Timestamp;

/// The name of a role: 1–100 characters.
pub type RoleName = Name<100>;

words! {
    /// A role that every team has (T10).
    pub enum SystemRole (UnknownSystemRole: "must be one of Owner, Administrator, Developer") {
        /// Everything. Held by the owner of the team, and by nobody else.
        Owner = "Owner",
        /// Everything but deleting the team.
        Administrator = "Administrator",
        /// Sites; sees people, roles and API credentials.
        Developer = "Developer",
    }
}

/// The ids of system roles are this and their number, the first is 1: the same in every deployment.
const FIRST_BITS: u128 = 0x7465_6e61_6e74_8000_8000_0000_0000_0000;

impl SystemRole {
    /// By what it is referred to.
    pub const fn id(self) -> RoleId {
        let number = match self {
            Self::Owner => 1,
            Self::Administrator => 2,
            Self::Developer => 3,
        };
        RoleId::from_uuid(Uuid::from_u128(FIRST_BITS | number))
    }

    /// The system role of an id.
    pub fn of(id: RoleId) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// What it allows (T10).
    pub fn scopes(self) -> Scopes {
        TeamScope::ALL
            .into_iter()
            .filter(|scope| self.allows(*scope))
            .collect()
    }

    fn allows(self, scope: TeamScope) -> bool {
        use TeamScope as S;
        match self {
            Self::Owner => true,
            Self::Administrator => scope != S::TeamDelete,
            Self::Developer => matches!(
                scope,
                S::SiteView | S::SiteCreate | S::SiteDelete | S::UserView | S::RoleView | S::ApiView
            ),
        }
    }
}

/// A role that a team has made for itself (T10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRole {
    /// Its id.
    pub id: RoleId,
    /// The team.
    pub team_id: TeamId,
    /// What people call it: unique in the team, whatever its case, and no system role's.
    pub name: RoleName,
    /// What it allows.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A role in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TeamRole {
    /// One that every team has.
    System(SystemRole),
    /// One of the team's own.
    Custom(CustomRole),
}

impl TeamRole {
    /// Its id.
    pub fn id(&self) -> RoleId {
        match self {
            Self::System(role) => role.id(),
            Self::Custom(role) => role.id,
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        match self {
            Self::System(role) => role.as_str(),
            Self::Custom(role) => role.name.as_str(),
        }
    }

    /// What it allows.
    pub fn scopes(&self) -> Scopes {
        match self {
            Self::System(role) => role.scopes(),
            Self::Custom(role) => role.scopes.clone(),
        }
    }
}

/// Why a role cannot be made, changed, deleted or given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoleRefused {
    /// Every team has it, as it is (T10).
    #[error("the role is one that every team has; it cannot be changed or deleted")]
    System,
    /// The name is another role's of the team (T10).
    #[error("the team has a role of that name already; choose another name")]
    NameTaken,
    /// Members hold it, or invitations promise it (T10).
    #[error("the role is in use; take it from its members and cancel the invitations to it first")]
    InUse,
    /// Only one person has it, and it goes by transfer (T7, T10).
    #[error("the role Owner is the owner's alone; transfer the team instead")]
    OwnerOnly,
    /// The team has as many roles as it may.
    #[error("the team has {0} roles of its own already, the most that it may have")]
    TooMany(u32),
}

/// Whether a team may call one of its own roles so: no system role is (T10). Whether another of its own is, its store says.
pub fn check_role_name(name: &RoleName) -> Result<(), RoleRefused> {
    let folded = Folded::of(name.as_str());
    let is_taken = |role: SystemRole| Folded::of(role.as_str()) == folded;
    if SystemRole::ALL.into_iter().any(is_taken) {
        return Err(RoleRefused::NameTaken);
    }
    Ok(())
}

/// Whether a role may be given to somebody: any but the owner's (T7).
pub fn check_assignable(role: &TeamRole) -> Result<(), RoleRefused> {
    if *role == TeamRole::System(SystemRole::Owner) {
        return Err(RoleRefused::OwnerOnly);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t10_system_roles_have_the_scopes_of_the_rules() {
        assert_eq!(SystemRole::Owner.scopes(), Scopes::all());
        let administrator = SystemRole::Administrator.scopes();
        let beyond = Scopes::all().beyond(&administrator);
        assert_eq!(beyond.to_string(), "team:delete");
        let developer = SystemRole::Developer.scopes();
        let expected = "user:view role:view api:view site:view site:create site:delete";
        assert_eq!(developer.to_string(), expected);
    }

    #[test]
    fn t10_a_system_role_has_an_id_that_stays() {
        assert_eq!(
            SystemRole::Developer.id().to_string(),
            "74656e61-6e74-8000-8000-000000000003"
        );
        for role in SystemRole::ALL {
            assert_eq!(SystemRole::of(role.id()), Some(role));
        }
    }

    #[test]
    fn t10_no_role_of_a_team_is_called_like_a_system_role() {
        assert_eq!(check_role_name(&"Auditor".parse().unwrap()), Ok(()));
        for name in ["Owner", "administrator", "DEVELOPER"] {
            let taken = check_role_name(&name.parse().unwrap());
            assert_eq!(taken, Err(RoleRefused::NameTaken), "{name}");
        }
    }
}
