use std::fmt;

use crate::id::{BillingAccountId, OrganizationId, TeamId, WorkspaceId};
use crate::limit::{Enforcement, Limit};
use crate::units::Units;

/// Which pool of billing capacity a chain starts from (B2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PoolId {
    /// The one pool of a workspace in `single` or `pooled` mode.
    Workspace(WorkspaceId),
    /// The pool of one billing account, in `assigned` mode.
    BillingAccount(BillingAccountId),
}

/// What a node of the chain stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeId {
    /// A pool of billing capacity: always the first node.
    Pool(PoolId),
    /// An organization: its limit caps its own usage and that of everything below it.
    Organization(OrganizationId),
    /// A team: always the last node.
    Team(TeamId),
}

/// What a node of the chain is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A pool of billing capacity.
    Pool,
    /// An organization.
    Organization,
    /// A team.
    Team,
}

impl NodeId {
    /// What it is.
    pub const fn kind(self) -> NodeKind {
        match self {
            Self::Pool(_) => NodeKind::Pool,
            Self::Organization(_) => NodeKind::Organization,
            Self::Team(_) => NodeKind::Team,
        }
    }
}

/// The id of the workspace, billing account, organization or team that it stands for.
impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(PoolId::Workspace(id)) => id.fmt(f),
            Self::Pool(PoolId::BillingAccount(id)) => id.fmt(f),
            Self::Organization(id) => id.fmt(f),
            Self::Team(id) => id.fmt(f),
        }
    }
}

/// What a store keeps of one node for one meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// The limit set at the node, or a pool's capacity.
    pub limit: Limit,
    /// Units charged to the node itself; an organization has what its teams have itself (L6).
    pub direct: Units,
    /// Units charged to the node and everything below it (L6).
    pub subtree: Units,
}

impl Balance {
    /// The balance after a change of usage: a node counts what is charged to it and to everything below it (L6).
    pub fn after(self, change: UsageChange, place: UsagePlace) -> Result<Self, UsageOutOfRange> {
        let direct = match place {
            UsagePlace::Here => change.applied_to(self.direct)?,
            UsagePlace::Below => self.direct,
        };
        let subtree = change.applied_to(self.subtree)?;
        // What is charged below cannot be given back beyond what is charged there.
        if subtree < direct {
            return Err(UsageOutOfRange {
                used: self.subtree,
                change,
            });
        }
        Ok(Self {
            direct,
            subtree,
            ..self
        })
    }

    /// Whether more is used than the limit allows (L4).
    pub fn is_over_limit(&self) -> bool {
        self.limit.is_exceeded_by(self.subtree)
    }
}

/// A change of what is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageChange {
    /// So many units more.
    Grow(Units),
    /// So many units fewer.
    Shrink(Units),
}

/// Where usage changes, seen from a node whose balance counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsagePlace {
    /// At the node itself, or at a team of the organization that it is.
    Here,
    /// Somewhere below it.
    Below,
}

impl UsagePlace {
    /// How a node of a chain counts what is charged at the end of it, with this node directly above: an organization has what its teams have
    /// itself (L6).
    pub fn of(node: NodeId, target: NodeId, parent: Option<NodeId>) -> Self {
        let is_of_its_team =
            target.kind() == NodeKind::Team && node.kind() == NodeKind::Organization && parent == Some(node);
        if node == target || is_of_its_team {
            Self::Here
        } else {
            Self::Below
        }
    }
}

/// More is given back than is used, or more is used than can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("usage of {used} cannot change by {change:?}")]
pub struct UsageOutOfRange {
    /// What is used.
    pub used: Units,
    /// What was to change.
    pub change: UsageChange,
}

impl UsageChange {
    fn applied_to(self, used: Units) -> Result<Units, UsageOutOfRange> {
        let after = match self {
            Self::Grow(units) => used.get().checked_add(units.get()),
            Self::Shrink(units) => used.get().checked_sub(units.get()),
        };
        after
            .and_then(|after| Units::new(after).ok())
            .ok_or(UsageOutOfRange { used, change: self })
    }
}

/// One node of the chain, for one meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What the node stands for.
    pub id: NodeId,
    /// What people call it.
    pub name: String,
    /// The limit set at this node.
    pub limit: Limit,
    /// Units used in the whole subtree of this node.
    pub used: Units,
}

impl Node {
    /// A node as a store keeps it. A pool for which nothing is kept has no capacity, others no limit (L2, B1).
    pub fn from_balance(id: NodeId, name: String, balance: Balance) -> Self {
        let limit = match (id, balance.limit) {
            (NodeId::Pool(_), Limit::Unlimited) => Limit::AtMost(Units::ZERO),
            (_, limit) => limit,
        };
        Self {
            id,
            name,
            limit,
            used: balance.subtree,
        }
    }

    /// The same node, whose limit does this about what does not fit.
    #[must_use]
    pub fn under(self, enforcement: Enforcement) -> Self {
        Self {
            limit: Limit::new(self.limit.cap(), enforcement),
            ..self
        }
    }

    /// Whether so many more units fit under this node's own limit, be it enforced or not.
    pub fn admits(&self, requested: Units) -> bool {
        let fits_the_limit = self
            .limit
            .headroom(self.used)
            .is_none_or(|free| requested <= free);
        // A count that cannot be represented cannot be admitted either, limit or not.
        let fits_the_count = requested <= Units::MAX.saturating_sub(self.used);
        fits_the_limit && fits_the_count
    }

    /// Whether this node only observes (B3, L8), and so many more units do not fit.
    pub fn would_refuse(&self, requested: Units) -> bool {
        self.limit.enforcement() == Some(Enforcement::Observe) && !self.admits(requested)
    }

    /// Whether this node turns so many more units away: they do not fit, and it does not only observe.
    pub fn refuses(&self, requested: Units) -> bool {
        !self.admits(requested) && !self.would_refuse(requested)
    }

    /// The room that this node really leaves: `None` when it has no limit, or only observes it.
    pub fn enforced_headroom(&self) -> Option<Units> {
        let cap = self.limit.enforced_cap();
        cap.map(|cap| cap.saturating_sub(self.used))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn units(n: u64) -> Units {
        Units::new(n).unwrap()
    }

    fn balance(direct: u64, subtree: u64) -> Balance {
        Balance {
            limit: Limit::AtMost(units(3)),
            direct: units(direct),
            subtree: units(subtree),
        }
    }

    #[test]
    fn l6_a_node_counts_what_is_charged_to_it_and_below_it() {
        let (grow, shrink) = (UsageChange::Grow(units(4)), UsageChange::Shrink(units(2)));
        assert_eq!(balance(1, 5).after(grow, UsagePlace::Here), Ok(balance(5, 9)));
        assert_eq!(balance(1, 5).after(grow, UsagePlace::Below), Ok(balance(1, 9)));
        assert_eq!(balance(2, 5).after(shrink, UsagePlace::Here), Ok(balance(0, 3)));
        assert_eq!(balance(3, 5).after(shrink, UsagePlace::Below), Ok(balance(3, 3)));
    }

    #[test]
    fn l6_an_organization_has_what_its_teams_have_itself() {
        let organization = |n| NodeId::Organization(OrganizationId::from_uuid(Uuid::from_u128(n)));
        let team = NodeId::Team(TeamId::from_uuid(Uuid::from_u128(3)));
        let places = |target, parent| {
            [organization(1), organization(2), team].map(|node| UsagePlace::of(node, target, parent))
        };
        let (here, below) = (UsagePlace::Here, UsagePlace::Below);
        assert_eq!(places(team, Some(organization(2))), [below, here, here]);
        assert_eq!(
            places(organization(2), Some(organization(1))),
            [below, here, below]
        );
    }

    #[test]
    fn l6_no_more_is_given_back_than_is_used_nor_used_than_can_be_counted() {
        let shrink = UsageChange::Shrink(units(3));
        for (balance, change, place) in [
            (balance(2, 5), shrink, UsagePlace::Here),
            (balance(3, 5), shrink, UsagePlace::Below),
            (balance(0, 2), shrink, UsagePlace::Below),
            (balance(1, 1), UsageChange::Grow(Units::MAX), UsagePlace::Here),
        ] {
            assert!(balance.after(change, place).is_err(), "{balance:?} {change:?}");
        }
    }
}
