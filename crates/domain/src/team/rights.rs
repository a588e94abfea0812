use super::role::TeamRole;
use super::scope::{Scopes, TeamScope};
use crate::workspace::{Permission, Role};

/// What somebody may do in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// Their scopes.
    pub scopes: Scopes,
    /// Whether they may give the team to another owner: its owner, and who administers its workspace.
    pub may_transfer: bool,
}

/// The scope that somebody lacks for what they asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this needs the scope {0} in the team")]
pub struct LacksScope(pub TeamScope);

impl Rights {
    /// What the roles of a member add up to (T10).
    pub fn of_member(is_owner: bool, roles: &[TeamRole]) -> Self {
        let mut scopes = if is_owner {
            Scopes::all()
        } else {
            Scopes::default()
        };
        for role in roles {
            scopes.extend(role.scopes().iter());
        }
        Self {
            scopes,
            may_transfer: is_owner,
        }
    }

    /// What somebody's role in the workspace lets them do in each of its teams, whether they are in it or not (W5).
    pub fn of_workspace_role(role: Role) -> Self {
        Self {
            scopes: TeamScope::ALL
                .into_iter()
                .filter(|scope| role >= least_workspace_role(*scope))
                .collect(),
            may_transfer: role >= Role::Admin,
        }
    }

    /// What a program may do that shows a credential of the team: never more than the credential was given, nor than its creator has (K3).
    pub fn of_credential(granted: &Scopes, creator: &Self) -> Self {
        Self {
            scopes: granted.common(&creator.scopes),
            may_transfer: false,
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.scopes.extend(other.scopes.iter());
        Self {
            may_transfer: self.may_transfer || other.may_transfer,
            ..self
        }
    }

    /// Lets pass what needs this scope.
    pub fn check(&self, scope: TeamScope) -> Result<(), LacksScope> {
        if self.scopes.contains(scope) {
            Ok(())
        } else {
            Err(LacksScope(scope))
        }
    }

    /// Nobody grants a scope that they lack, through a role, an invitation or a credential (T10, K3).
    pub fn check_grant(&self, granted: &Scopes) -> Result<(), LacksScope> {
        match granted.beyond(&self.scopes).iter().next() {
            Some(lacking) => Err(LacksScope(lacking)),
            None => Ok(()),
        }
    }
}

/// The least role in a workspace that has this scope in its teams.
fn least_workspace_role(scope: TeamScope) -> Role {
    match scope {
        TeamScope::BillingView => Permission::ReadBilling.least_role(),
        TeamScope::BillingUpdate => Permission::ManageBilling.least_role(),
        scope if scope.is_view() => Permission::Read.least_role(),
        _ => Permission::ManageTeams.least_role(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::team::SystemRole;

    fn any_scopes() -> impl Strategy<Value = Scopes> {
        proptest::collection::vec(proptest::sample::select(&TeamScope::ALL[..]), 0..22)
            .prop_map(|scopes| scopes.into_iter().collect())
    }

    fn rights(scopes: Scopes) -> Rights {
        Rights {
            scopes,
            may_transfer: false,
        }
    }

    #[test]
    fn w5_roles_in_the_workspace_count_in_its_teams() {
        let scopes = |role| Rights::of_workspace_role(role).scopes;
        assert_eq!(scopes(Role::Owner), Scopes::all());
        assert_eq!(
            Scopes::all().beyond(&scopes(Role::Admin)).to_string(),
            "billing:update"
        );
        assert_eq!(
            scopes(Role::Viewer).to_string(),
            "user:view role:view api:view site:view"
        );
    }

    #[test]
    fn t10_the_owner_has_every_scope_and_a_member_those_of_their_roles() {
        assert_eq!(Rights::of_member(true, &[]).scopes, Scopes::all());
        assert_eq!(Rights::of_member(false, &[]).scopes, Scopes::default());
        let developer = Rights::of_member(false, &[TeamRole::System(SystemRole::Developer)]);
        assert!(developer.check(TeamScope::SiteCreate).is_ok());
        assert_eq!(
            developer.check(TeamScope::TeamUpdate),
            Err(LacksScope(TeamScope::TeamUpdate))
        );
    }

    proptest! {
        #[test]
        fn t10_nobody_grants_a_scope_that_they_lack(held in any_scopes(), granted in any_scopes()) {
            let outcome = rights(held.clone()).check_grant(&granted);
            prop_assert_eq!(outcome.is_ok(), granted.iter().all(|scope| held.contains(scope)));
            if let Err(LacksScope(lacking)) = outcome {
                prop_assert!(granted.contains(lacking) && !held.contains(lacking));
            }
        }

        #[test]
        fn k3_a_credential_holds_no_scope_that_its_creator_lacks(granted in any_scopes(), held in any_scopes()) {
            let of_credential = Rights::of_credential(&granted, &rights(held.clone()));
            prop_assert!(of_credential.scopes.iter().all(|scope| held.contains(scope) && granted.contains(scope)));
        }
    }
}
