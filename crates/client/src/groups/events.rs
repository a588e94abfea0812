use crate::scope::Scope;
use crate::types::Event;
use crate::{Cursor, Follow, List, filter};

/// What happened in a workspace (V1).
#[derive(Clone)]
pub struct Events(pub(super) Scope);

impl Events {
    /// What has happened up to now.
    pub fn list(&self) -> List<Event, filter::Events> {
        self.0.list(&["events"])
    }

    /// What has happened since then, or since the beginning, and whatever happens from now on.
    pub fn follow(&self, after: Option<Cursor>) -> Follow {
        let list = self.list();
        Follow::new(match after {
            Some(cursor) => list.after(cursor),
            None => list,
        })
    }
}
