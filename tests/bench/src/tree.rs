//! The tree that every workspace of a seed has, and the ids in it. All of it follows from numbers, so that scripts of SQL can compute it too.

use tenantry_domain::organization::Path;
use tenantry_domain::{OrganizationId, WorkspaceId};
use uuid::Uuid;

/// Organizations at levels 1, 2 and 3: a root with nine children, with five each.
const FIRST_LEVELS: [u32; 3] = [1, 9, 45];
/// Organizations at each level from the fourth on: three below each of the third level, and one below each of those.
pub const LANES: u32 = 135;
/// The number of the first organization of the fourth level, whose chain has five nodes with the pool.
pub const FIRST_LANE: u32 = 55;

/// What the digits of an id begin with.
const WORKSPACE: u32 = 1;
const ORGANIZATION: u32 = 2;
const BILLING_ACCOUNT: u32 = 3;
const SUBSCRIPTION: u32 = 4;
const USER: u32 = 5;

/// So many workspaces, all with the same tree of so many levels.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// 1 to 9,999.
    pub workspaces: u32,
    /// 4 to 10. With 10, a tree has 1,000 organizations.
    pub levels: u8,
}

/// One organization of a tree, by its number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From 0, the root, level by level.
    pub number: u32,
    /// None for the root.
    pub parent: Option<u32>,
}

impl Shape {
    /// Organizations in one workspace.
    pub fn organizations(self) -> u32 {
        FIRST_LEVELS.iter().sum::<u32>() + LANES * u32::from(self.levels - 3)
    }

    /// The organizations of one workspace, parents before children.
    pub fn places(self) -> impl Iterator<Item = Place> {
        (0..self.organizations()).map(|number| Place {
            number,
            parent: parent(number),
        })
    }

    /// The numbers of the organizations at one level, 1 to 10.
    pub fn at_level(self, level: u8) -> impl Iterator<Item = u32> + Clone {
        (0..self.organizations()).filter(move |number| above(*number).count() + 1 == usize::from(level))
    }
}

fn parent(number: u32) -> Option<u32> {
    match number {
        0 => None,
        1..=9 => Some(0),
        10..FIRST_LANE => Some(1 + (number - 10) / 5),
        _ if number < FIRST_LANE + LANES => Some(10 + (number - FIRST_LANE) / 3),
        _ => Some(number - LANES),
    }
}

/// The numbers of what is above, root first.
pub fn ancestors(number: u32) -> Vec<u32> {
    let mut ancestors: Vec<u32> = above(number).collect();
    ancestors.reverse();
    ancestors
}

fn above(number: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(parent(number), |above| parent(*above))
}

/// The path of an organization (O2).
pub fn path(workspace: u32, number: u32) -> Path {
    let root = Path::root();
    let above = ancestors(number).into_iter();
    above.fold(root, |path, above| path.below(organization_id(workspace, above)))
}

/// Numbers from 1.
pub fn workspace_id(workspace: u32) -> WorkspaceId {
    WorkspaceId::from_uuid(id(WORKSPACE, workspace, 0))
}

/// The organization with this number in that workspace.
pub fn organization_id(workspace: u32, number: u32) -> OrganizationId {
    OrganizationId::from_uuid(id(ORGANIZATION, workspace, number))
}

/// The one account of a workspace.
pub fn billing_account_id(workspace: u32) -> Uuid {
    id(BILLING_ACCOUNT, workspace, 0)
}

/// Its one subscription.
pub fn subscription_id(workspace: u32) -> Uuid {
    id(SUBSCRIPTION, workspace, 0)
}

/// The person who is in every workspace.
pub fn user_id() -> Uuid {
    id(USER, 0, 0)
}

/// Formed like a UUIDv7, with decimal digits that SQL can write as well.
fn id(kind: u32, workspace: u32, number: u32) -> Uuid {
    let decimal = |value: u32, digits: usize| {
        let text = format!("{value:0digits$}");
        u128::from_str_radix(&text, 16).unwrap_or_default()
    };
    let head = 0x0198_0000_u128 + decimal(kind, 1);
    let bits = (head << 96) | (decimal(workspace, 4) << 80) | (0x7000 << 64) | (0x8000 << 48);
    Uuid::from_u128(bits | decimal(number, 12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_of_ten_levels_has_a_thousand_organizations_and_135_at_each_level_below_the_third() {
        let shape = Shape {
            workspaces: 1,
            levels: 10,
        };
        assert_eq!(shape.organizations(), 1_000);
        let sizes: Vec<usize> = (1..=10).map(|level| shape.at_level(level).count()).collect();
        assert_eq!(sizes, [1, 9, 45, 135, 135, 135, 135, 135, 135, 135]);
        assert_eq!(shape.at_level(4).next(), Some(FIRST_LANE));
    }

    #[test]
    fn ids_have_the_numbers_as_decimal_digits() {
        let id = organization_id(17, 189).as_uuid().to_string();
        assert_eq!(id, "01980002-0017-7000-8000-000000000189");
    }
}
