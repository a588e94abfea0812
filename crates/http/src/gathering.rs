//! Reads of one kind that are asked for at the same time, and answered together.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, oneshot};

use crate::executor::Executor;
use crate::problem::Problem;

/// How many answers are looked for at once: while they are, others gather, and the more there are, the less each of them costs.
const TURNS: usize = 2;
/// How many are answered together at most.
const LARGEST: usize = 64;

type Asked<Q, A> = (Q, oneshot::Sender<A>);
type Answer<Q, A> = dyn Fn(&[Q]) -> Vec<A> + Send + Sync;

/// Whoever asks waits until it is their turn, and is answered together with everybody who asks meanwhile.
pub(crate) struct Gathering<Q, A> {
    waiting: Arc<Mutex<Vec<Asked<Q, A>>>>,
    turns: Arc<Semaphore>,
    answer: Arc<Answer<Q, A>>,
}

impl<Q: Send + 'static, A: Send + 'static> Gathering<Q, A> {
    /// Answers questions so: each, in their order.
    pub fn new(answer: impl Fn(&[Q]) -> Vec<A> + Send + Sync + 'static) -> Self {
        Self {
            waiting: Arc::default(),
            turns: Arc::new(Semaphore::new(TURNS)),
            answer: Arc::new(answer),
        }
    }

    /// The answer to a question; `None` when none was looked for in the end, so that whoever asked is to ask alone.
    pub async fn ask(&self, executor: &Executor, question: Q) -> Result<Option<A>, Problem> {
        let (tell, told) = oneshot::channel();
        let is_first = {
            let mut waiting = waiting(&self.waiting);
            waiting.push((question, tell));
            waiting.len() % LARGEST == 1
        };
        if is_first {
            self.go(executor);
        }
        Ok(executor.wait_for(told).await?.ok())
    }

    /// Goes for a turn, also when whoever was first goes away: others count on it.
    fn go(&self, executor: &Executor) {
        let (executor, turns) = (executor.clone(), Arc::clone(&self.turns));
        let (waiting, answer) = (Arc::clone(&self.waiting), Arc::clone(&self.answer));
        actix_web::rt::spawn(async move {
            let _turn = turns.acquire().await;
            let gathered = Arc::clone(&waiting);
            let answered = executor.read(move || answer_all(&*answer, take(&gathered))).await;
            if answered.is_err() {
                drop(take(&waiting));
            }
        });
    }
}

fn waiting<Q, A>(waiting: &Mutex<Vec<Asked<Q, A>>>) -> MutexGuard<'_, Vec<Asked<Q, A>>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As many as are answered together.
fn take<Q, A>(all: &Mutex<Vec<Asked<Q, A>>>) -> Vec<Asked<Q, A>> {
    let mut all = waiting(all);
    let count = all.len().min(LARGEST);
    all.drain(..count).collect()
}

fn answer_all<Q, A>(answer: &dyn Fn(&[Q]) -> Vec<A>, asked: Vec<Asked<Q, A>>) {
    if asked.is_empty() {
        return;
    }
    let (questions, tell): (Vec<Q>, Vec<_>) = asked.into_iter().unzip();
    for (tell, answer) in tell.into_iter().zip(answer(&questions)) {
        // Whoever has gone away is not told.
        let _ = tell.send(answer);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use prometheus_client::registry::Registry;

    use super::*;
    use crate::executor::Lanes;
    use crate::metrics::LanesMetrics;

    fn executor() -> Executor {
        let lanes = Lanes {
            reads: TURNS,
            writes: 1,
            hosting: 1,
            serving: 1,
            wait: Duration::from_mins(1),
            work: Duration::from_mins(1),
        };
        Executor::new(lanes, &LanesMetrics::register(&mut Registry::default()))
    }

    /// Answers each question with it and how many are answered together, once so many were let through.
    fn gathering(go_on: mpsc::Receiver<()>) -> Arc<Gathering<usize, (usize, usize)>> {
        let go_on = Mutex::new(go_on);
        Arc::new(Gathering::new(move |questions: &[usize]| {
            go_on.lock().unwrap().recv().unwrap();
            questions
                .iter()
                .map(|question| (*question, questions.len()))
                .collect()
        }))
    }

    /// Asks for each of them, and lets the others go on meanwhile.
    async fn ask(
        gathering: &Arc<Gathering<usize, (usize, usize)>>,
        executor: &Executor,
        questions: impl IntoIterator<Item = usize>,
    ) -> Vec<actix_web::rt::task::JoinHandle<Option<(usize, usize)>>> {
        let mut asked = Vec::new();
        for question in questions {
            let (gathering, executor) = (Arc::clone(gathering), executor.clone());
            asked.push(actix_web::rt::spawn(async move {
                gathering.ask(&executor, question).await.unwrap()
            }));
            actix_web::rt::task::yield_now().await;
        }
        asked
    }

    /// Waits until whatever waits has begun.
    async fn all_begun(gathering: &Gathering<usize, (usize, usize)>) {
        while !waiting(&gathering.waiting).is_empty() {
            actix_web::rt::task::yield_now().await;
        }
    }

    #[actix_web::test]
    async fn whoever_asks_while_others_are_answered_is_answered_with_all_who_do() {
        let (go_on, wait) = mpsc::channel();
        let (gathering, executor) = (gathering(wait), executor());
        let mut early = Vec::new();
        for turn in 0..TURNS {
            early.extend(ask(&gathering, &executor, [turn]).await);
            all_begun(&gathering).await;
        }
        let late = ask(&gathering, &executor, 10..10 + LARGEST + 3).await;
        for _ in 0..TURNS + 2 {
            go_on.send(()).unwrap();
        }
        for (question, answer) in early.into_iter().enumerate() {
            assert_eq!(answer.await.unwrap(), Some((question, 1)));
        }
        for (n, answer) in late.into_iter().enumerate() {
            let together = if n < LARGEST { LARGEST } else { 3 };
            assert_eq!(answer.await.unwrap(), Some((10 + n, together)));
        }
    }

    #[actix_web::test]
    async fn whoever_goes_away_leaves_the_others_their_answers() {
        let (go_on, wait) = mpsc::channel();
        let (gathering, executor) = (gathering(wait), executor());
        let mut asked = ask(&gathering, &executor, 0..2).await;
        asked.remove(0).abort();
        go_on.send(()).unwrap();
        go_on.send(()).unwrap();
        let answer = asked.remove(0).await.unwrap();
        assert_eq!(answer.map(|(question, _)| question), Some(1));
    }

    #[actix_web::test]
    async fn a_panic_leaves_everybody_to_ask_alone() {
        let (go_on, wait) = mpsc::channel::<()>();
        let (gathering, executor) = (gathering(wait), executor());
        drop(go_on);
        for answer in ask(&gathering, &executor, 0..3).await {
            assert_eq!(answer.await.unwrap(), None);
        }
    }
}
