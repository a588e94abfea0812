use std::collections::{HashMap, VecDeque};

use super::homes::Tree;

/// What waits, in a line for each tree. The lines take turns, one request at a time; a line whose head is being served waits.
#[derive(Debug)]
pub(super) struct Lines<J> {
    by_tree: HashMap<Tree, Line<J>>,
    /// Those that something can be taken from, the next first.
    turns: VecDeque<Tree>,
    /// How many requests wait.
    count: usize,
    /// How many of them are in those lines.
    ready: usize,
    /// How many may wait.
    most: usize,
}

/// Too many wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests about the ledger wait already")]
pub(super) struct Full;

#[derive(Debug)]
struct Line<J> {
    jobs: VecDeque<J>,
    is_served: bool,
}

impl<J> Lines<J> {
    /// Nothing waits; so many may, and half as many in one line.
    pub fn new(most: usize) -> Self {
        Self {
            by_tree: HashMap::new(),
            turns: VecDeque::new(),
            count: 0,
            ready: 0,
            most: most.max(2),
        }
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.count
    }

    /// How many of them could be taken now.
    pub fn ready(&self) -> usize {
        self.ready
    }

    /// Stands at the end of a line, unless that or all of them are full.
    pub fn push(&mut self, tree: Tree, job: J) -> Result<(), Full> {
        let line = self.by_tree.get(&tree);
        if self.count >= self.most || line.is_some_and(|line| line.jobs.len() >= self.most / 2) {
            return Err(Full);
        }
        self.stand(tree, |jobs| jobs.push_back(job));
        Ok(())
    }

    /// Stands at the head of a line, having waited in another one.
    pub fn rejoin(&mut self, tree: Tree, job: J) {
        self.stand(tree, |jobs| jobs.push_front(job));
    }

    fn stand(&mut self, tree: Tree, join: impl FnOnce(&mut VecDeque<J>)) {
        let line = self.by_tree.entry(tree).or_insert_with(Line::new);
        join(&mut line.jobs);
        self.count += 1;
        if !line.is_served {
            self.ready += 1;
            if line.jobs.len() == 1 {
                self.turns.push_back(tree);
            }
        }
    }

    /// Takes up to so many, in turn. Their lines wait until they were [served](Self::served).
    pub fn take(&mut self, most: usize) -> Vec<(Tree, J)> {
        let mut taken = Vec::new();
        while taken.len() < most {
            let Some(tree) = self.turns.pop_front() else {
                break;
            };
            let Some(line) = self.by_tree.get_mut(&tree) else {
                continue;
            };
            if let Some(job) = line.jobs.pop_front() {
                taken.push((tree, job));
                self.count -= 1;
                self.ready -= 1;
            }
            if !line.jobs.is_empty() {
                self.turns.push_back(tree);
            }
        }
        for (tree, _) in &taken {
            self.serve(*tree);
        }
        let is_ready = |tree: &Tree| self.by_tree.get(tree).is_some_and(|line| !line.is_served);
        self.turns.retain(is_ready);
        taken
    }

    fn serve(&mut self, tree: Tree) {
        if let Some(line) = self.by_tree.get_mut(&tree)
            && !line.is_served
        {
            line.is_served = true;
            self.ready -= line.jobs.len();
        }
    }

    /// Lets a line go on.
    pub fn served(&mut self, tree: Tree) {
        let Some(line) = self.by_tree.get_mut(&tree) else {
            return;
        };
        if line.jobs.is_empty() {
            self.by_tree.remove(&tree);
        } else if line.is_served {
            line.is_served = false;
            self.ready += line.jobs.len();
            self.turns.push_back(tree);
        }
    }
}

impl<J> Line<J> {
    fn new() -> Self {
        Self {
            jobs: VecDeque::new(),
            is_served: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use tenantry_domain::WorkspaceId;
    use uuid::Uuid;

    use super::*;

    fn tree(n: u128) -> Tree {
        Tree::Workspace(WorkspaceId::from_uuid(Uuid::from_u128(n)))
    }

    fn lines(jobs: &[(u128, u32)]) -> Lines<u32> {
        let mut lines = Lines::new(100);
        for (n, job) in jobs {
            lines.push(tree(*n), *job).unwrap();
        }
        lines
    }

    fn jobs(taken: &[(Tree, u32)]) -> Vec<u32> {
        taken.iter().map(|(_, job)| *job).collect()
    }

    #[test]
    fn trees_take_turns_however_many_requests_each_has() {
        let mut lines = lines(&[(1, 10), (1, 11), (1, 12), (1, 13), (2, 20), (3, 30), (3, 31)]);
        assert_eq!(jobs(&lines.take(4)), [10, 20, 30, 11]);
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_tree_is_served_once_at_a_time() {
        let mut lines = lines(&[(1, 10), (1, 11), (2, 20)]);
        assert_eq!(jobs(&lines.take(1)), [10]);
        lines.push(tree(1), 12).unwrap();
        assert_eq!((lines.ready(), lines.len()), (1, 3));
        assert_eq!(jobs(&lines.take(9)), [20]);
        assert!(lines.take(9).is_empty());
        lines.served(tree(1));
        assert_eq!(lines.ready(), 2);
        assert_eq!(jobs(&lines.take(9)), [11, 12]);
        for n in [1, 2] {
            lines.served(tree(n));
        }
        assert!(
            lines.by_tree.is_empty() && lines.turns.is_empty(),
            "nothing is kept of empty lines"
        );
        assert_eq!((lines.ready(), lines.len()), (0, 0));
    }

    #[test]
    fn whoever_comes_from_another_line_is_next_in_the_right_one() {
        let mut lines = lines(&[(1, 10), (1, 11)]);
        assert_eq!(jobs(&lines.take(1)), [10]);
        lines.rejoin(tree(1), 9);
        assert_eq!((lines.ready(), lines.len()), (0, 2));
        lines.served(tree(1));
        lines.rejoin(tree(2), 20);
        assert_eq!((lines.ready(), lines.len()), (3, 3));
        assert_eq!(jobs(&lines.take(9)), [9, 20, 11]);
    }

    #[test]
    fn a_full_line_leaves_room_for_others() {
        let mut lines = Lines::new(4);
        for job in 0..2 {
            lines.push(tree(1), job).unwrap();
        }
        assert_eq!(lines.push(tree(1), 2), Err(Full));
        lines.push(tree(2), 3).unwrap();
        lines.push(tree(3), 4).unwrap();
        assert_eq!(lines.push(tree(4), 5), Err(Full));
    }
}
