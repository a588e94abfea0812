use std::collections::BTreeMap;
use std::fmt;

use super::node::{Node, NodeId};
use super::sight::{SeenChain, SeenNode, Sight};
use crate::units::Units;

/// The nodes that must all admit growth at one target, from the pool down to the target itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    above: Vec<Node>,
    target: Node,
}

/// Growth that was admitted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Admission {
    /// Nodes that only observe (B3, L8) and would have refused, from the pool down.
    pub would_have_refused: Vec<Node>,
}

/// Growth that was refused, with its explanation (C3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// How many units were asked for.
    pub requested: Units,
    chain: Chain,
    binding: NodeId,
    sight: Sight,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no room for {} more", self.requested)?;
        let target = self.seen().node(self.chain.target()).node;
        match (self.seen_binding().node, target) {
            (Some(node), _) => {
                let left = node.limit.headroom(node.used).unwrap_or_default();
                write!(f, ": {} has {left} left", node.name)
            }
            (None, Some(target)) => write!(f, " above {}", target.name),
            (None, None) => Ok(()),
        }
    }
}

impl Chain {
    /// A chain of the nodes above the target (from the pool down) and the target.
    pub fn new(above: Vec<Node>, target: Node) -> Self {
        Self { above, target }
    }

    /// All nodes, from the pool down.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = &Node> {
        self.above.iter().chain(std::iter::once(&self.target))
    }

    /// The nodes above the target, from the pool down.
    pub fn above(&self) -> &[Node] {
        &self.above
    }

    /// The node that the growth is charged to.
    pub fn target(&self) -> &Node {
        &self.target
    }

    /// Whether so many more units may be charged to the target: exactly when every node of the chain admits them (C2).
    ///
    /// # Errors
    /// A [`Refusal`] that names the binding node.
    pub fn admit(&self, requested: Units) -> Result<Admission, Box<Refusal>> {
        if let Some(node) = tightest(self.nodes().filter(|node| node.refuses(requested))) {
            return Err(Box::new(Refusal {
                requested,
                binding: node.id,
                chain: self.clone(),
                sight: Sight::Whole,
            }));
        }
        let observing = self.nodes().filter(|node| node.would_refuse(requested));
        Ok(Admission {
            would_have_refused: observing.cloned().collect(),
        })
    }

    /// The node that leaves the least room, or `None` when nothing on the chain limits the target (L7).
    pub fn binding(&self) -> Option<&Node> {
        tightest(self.nodes().filter(|node| node.limit.enforced_cap().is_some()))
    }

    /// How many more units could be charged to the target now; `None` when nothing limits it (L7).
    pub fn free(&self) -> Option<Units> {
        self.binding().and_then(Node::enforced_headroom)
    }

    /// The smallest limit on the chain, the target's own included; `None` when there is none (L7).
    pub fn total(&self) -> Option<Units> {
        Self::smallest_limit(self.nodes())
    }

    /// The smallest limit that binds at any of these nodes; `None` when there is none.
    pub fn smallest_limit<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Option<Units> {
        nodes
            .into_iter()
            .filter_map(|node| node.limit.enforced_cap())
            .min()
    }

    /// What the target inherits: the node above it with the smallest limit (L3).
    pub fn inherited(&self) -> Option<(&Node, Units)> {
        self.above
            .iter()
            .filter_map(|node| Some((node, node.limit.enforced_cap()?)))
            .min_by_key(|(_, cap)| *cap)
    }
}

/// The node with the least room; among equals the one nearest the pool, since no change below it could help.
fn tightest<'a>(nodes: impl Iterator<Item = &'a Node>) -> Option<&'a Node> {
    nodes.min_by_key(|node| node.limit.headroom(node.used).unwrap_or(Units::MAX))
}

impl Refusal {
    /// The node that binds: the one with the least room among those that refuse.
    pub fn binding(&self) -> &Node {
        self.chain
            .nodes()
            .find(|node| node.id == self.binding)
            .unwrap_or(&self.chain.target)
    }

    /// Every node of the chain, from the pool down.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The same with what people call the nodes, as far as it is told here.
    #[must_use]
    pub fn named(mut self, names: &BTreeMap<NodeId, String>) -> Self {
        let target = std::iter::once(&mut self.chain.target);
        for node in self.chain.above.iter_mut().chain(target) {
            if let Some(name) = names.get(&node.id) {
                node.name.clone_from(name);
            }
        }
        self
    }

    /// The same, for somebody who may know so much of the chain (C3).
    #[must_use]
    pub fn seen_by(self, sight: Sight) -> Self {
        Self { sight, ..self }
    }

    /// The chain, as whoever is refused may know it (C3).
    pub fn seen(&self) -> SeenChain<'_> {
        SeenChain::new(&self.chain, self.requested, self.sight)
    }

    /// The node that binds, as whoever is refused may know it (C3).
    pub fn seen_binding(&self) -> SeenNode<'_> {
        self.seen().node(self.binding())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::tests_support::{node, observed};

    fn units(n: u64) -> Units {
        Units::new(n).unwrap()
    }

    #[test]
    fn c2_every_node_must_admit() {
        let chain = Chain::new(vec![node(1, Some(10), 9), node(2, None, 9)], node(3, Some(5), 2));
        assert!(chain.admit(units(1)).is_ok());
        let refusal = chain.admit(units(2)).unwrap_err();
        assert_eq!(refusal.binding().id, node(1, None, 0).id);
        assert_eq!(
            refusal
                .chain()
                .nodes()
                .map(|n| n.admits(units(2)))
                .collect::<Vec<_>>(),
            [false, true, true]
        );
    }

    #[test]
    fn c2_the_most_restrictive_refusing_node_binds() {
        let chain = Chain::new(
            vec![node(1, Some(10), 8), node(2, Some(9), 8)],
            node(3, Some(100), 0),
        );
        assert_eq!(
            chain.admit(units(5)).unwrap_err().binding().id,
            node(2, None, 0).id
        );
    }

    #[test]
    fn c2_among_equally_tight_nodes_the_one_nearest_the_pool_binds() {
        let chain = Chain::new(vec![node(1, Some(5), 5)], node(2, Some(5), 5));
        assert_eq!(
            chain.admit(units(1)).unwrap_err().binding().id,
            node(1, None, 0).id
        );
    }

    #[test]
    fn l2_zero_disables_everything_below() {
        let chain = Chain::new(vec![node(1, Some(0), 0)], node(2, None, 0));
        assert!(chain.admit(units(1)).is_err());
    }

    #[test]
    fn l4_a_node_over_its_limit_has_no_room_and_does_not_underflow() {
        let chain = Chain::new(vec![], node(1, Some(3), 7));
        assert_eq!(chain.free(), Some(Units::ZERO));
        assert!(chain.admit(units(1)).is_err());
    }

    #[test]
    fn b3_an_observed_pool_never_refuses_but_is_reported() {
        let chain = Chain::new(vec![observed(1, 5, 5)], node(2, Some(9), 5));
        assert_eq!(
            chain.admit(units(1)).unwrap().would_have_refused,
            [observed(1, 5, 5)]
        );
        assert_eq!(
            chain.admit(units(5)).unwrap_err().binding().id,
            node(2, None, 0).id
        );
        assert_eq!((chain.free(), chain.total()), (Some(units(4)), Some(units(9))));
    }

    #[test]
    fn an_unlimited_chain_still_refuses_what_cannot_be_counted() {
        let chain = Chain::new(vec![], node(1, None, 5));
        assert!(chain.admit(Units::MAX).is_err());
        assert_eq!((chain.free(), chain.total()), (None, None));
    }

    #[test]
    fn l7_free_is_the_smallest_headroom_and_total_the_smallest_limit() {
        let chain = Chain::new(vec![node(1, Some(100), 98)], node(2, Some(50), 8));
        assert_eq!((chain.free(), chain.total()), (Some(units(2)), Some(units(50))));
        assert_eq!(chain.binding().unwrap().id, node(1, None, 0).id);
    }
}
