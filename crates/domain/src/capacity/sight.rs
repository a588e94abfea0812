use super::chain::Chain;
use super::node::{Node, NodeKind};
use crate::units::Units;

/// How much of a chain somebody may know (C3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sight {
    /// All of it.
    #[default]
    Whole,
    /// The target; of what is above it only what it is and whether it admits.
    TargetOnly,
    /// Of every node only what it is and whether it admits.
    Nothing,
}

/// A chain that is asked for so many units, as somebody may know it (C3).
#[derive(Debug, Clone, Copy)]
pub struct SeenChain<'a> {
    chain: &'a Chain,
    requested: Units,
    sight: Sight,
}

/// A node of a chain, as somebody may know it (C3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenNode<'a> {
    /// What it is.
    pub kind: NodeKind,
    /// Whether it lets the units asked for pass.
    pub admits: bool,
    /// Who it is and how much it has, where that may be known.
    pub node: Option<&'a Node>,
}

impl<'a> SeenChain<'a> {
    /// A chain that is asked for so many units.
    pub const fn new(chain: &'a Chain, requested: Units, sight: Sight) -> Self {
        Self {
            chain,
            requested,
            sight,
        }
    }

    /// All nodes, from the pool down.
    pub fn nodes(self) -> impl Iterator<Item = SeenNode<'a>> {
        self.chain.nodes().map(move |node| self.node(node))
    }

    /// One of its nodes.
    pub fn node(self, node: &'a Node) -> SeenNode<'a> {
        let is_known = match self.sight {
            Sight::Whole => true,
            Sight::TargetOnly => node.id == self.chain.target().id,
            Sight::Nothing => false,
        };
        SeenNode {
            kind: node.id.kind(),
            admits: !node.refuses(self.requested),
            node: is_known.then_some(node),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::tests_support::{node, pool};

    #[test]
    fn c3_who_sees_the_target_alone_learns_of_the_others_what_they_are_and_whether_they_admit() {
        let chain = Chain::new(vec![pool(1, 9), node(2, Some(1), 1)], node(3, None, 0));
        let seen = |sight| SeenChain::new(&chain, Units::new(1).unwrap(), sight);
        assert!(seen(Sight::Whole).nodes().all(|node| node.node.is_some()));
        let nodes: Vec<SeenNode<'_>> = seen(Sight::TargetOnly).nodes().collect();
        let veiled = |kind, admits| SeenNode {
            kind,
            admits,
            node: None,
        };
        assert_eq!(nodes[0], veiled(NodeKind::Pool, true));
        assert_eq!(nodes[1], veiled(NodeKind::Organization, false));
        assert_eq!(nodes[2].node, Some(chain.target()));
    }

    #[test]
    fn c3_a_refusal_in_words_names_no_node_that_may_not_be_known() {
        let chain = Chain::new(vec![node(1, Some(3), 3)], node(2, Some(1), 0));
        let refusal = |requested| chain.admit(Units::new(requested).unwrap()).unwrap_err();
        assert_eq!(refusal(1).to_string(), "no room for 1 more: node 1 has 0 left");
        assert_eq!(
            refusal(1).seen_by(Sight::TargetOnly).to_string(),
            "no room for 1 more above node 2"
        );
        assert_eq!(
            refusal(1).seen_by(Sight::Nothing).to_string(),
            "no room for 1 more"
        );
        let chain = Chain::new(vec![node(1, Some(3), 0)], node(2, Some(1), 0));
        let refusal = chain.admit(Units::new(2).unwrap()).unwrap_err();
        assert_eq!(
            refusal.seen_by(Sight::TargetOnly).to_string(),
            "no room for 2 more: node 2 has 1 left"
        );
    }
}
