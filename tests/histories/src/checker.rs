use std::collections::{BTreeMap, HashSet};

use crate::history::Call;
use crate::tree::Tree;

/// How many partial orders are tried before the search is given up.
const BOUND: usize = 20_000;

/// What can be said of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Taking turns explains it.
    Linearizable,
    /// No order of turns explains more calls than these.
    Contradictory {
        /// How many.
        explained: u32,
    },
    /// There are too many orders to say.
    Undecided,
}

/// Panics unless taking turns explains this history of a tree that was unused.
pub fn assert_linearizable(history: &[Call]) {
    let verdict = judge(history);
    if verdict != Verdict::Linearizable {
        let calls: BTreeMap<u64, String> = history
            .iter()
            .map(|call| (call.begun, format!("\n{call:?}")))
            .collect();
        panic!(
            "{verdict:?}, of {}:{}",
            calls.len(),
            calls.into_values().collect::<String>()
        );
    }
}

/// Looks for an order of the calls in which each was answered what a tree answers to them one after another, and in which none comes before one
/// that had ended when it began (Wing and Gong; what was tried is remembered as by Lowe). Takes up to 64 calls.
pub fn judge(history: &[Call]) -> Verdict {
    let mut search = Search {
        history,
        tried: HashSet::new(),
        explained: 0,
    };
    match search.goes_on(0, &Tree::default()) {
        Ok(true) => Verdict::Linearizable,
        Ok(false) => Verdict::Contradictory {
            explained: search.explained,
        },
        Err(TooMany) => Verdict::Undecided,
    }
}

struct TooMany;

struct Search<'a> {
    history: &'a [Call],
    /// The calls that have had their turn, a bit each, and the tree that they left.
    tried: HashSet<(u64, Tree)>,
    explained: u32,
}

impl Search<'_> {
    /// Whether the calls that have not had their turn can take them from here.
    fn goes_on(&mut self, done: u64, tree: &Tree) -> Result<bool, TooMany> {
        let open = || (0..self.history.len()).filter(|index| done & bit(*index) == 0);
        let Some(first_end) = open().map(|index| self.history[index].ended).min() else {
            return Ok(true);
        };
        let next: Vec<usize> = open()
            .filter(|index| self.history[*index].begun < first_end)
            .collect();
        self.explained = self.explained.max(done.count_ones());
        if !self.tried.insert((done, tree.clone())) {
            return Ok(false);
        }
        if self.tried.len() > BOUND {
            return Err(TooMany);
        }
        for index in next {
            let (call, mut after) = (&self.history[index], tree.clone());
            if after.apply(call.operation) == call.outcome && self.goes_on(done | bit(index), &after)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

const fn bit(index: usize) -> u64 {
    1 << index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Operation::{Charge, Find, Limit, Look, Release};
    use crate::tree::Outcome::{Charged, Found, LimitSet, Released};
    use crate::tree::{Numbers, Operation, Outcome};

    /// The pool has 8, and nothing else limits this organization.
    const ROOT: usize = 1;

    fn call(begun: u64, ended: u64, operation: Operation, outcome: Outcome) -> Call {
        Call {
            operation,
            outcome,
            begun,
            ended,
        }
    }

    /// As the root shows itself while it uses so much.
    fn seen(used: u64) -> Outcome {
        Outcome::Seen {
            used,
            direct: used,
            limit: None,
            total: Some(8),
            free: Some(8 - used),
            binding: Some(0),
        }
    }

    /// As the root refuses while it uses so much.
    fn refused(requested: u64, used: u64) -> Outcome {
        let numbers = |node, limit: Option<u64>| Numbers {
            node,
            limit,
            used,
            free: limit.map(|limit| limit - used),
            admits: node == ROOT,
        };
        Outcome::Refused {
            requested,
            binding: 0,
            chain: vec![numbers(0, Some(8)), numbers(ROOT, None)],
        }
    }

    #[test]
    fn one_client_alone_is_explained() {
        let history = [
            call(0, 1, Charge(1, ROOT, 5), Charged(5, true)),
            call(2, 3, Charge(1, ROOT, 5), Charged(5, false)),
            call(4, 5, Charge(2, ROOT, 4), refused(4, 5)),
            call(6, 7, Look(ROOT), seen(5)),
            call(8, 9, Limit(ROOT, Some(4)), Outcome::BelowUsage),
            call(10, 11, Charge(1, ROOT, 1), Charged(1, false)),
            call(12, 13, Limit(2, Some(3)), LimitSet(0)),
            call(14, 15, Limit(2, Some(9)), Outcome::AboveCapacity),
            call(16, 17, Charge(1, 2, 1), Outcome::Elsewhere(ROOT)),
            call(18, 19, Release(1, ROOT), Released),
            call(20, 21, Find(1, ROOT), Found(None)),
        ];
        assert_eq!(judge(&history), Verdict::Linearizable);
    }

    #[test]
    fn a_lost_update_is_not() {
        let history = [
            call(0, 2, Charge(1, ROOT, 3), Charged(3, true)),
            call(1, 3, Charge(2, ROOT, 2), Charged(2, true)),
            call(4, 5, Look(ROOT), seen(3)),
        ];
        assert_eq!(judge(&history), Verdict::Contradictory { explained: 2 });
    }

    #[test]
    fn a_stale_read_is_not_but_a_read_at_the_same_time_may_see_either() {
        let charge = call(0, 2, Charge(1, ROOT, 3), Charged(3, true));
        for (begun, used, expected) in [
            (1, 0, Verdict::Linearizable),
            (1, 3, Verdict::Linearizable),
            (3, 3, Verdict::Linearizable),
            (3, 0, Verdict::Contradictory { explained: 1 }),
        ] {
            let history = [charge.clone(), call(begun, 4, Look(ROOT), seen(used))];
            assert_eq!(judge(&history), expected, "{used} seen at {begun}");
        }
    }

    #[test]
    fn an_overshoot_and_a_refusal_with_room_are_not() {
        let first = call(0, 2, Charge(1, ROOT, 5), Charged(5, true));
        let second = |outcome| call(1, 3, Charge(2, ROOT, 4), outcome);
        let judged = |outcome| judge(&[first.clone(), second(outcome)]);
        assert_eq!(judged(refused(4, 5)), Verdict::Linearizable);
        let wrong = Verdict::Contradictory { explained: 1 };
        assert_eq!(judged(Charged(4, true)), wrong);
        assert_eq!(judged(refused(4, 6)), wrong);
        let with_room = call(1, 3, Charge(2, ROOT, 3), refused(3, 5));
        assert_eq!(judge(&[first.clone(), with_room]), wrong);
    }

    #[test]
    fn what_began_first_may_take_its_turn_last() {
        let history = [
            call(0, 9, Charge(1, ROOT, 5), Charged(5, true)),
            call(1, 4, Charge(2, ROOT, 4), Charged(4, true)),
            call(2, 8, Charge(3, ROOT, 5), refused(5, 4)),
            call(5, 6, Release(2, ROOT), Released),
            call(3, 7, Look(ROOT), seen(0)),
        ];
        assert_eq!(judge(&history), Verdict::Linearizable);
    }

    #[test]
    fn too_many_orders_are_no_answer() {
        let mut history: Vec<Call> = (0..24).map(|_| call(0, 1, Find(1, ROOT), Found(None))).collect();
        history.push(call(0, 1, Find(1, ROOT), Found(Some(1))));
        assert_eq!(judge(&history), Verdict::Undecided);
    }
}
