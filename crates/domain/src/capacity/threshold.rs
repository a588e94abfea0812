use super::node::Balance;
use crate::units::Units;

/// A share of a limit or capacity whose reaching is told (L9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Threshold {
    percent: u64,
}

impl Threshold {
    /// All of them, the lowest first.
    pub const ALL: [Self; 2] = [Self { percent: 80 }, Self { percent: 100 }];

    /// The share in percent.
    pub const fn percent(self) -> u64 {
        self.percent
    }

    /// The thresholds that usage was below before and is not afterwards, the lowest first: whatever changed, the usage or the limit. It makes
    /// no difference whether the limit is enforced.
    pub fn crossed([before, after]: [Balance; 2]) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |threshold| threshold.is_reached(after) && !threshold.is_reached(before))
    }

    /// Without a limit no share of it is used, and of nothing neither. Counts are small enough for their hundredfold.
    fn is_reached(self, balance: Balance) -> bool {
        let is_reached_of = |cap: Units| balance.subtree.get() * 100 >= cap.get() * self.percent;
        balance
            .limit
            .cap()
            .is_some_and(|cap| cap > Units::ZERO && is_reached_of(cap))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limit::{Enforcement, Limit};

    fn balance(cap: Option<u64>, used: u64) -> Balance {
        Balance {
            limit: Limit::from_option(cap.map(|cap| Units::new(cap).unwrap())),
            direct: Units::ZERO,
            subtree: Units::new(used).unwrap(),
        }
    }

    fn crossed(before: Balance, after: Balance) -> Vec<u64> {
        Threshold::crossed([before, after])
            .map(Threshold::percent)
            .collect()
    }

    #[test]
    fn l9_a_threshold_is_crossed_upwards_only() {
        let of_ten = |used| balance(Some(10), used);
        assert_eq!(crossed(of_ten(7), of_ten(8)), [80]);
        assert_eq!(crossed(of_ten(8), of_ten(9)), []);
        assert_eq!(crossed(of_ten(9), of_ten(10)), [100]);
        assert_eq!(crossed(of_ten(0), of_ten(12)), [80, 100]);
        assert_eq!(crossed(of_ten(12), of_ten(0)), []);
    }

    #[test]
    fn l9_a_limit_that_comes_down_to_what_is_used_crosses_as_well() {
        assert_eq!(crossed(balance(None, 8), balance(Some(10), 8)), [80]);
        assert_eq!(crossed(balance(Some(10), 8), balance(Some(8), 8)), [100]);
        assert_eq!(crossed(balance(Some(8), 8), balance(Some(20), 8)), []);
    }

    #[test]
    fn l9_nothing_is_a_share_of_zero() {
        assert_eq!(crossed(balance(Some(0), 0), balance(Some(0), 5)), []);
        assert_eq!(crossed(balance(Some(5), 5), balance(Some(0), 5)), []);
        assert_eq!(crossed(balance(Some(0), 5), balance(Some(5), 5)), [80, 100]);
    }

    #[test]
    fn l9_the_largest_counts_have_thresholds_too() {
        let largest = Units::MAX.get();
        assert_eq!(
            crossed(balance(Some(largest), 0), balance(Some(largest), largest)),
            [80, 100]
        );
    }

    /// A history of limits and usage.
    fn history() -> impl Strategy<Value = Vec<Balance>> {
        let limit = (prop::option::weighted(0.9, 0_u64..12), any::<bool>());
        prop::collection::vec((limit, 0_u64..15), 1..60).prop_map(|states| {
            let state = |((cap, enforces), used): ((Option<u64>, bool), u64)| {
                let enforcement = if enforces {
                    Enforcement::Enforce
                } else {
                    Enforcement::Observe
                };
                Balance {
                    limit: Limit::new(cap.map(|cap| Units::new(cap).unwrap()), enforcement),
                    ..balance(None, used)
                }
            };
            std::iter::once(Balance::default())
                .chain(states.into_iter().map(state))
                .collect()
        })
    }

    proptest! {
        /// As somebody would do it who remembers what was told: each threshold is told when it is reached, and not again until it was left.
        #[test]
        fn l9_in_any_history_each_crossing_is_told_once(history in history()) {
            let told = history.windows(2).flat_map(|pair| crossed(pair[0], pair[1]));
            let mut expected = Vec::new();
            let mut is_armed = [true, true];
            for state in &history {
                let (cap, used) = (state.limit.cap().map_or(0, Units::get), state.subtree.get());
                let four_fifths = 5 * used >= 4 * cap;
                for (at, percent, is_so) in [(0, 80, four_fifths), (1, 100, used >= cap)] {
                    let is_reached = cap > 0 && is_so;
                    if is_reached && is_armed[at] {
                        expected.push(percent);
                    }
                    is_armed[at] = !is_reached;
                }
            }
            prop_assert_eq!(told.collect::<Vec<_>>(), expected);
        }
    }
}
