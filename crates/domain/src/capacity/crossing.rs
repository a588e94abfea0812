use super::chain::{Admission, Chain, Refusal};
use super::node::{Node, NodeId};
use crate::units::Units;

/// What becomes of counting when something goes from below some nodes to below others (O7, B5, C11): nodes above both places count it once before
/// and once after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    /// The nodes that count it no more, from the pool down.
    pub losing: Vec<NodeId>,
    /// The nodes that did not count it and do, from the pool down.
    pub gaining: Vec<NodeId>,
}

impl Crossing {
    /// From below these nodes to below those.
    pub fn new(old: &[NodeId], new: &[NodeId]) -> Self {
        Self {
            losing: not_among(old, new),
            gaining: not_among(new, old),
        }
    }

    /// Whether so much may go there, when these are the nodes that gain it, from the pool down: all must admit it.
    ///
    /// # Errors
    /// A [`Refusal`] whose chain has those nodes alone.
    pub fn admit(gaining: Vec<Node>, units: Units) -> Result<Admission, Box<Refusal>> {
        let mut above = gaining;
        match above.pop() {
            Some(last) => Chain::new(above, last).admit(units),
            None => Ok(Admission::default()),
        }
    }
}

fn not_among(nodes: &[NodeId], others: &[NodeId]) -> Vec<NodeId> {
    nodes
        .iter()
        .copied()
        .filter(|node| !others.contains(node))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::capacity::tests_support::node;

    fn units(n: u64) -> Units {
        Units::new(n).unwrap()
    }

    fn ids(numbers: &[u128]) -> Vec<NodeId> {
        numbers.iter().map(|n| node(*n, None, 0).id).collect()
    }

    #[test]
    fn o7_nodes_above_both_places_neither_lose_nor_gain() {
        let crossing = Crossing::new(&ids(&[1, 2, 3]), &ids(&[1, 4]));
        assert_eq!(crossing.losing, ids(&[2, 3]));
        assert_eq!(crossing.gaining, ids(&[4]));
    }

    #[test]
    fn o7_all_that_gain_must_admit_and_the_tightest_binds() {
        let gaining = vec![node(1, Some(9), 5), node(2, Some(9), 7), node(3, None, 0)];
        assert!(Crossing::admit(gaining.clone(), units(2)).is_ok());
        let refusal = Crossing::admit(gaining, units(5)).unwrap_err();
        assert_eq!(refusal.binding().id, node(2, None, 0).id);
        assert_eq!(refusal.chain().nodes().count(), 3);
        assert!(Crossing::admit(Vec::new(), Units::MAX).is_ok());
    }

    proptest! {
        #[test]
        fn o7_there_and_back_again_changes_nothing(old in numbers(), new in numbers()) {
            let (old, new) = (ids(&old), ids(&new));
            let (there, back) = (Crossing::new(&old, &new), Crossing::new(&new, &old));
            prop_assert_eq!(&there.gaining, &back.losing);
            prop_assert_eq!(&there.losing, &back.gaining);
            prop_assert_eq!(old.len() - there.losing.len(), new.len() - there.gaining.len());
        }
    }

    fn numbers() -> impl Strategy<Value = Vec<u128>> {
        let distinct = proptest::collection::btree_set(0_u128..9, 0..6);
        distinct.prop_map(|numbers: BTreeSet<u128>| numbers.into_iter().collect())
    }
}
