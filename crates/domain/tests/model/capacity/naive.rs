//! Capacity the slow way: a parent for each node and one ledger, from which every number is walked out anew.

use std::iter::successors;

/// The largest count there is (`Units::MAX`), written down once more on purpose.
pub const LARGEST_COUNT: u64 = 9_007_199_254_740_991;

#[derive(Debug, Clone)]
pub struct NaiveNode {
    pub parent: Option<usize>,
    pub limit: Option<u64>,
    /// Whether growth beyond the limit is refused; so is what cannot be counted, where there is none.
    pub enforces: bool,
    pub is_team: bool,
}

#[derive(Debug, Clone)]
pub struct Naive {
    pub nodes: Vec<NaiveNode>,
    /// Which node is charged with how many units.
    pub ledger: Vec<(usize, u64)>,
}

impl Naive {
    /// From the target up to the top.
    fn upwards(&self, target: usize) -> impl Iterator<Item = usize> {
        successors(Some(target), |at| self.nodes[*at].parent)
    }

    /// From the top down to the target.
    pub fn path(&self, target: usize) -> Vec<usize> {
        let mut path: Vec<usize> = self.upwards(target).collect();
        path.reverse();
        path
    }

    /// What the node itself is charged with, and its teams.
    pub fn direct(&self, node: usize) -> u64 {
        let is_its_team = |at: usize| self.nodes[at].is_team && self.nodes[at].parent == Some(node);
        let rows = self
            .ledger
            .iter()
            .filter(|(at, _)| *at == node || is_its_team(*at));
        rows.map(|(_, units)| units).sum()
    }

    pub fn used(&self, node: usize) -> u64 {
        let rows = self
            .ledger
            .iter()
            .filter(|(at, _)| self.upwards(*at).any(|above| above == node));
        rows.map(|(_, units)| units).sum()
    }

    /// What each node uses, for when all of them are looked at.
    pub fn used_everywhere(&self) -> Vec<u64> {
        let mut used = vec![0; self.nodes.len()];
        for (at, units) in &self.ledger {
            for node in self.upwards(*at) {
                used[node] += units;
            }
        }
        used
    }

    pub fn admits(&self, node: usize, requested: u64) -> bool {
        let after = self.used(node) + requested;
        after <= self.nodes[node].limit.unwrap_or(LARGEST_COUNT) && after <= LARGEST_COUNT
    }

    /// The nodes of the target's path that do not admit so many more, from the top.
    pub fn refusing(&self, target: usize, requested: u64, enforcing: bool) -> Vec<usize> {
        let refuses = |node: &usize| !self.admits(*node, requested);
        let mut path = self.path(target);
        path.retain(|node| self.nodes[*node].enforces == enforcing && refuses(node));
        path
    }

    /// What a limit still leaves; `None` without one.
    fn room(&self, node: usize) -> Option<u64> {
        let limit = self.nodes[node].limit?;
        Some(limit.saturating_sub(self.used(node)))
    }

    /// Of nodes listed from the top, the one with the least room; of several, the highest.
    pub fn tightest(&self, nodes: &[usize]) -> Option<usize> {
        let room = |node: usize| self.room(node).unwrap_or(LARGEST_COUNT);
        let mut tightest = *nodes.first()?;
        for node in nodes {
            if room(*node) < room(tightest) {
                tightest = *node;
            }
        }
        Some(tightest)
    }

    /// The nodes of the target's path that enforce a limit, from the top.
    pub fn limiting(&self, target: usize) -> Vec<usize> {
        let mut path = self.path(target);
        path.retain(|node| self.nodes[*node].enforces && self.nodes[*node].limit.is_some());
        path
    }

    pub fn free(&self, target: usize) -> Option<u64> {
        self.limiting(target)
            .into_iter()
            .filter_map(|node| self.room(node))
            .min()
    }

    pub fn total(&self, target: usize) -> Option<u64> {
        self.limiting(target)
            .into_iter()
            .filter_map(|node| self.nodes[node].limit)
            .min()
    }

    /// The smallest limit enforced above the target.
    pub fn capacity_above(&self, target: usize) -> Option<u64> {
        self.nodes[target].parent.and_then(|parent| self.total(parent))
    }

    pub fn is_over_limit(&self, node: usize) -> bool {
        self.nodes[node]
            .limit
            .is_some_and(|limit| self.used(node) > limit)
    }

    /// Gives back at most what the node itself is charged with.
    pub fn release(&mut self, node: usize, mut units: u64) {
        for (_, held) in self.ledger.iter_mut().filter(|(at, _)| *at == node) {
            let given_back = units.min(*held);
            *held -= given_back;
            units -= given_back;
        }
        self.ledger.retain(|(_, held)| *held > 0);
    }
}
