use std::collections::BTreeMap;

/// A node of the tree: its place in [`NODES`].
pub type Node = usize;

/// A resource: its number.
pub type Resource = u8;

/// The parent and the limit of every node at the beginning. The pool comes first; two roots share it; teams come last. Little room, so that much
/// is refused.
pub const NODES: [(Option<Node>, Option<u64>); 9] = [
    (None, Some(8)),
    (Some(0), None),
    (Some(1), Some(4)),
    (Some(1), None),
    (Some(3), Some(2)),
    (Some(0), Some(5)),
    (Some(5), None),
    (Some(3), Some(2)),
    (Some(4), None),
];

/// The first of [`NODES`] that is a team, as are those behind it.
pub const FIRST_TEAM: Node = 7;

/// What a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// To charge a resource (C1).
    Charge(Resource, Node, u64),
    /// To release it (C4).
    Release(Resource, Node),
    /// What it is charged with.
    Find(Resource, Node),
    /// The limits view (L7).
    Look(Node),
    /// To set a limit (L3, L4).
    Limit(Node, Option<u64>),
}

/// What a client is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The resource is charged with so many units; whether it is so for the first time.
    Charged(u64, bool),
    /// There is no room (C3).
    Refused {
        /// The units that were asked for.
        requested: u64,
        /// The node that binds.
        binding: Node,
        /// From the pool down.
        chain: Vec<Numbers>,
    },
    /// The resource is charged there.
    Elsewhere(Node),
    /// It is not charged, or no longer.
    Released,
    /// What it is charged with.
    Found(Option<u64>),
    /// The limits view.
    Seen {
        /// Used by the subtree.
        used: u64,
        /// Used by the organization itself and its teams.
        direct: u64,
        /// Its own limit.
        limit: Option<u64>,
        /// The smallest limit of the chain.
        total: Option<u64>,
        /// What can be charged.
        free: Option<u64>,
        /// The node that binds.
        binding: Option<Node>,
    },
    /// The limit is set, while the subtree uses so much.
    LimitSet(u64),
    /// The limit is more than what is above (L3).
    AboveCapacity,
    /// The limit is less than what is used (L4).
    BelowUsage,
}

/// One node as a refusal shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// Which.
    pub node: Node,
    /// Its limit.
    pub limit: Option<u64>,
    /// Used by its subtree.
    pub used: u64,
    /// What fits under its limit.
    pub free: Option<u64>,
    /// Whether it lets what is asked for pass.
    pub admits: bool,
}

/// The tree as it stands: limits, and the ledger from which all else is counted anew each time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tree {
    limits: [Option<u64>; NODES.len()],
    ledger: BTreeMap<Resource, (Node, u64)>,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            limits: NODES.map(|(_, limit)| limit),
            ledger: BTreeMap::new(),
        }
    }
}

impl Tree {
    /// Does what is asked for, and says what is answered.
    pub fn apply(&mut self, operation: Operation) -> Outcome {
        match operation {
            Operation::Charge(resource, at, quantity) => self.charge(resource, at, quantity),
            Operation::Release(resource, at) => {
                self.ledger
                    .retain(|known, (place, _)| (*known, *place) != (resource, at));
                Outcome::Released
            }
            Operation::Find(resource, at) => {
                let row = self.ledger.get(&resource).filter(|(place, _)| *place == at);
                Outcome::Found(row.map(|(_, quantity)| *quantity))
            }
            Operation::Look(at) => self.look(at),
            Operation::Limit(at, limit) => self.limit(at, limit),
        }
    }

    fn charge(&mut self, resource: Resource, at: Node, quantity: u64) -> Outcome {
        let before = match self.ledger.get(&resource) {
            Some((place, _)) if *place != at => return Outcome::Elsewhere(*place),
            row => row.map(|(_, quantity)| *quantity),
        };
        let requested = quantity.saturating_sub(before.unwrap_or(0));
        let chain: Vec<Numbers> = chain(at).map(|node| self.numbers(node, requested)).collect();
        let refusing = chain.iter().filter(|node| !node.admits);
        if let Some(binding) = refusing.min_by_key(|node| node.free) {
            let binding = binding.node;
            return Outcome::Refused {
                requested,
                binding,
                chain,
            };
        }
        self.ledger.insert(resource, (at, quantity));
        Outcome::Charged(quantity, before.is_none())
    }

    fn look(&self, at: Node) -> Outcome {
        let limited: Vec<Numbers> = chain(at)
            .map(|node| self.numbers(node, 0))
            .filter(|node| node.limit.is_some())
            .collect();
        let binding = limited.iter().min_by_key(|node| node.free);
        Outcome::Seen {
            used: self.used(at),
            direct: self.count(|place| place == at || is_team_of(place, at)),
            limit: self.limits[at],
            total: limited.iter().filter_map(|node| node.limit).min(),
            free: binding.and_then(|node| node.free),
            binding: binding.map(|node| node.node),
        }
    }

    fn limit(&mut self, at: Node, limit: Option<u64>) -> Outcome {
        let used = self.used(at);
        let above = chain(at).filter(|node| *node != at);
        let capacity = above.filter_map(|node| self.limits[node]).min();
        match (limit, capacity) {
            _ if limit == self.limits[at] => {}
            (Some(limit), Some(capacity)) if limit > capacity && limit > 0 => return Outcome::AboveCapacity,
            (Some(limit), _) if limit < used => return Outcome::BelowUsage,
            _ => self.limits[at] = limit,
        }
        Outcome::LimitSet(used)
    }

    fn numbers(&self, node: Node, requested: u64) -> Numbers {
        let (limit, used) = (self.limits[node], self.used(node));
        let free = limit.map(|limit| limit.saturating_sub(used));
        Numbers {
            node,
            limit,
            used,
            free,
            admits: free.is_none_or(|free| requested <= free),
        }
    }

    fn used(&self, node: Node) -> u64 {
        self.count(|place| chain(place).any(|above| above == node))
    }

    fn count(&self, counts: impl Fn(Node) -> bool) -> u64 {
        let rows = self.ledger.values().filter(|(place, _)| counts(*place));
        rows.map(|(_, quantity)| quantity).sum()
    }
}

/// An organization has what its teams have itself (L6).
fn is_team_of(node: Node, organization: Node) -> bool {
    node >= FIRST_TEAM && NODES[node].0 == Some(organization)
}

/// The nodes from the pool down to this one.
fn chain(node: Node) -> impl Iterator<Item = Node> {
    let up: Vec<Node> = std::iter::successors(Some(node), |node| NODES[*node].0).collect();
    up.into_iter().rev()
}
