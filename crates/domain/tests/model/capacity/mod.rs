//! The capacity chain (L2–L7, B3, C2–C4).

mod checks;
mod naive;
mod scenario;
mod world;

use std::collections::BTreeSet;

use checks::{
    check_free, check_limits_view, check_refused_limit, check_usage, exceeds_capacity, expected_chain,
    is_below_usage, nodes,
};
use naive::LARGEST_COUNT;
use proptest::prelude::*;
use proptest::sample::Index;
use scenario::scenario;
use tenantry_domain::capacity::{LimitChangeRefused, OverLimit};
use world::{Event, World, limit, play, play_growth, play_limits, units};

use crate::config;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn c2_growth_is_admitted_exactly_when_every_enforcing_node_has_room(scenario in scenario()) {
        play_growth(&scenario, |before, growth, _| {
            let refusing = before.naive.refusing(growth.target, growth.requested, true);
            prop_assert_eq!(growth.decision.is_ok(), refusing.is_empty(), "{:?}", growth);
            Ok(())
        })?;
    }

    #[test]
    fn c2_the_refusing_node_with_the_least_room_binds(scenario in scenario()) {
        play_growth(&scenario, |before, growth, _| {
            let refusing = before.naive.refusing(growth.target, growth.requested, true);
            let expected = before.naive.tightest(&refusing).map(|node| before.node(node));
            let binding = growth.decision.as_ref().err().map(|refusal| refusal.binding());
            prop_assert_eq!(binding, expected.as_ref());
            Ok(())
        })?;
    }

    #[test]
    fn c2_no_limit_is_ever_passed_by_growth(scenario in scenario()) {
        play_growth(&scenario, |before, growth, after| {
            for node in after.naive.path(growth.target) {
                let may_be_over = before.naive.is_over_limit(node) || !after.naive.nodes[node].enforces;
                let is_over = after.naive.is_over_limit(node);
                prop_assert!(may_be_over || !is_over, "{:?} passed node {}", growth, node);
            }
            Ok(())
        })?;
    }

    #[test]
    fn c2_what_cannot_be_counted_is_refused_even_without_limits(scenario in scenario(), less in 0_u64..20) {
        let mut world = World::new(&scenario);
        for step in &scenario.steps {
            world.apply(*step);
        }
        let requested = LARGEST_COUNT - less;
        for target in world.indices() {
            let refusing = world.naive.refusing(target, requested, true);
            prop_assert_eq!(world.chain(target).admit(units(requested)).is_ok(), refusing.is_empty());
        }
    }

    #[test]
    fn c3_a_refusal_carries_the_whole_chain_and_changes_nothing(scenario in scenario()) {
        play_growth(&scenario, |before, growth, after| {
            let Err(refusal) = &growth.decision else { return Ok(()) };
            prop_assert_eq!(refusal.requested, units(growth.requested));
            prop_assert_eq!(nodes(refusal.chain()), expected_chain(before, growth.target));
            for index in before.indices() {
                prop_assert_eq!(after.tree.used(after.id(index)), before.tree.used(before.id(index)));
                prop_assert_eq!(after.tree.direct(after.id(index)), before.tree.direct(before.id(index)));
            }
            Ok(())
        })?;
    }

    #[test]
    fn b3_l8_observing_nodes_report_exactly_what_they_would_have_refused(scenario in scenario()) {
        play_growth(&scenario, |before, growth, _| {
            let Ok(admission) = &growth.decision else { return Ok(()) };
            let observing = before.naive.refusing(growth.target, growth.requested, false);
            let observing: Vec<_> = observing.into_iter().map(|node| before.node(node)).collect();
            prop_assert_eq!(&admission.would_have_refused, &observing);
            Ok(())
        })?;
    }

    #[test]
    fn l3_an_accepted_limit_fits_under_every_limit_above(scenario in scenario()) {
        play_limits(&scenario, |before, asked| {
            let is_new = before.node(asked.target).limit != limit(asked.limit);
            if asked.decision.is_ok() && is_new {
                prop_assert!(!exceeds_capacity(before, asked), "{:?}", asked);
            }
            Ok(())
        })?;
    }

    #[test]
    fn l4_a_limit_below_usage_is_set_with_consent_only(scenario in scenario()) {
        play_limits(&scenario, |before, asked| {
            let is_new = before.node(asked.target).limit != limit(asked.limit);
            if asked.decision.is_ok() && asked.over == OverLimit::Refuse && is_new {
                prop_assert!(!is_below_usage(before, asked), "{:?}", asked);
            }
            Ok(())
        })?;
    }

    #[test]
    fn l3_l4_a_limit_is_refused_only_with_a_reason_and_the_right_numbers(scenario in scenario()) {
        play_limits(&scenario, |before, asked| {
            let Err(refused) = &asked.decision else { return Ok(()) };
            let is_true = match refused {
                LimitChangeRefused::ExceedsCapacity { .. } => exceeds_capacity(before, asked),
                LimitChangeRefused::BelowUsage { .. } => {
                    is_below_usage(before, asked) && asked.over == OverLimit::Refuse
                }
            };
            prop_assert!(is_true, "{:?}", asked);
            check_refused_limit(before, asked, refused)
        })?;
    }

    #[test]
    fn l4_a_node_is_over_its_limit_only_by_a_limit_set_with_consent(scenario in scenario()) {
        let mut consented = BTreeSet::new();
        play(&scenario, |_, event, after| {
            match event {
                Event::LimitAsked(asked) if asked.decision.is_ok() && asked.over == OverLimit::Allow => {
                    consented.insert(asked.target);
                }
                _ => {}
            }
            consented.retain(|node| after.naive.is_over_limit(*node));
            for index in after.indices().filter(|index| after.naive.nodes[*index].enforces) {
                let node = after.chain(index).target().clone();
                let is_over = node.limit.is_exceeded_by(node.used);
                prop_assert_eq!(is_over, consented.contains(&index), "node {} after {:?}", index, event);
            }
            Ok(())
        })?;
    }

    #[test]
    fn l6_every_balance_equals_a_recomputation_from_the_ledger(scenario in scenario()) {
        play(&scenario, |_, _, after| check_usage(&after.tree, after))?;
    }

    #[test]
    fn l6_a_tree_rebuilt_from_the_ledger_in_any_order_is_the_same(
        scenario in scenario(),
        turn in any::<Index>(),
    ) {
        let mut world = World::new(&scenario);
        for step in &scenario.steps {
            world.apply(*step);
        }
        let mut rows = world.naive.ledger.clone();
        if !rows.is_empty() {
            rows.rotate_left(turn.index(world.naive.ledger.len()));
        }
        let mut rebuilt = world.empty_tree();
        for (node, count) in rows {
            rebuilt.record(world.id(node), units(count)).unwrap();
        }
        check_usage(&rebuilt, &world)?;
        for index in world.indices() {
            prop_assert_eq!(rebuilt.chain(world.id(index)), world.tree.chain(world.id(index)));
        }
    }

    #[test]
    fn l7_free_is_exactly_what_can_still_be_charged(scenario in scenario(), look in any::<Index>()) {
        play(&scenario, |_, _, after| check_free(after, look.index(after.naive.nodes.len())))?;
    }

    #[test]
    fn l7_the_limits_view_is_walked_out_from_the_path(scenario in scenario(), look in any::<Index>()) {
        play(&scenario, |_, _, after| {
            let target = look.index(after.naive.nodes.len());
            prop_assert_eq!(nodes(&after.chain(target)), expected_chain(after, target));
            check_limits_view(after, target)
        })?;
    }
}
