use std::fmt;
use std::str::FromStr;

use crate::id::{InvalidId, OrganizationId};

const SEPARATOR: &str = "#";

/// The ancestors of an organization, root first (O2). Shown as their ids joined by `#`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Path(Vec<OrganizationId>);

impl Path {
    /// The path of a root.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The path of a child of the organization that has this path and this id.
    #[must_use]
    pub fn below(&self, id: OrganizationId) -> Self {
        Self(self.0.iter().copied().chain([id]).collect())
    }

    /// The ancestors, root first.
    pub fn ancestors(&self) -> &[OrganizationId] {
        &self.0
    }

    /// The path of what has these ancestors below the one of this path.
    #[must_use]
    pub fn followed_by(&self, ancestors: &[OrganizationId]) -> Self {
        Self([self.0.as_slice(), ancestors].concat())
    }

    /// The ancestors less the first so many.
    pub fn after(&self, first: usize) -> &[OrganizationId] {
        self.0.get(first..).unwrap_or_default()
    }

    /// How many ancestors there are: 0 for a root.
    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// The nearest ancestor.
    pub fn parent(&self) -> Option<OrganizationId> {
        self.0.last().copied()
    }

    /// The farthest ancestor.
    pub fn root_id(&self) -> Option<OrganizationId> {
        self.0.first().copied()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, id) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { SEPARATOR };
            write!(f, "{separator}{id}")?;
        }
        Ok(())
    }
}

/// Reads the shown form; an empty text is a root's path.
impl FromStr for Path {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        text.split(SEPARATOR)
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// A number of ancestors that some deployment allows (O1, O2): 0–31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Depth(u8);

/// No deployment has trees so deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from 0 to {}", Depth::MAX.0)]
pub struct InvalidDepth;

impl Depth {
    /// The greatest.
    pub const MAX: Self = Self(31);

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Depth {
    type Error = InvalidDepth;

    fn try_from(depth: i64) -> Result<Self, InvalidDepth> {
        let depth = u8::try_from(depth).map(Self).map_err(|_| InvalidDepth)?;
        if depth > Self::MAX {
            Err(InvalidDepth)
        } else {
            Ok(depth)
        }
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How large a workspace's tree may grow (O1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HierarchyCaps {
    /// Organizations in a workspace, at all levels.
    pub organizations: u32,
    /// Levels: 10 means depths 0–9.
    pub levels: u32,
    /// Direct children of one organization.
    pub children: u32,
}

impl Default for HierarchyCaps {
    fn default() -> Self {
        Self {
            organizations: 1_000,
            levels: 10,
            children: 100,
        }
    }
}

/// How large the tree is now, as far as a new organization is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeSize {
    /// Organizations in the workspace.
    pub organizations: u32,
    /// Children that the new organization's parent has; 0 for a root.
    pub siblings: u32,
}

/// Why an organization cannot be placed (O1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HierarchyRefused {
    /// The workspace is full.
    #[error("the workspace has no room for more than {0} organizations")]
    TooManyOrganizations(u32),
    /// The parent is on the last level.
    #[error("the parent is on the last of {0} levels, so nothing can be placed below it")]
    TooDeep(u32),
    /// The parent is full.
    #[error("the parent has no room for more than {0} children")]
    TooManyChildren(u32),
}

/// The path of a new root, when there is room for it (O1).
pub fn place_root(caps: &HierarchyCaps, size: TreeSize) -> Result<Path, HierarchyRefused> {
    check_total(caps, size)?;
    Ok(Path::root())
}

/// The path of a new child of the organization of this path and id, when there is room for it (O1, O2).
pub fn place_child(
    caps: &HierarchyCaps,
    size: TreeSize,
    parent: (&Path, OrganizationId),
) -> Result<Path, HierarchyRefused> {
    check_total(caps, size)?;
    let path = parent.0.below(parent.1);
    caps.check_depth(path.depth())?;
    caps.check_children(size.siblings)?;
    Ok(path)
}

impl HierarchyCaps {
    /// Whether there may be an organization of so many ancestors.
    pub fn check_depth(&self, depth: usize) -> Result<(), HierarchyRefused> {
        if u32::try_from(depth).is_ok_and(|depth| depth < self.levels) {
            return Ok(());
        }
        Err(HierarchyRefused::TooDeep(self.levels))
    }

    /// Whether an organization that has so many children may have one more.
    pub fn check_children(&self, children: u32) -> Result<(), HierarchyRefused> {
        if children >= self.children {
            return Err(HierarchyRefused::TooManyChildren(self.children));
        }
        Ok(())
    }
}

fn check_total(caps: &HierarchyCaps, size: TreeSize) -> Result<(), HierarchyRefused> {
    if size.organizations >= caps.organizations {
        return Err(HierarchyRefused::TooManyOrganizations(caps.organizations));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> OrganizationId {
        OrganizationId::from_uuid(Uuid::from_u128(n))
    }

    fn size(organizations: u32, siblings: u32) -> TreeSize {
        TreeSize {
            organizations,
            siblings,
        }
    }

    fn path_of_depth(depth: u128) -> Path {
        (0..depth).fold(Path::root(), |path, n| path.below(id(n)))
    }

    #[test]
    fn o1_depths_0_to_9_exist_and_no_tenth_ancestor() {
        let caps = HierarchyCaps::default();
        let ninth = place_child(&caps, size(9, 0), (&path_of_depth(8), id(8))).unwrap();
        assert_eq!(ninth.depth(), 9);
        assert_eq!(
            place_child(&caps, size(10, 0), (&ninth, id(9))),
            Err(HierarchyRefused::TooDeep(10))
        );
    }

    #[test]
    fn o1_the_100th_child_fits_and_the_101st_does_not() {
        let caps = HierarchyCaps::default();
        let parent = (&Path::root(), id(1));
        assert!(place_child(&caps, size(100, 99), parent).is_ok());
        assert_eq!(
            place_child(&caps, size(101, 100), parent),
            Err(HierarchyRefused::TooManyChildren(100))
        );
    }

    #[test]
    fn o1_the_1000th_organization_fits_and_the_1001st_does_not() {
        let caps = HierarchyCaps::default();
        assert!(place_root(&caps, size(999, 0)).is_ok());
        let full = Err(HierarchyRefused::TooManyOrganizations(1_000));
        assert_eq!(place_root(&caps, size(1_000, 0)), full);
        assert_eq!(place_child(&caps, size(1_000, 0), (&Path::root(), id(1))), full);
    }

    #[test]
    fn o2_a_depth_is_one_that_a_deployment_can_allow() {
        assert_eq!(
            [0, 31].map(|n| Depth::try_from(n).map(Depth::get)),
            [Ok(0), Ok(31)]
        );
        for n in [i64::MIN, -1, 32, 256, i64::MAX] {
            assert_eq!(Depth::try_from(n), Err(InvalidDepth), "{n}");
        }
    }

    #[test]
    fn o2_a_path_names_the_ancestors_from_the_root_down() {
        let path = Path::root().below(id(1)).below(id(2));
        assert_eq!(path.to_string(), format!("{}#{}", id(1), id(2)));
        assert_eq!(
            (path.root_id(), path.parent(), path.depth()),
            (Some(id(1)), Some(id(2)), 2)
        );
        assert_eq!(Path::root().to_string(), "");
    }

    proptest! {
        #[test]
        fn o2_a_path_survives_its_text_form(ids in proptest::collection::vec(any::<u128>(), 0..10)) {
            let path = ids.into_iter().fold(Path::root(), |path, n| path.below(id(n)));
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }
    }
}
