words! {
    /// What a member of a workspace is (W5). Ordered: a later role may do everything that an earlier one may.
    pub enum Role (UnknownRole: "must be one of owner, admin, viewer") {
        /// Reads.
        Viewer = "viewer",
        /// Manages organizations, limits, charges and members other than owners; sees billing.
        Admin = "admin",
        /// Everything.
        Owner = "owner",
    }
}

/// One thing that somebody may do in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See the workspace, its members, organizations, limits and ledger.
    Read,
    /// Change the workspace's name and description.
    UpdateWorkspace,
    /// Archive the workspace.
    ArchiveWorkspace,
    /// Take the workspace into use again after it was archived.
    UnarchiveWorkspace,
    /// Add and remove members, and change roles. Which ones, [`check_membership_change`](super::check_membership_change) says.
    ManageMembers,
    /// Leave the workspace.
    Leave,
    /// Create, change and delete organizations and their limits.
    ManageOrganizations,
    /// Make teams, and whatever their owners may.
    ManageTeams,
    /// See limits, charges and what could be charged.
    ReadUsage,
    /// Charge and release usage.
    WriteUsage,
    /// See what happened.
    ReadEvents,
    /// See billing accounts and subscriptions.
    ReadBilling,
    /// Create, change and delete billing accounts and subscriptions.
    ManageBilling,
}

impl Role {
    /// Whether this role may do that: the one table of workspace rights (W3, W5).
    pub fn allows(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }
}

impl Permission {
    /// The least role that has this permission.
    pub const fn least_role(self) -> Role {
        match self {
            Self::Read | Self::Leave | Self::ReadUsage => Role::Viewer,
            Self::UpdateWorkspace
            | Self::ManageMembers
            | Self::ManageOrganizations
            | Self::ManageTeams
            | Self::WriteUsage
            | Self::ReadEvents
            | Self::ReadBilling => Role::Admin,
            Self::ArchiveWorkspace | Self::UnarchiveWorkspace | Self::ManageBilling => Role::Owner,
        }
    }

    /// Whether it can be used in an archived workspace too (W3).
    pub const fn reaches_archived(self) -> bool {
        matches!(
            self,
            Self::Read | Self::ReadUsage | Self::ReadEvents | Self::ReadBilling | Self::UnarchiveWorkspace
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w5_the_table_of_rights() {
        use Permission as P;
        let table = [
            (P::Read, [true, true, true]),
            (P::Leave, [true, true, true]),
            (P::ReadUsage, [true, true, true]),
            (P::UpdateWorkspace, [false, true, true]),
            (P::ManageMembers, [false, true, true]),
            (P::ManageOrganizations, [false, true, true]),
            (P::ManageTeams, [false, true, true]),
            (P::WriteUsage, [false, true, true]),
            (P::ReadEvents, [false, true, true]),
            (P::ReadBilling, [false, true, true]),
            (P::ManageBilling, [false, false, true]),
            (P::ArchiveWorkspace, [false, false, true]),
            (P::UnarchiveWorkspace, [false, false, true]),
        ];
        for (permission, rights) in table {
            assert_eq!(
                Role::ALL.map(|role| role.allows(permission)),
                rights,
                "{permission:?}"
            );
        }
    }
}
