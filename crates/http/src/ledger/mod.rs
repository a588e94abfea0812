//! Where requests about the ledger wait to be decided together (ADR 34): each in the line of its tree, and the lines take turns.
//!
//! Threads of their own take what waits, as much as there is up to a group, and decide it at once. What somebody is in the way of goes
//! on to other threads that can afford to wait for locks, so that no tree waits for another one's.

mod answer;
mod homes;
mod lines;
mod request;
mod turn;
mod workers;

use std::sync::Arc;
use std::time::Duration;

use tenantry_application::Tenantry;
use tenantry_application::charges::Decided;
use tokio::sync::oneshot;
use tokio::time::timeout;

use self::homes::Homes;
use self::request::Job;
pub(crate) use self::request::Request;
use self::turn::Turn;
use self::workers::Workers;
use crate::metrics::LedgerMetrics;
use crate::problem::{Code, Problem};

/// How requests about the ledger are decided together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grouping {
    /// How many groups are decided at once. As many more may wait for locks.
    pub groups: usize,
    /// How many requests one transaction decides at most.
    pub size: usize,
    /// How long a group is waited for that was larger a moment ago; nobody waits who comes alone.
    pub wait: Duration,
    /// How many requests may wait. Half of that may be about one tree.
    pub queue: usize,
}

/// How long a request waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// For its turn, before it is sent away.
    pub turn: Duration,
    /// And then for its decision.
    pub work: Duration,
}

/// The way to the ledger. Its threads end when it is dropped.
pub(crate) struct Ledger {
    workers: Workers,
    homes: Arc<Homes>,
    patience: Patience,
    metrics: LedgerMetrics,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("no turn came in {0:?}")]
    Busy(Duration),
    #[error("there is no end of it after {0:?}")]
    Stuck(Duration),
    #[error("deciding panicked, or the service stops")]
    Lost,
}

impl Ledger {
    /// With threads of its own.
    pub fn new(tenantry: &Tenantry, grouping: Grouping, patience: Patience, metrics: LedgerMetrics) -> Self {
        let homes = Arc::<Homes>::default();
        Self {
            workers: Workers::start(tenantry, grouping, &homes, &metrics),
            homes,
            patience,
            metrics,
        }
    }

    /// Has a request decided. Whoever stops waiting before it has its turn leaves nothing done.
    pub async fn decide(&self, request: Request) -> Result<Decided, Problem> {
        let (reply, mut decided) = oneshot::channel();
        let turn = Turn::default();
        let tree = self.homes.tree_of(&request.asks);
        let job = Job::new(request, turn.clone(), reply);
        let pushed = self.workers.push(tree, job);
        pushed.map_err(|full| self.sent_away(&full))?;
        let waiting = turn.given_up_on_drop();
        let first = timeout(self.patience.turn, &mut decided).await;
        if first.is_err() && turn.give_up() {
            return Err(self.sent_away(&Failure::Busy(self.patience.turn)));
        }
        let answer = match first {
            Ok(answer) => answer,
            Err(_) => timeout(self.patience.work, decided).await.map_err(|_| {
                Problem::new(Code::Unavailable)
                    .detail("no answer came in time; what was asked for may still be done")
                    .caused_by(&Failure::Stuck(self.patience.work))
            })?,
        };
        drop(waiting);
        answer.map_err(|_| Problem::new(Code::InternalError).caused_by(&Failure::Lost))
    }

    fn sent_away(&self, why: &impl std::error::Error) -> Problem {
        self.metrics.lane.refused.inc();
        Problem::new(Code::Unavailable).caused_by(why)
    }
}
