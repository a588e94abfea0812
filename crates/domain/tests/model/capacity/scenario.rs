//! Random trees, and what is done to them.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use tenantry_domain::capacity::OverLimit;

use super::naive::{Naive, NaiveNode};

const MAX_DEPTH: usize = 10;

/// One tree and what happens to it.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub naive: Naive,
    pub has_pool: bool,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// Asks for so many units.
    Grow(Index, u64),
    /// Asks for what is left and some more, where anything limits the target.
    Fill(Index, u64),
    Shrink(Index, u64),
    SetLimit(Index, Cap, OverLimit),
}

/// A limit or capacity, and whether it is enforced; where there is none, it is as if it were.
pub type Cap = (Option<u64>, bool);

/// An organization or a team that has not found its place yet.
#[derive(Debug, Clone, Copy)]
struct Seed {
    place: Place,
    limit: Cap,
    is_team: bool,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Root,
    BelowTheLast,
    BelowAny(Index),
}

impl Scenario {
    fn new(pool: Option<Cap>, seeds: &[Seed], steps: Vec<Step>) -> Self {
        let mut naive = Naive {
            nodes: Vec::new(),
            ledger: Vec::new(),
        };
        naive.nodes.extend(pool.map(|(limit, enforces)| NaiveNode {
            parent: None,
            limit,
            enforces,
            is_team: false,
        }));
        for seed in seeds {
            let parent = if seed.is_team {
                organization(&naive, pool.is_some(), seed.place)
            } else {
                parent(&naive, pool.is_some(), seed.place)
            };
            naive.nodes.push(NaiveNode {
                parent,
                limit: seed.limit.0,
                enforces: seed.limit.1,
                is_team: seed.is_team,
            });
        }
        Self {
            naive,
            has_pool: pool.is_some(),
            steps,
        }
    }
}

/// The organization of the next team; none for a team outside all of them, which has nothing above it.
fn organization(naive: &Naive, has_pool: bool, place: Place) -> Option<usize> {
    let is_organization = |node: &usize| !(has_pool && *node == 0 || naive.nodes[*node].is_team);
    let organizations: Vec<usize> = (0..naive.nodes.len()).filter(is_organization).collect();
    match place {
        Place::Root => None,
        Place::BelowTheLast => organizations.last().copied(),
        Place::BelowAny(index) => {
            (!organizations.is_empty()).then(|| organizations[index.index(organizations.len())])
        }
    }
}

/// The parent for the next organization: a root is below the pool, if there is one, and nothing is placed too deep or below a team.
fn parent(naive: &Naive, has_pool: bool, place: Place) -> Option<usize> {
    let count = naive.nodes.len();
    let above_roots = has_pool.then_some(0);
    let wanted = match place {
        Place::Root => above_roots,
        Place::BelowTheLast => count.checked_sub(1),
        Place::BelowAny(index) => (count > 0).then(|| index.index(count)),
    };
    let deepest = MAX_DEPTH + usize::from(has_pool);
    wanted
        .filter(|parent| !naive.nodes[*parent].is_team && naive.path(*parent).len() < deepest)
        .or(above_roots)
}

pub fn scenario() -> impl Strategy<Value = Scenario> {
    (
        prop::option::weighted(0.75, pool()),
        prop::collection::vec(seed(), 1..=40),
        prop::collection::vec(step(), 1..=50),
    )
        .prop_map(|(pool, seeds, steps)| Scenario::new(pool, &seeds, steps))
}

fn pool() -> impl Strategy<Value = Cap> {
    (prop::option::weighted(0.9, 0_u64..60), any::<bool>()).prop_map(cap)
}

fn cap((cap, enforces): (Option<u64>, bool)) -> Cap {
    (cap, enforces || cap.is_none())
}

fn seed() -> impl Strategy<Value = Seed> {
    (place(), limit(), prop::bool::weighted(0.3)).prop_map(|(place, limit, is_team)| Seed {
        place,
        limit,
        is_team,
    })
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        1 => Just(Place::Root),
        4 => Just(Place::BelowTheLast),
        4 => any::<Index>().prop_map(Place::BelowAny),
    ]
}

fn limit() -> impl Strategy<Value = Cap> {
    let number = prop_oneof![8 => Just(None), 7 => (1_u64..40).prop_map(Some), 1 => Just(Some(0))];
    (number, prop::bool::weighted(0.8)).prop_map(cap)
}

fn step() -> impl Strategy<Value = Step> {
    let over = select(vec![OverLimit::Refuse, OverLimit::Allow]);
    prop_oneof![
        7 => (any::<Index>(), 1_u64..8).prop_map(|(target, units)| Step::Grow(target, units)),
        1 => (any::<Index>(), 8_u64..60).prop_map(|(target, units)| Step::Grow(target, units)),
        3 => (any::<Index>(), 0_u64..3).prop_map(|(target, more)| Step::Fill(target, more)),
        4 => (any::<Index>(), 1_u64..20).prop_map(|(target, units)| Step::Shrink(target, units)),
        5 => (any::<Index>(), limit(), over)
            .prop_map(|(target, limit, over)| Step::SetLimit(target, limit, over)),
    ]
}
