use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::dice::Dice;
use crate::tree::{FIRST_TEAM, NODES, Operation, Outcome, Resource};

/// Few enough for the checker to try every order, with [`NODES`] at the end.
const THREADS: u8 = 6;
const CALLS_EACH: usize = 7;
const RESOURCES: u64 = 8;

/// What was asked for and answered, and when: of two calls one came first if it ended before the other began.
#[derive(Debug, Clone)]
pub struct Call {
    /// What was asked for.
    pub operation: Operation,
    /// What was answered.
    pub outcome: Outcome,
    /// When it was asked.
    pub begun: u64,
    /// When it was answered.
    pub ended: u64,
}

impl Call {
    /// Whether there was no room.
    pub const fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::Refused { .. })
    }
}

/// Has several threads do random things at once with a tree that is as [`NODES`] say and unused, and looks at every organization when they
/// have ended. `perform` is told the number of the thread.
pub fn record(seed: u64, perform: impl Fn(usize, Operation) -> Outcome + Sync) -> Vec<Call> {
    let (clock, start) = (AtomicU64::default(), Barrier::new(usize::from(THREADS)));
    let call = |thread: u8, operation| Call {
        operation,
        begun: clock.fetch_add(1, Ordering::SeqCst),
        outcome: perform(usize::from(thread), operation),
        ended: clock.fetch_add(1, Ordering::SeqCst),
    };
    let rage = |thread| {
        let mut dice = Dice::new(seed * u64::from(THREADS) + u64::from(thread));
        start.wait();
        let calls = (0..CALLS_EACH).map(|_| call(thread, random(&mut dice)));
        calls.collect::<Vec<_>>()
    };
    let mut history: Vec<Call> = thread::scope(|scope| {
        let rage = &rage;
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || rage(thread)))
            .collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined
            .flat_map(|calls| calls.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    history.extend((1..FIRST_TEAM).map(|node| call(0, Operation::Look(node))));
    history
}

/// Mostly charges and releases; a resource is mostly charged at one place.
fn random(dice: &mut Dice) -> Operation {
    let resource = Resource::try_from(dice.roll(RESOURCES)).unwrap_or_default();
    let targets = NODES.len() - 1;
    let anywhere = 1 + dice.index(targets);
    let home = 1 + usize::from(resource) % targets;
    let organization = 1 + dice.index(FIRST_TEAM - 1);
    let at = if dice.roll(4) == 0 { anywhere } else { home };
    match dice.roll(16) {
        0..8 => Operation::Charge(resource, at, 1 + dice.roll(3)),
        8..11 => Operation::Release(resource, at),
        11 => Operation::Find(resource, at),
        12..15 => Operation::Look(organization),
        _ => Operation::Limit(organization, Some(dice.roll(6)).filter(|limit| *limit < 5)),
    }
}
