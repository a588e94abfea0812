use super::role::Role;

/// How many members a workspace may have (W5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberCaps {
    /// Members in a workspace.
    pub members: u32,
}

impl Default for MemberCaps {
    fn default() -> Self {
        Self { members: 100 }
    }
}

/// A change of who is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipChange {
    /// Somebody joins with a role.
    Add {
        /// The role that they get.
        role: Role,
        /// Members before the change.
        members: u32,
    },
    /// A member's role changes.
    ChangeRole {
        /// The role before.
        from: Role,
        /// The role after.
        to: Role,
        /// Owners before the change.
        owners: u32,
    },
    /// A member is removed by somebody else.
    Remove {
        /// Their role.
        role: Role,
        /// Owners before the change.
        owners: u32,
    },
    /// A member leaves of their own accord, which anyone may.
    Leave {
        /// Their role.
        role: Role,
        /// Owners before the change.
        owners: u32,
    },
}

/// Why a membership may not change (W5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MembershipRefused {
    /// Only an owner grants or takes away `owner`.
    #[error("only an owner may grant or take away the role owner")]
    OwnersOnly,
    /// A workspace always has an owner.
    #[error("the last owner can be neither removed nor demoted; make somebody else an owner first")]
    LastOwner,
    /// The workspace is full.
    #[error("the workspace has {0} members, the most it may have")]
    TooManyMembers(u32),
}

/// Whether somebody of this role, who may manage members at all, may make this change (W5).
pub fn check_membership_change(
    actor: Role,
    change: MembershipChange,
    caps: MemberCaps,
) -> Result<(), MembershipRefused> {
    use MembershipChange::{Add, ChangeRole, Leave, Remove};
    let touches_owner = match change {
        Add { role, .. } | Remove { role, .. } => role == Role::Owner,
        ChangeRole { from, to, .. } => from != to && (from == Role::Owner || to == Role::Owner),
        Leave { .. } => false,
    };
    if touches_owner && actor != Role::Owner {
        return Err(MembershipRefused::OwnersOnly);
    }
    let takes_last_owner = match change {
        Add { .. } => false,
        ChangeRole { from, to, owners } => from == Role::Owner && to != Role::Owner && owners <= 1,
        Remove { role, owners } | Leave { role, owners } => role == Role::Owner && owners <= 1,
    };
    if takes_last_owner {
        return Err(MembershipRefused::LastOwner);
    }
    match change {
        Add { members, .. } if members >= caps.members => {
            Err(MembershipRefused::TooManyMembers(caps.members))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::MembershipChange::{Add, ChangeRole, Leave, Remove};
    use super::*;

    fn check(actor: Role, change: MembershipChange) -> Result<(), MembershipRefused> {
        check_membership_change(actor, change, MemberCaps::default())
    }

    #[test]
    fn w5_only_an_owner_touches_owners() {
        for change in [
            Add {
                role: Role::Owner,
                members: 1,
            },
            ChangeRole {
                from: Role::Viewer,
                to: Role::Owner,
                owners: 2,
            },
            ChangeRole {
                from: Role::Owner,
                to: Role::Admin,
                owners: 2,
            },
            Remove {
                role: Role::Owner,
                owners: 2,
            },
        ] {
            assert_eq!(
                check(Role::Admin, change),
                Err(MembershipRefused::OwnersOnly),
                "{change:?}"
            );
            assert_eq!(check(Role::Owner, change), Ok(()), "{change:?}");
        }
    }

    #[test]
    fn w5_an_admin_manages_everybody_else() {
        assert_eq!(
            check(
                Role::Admin,
                Add {
                    role: Role::Admin,
                    members: 1
                }
            ),
            Ok(())
        );
        assert_eq!(
            check(
                Role::Admin,
                ChangeRole {
                    from: Role::Viewer,
                    to: Role::Admin,
                    owners: 1
                }
            ),
            Ok(())
        );
        assert_eq!(
            check(
                Role::Admin,
                Remove {
                    role: Role::Admin,
                    owners: 1
                }
            ),
            Ok(())
        );
    }

    #[test]
    fn w5_the_last_owner_stays() {
        for change in [
            ChangeRole {
                from: Role::Owner,
                to: Role::Viewer,
                owners: 1,
            },
            Remove {
                role: Role::Owner,
                owners: 1,
            },
            Leave {
                role: Role::Owner,
                owners: 1,
            },
        ] {
            assert_eq!(
                check(Role::Owner, change),
                Err(MembershipRefused::LastOwner),
                "{change:?}"
            );
        }
        assert_eq!(
            check(
                Role::Owner,
                ChangeRole {
                    from: Role::Owner,
                    to: Role::Owner,
                    owners: 1
                }
            ),
            Ok(())
        );
    }

    #[test]
    fn w5_anyone_may_leave() {
        for role in Role::ALL {
            assert_eq!(check(role, Leave { role, owners: 2 }), Ok(()));
        }
    }

    #[test]
    fn w5_a_workspace_has_at_most_100_members() {
        assert_eq!(
            check(
                Role::Owner,
                Add {
                    role: Role::Viewer,
                    members: 99
                }
            ),
            Ok(())
        );
        assert_eq!(
            check(
                Role::Owner,
                Add {
                    role: Role::Viewer,
                    members: 100
                }
            ),
            Err(MembershipRefused::TooManyMembers(100))
        );
    }
}
