use serde::{Deserialize, Serialize};

use crate::Cursor;

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its items.
    pub data: Vec<T>,
    /// Whether there is a next part.
    pub has_more: bool,
    /// Where the next part begins. A feed of events has it also when nothing follows yet.
    pub next_cursor: Option<Cursor>,
    /// Where the part before ends.
    pub previous_cursor: Option<Cursor>,
}
