//! Damaged input for whatever reads what comes from outside: seeds that are good, and changes that make them bad in the ways in which input is.
//!
//! Every run is another one, and tells what it failed at; `make fuzz` runs for long.

#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a property that does not hold fails a test"
)]

mod change;

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};

use crate::change::{any_change, apply};

/// Values that a property is tried with.
const CASES: u32 = 1_000;

/// The seeds with one to four changes, in bytes of any kind.
pub fn changed<S: Into<Vec<u8>>>(seeds: impl IntoIterator<Item = S>) -> BoxedStrategy<Vec<u8>> {
    let seeds: Vec<Vec<u8>> = seeds.into_iter().map(Into::into).collect();
    let others = select(seeds.clone());
    let damaged = (select(seeds), others, vec(any_change(), 1..=4)).prop_map(|(seed, other, changes)| {
        let changes = changes.into_iter();
        changes.fold(seed, |bytes, change| apply(change, bytes, &other))
    });
    damaged.boxed()
}

/// The seeds with one to four changes, as text.
pub fn changed_text(seeds: &[&str]) -> BoxedStrategy<String> {
    let damaged = changed(seeds.iter().copied());
    damaged
        .prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .boxed()
}

/// Tries a property, which panics where it does not hold; then the smallest value of which that is true is told.
pub fn hold<S: Strategy>(strategy: &S, property: impl Fn(S::Value))
where
    S::Value: Debug,
{
    let tried = runner().run(strategy, |value| {
        property(value);
        Ok(())
    });
    if let Err(failure) = tried {
        panic!("{failure}");
    }
}

/// So many values, for properties that are asked for asynchronously.
pub fn values<S: Strategy>(strategy: S, count: usize) -> impl Iterator<Item = S::Value> {
    let mut runner = runner();
    (0..count).filter_map(move |_| Some(strategy.new_tree(&mut runner).ok()?.current()))
}

fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    })
}
