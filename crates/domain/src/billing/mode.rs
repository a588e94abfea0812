use std::collections::BTreeSet;

use crate::capacity::PoolId;
use crate::id::{BillingAccountId, WorkspaceId};
use crate::limit::Enforcement;

words! {
    /// How the organizations of a workspace draw on its billing accounts (B2). Permanent.
    pub enum BillingMode (UnknownBillingMode: "must be one of single, assigned, pooled") {
        /// One account at most; one pool for the whole workspace.
        Single = "single",
        /// A pool per account, shared by the roots assigned to it and isolated from the others.
        Assigned = "assigned",
        /// Several accounts feed one pool for the whole workspace.
        Pooled = "pooled",
    }
}

/// Why an organization may not be linked to a billing account, or must be (O3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefused {
    /// A root in `single` or `assigned` mode needs one.
    #[error("a root organization needs a billing account in this billing mode")]
    Required,
    /// A child inherits its root's account.
    #[error("a child organization inherits the billing account of its root, so it must be null")]
    Inherited,
    /// All accounts feed one pool.
    #[error("in pooled mode no organization has a billing account of its own, so it must be null")]
    Pooled,
}

/// The workspace has as many billing accounts as it may (B2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the workspace has {0} billing account(s), the most it may have in its billing mode")]
pub struct TooManyBillingAccounts(pub u32);

impl BillingMode {
    /// Whether one more billing account fits, when the deployment allows so many (B2).
    pub fn check_account_count(
        self,
        existing: u32,
        deployment_cap: u32,
    ) -> Result<(), TooManyBillingAccounts> {
        let cap = match self {
            Self::Single => 1,
            Self::Assigned | Self::Pooled => deployment_cap,
        };
        if existing >= cap {
            Err(TooManyBillingAccounts(cap))
        } else {
            Ok(())
        }
    }

    /// Whether an organization may be linked to this account, or to none (O3).
    pub fn check_link(self, is_root: bool, account: Option<BillingAccountId>) -> Result<(), LinkRefused> {
        match (self, is_root, account) {
            (Self::Pooled, _, Some(_)) => Err(LinkRefused::Pooled),
            (_, false, Some(_)) => Err(LinkRefused::Inherited),
            (Self::Single | Self::Assigned, true, None) => Err(LinkRefused::Required),
            _ => Ok(()),
        }
    }

    /// The pool that an organization draws on, when its root is linked to this account (B2).
    pub fn pool_of(self, workspace: WorkspaceId, root_account: Option<BillingAccountId>) -> PoolId {
        match (self, root_account) {
            (Self::Assigned, Some(account)) => PoolId::BillingAccount(account),
            _ => PoolId::Workspace(workspace),
        }
    }

    /// The pool that an account's subscriptions feed (B2).
    pub fn pool_fed_by(self, workspace: WorkspaceId, account: BillingAccountId) -> PoolId {
        self.pool_of(workspace, Some(account))
    }

    /// Every pool of a workspace that has these accounts (B2).
    pub fn pools(
        self,
        workspace: WorkspaceId,
        accounts: impl IntoIterator<Item = BillingAccountId>,
    ) -> BTreeSet<PoolId> {
        let own = (self != Self::Assigned).then_some(PoolId::Workspace(workspace));
        let fed = accounts
            .into_iter()
            .map(|account| self.pool_fed_by(workspace, account));
        own.into_iter().chain(fed).collect()
    }
}

words! {
    /// What a deployment does about billing capacity (B3). Limits of organizations do as each of them says (L8).
    #[derive(Default)]
    pub enum BillingEnforcement (UnknownBillingEnforcement: "must be one of enforce, observe, off") {
        /// The pool refuses what does not fit.
        #[default]
        Enforce = "enforce",
        /// The pool never refuses; what it would have refused is recorded.
        Observe = "observe",
        /// There is no pool node.
        Off = "off",
    }
}

impl BillingEnforcement {
    /// How a pool node behaves; `None` when there is none.
    pub const fn of_pool(self) -> Option<Enforcement> {
        match self {
            Self::Enforce => Some(Enforcement::Enforce),
            Self::Observe => Some(Enforcement::Observe),
            Self::Off => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const WORKSPACE: WorkspaceId = WorkspaceId::from_uuid(Uuid::from_u128(1));
    const A: BillingAccountId = BillingAccountId::from_uuid(Uuid::from_u128(2));
    const B: BillingAccountId = BillingAccountId::from_uuid(Uuid::from_u128(3));

    #[test]
    fn b2_single_has_one_account_and_the_others_ten() {
        assert_eq!(BillingMode::Single.check_account_count(0, 10), Ok(()));
        assert_eq!(
            BillingMode::Single.check_account_count(1, 10),
            Err(TooManyBillingAccounts(1))
        );
        for mode in [BillingMode::Assigned, BillingMode::Pooled] {
            assert_eq!(mode.check_account_count(9, 10), Ok(()));
            assert_eq!(mode.check_account_count(10, 10), Err(TooManyBillingAccounts(10)));
        }
    }

    #[test]
    fn b2_only_assigned_separates_the_accounts() {
        for mode in [BillingMode::Single, BillingMode::Pooled] {
            assert_eq!(mode.pool_of(WORKSPACE, Some(A)), mode.pool_of(WORKSPACE, None));
            assert_eq!(mode.pool_fed_by(WORKSPACE, A), mode.pool_fed_by(WORKSPACE, B));
        }
        let assigned = BillingMode::Assigned;
        assert_eq!(
            assigned.pool_of(WORKSPACE, Some(A)),
            assigned.pool_fed_by(WORKSPACE, A)
        );
        assert_ne!(
            assigned.pool_fed_by(WORKSPACE, A),
            assigned.pool_fed_by(WORKSPACE, B)
        );
    }

    #[test]
    fn b2_the_pools_of_a_workspace_are_its_own_or_those_of_its_accounts() {
        let own = [PoolId::Workspace(WORKSPACE)].into();
        assert_eq!(BillingMode::Single.pools(WORKSPACE, []), own);
        assert_eq!(BillingMode::Pooled.pools(WORKSPACE, [A, B]), own);
        let theirs = [PoolId::BillingAccount(A), PoolId::BillingAccount(B)].into();
        assert_eq!(BillingMode::Assigned.pools(WORKSPACE, [A, B]), theirs);
        assert_eq!(BillingMode::Assigned.pools(WORKSPACE, []), [].into());
    }

    #[test]
    fn o3_who_has_a_billing_account_of_their_own() {
        for mode in [BillingMode::Single, BillingMode::Assigned] {
            assert_eq!(mode.check_link(true, Some(A)), Ok(()));
            assert_eq!(mode.check_link(true, None), Err(LinkRefused::Required));
            assert_eq!(mode.check_link(false, None), Ok(()));
            assert_eq!(mode.check_link(false, Some(A)), Err(LinkRefused::Inherited));
        }
        for is_root in [true, false] {
            assert_eq!(BillingMode::Pooled.check_link(is_root, None), Ok(()));
            assert_eq!(
                BillingMode::Pooled.check_link(is_root, Some(A)),
                Err(LinkRefused::Pooled)
            );
        }
    }

    #[test]
    fn w1_a_mode_survives_its_word() {
        for mode in BillingMode::ALL {
            assert_eq!(mode.as_str().parse(), Ok(mode));
        }
        assert!("Single".parse::<BillingMode>().is_err());
    }
}
