use super::chain::Chain;
use super::node::{Node, NodeId};
use crate::limit::Limit;
use crate::meter::Meter;
use crate::units::Units;

/// What one organization may still use of one meter (L7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterLimits {
    /// The meter.
    pub meter: Meter,
    /// Units charged directly to the organization.
    pub direct: Units,
    /// The chain of the organization, which holds the rest.
    pub chain: Chain,
}

impl MeterLimits {
    /// Units used by the organization and everything below it.
    pub fn used(&self) -> Units {
        self.chain.target().used
    }

    /// The limit set on the organization itself.
    pub fn org_limit(&self) -> Limit {
        self.chain.target().limit
    }

    /// The smallest limit on the chain; `None` when there is none.
    pub fn total(&self) -> Option<Units> {
        self.chain.total()
    }

    /// What could really be charged now; `None` when nothing limits it.
    pub fn free(&self) -> Option<Units> {
        self.chain.free()
    }

    /// The node that binds.
    pub fn binding(&self) -> Option<&Node> {
        self.chain.binding()
    }

    /// Of several meters the one with the least room; of equals the first, and none that nothing limits.
    pub fn tightest(rows: &[Self]) -> Option<&Self> {
        rows.iter()
            .filter(|row| row.free().is_some())
            .min_by_key(|row| row.free())
    }
}

/// Where a node stands, seen from the end of its chain (L7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is the pool.
    Pool,
    /// It is farther above than the parent.
    Ancestor,
    /// It is the parent.
    Parent,
    /// It is the organization itself.
    Itself,
    /// It is a team of the organization, at which the chain ends instead.
    Team,
}

impl Chain {
    /// Where one of its nodes stands.
    pub fn place_of(&self, node: &Node) -> Place {
        match node.id {
            NodeId::Pool(_) => Place::Pool,
            NodeId::Team(_) => Place::Team,
            id if id == self.target().id => Place::Itself,
            id if self.above().last().is_some_and(|parent| parent.id == id) => Place::Parent,
            NodeId::Organization(_) => Place::Ancestor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::tests_support::{node, pool};

    #[test]
    fn l7_every_node_has_its_place() {
        let chain = Chain::new(
            vec![pool(1, 9), node(2, None, 0), node(3, None, 0)],
            node(4, None, 0),
        );
        let places: Vec<Place> = chain.nodes().map(|node| chain.place_of(node)).collect();
        assert_eq!(
            places,
            [Place::Pool, Place::Ancestor, Place::Parent, Place::Itself]
        );
    }

    #[test]
    fn l7_the_tightest_meter_is_the_one_with_the_least_room() {
        let row = |meter: &str, cap| MeterLimits {
            meter: meter.parse().unwrap(),
            direct: Units::ZERO,
            chain: Chain::new(vec![], node(1, cap, 0)),
        };
        let rows = [
            row("a", None),
            row("b", Some(5)),
            row("c", Some(2)),
            row("d", Some(2)),
        ];
        assert_eq!(MeterLimits::tightest(&rows).unwrap().meter.as_str(), "c");
        assert_eq!(MeterLimits::tightest(&rows[..1]), None);
    }
}
