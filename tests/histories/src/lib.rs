//! Whether what several clients were answered at once could also have been answered to them one after another: linearizability, for the tests
//! of use cases and of processes. It knows no code of ours, so that the rules are said here a second time, as naively as they can be.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test program fails by panicking"
)]
#![allow(clippy::missing_panics_doc, reason = "as said above")]

mod checker;
mod dice;
mod history;
mod tree;

pub use checker::{Verdict, assert_linearizable, judge};
pub use dice::Dice;
pub use history::{Call, record};
pub use tree::{FIRST_TEAM, NODES, Node, Numbers, Operation, Outcome, Resource, Tree};
