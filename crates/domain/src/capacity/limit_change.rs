use super::chain::Chain;
use crate::limit::Limit;
use crate::units::Units;

/// Whether the caller accepts a limit below what is used already (L4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OverLimit {
    /// Refuse such a limit.
    #[default]
    Refuse,
    /// Set it: nothing is evicted, growth is blocked, shrinking works.
    Allow,
}

/// Why a limit may not be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitChangeRefused {
    /// The limit is more than what the organization inherits (L3).
    #[error("the limit {limit} is more than the {capacity} that {from} leaves to it")]
    ExceedsCapacity {
        /// The limit asked for.
        limit: Units,
        /// The smallest limit above.
        capacity: Units,
        /// The name of the node that sets it.
        from: String,
    },
    /// The limit is less than what the subtree uses (L4).
    #[error("the limit {limit} is less than the {used} in use; pass allow_over_limit to set it all the same")]
    BelowUsage {
        /// The limit asked for.
        limit: Units,
        /// What the subtree uses.
        used: Units,
    },
}

/// Whether the target of this chain may get this limit (L3, L4). Setting the limit that it has already is always allowed, and so is one that only
/// observes (L8).
///
/// # Errors
/// [`LimitChangeRefused`] with the numbers that explain it.
pub fn check_limit_change(chain: &Chain, new: Limit, over: OverLimit) -> Result<(), LimitChangeRefused> {
    let target = chain.target();
    let Limit::AtMost(limit) = new else { return Ok(()) };
    if new == target.limit {
        return Ok(());
    }
    if let Some((node, capacity)) = chain
        .inherited()
        .filter(|(_, capacity)| limit > Units::ZERO && limit > *capacity)
    {
        return Err(LimitChangeRefused::ExceedsCapacity {
            limit,
            capacity,
            from: node.name.clone(),
        });
    }
    if new.is_exceeded_by(target.used) && over == OverLimit::Refuse {
        return Err(LimitChangeRefused::BelowUsage {
            limit,
            used: target.used,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::tests_support::{node, observed};

    fn at_most(n: u64) -> Limit {
        Limit::AtMost(Units::new(n).unwrap())
    }

    #[test]
    fn l3_a_positive_limit_stays_within_the_smallest_limit_above() {
        let chain = Chain::new(
            vec![node(1, Some(10), 0), node(2, Some(4), 0), node(3, None, 0)],
            node(4, None, 0),
        );
        assert_eq!(check_limit_change(&chain, at_most(4), OverLimit::Refuse), Ok(()));
        let refused = check_limit_change(&chain, at_most(5), OverLimit::Allow).unwrap_err();
        assert!(
            matches!(refused, LimitChangeRefused::ExceedsCapacity { capacity, .. } if capacity.get() == 4)
        );
    }

    #[test]
    fn l3_zero_and_no_limit_are_always_within() {
        let chain = Chain::new(vec![node(1, Some(0), 0)], node(2, None, 0));
        assert_eq!(check_limit_change(&chain, at_most(0), OverLimit::Refuse), Ok(()));
        assert_eq!(
            check_limit_change(&chain, Limit::Unlimited, OverLimit::Refuse),
            Ok(())
        );
        assert!(check_limit_change(&chain, at_most(1), OverLimit::Refuse).is_err());
    }

    #[test]
    fn l3_an_observed_pool_does_not_count() {
        let chain = Chain::new(vec![observed(1, 3, 0)], node(2, None, 0));
        assert_eq!(check_limit_change(&chain, at_most(9), OverLimit::Refuse), Ok(()));
    }

    #[test]
    fn l8_a_limit_that_only_observes_is_set_anywhere_and_counts_for_nobody_below() {
        let chain = Chain::new(vec![node(1, Some(3), 2)], node(2, None, 2));
        let any = Limit::Observed(Units::new(9).unwrap());
        assert_eq!(check_limit_change(&chain, any, OverLimit::Refuse), Ok(()));
        let below_usage = Limit::Observed(Units::ZERO);
        assert_eq!(check_limit_change(&chain, below_usage, OverLimit::Refuse), Ok(()));
        let chain = Chain::new(vec![observed(1, 3, 0)], node(2, None, 0));
        assert_eq!(check_limit_change(&chain, at_most(9), OverLimit::Refuse), Ok(()));
    }

    #[test]
    fn l8_to_enforce_what_was_observed_is_to_set_a_limit() {
        let chain = Chain::new(vec![node(1, Some(8), 5)], observed(2, 4, 5));
        assert!(matches!(
            check_limit_change(&chain, at_most(4), OverLimit::Refuse),
            Err(LimitChangeRefused::BelowUsage { .. })
        ));
        assert_eq!(check_limit_change(&chain, at_most(4), OverLimit::Allow), Ok(()));
        let chain = Chain::new(vec![node(1, Some(3), 2)], observed(2, 4, 2));
        assert!(matches!(
            check_limit_change(&chain, at_most(4), OverLimit::Allow),
            Err(LimitChangeRefused::ExceedsCapacity { .. })
        ));
    }

    #[test]
    fn l3_a_limit_left_as_it_is_needs_no_capacity() {
        let chain = Chain::new(vec![node(1, Some(3), 0)], node(2, Some(9), 0));
        assert_eq!(check_limit_change(&chain, at_most(9), OverLimit::Refuse), Ok(()));
        assert!(check_limit_change(&chain, at_most(8), OverLimit::Refuse).is_err());
    }

    #[test]
    fn l4_a_limit_below_usage_needs_consent() {
        let chain = Chain::new(vec![], node(1, None, 5));
        assert_eq!(check_limit_change(&chain, at_most(5), OverLimit::Refuse), Ok(()));
        assert!(matches!(
            check_limit_change(&chain, at_most(4), OverLimit::Refuse),
            Err(LimitChangeRefused::BelowUsage { used, .. }) if used.get() == 5
        ));
        assert_eq!(check_limit_change(&chain, at_most(0), OverLimit::Allow), Ok(()));
    }
}
