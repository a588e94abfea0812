//! What the properties check of one step.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use tenantry_domain::capacity::{CapacityTree, Chain, LimitChangeRefused, MeterLimits, Node};
use tenantry_domain::{Meters, Units};

use super::world::{LimitAsked, World, units};

pub fn expected_chain(world: &World, target: usize) -> Vec<Node> {
    let path = world.naive.path(target);
    path.into_iter().map(|index| world.node(index)).collect()
}

pub fn nodes(chain: &Chain) -> Vec<Node> {
    chain.nodes().cloned().collect()
}

pub fn check_usage(tree: &CapacityTree, world: &World) -> TestCaseResult {
    let used = world.naive.used_everywhere();
    for (index, used) in used.into_iter().enumerate() {
        let id = world.id(index);
        prop_assert_eq!(tree.used(id), Ok(units(used)), "used at node {}", index);
        prop_assert_eq!(
            tree.direct(id),
            Ok(units(world.naive.direct(index))),
            "direct at node {}",
            index
        );
    }
    Ok(())
}

/// Whether a refusal names the right numbers.
pub fn check_refused_limit(
    before: &World,
    asked: &LimitAsked,
    refused: &LimitChangeRefused,
) -> TestCaseResult {
    let target = asked.target;
    match refused {
        LimitChangeRefused::ExceedsCapacity {
            limit,
            capacity,
            from,
        } => {
            let above = before.naive.limiting(before.naive.nodes[target].parent.unwrap());
            let smallest = |node: &&usize| before.naive.nodes[**node].limit == Some(capacity.get());
            let source = above.iter().find(smallest).map(|node| before.node(*node).name);
            prop_assert_eq!((Some(limit.get()), true), asked.limit);
            prop_assert_eq!(before.naive.capacity_above(target), Some(capacity.get()));
            prop_assert_eq!(source.as_ref(), Some(from));
        }
        LimitChangeRefused::BelowUsage { limit, used } => {
            prop_assert_eq!((Some(limit.get()), true), asked.limit);
            prop_assert_eq!(used.get(), before.naive.used(target));
        }
    }
    Ok(())
}

pub fn exceeds_capacity(before: &World, asked: &LimitAsked) -> bool {
    match (asked.limit, before.naive.capacity_above(asked.target)) {
        ((Some(limit), true), Some(above)) => limit > 0 && limit > above,
        _ => false,
    }
}

pub fn is_below_usage(before: &World, asked: &LimitAsked) -> bool {
    let (limit, enforces) = asked.limit;
    enforces && limit.is_some_and(|limit| limit < before.naive.used(asked.target))
}

pub fn limits_of(world: &World, target: usize) -> MeterLimits {
    MeterLimits {
        meter: Meters::default().get("users").unwrap(),
        direct: world.tree.direct(world.id(target)).unwrap(),
        chain: world.chain(target),
    }
}

/// Grows a copy of the tree, and says whether that was admitted.
pub fn admits(world: &World, target: usize, count: Units) -> bool {
    let mut tree = world.tree.clone();
    tree.grow(world.id(target), count).unwrap().is_ok()
}

pub fn check_free(world: &World, target: usize) -> TestCaseResult {
    let limits = limits_of(world, target);
    let free = world.naive.free(target);
    prop_assert_eq!(limits.free(), free.map(units));
    match free {
        Some(free) => {
            prop_assert!(
                admits(world, target, units(free)),
                "{} are free, but not admitted",
                free
            );
            prop_assert!(
                !admits(world, target, units(free + 1)),
                "{} are free, but one more fits",
                free
            );
        }
        None => prop_assert!(admits(world, target, units(1_000_000_000))),
    }
    Ok(())
}

pub fn check_limits_view(world: &World, target: usize) -> TestCaseResult {
    let limits = limits_of(world, target);
    let naive = &world.naive;
    let binding = naive.tightest(&naive.limiting(target));
    prop_assert_eq!(limits.total(), naive.total(target).map(units));
    prop_assert_eq!(limits.used(), units(naive.used(target)));
    prop_assert_eq!(limits.org_limit(), world.node(target).limit);
    prop_assert_eq!(
        limits.binding().map(|node| node.id),
        binding.map(|node| world.id(node))
    );
    Ok(())
}
