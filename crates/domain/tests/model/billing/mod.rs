//! Pools, subscriptions and what time does to them (B1, B4, S1–S5).

mod checks;
mod naive;
mod scenario;
mod world;

use checks::{
    after_every_period, check_deferral, check_not_short, check_period, check_quantities, check_refused,
    check_settled_not_short, check_status, check_trial, check_underprovision, check_well_formed, find,
    is_deferral, must_be_refused, settle_step_by_step, untouched,
};
use proptest::prelude::*;
use scenario::{FIRST_DAY, at, meters, one_of_everything, scenario};
use tenantry_domain::Meter;
use tenantry_domain::billing::{
    Act, LiveSubscriptionCap, Pool, SubscriptionChange, SubscriptionStatus, settle,
};
use world::{Decision, Event, play, play_decisions};

use crate::config;

#[test]
fn b4_a_pause_takes_away_at_once_what_was_scheduled_to_go() {
    let users = meters().pop().unwrap();
    for scheduled in [
        SubscriptionChange::Cancel,
        SubscriptionChange::RemoveProducts([users.clone()].into()),
    ] {
        let before = one_of_everything(5);
        let going = before.changed(&scheduled, true, at(FIRST_DAY)).unwrap();
        let pool = Pool {
            subscriptions: vec![going.clone()],
            used: [(users.clone(), going.provides(&users))].into(),
        };
        let paused = going
            .changed(&SubscriptionChange::Pause, true, at(FIRST_DAY))
            .unwrap();
        assert!(
            pool.check_act(Act::Pause, &paused).is_err(),
            "after {scheduled:?}"
        );
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn b1_capacity_is_the_sum_over_the_subscriptions_that_count(scenario in scenario()) {
        play(&scenario, |_, _, after| {
            for meter in meters() {
                let pool = &after.pool;
                prop_assert_eq!(pool.capacity(&meter).get(), naive::capacity(pool, &meter));
                prop_assert_eq!(pool.scheduled_capacity(&meter).get(), naive::scheduled(pool, &meter));
            }
            Ok(())
        })?;
    }

    #[test]
    fn b4_no_act_of_ours_takes_capacity_below_usage(scenario in scenario()) {
        play(&scenario, |before, event, after| match event {
            Event::Changed(_) => check_not_short(&before.pool, &after.pool),
            _ => Ok(()),
        })?;
    }

    #[test]
    fn b4_time_takes_capacity_below_usage_only_when_a_trial_ends_unpaid(scenario in scenario()) {
        play(&scenario, |before, event, after| match event {
            Event::Settled(transitions) => check_settled_not_short(before, &after.pool, transitions),
            _ => Ok(()),
        })?;
    }

    #[test]
    fn b4_an_act_is_refused_only_when_it_takes_away_what_is_used(scenario in scenario()) {
        play_decisions(&scenario, |before, request, Decision { after, act }| match act {
            Err(refused) => check_underprovision(&before.pool, request, &before.pool.with(after), refused),
            Ok(()) => Ok(()),
        })?;
    }

    #[test]
    fn b4_only_what_is_needed_is_deferred(scenario in scenario()) {
        play(&scenario, |_, event, after| {
            let Event::Settled(transitions) = event else { return Ok(()) };
            transitions.iter().try_for_each(|transition| check_deferral(&after.pool, transition))
        })?;
    }

    #[test]
    fn s1_a_subscription_always_provides_something_and_only_decreases_are_scheduled(scenario in scenario()) {
        play(&scenario, |_, _, after| after.pool.subscriptions.iter().try_for_each(check_well_formed))?;
    }

    #[test]
    fn s1_live_subscriptions_are_those_that_are_not_over(scenario in scenario()) {
        play(&scenario, |_, _, after| {
            let all = &after.pool.subscriptions;
            let live = all.iter().filter(|subscription| subscription.status.is_live()).count();
            let over = all.iter().filter(|subscription| naive::is_over(subscription)).count();
            prop_assert_eq!(live + over, all.len());
            let may_have_another = LiveSubscriptionCap::default().check(u32::try_from(live).unwrap());
            prop_assert_eq!(may_have_another.is_ok(), live < 3);
            Ok(())
        })?;
    }

    #[test]
    fn s2_a_trial_goes_on_as_paid_or_pauses(scenario in scenario()) {
        play(&scenario, |before, event, after| {
            let Event::Settled(_) = event else { return Ok(()) };
            let all = before.pool.subscriptions.iter();
            let mut trials = all.filter(|subscription| subscription.status == SubscriptionStatus::Trialing);
            trials.try_for_each(|trial| check_trial(before, trial, after))
        })?;
    }

    #[test]
    fn s3_a_change_is_refused_exactly_for_a_reason_that_holds(scenario in scenario()) {
        play(&scenario, |before, event, _| {
            let Event::Changed(request) = event else { return Ok(()) };
            let is_payable = before.is_payable(&request.before);
            let must_be_refused = must_be_refused(request, is_payable, before.now());
            prop_assert_eq!(request.outcome.is_err(), must_be_refused, "{:?}", request);
            match &request.outcome {
                Err(refused) => check_refused(request, refused, is_payable),
                Ok(decision) => check_status(request, &decision.after, is_payable),
            }
        })?;
    }

    #[test]
    fn s4_an_increase_counts_at_once_and_a_decrease_is_scheduled(scenario in scenario()) {
        play_decisions(&scenario, |_, request, decision| check_quantities(request, &decision.after))?;
    }

    #[test]
    fn s4_settling_again_at_the_same_moment_changes_nothing(scenario in scenario()) {
        play(&scenario, |_, _, after| {
            let mut again = after.pool.clone();
            prop_assert_eq!(after.settle_pool(&mut again, after.now()), []);
            prop_assert_eq!(&again, &after.pool);
            Ok(())
        })?;
    }

    #[test]
    fn s4_settling_late_is_settling_at_the_end_of_every_period(scenario in scenario(), days in 1_u32..200) {
        play(&scenario, |_, event, after| {
            let Event::Other = event else { return Ok(()) };
            let horizon = after.now().plus_days(days);
            let mut late = after.pool.clone();
            after.settle_pool(&mut late, horizon);
            prop_assert_eq!(untouched(late), untouched(settle_step_by_step(after, horizon)));
            Ok(())
        })?;
    }

    #[test]
    fn s4_what_is_scheduled_comes_when_nothing_is_deferred(scenario in scenario()) {
        play(&scenario, |_, _, after| {
            let mut settled = after.pool.clone();
            let transitions = settle(&mut settled, |_| true, after_every_period(after));
            let pool = &after.pool;
            let is_short = |meter: &Meter| naive::scheduled(pool, meter) < naive::used(pool, meter);
            let is_deferred = transitions.iter().any(is_deferral);
            prop_assert!(!is_deferred || meters().iter().any(is_short), "{:?}", transitions);
            for meter in meters().iter().filter(|_| !is_deferred) {
                prop_assert_eq!(naive::capacity(&settled, meter), naive::scheduled(pool, meter));
            }
            Ok(())
        })?;
    }

    #[test]
    fn s4_a_settled_period_holds_the_moment_and_only_what_counts_waits_for_its_end(scenario in scenario()) {
        play(&scenario, |_, _, after| {
            let all = &after.pool.subscriptions;
            all.iter().try_for_each(|subscription| check_period(after, subscription))
        })?;
    }

    #[test]
    fn s5_what_is_over_stays_as_it_is(scenario in scenario()) {
        play(&scenario, |before, _, after| {
            let all = &before.pool.subscriptions;
            for subscription in all.iter().filter(|subscription| naive::is_over(subscription)) {
                prop_assert_eq!(find(&after.pool, subscription.id), subscription);
            }
            Ok(())
        })?;
    }
}
