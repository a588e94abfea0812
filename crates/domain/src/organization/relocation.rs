use std::collections::BTreeMap;

use super::hierarchy::{HierarchyCaps, HierarchyRefused, Path};
use super::{Organization, OrganizationName};
use crate::billing::{BillingMode, LinkRefused};
use crate::capacity::Refusal;
use crate::id::{BillingAccountId, OrganizationId};
use crate::meter::Meter;
use crate::time::Timestamp;
use crate::units::Units;

/// Where an organization is wanted, with everything below it (O7).
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    /// Below which one; `None` for a root.
    pub parent: Option<&'a Organization>,
    /// How many children that one has, or how many roots there are: the moved one aside.
    pub siblings: u32,
    /// The account that is to pay, where a root needs one (O3).
    pub billing_account_id: Option<BillingAccountId>,
}

/// Why a subtree cannot go where it is wanted (O7).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    /// It would be below itself.
    #[error("{0} is the organization itself or below it")]
    Cycle(OrganizationName),
    /// See [`HierarchyRefused`].
    #[error(transparent)]
    Hierarchy(#[from] HierarchyRefused),
    /// See [`LinkRefused`].
    #[error(transparent)]
    Link(#[from] LinkRefused),
    /// What it uses has no room there.
    #[error("{meter}: {refusal}")]
    NoRoom {
        /// The meter.
        meter: Meter,
        /// Why.
        refusal: Box<Refusal>,
    },
}

/// Everything about the place that keeps a subtree, the one on top first, from going there; what its usage has to say aside.
pub fn check_place(
    subtree: &[Organization],
    destination: Destination<'_>,
    (caps, mode): (&HierarchyCaps, BillingMode),
) -> Vec<MoveRefused> {
    let link = mode.check_link(destination.parent.is_none(), destination.billing_account_id);
    let mut refused: Vec<MoveRefused> = link.err().into_iter().map(MoveRefused::from).collect();
    let (Some(top), Some(parent)) = (subtree.first(), destination.parent) else {
        return refused;
    };
    if parent.id == top.id || parent.path.ancestors().contains(&top.id) {
        refused.push(MoveRefused::Cycle(parent.name.clone()));
        return refused;
    }
    let lowest = subtree.iter().map(Organization::depth).max().unwrap_or_default();
    let depth = parent.depth() + 1 + (lowest - top.depth());
    let hierarchy = [caps.check_depth(depth), caps.check_children(destination.siblings)];
    refused.extend(
        hierarchy
            .into_iter()
            .filter_map(Result::err)
            .map(MoveRefused::from),
    );
    refused
}

/// A subtree, the one on top first, as it is once it has gone there (O2, O3).
pub fn relocated(
    subtree: &[Organization],
    destination: Destination<'_>,
    now: Timestamp,
) -> Vec<Organization> {
    let Some(top) = subtree.first() else {
        return Vec::new();
    };
    let above = destination
        .parent
        .map_or_else(Path::root, |parent| parent.path.below(parent.id));
    let below = |organization: &Organization| above.followed_by(organization.path.after(top.depth()));
    subtree
        .iter()
        .map(|organization| Organization {
            path: below(organization),
            billing_account_id: account(organization.id == top.id, destination),
            updated_at: if organization.id == top.id {
                now
            } else {
                organization.updated_at
            },
            ..organization.clone()
        })
        .collect()
}

/// The smallest limit on each chain; `None` where there is none.
pub type SmallestLimits = BTreeMap<OrganizationId, Option<Units>>;

/// The smallest limits on the chains of a subtree, no child before its parent, when this is the smallest above it and these are their own (L7).
pub fn smallest_limits(
    subtree: &[Organization],
    above: Option<Units>,
    own: impl Fn(OrganizationId) -> Option<Units>,
) -> SmallestLimits {
    let mut limits = SmallestLimits::new();
    for organization in subtree {
        let inherited = organization
            .parent_id()
            .and_then(|parent| limits.get(&parent).copied())
            .unwrap_or(above);
        let smallest = own(organization.id).into_iter().chain(inherited).min();
        limits.insert(organization.id, smallest);
    }
    limits
}

/// Only a root has an account of its own.
fn account(is_top: bool, destination: Destination<'_>) -> Option<BillingAccountId> {
    let is_root = is_top && destination.parent.is_none();
    destination.billing_account_id.filter(|_| is_root)
}

/// Whether an organization is where it is wanted already.
pub fn is_there(organization: &Organization, destination: Destination<'_>) -> bool {
    let parent: Option<OrganizationId> = destination.parent.map(|parent| parent.id);
    organization.parent_id() == parent && organization.billing_account_id == destination.billing_account_id
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::WorkspaceId;
    use crate::organization::Branding;

    const CAPS: HierarchyCaps = HierarchyCaps {
        organizations: 100,
        levels: 4,
        children: 3,
    };

    fn id(n: u128) -> OrganizationId {
        OrganizationId::from_uuid(Uuid::from_u128(n))
    }

    fn account(n: u128) -> BillingAccountId {
        BillingAccountId::from_uuid(Uuid::from_u128(n))
    }

    fn organization(n: u128, ancestors: &[u128]) -> Organization {
        Organization {
            id: id(n),
            workspace_id: WorkspaceId::from_uuid(Uuid::from_u128(1)),
            name: format!("O{n}").parse().unwrap(),
            path: ancestors.iter().fold(Path::root(), |path, n| path.below(id(*n))),
            billing_account_id: ancestors.is_empty().then(|| account(7)),
            picture: None,
            branding: Branding::default(),
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        }
    }

    fn below(parent: &Organization) -> Destination<'_> {
        Destination {
            parent: Some(parent),
            siblings: 0,
            billing_account_id: None,
        }
    }

    const ROOT: Destination<'_> = Destination {
        parent: None,
        siblings: 0,
        billing_account_id: None,
    };

    fn refused(subtree: &[Organization], destination: Destination<'_>) -> Vec<MoveRefused> {
        check_place(subtree, destination, (&CAPS, BillingMode::Assigned))
    }

    #[test]
    fn o7_nothing_goes_below_itself() {
        let subtree = [organization(2, &[1]), organization(3, &[1, 2])];
        for parent in &subtree {
            let cycle = MoveRefused::Cycle(parent.name.clone());
            assert_eq!(refused(&subtree, below(parent)), [cycle]);
        }
        assert_eq!(refused(&subtree, below(&organization(1, &[]))), []);
        assert_eq!(refused(&subtree, below(&organization(9, &[1]))), []);
    }

    #[test]
    fn o7_the_lowest_of_the_subtree_must_fit() {
        let subtree = [organization(2, &[1]), organization(3, &[1, 2])];
        assert_eq!(refused(&subtree, below(&organization(9, &[7]))), []);
        let too_deep = MoveRefused::Hierarchy(HierarchyRefused::TooDeep(4));
        assert_eq!(
            refused(&subtree, below(&organization(9, &[7, 8]))),
            std::slice::from_ref(&too_deep)
        );
        assert_eq!(refused(&subtree[..1], below(&organization(9, &[7, 8]))), []);
        assert_eq!(
            refused(&subtree[..1], below(&organization(9, &[6, 7, 8]))),
            [too_deep]
        );
    }

    #[test]
    fn o7_every_blocker_is_told_at_once() {
        let subtree = [organization(2, &[1]), organization(3, &[1, 2])];
        let parent = organization(9, &[7, 8]);
        let destination = Destination {
            siblings: 3,
            billing_account_id: Some(account(7)),
            ..below(&parent)
        };
        let expected = [
            MoveRefused::Link(LinkRefused::Inherited),
            MoveRefused::Hierarchy(HierarchyRefused::TooDeep(4)),
            MoveRefused::Hierarchy(HierarchyRefused::TooManyChildren(3)),
        ];
        assert_eq!(refused(&subtree, destination), expected);
    }

    #[test]
    fn o7_a_root_needs_an_account_and_a_child_has_none() {
        let subtree = [organization(2, &[1])];
        let required = MoveRefused::Link(LinkRefused::Required);
        assert_eq!(refused(&subtree, ROOT), [required]);
        let paid = Destination {
            billing_account_id: Some(account(8)),
            ..ROOT
        };
        assert_eq!(refused(&subtree, paid), []);
        let top = relocated(&subtree, paid, Timestamp::EPOCH);
        assert_eq!(top[0].billing_account_id, Some(account(8)));
        let parent = organization(9, &[]);
        let child = relocated(&[organization(2, &[])], below(&parent), Timestamp::EPOCH);
        assert_eq!(child[0].billing_account_id, None);
    }

    #[test]
    fn o7_the_whole_subtree_has_another_path() {
        let now = Timestamp::EPOCH.plus_days(1);
        let subtree = [
            organization(2, &[1]),
            organization(3, &[1, 2]),
            organization(4, &[1, 2, 3]),
        ];
        let parent = organization(9, &[8]);
        let moved = relocated(&subtree, below(&parent), now);
        let paths: Vec<_> = moved.iter().map(|one| one.path.ancestors().to_vec()).collect();
        let expected: [&[u128]; 3] = [&[8, 9], &[8, 9, 2], &[8, 9, 2, 3]];
        assert_eq!(
            paths,
            expected.map(|ids| ids.iter().map(|n| id(*n)).collect::<Vec<_>>())
        );
        assert_eq!(
            moved.iter().map(|one| one.updated_at).collect::<Vec<_>>(),
            [now, Timestamp::EPOCH, Timestamp::EPOCH]
        );
        let root = relocated(&moved, ROOT, now);
        assert_eq!(root[0].path, Path::root());
        assert_eq!(root[2].path.ancestors(), [id(2), id(3)]);
    }

    #[test]
    fn o7_the_smallest_limit_on_the_way_down_binds() {
        let units = |n| Units::new(n).unwrap();
        let subtree = [
            organization(2, &[1]),
            organization(3, &[1, 2]),
            organization(4, &[1, 2, 3]),
            organization(5, &[1, 2]),
        ];
        let own = |of: OrganizationId| (of == id(3)).then(|| units(5));
        for (above, expected) in [
            (None, [None, Some(5), Some(5), None]),
            (Some(9), [Some(9), Some(5), Some(5), Some(9)]),
            (Some(2), [Some(2); 4]),
        ] {
            let limits = smallest_limits(&subtree, above.map(units), own);
            let found: Vec<_> = subtree.iter().map(|one| limits[&one.id]).collect();
            assert_eq!(found, expected.map(|limit| limit.map(units)), "{above:?}");
        }
    }

    #[test]
    fn o7_what_is_there_already_does_not_move() {
        let parent = organization(1, &[]);
        assert!(is_there(&organization(2, &[1]), below(&parent)));
        assert!(!is_there(&organization(2, &[3]), below(&parent)));
        let root = Destination {
            billing_account_id: Some(account(7)),
            ..ROOT
        };
        assert!(is_there(&organization(2, &[]), root));
        assert!(!is_there(&organization(2, &[]), ROOT));
    }
}
