//! Where organizations may be placed, and what path they get (O1, O2, O6).

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use tenantry_domain::OrganizationId;
use tenantry_domain::organization::{
    Contents, DeletionRefused, HierarchyCaps, HierarchyRefused, Path, TreeSize, check_deletion, place_child,
    place_root,
};
use uuid::Uuid;

use crate::config;

#[derive(Debug, Clone, Copy)]
enum Step {
    PlaceRoot,
    PlaceChild(Index),
    Use(Index),
    Release(Index),
    Delete { target: Index, cascade: bool },
}

/// Organizations as rows with a parent; everything else is found by walking.
#[derive(Debug, Clone, Default)]
struct Naive {
    rows: BTreeMap<u32, Row>,
    next: u32,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    parent: Option<u32>,
    in_use: bool,
}

impl Naive {
    fn pick(&self, index: Index) -> Option<u32> {
        let rows: Vec<u32> = self.rows.keys().copied().collect();
        (!rows.is_empty()).then(|| rows[index.index(rows.len())])
    }

    /// Itself and its ancestors, root first.
    fn line(&self, row: u32) -> Vec<u32> {
        let mut line: Vec<u32> = std::iter::successors(Some(row), |at| self.rows[at].parent).collect();
        line.reverse();
        line
    }

    fn subtree(&self, top: u32) -> Vec<u32> {
        let is_below = |row: &u32| self.line(*row).contains(&top);
        self.rows.keys().copied().filter(is_below).collect()
    }

    fn children(&self, parent: Option<u32>) -> usize {
        self.rows.values().filter(|row| row.parent == parent).count()
    }

    fn add(&mut self, parent: Option<u32>) -> u32 {
        self.next += 1;
        let row = Row {
            parent,
            in_use: false,
        };
        self.rows.insert(self.next, row);
        self.next
    }

    /// Every cap that the tree passes.
    fn passed(&self, caps: &HierarchyCaps) -> Vec<HierarchyRefused> {
        let is_over = |count: usize, cap: u32| u32::try_from(count).unwrap() > cap;
        let mut passed = Vec::new();
        if is_over(self.rows.len(), caps.organizations) {
            passed.push(HierarchyRefused::TooManyOrganizations(caps.organizations));
        }
        if self
            .rows
            .keys()
            .any(|row| is_over(self.line(*row).len(), caps.levels))
        {
            passed.push(HierarchyRefused::TooDeep(caps.levels));
        }
        if self
            .rows
            .keys()
            .any(|row| is_over(self.children(Some(*row)), caps.children))
        {
            passed.push(HierarchyRefused::TooManyChildren(caps.children));
        }
        passed
    }

    fn deletion_objections(&self, target: u32, cascade: bool) -> Vec<DeletionRefused> {
        let subtree = self.subtree(target);
        let mut objections = Vec::new();
        if subtree.iter().any(|row| self.rows[row].in_use) {
            objections.push(DeletionRefused::HasUsage);
        }
        if subtree.len() > 1 && !cascade {
            objections.push(DeletionRefused::HasChildren);
        }
        objections
    }
}

/// The naive tree, and the paths that the domain gave to its organizations.
#[derive(Debug, Default)]
struct World {
    naive: Naive,
    paths: BTreeMap<u32, Path>,
}

impl World {
    fn place(&mut self, caps: &HierarchyCaps, parent: Option<u32>) -> Result<(), TestCaseError> {
        let mut grown = self.naive.clone();
        let row = grown.add(parent);
        let passed = grown.passed(caps);
        match self.ask(caps, parent) {
            Ok(path) => {
                prop_assert_eq!(passed, []);
                self.naive = grown;
                self.paths.insert(row, path);
            }
            Err(refused) => prop_assert!(passed.contains(&refused), "{} but passed: {:?}", refused, passed),
        }
        Ok(())
    }

    fn ask(&self, caps: &HierarchyCaps, parent: Option<u32>) -> Result<Path, HierarchyRefused> {
        let organizations = u32::try_from(self.naive.rows.len()).unwrap();
        let size = |siblings| TreeSize {
            organizations,
            siblings,
        };
        match parent {
            None => place_root(caps, size(0)),
            Some(parent) => {
                let siblings = u32::try_from(self.naive.children(Some(parent))).unwrap();
                place_child(caps, size(siblings), (&self.paths[&parent], id(parent)))
            }
        }
    }

    fn delete(&mut self, target: u32, cascade: bool) -> Result<(), TestCaseError> {
        let subtree = self.naive.subtree(target);
        let has_usage = subtree.iter().any(|row| self.naive.rows[row].in_use);
        let has_children = self.naive.children(Some(target)) > 0;
        let objections = self.naive.deletion_objections(target, cascade);
        let contents = Contents {
            has_usage,
            has_teams: false,
            has_children,
        };
        match check_deletion(contents, cascade) {
            Ok(()) => {
                prop_assert_eq!(objections, []);
                self.naive.rows.retain(|row, _| !subtree.contains(row));
                self.paths.retain(|row, _| !subtree.contains(row));
            }
            Err(refused) => prop_assert_eq!(objections.first(), Some(&refused)),
        }
        Ok(())
    }

    fn step(&mut self, caps: &HierarchyCaps, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::PlaceRoot => self.place(caps, None)?,
            Step::PlaceChild(parent) => match self.naive.pick(parent) {
                Some(parent) => self.place(caps, Some(parent))?,
                None => self.place(caps, None)?,
            },
            Step::Use(target) => self.set_in_use(target, true),
            Step::Release(target) => self.set_in_use(target, false),
            Step::Delete { target, cascade } => {
                if let Some(target) = self.naive.pick(target) {
                    self.delete(target, cascade)?;
                }
            }
        }
        Ok(())
    }

    fn set_in_use(&mut self, target: Index, in_use: bool) {
        if let Some(row) = self
            .naive
            .pick(target)
            .and_then(|row| self.naive.rows.get_mut(&row))
        {
            row.in_use = in_use;
        }
    }

    fn check_path(&self, row: u32) -> Result<(), TestCaseError> {
        let line: Vec<OrganizationId> = self.naive.line(row).into_iter().map(id).collect();
        let ancestors = &line[..line.len() - 1];
        let path = &self.paths[&row];
        let shown: Vec<String> = ancestors.iter().map(ToString::to_string).collect();
        prop_assert_eq!(path.ancestors(), ancestors);
        prop_assert_eq!(path.depth(), ancestors.len());
        prop_assert_eq!(path.parent(), ancestors.last().copied());
        prop_assert_eq!(path.root_id(), ancestors.first().copied());
        prop_assert_eq!(path.to_string(), shown.join("#"));
        prop_assert_eq!(path.to_string().parse(), Ok(path.clone()));
        Ok(())
    }
}

fn id(row: u32) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(row.into()))
}

fn caps() -> impl Strategy<Value = HierarchyCaps> {
    (1_u32..=25, 1_u32..=5, 1_u32..=4).prop_map(|(organizations, levels, children)| HierarchyCaps {
        organizations,
        levels,
        children,
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::PlaceRoot),
        9 => any::<Index>().prop_map(Step::PlaceChild),
        1 => any::<Index>().prop_map(Step::Use),
        1 => any::<Index>().prop_map(Step::Release),
        3 => (any::<Index>(), any::<bool>()).prop_map(|(target, cascade)| Step::Delete { target, cascade }),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..80)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn o1_an_organization_is_placed_exactly_when_no_cap_would_be_passed(caps in caps(), steps in steps()) {
        let mut world = World::default();
        for step in steps {
            world.step(&caps, step)?;
            prop_assert_eq!(world.naive.passed(&caps), []);
        }
    }

    #[test]
    fn o2_every_path_names_the_ancestors_root_first(caps in caps(), steps in steps()) {
        let mut world = World::default();
        for step in steps {
            world.step(&caps, step)?;
        }
        for row in world.naive.rows.keys() {
            world.check_path(*row)?;
        }
    }
}
