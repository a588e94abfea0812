use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::id::ScopeId;

words! {
    /// One thing that somebody may do in a team (T11). New ones are added at the end: the ids follow from the order.
    pub enum TeamScope (UnknownTeamScope: "must be the name of a scope, such as site:create") {
        /// See the people in the team.
        UserView = "user:view",
        /// Add people to the team.
        UserCreate = "user:create",
        /// Change people's profiles and roles.
        UserUpdate = "user:update",
        /// Remove people from the team.
        UserDelete = "user:delete",
        /// Make teams in the organization of the team.
        TeamCreate = "team:create",
        /// Change the team's name and site limit.
        TeamUpdate = "team:update",
        /// Delete the team.
        TeamDelete = "team:delete",
        /// Invite people, and cancel invitations.
        InviteUsers = "teams:invite-users",
        /// Remove members.
        RemoveUsers = "teams:remove-users",
        /// See the roles.
        RoleView = "role:view",
        /// Make roles.
        RoleCreate = "role:create",
        /// Change roles.
        RoleUpdate = "role:update",
        /// Delete roles.
        RoleDelete = "role:delete",
        /// See API credentials.
        ApiView = "api:view",
        /// Make API credentials.
        ApiCreate = "api:create",
        /// Change and rotate API credentials.
        ApiUpdate = "api:update",
        /// Revoke API credentials.
        ApiDelete = "api:delete",
        /// See billing.
        BillingView = "billing:view",
        /// Change billing.
        BillingUpdate = "billing:update",
        /// See what is charged to the team.
        SiteView = "site:view",
        /// Charge to the team.
        SiteCreate = "site:create",
        /// Release what is charged to the team.
        SiteDelete = "site:delete",
    }
}

/// The ids of scopes are this and their number, the first is 1: the same in every deployment.
const FIRST_BITS: u128 = 0x7465_6e61_6e74_8000_8001_0000_0000_0000;

impl TeamScope {
    /// By what roles refer to it.
    pub fn id(self) -> ScopeId {
        let before = Self::ALL.iter().take_while(|scope| **scope != self);
        let number = before.fold(1, |number, _| number + 1);
        ScopeId::from_uuid(Uuid::from_u128(FIRST_BITS | number))
    }

    /// The scope of an id.
    pub fn of(id: ScopeId) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.id() == id)
    }

    /// Whether it only lets see.
    pub fn is_view(self) -> bool {
        self.as_str().ends_with(":view")
    }

    /// What it allows, in a few words.
    pub const fn description(self) -> &'static str {
        match self {
            Self::UserView => "see the people in the team",
            Self::UserCreate => "add people to the team",
            Self::UserUpdate => "change people's profiles and roles",
            Self::UserDelete => "remove people from the team",
            Self::TeamCreate => "make teams in the organization of the team",
            Self::TeamUpdate => "change the team's name and site limit",
            Self::TeamDelete => "delete the team",
            Self::InviteUsers => "invite people, and cancel invitations",
            Self::RemoveUsers => "remove members",
            Self::RoleView => "see the roles",
            Self::RoleCreate => "make roles",
            Self::RoleUpdate => "change roles",
            Self::RoleDelete => "delete roles",
            Self::ApiView => "see API credentials",
            Self::ApiCreate => "make API credentials",
            Self::ApiUpdate => "change and rotate API credentials",
            Self::ApiDelete => "revoke API credentials",
            Self::BillingView => "see billing",
            Self::BillingUpdate => "change billing",
            Self::SiteView => "see what is charged to the team",
            Self::SiteCreate => "charge to the team",
            Self::SiteDelete => "release what is charged to the team",
        }
    }
}

/// A set of scopes. Written as their names between blanks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(BTreeSet<TeamScope>);

impl Scopes {
    /// Every scope there is.
    pub fn all() -> Self {
        TeamScope::ALL.into_iter().collect()
    }

    /// Whether this one is in the set.
    pub fn contains(&self, scope: TeamScope) -> bool {
        self.0.contains(&scope)
    }

    /// The scopes, in the order of their declaration.
    pub fn iter(&self) -> impl Iterator<Item = TeamScope> {
        self.0.iter().copied()
    }

    /// Those of both sets.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        self.iter().filter(|scope| other.contains(*scope)).collect()
    }

    /// Those that the other set lacks.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Self {
        self.iter().filter(|scope| !other.contains(*scope)).collect()
    }
}

impl FromIterator<TeamScope> for Scopes {
    fn from_iter<I: IntoIterator<Item = TeamScope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl Extend<TeamScope> for Scopes {
    fn extend<I: IntoIterator<Item = TeamScope>>(&mut self, scopes: I) {
        self.0.extend(scopes);
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(f, "{gap}{scope}")?;
        }
        Ok(())
    }
}

impl FromStr for Scopes {
    type Err = UnknownTeamScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_ascii_whitespace().map(str::parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t11_a_scope_has_an_id_that_stays() {
        let first = TeamScope::UserView.id().to_string();
        assert_eq!(first, "74656e61-6e74-8000-8001-000000000001");
        let last = TeamScope::SiteDelete.id().to_string();
        assert_eq!(last, "74656e61-6e74-8000-8001-000000000016");
        for scope in TeamScope::ALL {
            assert_eq!(TeamScope::of(scope.id()), Some(scope));
        }
    }

    #[test]
    fn t11_a_set_survives_its_text() {
        for scopes in [Scopes::default(), Scopes::all()] {
            assert_eq!(scopes.to_string().parse(), Ok(scopes));
        }
        assert!("user:view user:fly".parse::<Scopes>().is_err());
    }
}
