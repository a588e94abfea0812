//! A `CapacityTree` and the naive model, side by side.

use proptest::test_runner::TestCaseResult;
use tenantry_domain::capacity::{
    Admission, CapacityTree, Chain, LimitChangeRefused, Node, NodeId, OverLimit, PoolId, Refusal,
    check_limit_change,
};
use tenantry_domain::{Enforcement, Limit, OrganizationId, TeamId, Units, WorkspaceId};
use uuid::Uuid;

use super::naive::Naive;
use super::scenario::{Cap, Scenario, Step};

/// Both follow the decisions of the domain, so that each property judges its own rule only.
#[derive(Debug, Clone)]
pub struct World {
    pub tree: CapacityTree,
    pub naive: Naive,
    has_pool: bool,
}

/// What came of a step.
#[derive(Debug)]
pub enum Event {
    Grown(Growth),
    Shrunk,
    LimitAsked(LimitAsked),
}

#[derive(Debug)]
pub struct Growth {
    pub target: usize,
    pub requested: u64,
    pub decision: Result<Admission, Box<Refusal>>,
}

#[derive(Debug)]
pub struct LimitAsked {
    pub target: usize,
    pub limit: Cap,
    pub over: OverLimit,
    pub decision: Result<(), LimitChangeRefused>,
}

pub fn units(count: u64) -> Units {
    Units::new(count).unwrap()
}

pub fn limit((cap, enforces): Cap) -> Limit {
    let enforcement = if enforces {
        Enforcement::Enforce
    } else {
        Enforcement::Observe
    };
    Limit::new(cap.map(units), enforcement)
}

impl World {
    pub fn new(scenario: &Scenario) -> Self {
        let mut world = Self {
            tree: CapacityTree::default(),
            naive: scenario.naive.clone(),
            has_pool: scenario.has_pool,
        };
        world.tree = world.empty_tree();
        world
    }

    /// The nodes with their limits as they are now, and no usage.
    pub fn empty_tree(&self) -> CapacityTree {
        let mut tree = CapacityTree::default();
        for (index, node) in self.naive.nodes.iter().enumerate() {
            let parent = node.parent.map(|parent| self.id(parent));
            let empty = Node {
                used: Units::ZERO,
                ..self.node(index)
            };
            tree.insert(empty, parent).unwrap();
        }
        tree
    }

    pub fn id(&self, index: usize) -> NodeId {
        let uuid = Uuid::from_u128(u128::try_from(index).unwrap());
        if self.has_pool && index == 0 {
            NodeId::Pool(PoolId::Workspace(WorkspaceId::from_uuid(uuid)))
        } else if self.naive.nodes[index].is_team {
            NodeId::Team(TeamId::from_uuid(uuid))
        } else {
            NodeId::Organization(OrganizationId::from_uuid(uuid))
        }
    }

    /// The node as it should be now.
    pub fn node(&self, index: usize) -> Node {
        let naive = &self.naive.nodes[index];
        Node {
            id: self.id(index),
            name: format!("node {index}"),
            limit: limit((naive.limit, naive.enforces)),
            used: units(self.naive.used(index)),
        }
    }

    pub fn indices(&self) -> std::ops::Range<usize> {
        0..self.naive.nodes.len()
    }

    pub fn chain(&self, target: usize) -> Chain {
        self.tree.chain(self.id(target)).unwrap()
    }

    pub fn apply(&mut self, step: Step) -> Event {
        let count = self.naive.nodes.len();
        match step {
            Step::Grow(target, units) => self.grow(target.index(count), units),
            Step::Fill(target, more) => {
                let target = target.index(count);
                let free = self.naive.free(target).unwrap_or_default();
                self.grow(target, (free + more).max(1))
            }
            Step::Shrink(target, units) => self.shrink(target.index(count), units),
            Step::SetLimit(target, limit, over) => self.set_limit(target.index(count), limit, over),
        }
    }

    pub fn grow(&mut self, target: usize, requested: u64) -> Event {
        let decision = self.tree.grow(self.id(target), units(requested)).unwrap();
        if decision.is_ok() {
            self.naive.ledger.push((target, requested));
        }
        Event::Grown(Growth {
            target,
            requested,
            decision,
        })
    }

    fn shrink(&mut self, target: usize, count: u64) -> Event {
        self.tree.shrink(self.id(target), units(count)).unwrap();
        self.naive.release(target, count);
        Event::Shrunk
    }

    fn set_limit(&mut self, target: usize, cap: Cap, over: OverLimit) -> Event {
        let decision = check_limit_change(&self.chain(target), limit(cap), over);
        if decision.is_ok() {
            self.tree.set_limit(self.id(target), limit(cap)).unwrap();
            let node = &mut self.naive.nodes[target];
            (node.limit, node.enforces) = cap;
        }
        Event::LimitAsked(LimitAsked {
            target,
            limit: cap,
            over,
            decision,
        })
    }
}

/// Plays a scenario and lets the property look at the world before and after every step.
pub fn play(
    scenario: &Scenario,
    mut property: impl FnMut(&World, &Event, &World) -> TestCaseResult,
) -> TestCaseResult {
    let mut world = World::new(scenario);
    for step in &scenario.steps {
        let before = world.clone();
        let event = world.apply(*step);
        property(&before, &event, &world)?;
    }
    Ok(())
}

/// As [`play`], for properties of growth alone.
pub fn play_growth(
    scenario: &Scenario,
    mut property: impl FnMut(&World, &Growth, &World) -> TestCaseResult,
) -> TestCaseResult {
    play(scenario, |before, event, after| match event {
        Event::Grown(growth) => property(before, growth, after),
        _ => Ok(()),
    })
}

/// As [`play`], for properties of limits alone.
pub fn play_limits(
    scenario: &Scenario,
    mut property: impl FnMut(&World, &LimitAsked) -> TestCaseResult,
) -> TestCaseResult {
    play(scenario, |before, event, _| match event {
        Event::LimitAsked(asked) => property(before, asked),
        _ => Ok(()),
    })
}
