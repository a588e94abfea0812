use std::collections::{HashMap, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tenantry_application::Tenantry;
use tenantry_application::charges::{Asked, Decided, Decision, Decisions};
use tenantry_domain::WorkspaceId;

use super::Grouping;
use super::homes::{Homes, Tree};
use super::lines::{Full, Lines};
use super::request::Job;
use crate::executor::message_of;
use crate::metrics::{LedgerMetrics, Raised};

/// The threads that decide. They end when this is dropped, each after what it is about.
pub(super) struct Workers(Arc<Shared>);

type Jobs = Vec<(Tree, Job)>;

struct Shared {
    tenantry: Tenantry,
    grouping: Grouping,
    homes: Arc<Homes>,
    metrics: LedgerMetrics,
    state: Mutex<State>,
    /// Enough can be taken for somebody who waits, or it is over.
    arrived: Condvar,
    /// Something is blocked, or it is over.
    blocked: Condvar,
}

struct State {
    lines: Lines<Job>,
    /// What somebody is in the way of, tree by tree.
    blocked: VecDeque<Jobs>,
    /// For how many requests each thread waits, those that wait for any.
    wanted: Vec<usize>,
    is_over: bool,
}

/// A thread that waits for no requests.
const NONE: usize = usize::MAX;

/// The group that a thread has decided last.
#[derive(Clone, Copy)]
struct Last {
    size: usize,
    took: Duration,
    end: Instant,
}

impl Workers {
    pub fn start(
        tenantry: &Tenantry,
        grouping: Grouping,
        homes: &Arc<Homes>,
        metrics: &LedgerMetrics,
    ) -> Self {
        let groups = grouping.groups.max(1);
        metrics.lane.size.set(i64::try_from(groups).unwrap_or(i64::MAX));
        let shared = Arc::new(Shared {
            tenantry: tenantry.clone(),
            grouping,
            homes: Arc::clone(homes),
            metrics: metrics.clone(),
            state: Mutex::new(State {
                lines: Lines::new(grouping.queue),
                blocked: VecDeque::new(),
                wanted: vec![NONE; groups],
                is_over: false,
            }),
            arrived: Condvar::new(),
            blocked: Condvar::new(),
        });
        for number in 0..groups {
            spawn("ledger", &shared, move |shared| shared.decide_groups(number));
            spawn("ledger-waits", &shared, Shared::decide_blocked);
        }
        Self(shared)
    }

    /// Has a request decided, unless too many wait.
    pub fn push(&self, tree: Tree, job: Job) -> Result<(), Full> {
        let mut state = self.0.state();
        state.lines.push(tree, job)?;
        self.0.tell(&state);
        Ok(())
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.0.state().is_over = true;
        self.0.arrived.notify_all();
        self.0.blocked.notify_all();
    }
}

fn spawn(name: &str, shared: &Arc<Shared>, work: impl FnOnce(&Shared) + Send + 'static) {
    let shared = Arc::clone(shared);
    let thread = thread::Builder::new().name(name.to_owned());
    if let Err(error) = thread.spawn(move || work(&shared)) {
        tracing::error!(%error, "no thread can be had to decide about the ledger; raise the limit of threads");
    }
}

impl Shared {
    fn decide_groups(&self, number: usize) {
        let mut last = Last {
            size: 0,
            took: Duration::ZERO,
            end: Instant::now(),
        };
        while let Some(jobs) = self.next_group(number, last) {
            let (size, begun) = (jobs.len(), Instant::now());
            self.decide(jobs, |asked| self.tenantry.decide_free(asked));
            last = Last {
                size,
                took: begun.elapsed(),
                end: Instant::now(),
            };
        }
    }

    fn decide_blocked(&self) {
        while let Some(jobs) = self.next_blocked() {
            self.decide(jobs, |asked| self.tenantry.decide_waiting(asked));
        }
    }

    /// What waits, as soon as there is something: unless the last group was larger a moment ago, since whoever was answered then may come again. They
    /// are waited for no longer than half of what that group took. `None` when it is over.
    fn next_group(&self, number: usize, last: Last) -> Option<Jobs> {
        let mut state = self.state();
        while !state.is_over {
            let time = self.patience_after(last);
            let wanted = if time.is_zero() { 1 } else { last.size };
            if state.lines.ready() >= wanted.min(self.grouping.size) {
                let jobs = state.lines.take(self.grouping.size);
                self.metrics.waiting(state.lines.len());
                for (_, job) in &jobs {
                    self.metrics.waited(job.since().elapsed());
                }
                return Some(jobs);
            }
            state.wait_for(number, wanted);
            state = if time.is_zero() {
                self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner)
            } else {
                let waited = self.arrived.wait_timeout(state, time);
                waited.unwrap_or_else(PoisonError::into_inner).0
            };
            state.wait_for(number, NONE);
        }
        None
    }

    /// For how long a group is waited for that is as large as the last one: not at all, if that was somebody alone.
    fn patience_after(&self, last: Last) -> Duration {
        if last.size <= 1 {
            return Duration::ZERO;
        }
        let patience = self.grouping.wait.min(last.took / 2);
        patience.saturating_sub(last.end.elapsed())
    }

    fn next_blocked(&self) -> Option<Jobs> {
        let mut state = self.state();
        while !state.is_over {
            if let Some(jobs) = state.blocked.pop_front() {
                return Some(jobs);
            }
            state = self.blocked.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    /// Decides those that anybody still waits for, and lets their lines go on. What is left open is blocked, unless it stood in a line of its own so
    /// far: then it may be this service itself that is in the way, which its tree's line waits for.
    fn decide(&self, jobs: Jobs, decide: impl FnOnce(&[&dyn Asked]) -> Decisions) {
        let trees: HashSet<Tree> = jobs.iter().map(|(tree, _)| *tree).collect();
        let jobs: Jobs = jobs.into_iter().filter(|(_, job)| job.begin()).collect();
        let decisions = self.decisions(&jobs, decide);
        let (mut blocked, mut found) = (HashMap::<Tree, Jobs>::new(), Jobs::new());
        for ((tree, job), decision) in jobs.into_iter().zip(decisions) {
            match (decision, tree) {
                (Decision::Made(decided), _) => self.answer(job, decided),
                (Decision::Open(Some(workspace)), Tree::Unknown(_)) => {
                    found.push((self.home(&job, workspace), job));
                }
                (Decision::Open(_), _) => blocked.entry(tree).or_default().push((tree, job)),
            }
        }
        let mut state = self.state();
        for (tree, job) in found.into_iter().rev() {
            state.lines.rejoin(tree, job);
        }
        for tree in trees {
            match blocked.remove(&tree) {
                Some(jobs) => {
                    state.blocked.push_back(jobs);
                    self.blocked.notify_one();
                }
                None => state.lines.served(tree),
            }
        }
        self.tell(&state);
    }

    /// The line of a tree, for a request that is known to belong there now.
    fn home(&self, job: &Job, workspace: WorkspaceId) -> Tree {
        self.homes.learn(job.request(), workspace, None);
        Tree::Workspace(workspace)
    }

    fn decisions(&self, jobs: &Jobs, decide: impl FnOnce(&[&dyn Asked]) -> Decisions) -> Decisions {
        if jobs.is_empty() {
            return Decisions::new();
        }
        let _taken = Raised::new(&self.metrics.lane.taken);
        let asked: Vec<&dyn Asked> = jobs.iter().map(|(_, job)| -> &dyn Asked { job }).collect();
        let decisions = catch_unwind(AssertUnwindSafe(|| decide(&asked))).unwrap_or_else(|panic| {
            tracing::error!(
                requests = jobs.len(),
                "deciding panicked: {}",
                message_of(&*panic)
            );
            Decisions::new()
        });
        let is_made = |decision: &&Decision| matches!(decision, Decision::Made(_));
        match decisions.iter().filter(is_made).count() {
            0 => {}
            count => self.metrics.decided(count),
        }
        decisions
    }

    fn answer(&self, job: Job, decided: Decided) {
        if let Some(workspace) = decided.workspace {
            self.homes
                .learn(job.request(), workspace, decided.answer.as_ref().ok());
        }
        job.answer(decided);
    }

    /// Wakes whoever waits for as many as there are.
    fn tell(&self, state: &State) {
        self.metrics.waiting(state.lines.len());
        let ready = state.lines.ready();
        if state.wanted.iter().any(|wanted| (1..=ready).contains(wanted)) {
            self.arrived.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn wait_for(&mut self, number: usize, wanted: usize) {
        if let Some(place) = self.wanted.get_mut(number) {
            *place = wanted;
        }
    }
}
