//! Where use cases run: they block, so they get threads of their own, no more at once than the store can serve.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tracing::Span;

use crate::problem::{Code, Problem};

/// How many use cases run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanes {
    /// Those that read.
    pub reads: usize,
    /// Those that may write.
    pub writes: usize,
    /// How long a request waits for its turn before it is sent away.
    pub wait: Duration,
}

/// Runs use cases.
#[derive(Debug, Clone)]
pub(crate) struct Executor {
    reads: Arc<Semaphore>,
    writes: Arc<Semaphore>,
    wait: Duration,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("every lane was taken for {0:?}")]
    Busy(Duration),
    #[error("a use case panicked: {0}")]
    Panicked(String),
    #[error("a use case was dropped before it ran, as happens when the service stops")]
    Dropped,
}

impl Executor {
    /// Lanes of these sizes, at least one each.
    pub fn new(lanes: Lanes) -> Self {
        let lane = |permits: usize| Arc::new(Semaphore::new(permits.clamp(1, Semaphore::MAX_PERMITS)));
        Self {
            reads: lane(lanes.reads),
            writes: lane(lanes.writes),
            wait: lanes.wait,
        }
    }

    /// Runs something that reads.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.run(&self.reads, work).await
    }

    /// Runs something that may write.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.run(&self.writes, work).await
    }

    async fn run<T: Send + 'static>(
        &self,
        lane: &Arc<Semaphore>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let permit = tokio::time::timeout(self.wait, Arc::clone(lane).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else {
            return Err(Problem::new(Code::Unavailable).caused_by(&Failure::Busy(self.wait)));
        };
        let span = Span::current();
        // A caller who goes away drops this future, not the work: what has begun is done, and keeps its place in the lane until then.
        let running = tokio::task::spawn_blocking(move || {
            let done = span.in_scope(work);
            drop(permit);
            done
        });
        running.await.map_err(|error| {
            let failure = match error.try_into_panic() {
                Ok(panic) => Failure::Panicked(message_of(&*panic).to_owned()),
                Err(_) => Failure::Dropped,
            };
            Problem::new(Code::InternalError).caused_by(&failure)
        })
    }
}

/// What a panic said.
pub(crate) fn message_of(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;

    use super::*;

    fn executor(wait: Duration) -> Executor {
        Executor::new(Lanes {
            reads: 1,
            writes: 1,
            wait,
        })
    }

    #[actix_web::test]
    async fn a_full_lane_sends_away_and_the_other_lane_goes_on() {
        let executor = executor(Duration::from_millis(20));
        let (release, wait_for_release) = mpsc::channel::<()>();
        let busy = actix_web::rt::spawn({
            let executor = executor.clone();
            async move { executor.write(move || wait_for_release.recv()).await }
        });
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        let refused = executor.write(|| ()).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unavailable);
        assert!(executor.read(|| ()).await.is_ok());
        release.send(()).unwrap();
        assert!(busy.await.unwrap().is_ok());
        assert!(executor.write(|| ()).await.is_ok());
    }

    #[actix_web::test]
    async fn a_panic_is_a_problem_and_gives_its_place_back() {
        let executor = executor(Duration::from_secs(1));
        let refused = executor.write(|| panic!("as planned")).await.unwrap_err();
        assert_eq!(refused.code(), Code::InternalError);
        assert!(executor.write(|| ()).await.is_ok());
    }

    #[actix_web::test]
    async fn what_has_begun_is_done_though_nobody_waits_for_it() {
        let executor = executor(Duration::from_secs(1));
        let done = Arc::new(AtomicBool::new(false));
        let (started, has_started) = mpsc::channel();
        let work = {
            let done = Arc::clone(&done);
            move || {
                started.send(()).unwrap();
                std::thread::sleep(Duration::from_millis(50));
                done.store(true, Ordering::SeqCst);
            }
        };
        let caller = actix_web::rt::spawn({
            let executor = executor.clone();
            async move { executor.write(work).await }
        });
        actix_web::rt::task::spawn_blocking(move || has_started.recv().unwrap())
            .await
            .unwrap();
        caller.abort();
        // The only place in the lane is free again only after the work is done.
        executor.write(|| ()).await.unwrap();
        assert!(done.load(Ordering::SeqCst));
    }
}
