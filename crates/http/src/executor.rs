//! Where use cases run: they block, so they get threads of their own, no more at once than the store can serve.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Span;

use crate::metrics::{LaneMetrics, LanesMetrics, Raised};
use crate::problem::{Code, Problem};

/// How many use cases run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanes {
    /// Those that read.
    pub reads: usize,
    /// Those that may write.
    pub writes: usize,
    /// Those that have a picture hosted: each may wait for a foreign site, and takes up to 256 MiB of memory when a picture is decoded.
    pub hosting: usize,
    /// Those that get a hosted picture.
    pub serving: usize,
    /// How long a request waits for its turn before it is sent away.
    pub wait: Duration,
    /// How long it then waits for what it asked for. Longer than the store takes to give up by itself, so that only a store that does not
    /// answer at all comes to this.
    pub work: Duration,
}

/// Runs use cases.
#[derive(Debug, Clone)]
pub(crate) struct Executor {
    reads: Lane,
    writes: Lane,
    hosting: Lane,
    serving: Lane,
    patience: Patience,
}

/// How long work that has begun is waited for.
#[derive(Debug, Clone, Copy)]
struct Patience(Duration);

#[derive(Debug, Clone)]
struct Lane {
    places: Arc<Semaphore>,
    wait: Duration,
    patience: Patience,
    metrics: LaneMetrics,
}

/// A place in a lane, free again when this is dropped.
struct Place {
    _permit: OwnedSemaphorePermit,
    _taken: Raised,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("every lane was taken for {0:?}")]
    Busy(Duration),
    #[error("there is no end of it after {0:?}")]
    Stuck(Duration),
    #[error("a use case panicked: {0}")]
    Panicked(String),
    #[error("a use case was dropped before it ran, as happens when the service stops")]
    Dropped,
}

impl Executor {
    /// Lanes of these sizes, at least one each.
    pub fn new(lanes: Lanes, metrics: &LanesMetrics) -> Self {
        Self {
            reads: Lane::new(lanes.reads, &lanes, metrics.of("reads")),
            writes: Lane::new(lanes.writes, &lanes, metrics.of("writes")),
            hosting: Lane::new(lanes.hosting, &lanes, metrics.of("hosting")),
            serving: Lane::new(lanes.serving, &lanes, metrics.of("serving")),
            patience: Patience(lanes.work),
        }
    }

    /// Runs something that reads.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.reads.run(work).await
    }

    /// Runs something that may write.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.writes.run(work).await
    }

    /// Runs something that has a picture hosted. Sites may be slow, so nobody else waits behind it.
    pub async fn host<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.hosting.run(work).await
    }

    /// Runs something that gets a hosted picture, from a store that has nothing to do with the database.
    pub async fn serve<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.serving.run(work).await
    }

    /// Runs something whose answer is of no use when it comes late.
    pub async fn probe<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        Patience(self.reads.wait)
            .wait_for(self.reads.run(work))
            .await
            .flatten()
    }

    /// Waits for work that goes on elsewhere, no longer than for its own.
    pub async fn wait_for<T>(&self, work: impl Future<Output = T>) -> Result<T, Problem> {
        self.patience.wait_for(work).await
    }
}

impl Patience {
    async fn wait_for<T>(self, work: impl Future<Output = T>) -> Result<T, Problem> {
        tokio::time::timeout(self.0, work).await.map_err(|_| {
            Problem::new(Code::Unavailable)
                .detail("no answer came in time; what was asked for may still be done")
                .caused_by(&Failure::Stuck(self.0))
        })
    }
}

impl Lane {
    fn new(size: usize, lanes: &Lanes, metrics: LaneMetrics) -> Self {
        let size = size.clamp(1, Semaphore::MAX_PERMITS);
        metrics.size.set(i64::try_from(size).unwrap_or(i64::MAX));
        Self {
            places: Arc::new(Semaphore::new(size)),
            wait: lanes.wait,
            patience: Patience(lanes.work),
            metrics,
        }
    }

    async fn place(&self) -> Result<Place, Problem> {
        let (_waiting, begun) = (Raised::new(&self.metrics.waiting), Instant::now());
        let permit = tokio::time::timeout(self.wait, Arc::clone(&self.places).acquire_owned()).await;
        self.metrics.waited.observe(begun.elapsed().as_secs_f64());
        let Ok(Ok(permit)) = permit else {
            self.metrics.refused.inc();
            return Err(Problem::new(Code::Unavailable).caused_by(&Failure::Busy(self.wait)));
        };
        Ok(Place {
            _permit: permit,
            _taken: Raised::new(&self.metrics.taken),
        })
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let place = self.place().await?;
        let span = Span::current();
        // A caller who goes away or is sent away drops this future, not the work: what has begun is done, and keeps its place in the lane
        // until then.
        let running = tokio::task::spawn_blocking(move || {
            let done = span.in_scope(work);
            drop(place);
            done
        });
        self.patience.wait_for(running).await?.map_err(|error| {
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

    use prometheus_client::registry::Registry;

    use super::*;

    fn executor(wait: Duration) -> Executor {
        with_patience(wait, Duration::from_mins(1))
    }

    fn with_patience(wait: Duration, work: Duration) -> Executor {
        let lanes = Lanes {
            reads: 1,
            writes: 1,
            hosting: 1,
            serving: 1,
            wait,
            work,
        };
        Executor::new(lanes, &LanesMetrics::register(&mut Registry::default()))
    }

    #[actix_web::test]
    async fn a_probe_is_not_waited_for_longer_than_for_a_place() {
        let executor = executor(Duration::from_millis(20));
        let (release, wait_for_release) = mpsc::channel::<()>();
        let refused = executor.probe(move || wait_for_release.recv()).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unavailable);
        release.send(()).unwrap();
    }

    #[actix_web::test]
    async fn work_that_is_stuck_is_waited_for_no_longer_and_keeps_its_place() {
        let executor = with_patience(Duration::from_millis(20), Duration::from_millis(20));
        let (release, wait_for_release) = mpsc::channel::<()>();
        let (freed, is_free) = mpsc::channel();
        let work = move || {
            wait_for_release.recv().unwrap();
            freed.send(()).unwrap();
        };
        let stuck = executor.write(work).await.unwrap_err();
        assert_eq!(stuck.code(), Code::Unavailable);
        assert!(stuck.to_string().contains("may still be done"), "{stuck}");
        let waiting = executor.write(|| ()).await.unwrap_err();
        assert!(!waiting.to_string().contains("may still be done"), "{waiting}");
        release.send(()).unwrap();
        is_free.recv().unwrap();
        // The place is given back a moment after the work has said so.
        while executor.writes.places.available_permits() == 0 {
            actix_web::rt::task::yield_now().await;
        }
        assert!(executor.write(|| ()).await.is_ok());
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
        assert!(executor.host(|| ()).await.is_ok() && executor.serve(|| ()).await.is_ok());
        let metrics = &executor.writes.metrics;
        assert_eq!(
            (metrics.taken.get(), metrics.waiting.get(), metrics.refused.get()),
            (1, 0, 1)
        );
        release.send(()).unwrap();
        assert!(busy.await.unwrap().is_ok());
        assert!(executor.write(|| ()).await.is_ok());
        assert_eq!(metrics.taken.get(), 0);
        assert_eq!(executor.reads.metrics.refused.get(), 0);
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
