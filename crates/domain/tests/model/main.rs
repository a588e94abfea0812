//! The rules held against naive models, with random trees and operations: a model keeps the least it can (a ledger, a
//! parent for each node, a list of members) and walks out every number anew.
//!
//! `PROPTEST_CASES` raises the number of cases of every property above its default of 256.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a model that is used wrongly has to fail the test, and loudly"
)]

mod billing;
mod capacity;
mod hierarchy;
mod membership;
mod rights_table;

use proptest::test_runner::Config;

/// Failures are shrunk and printed; a test run leaves no files in the source tree.
fn config() -> Config {
    Config {
        failure_persistence: None,
        ..Config::default()
    }
}
