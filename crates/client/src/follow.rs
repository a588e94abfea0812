use std::time::Duration;

use futures_util::stream::{self, Stream, TryStreamExt};

use crate::Cursor;
use crate::error::Error;
use crate::list::{List, filter};
use crate::types::{Event, EventKind};

/// A feed of events that goes on and on (V1).
#[must_use = "a feed is fetched when somebody wants to see it"]
pub struct Follow {
    list: List<Event, filter::Events>,
    interval: Duration,
}

/// What happened, one event or more, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What happened, in this order.
    pub events: Vec<Event>,
    /// Whoever keeps it together with what the events led to misses none and sees none twice, whatever happens to the follower.
    pub cursor: Option<Cursor>,
}

impl Follow {
    pub(crate) const fn new(list: List<Event, filter::Events>) -> Self {
        Self {
            list,
            interval: Duration::from_secs(1),
        }
    }

    /// How long to wait before asking again when there was nothing new: a second unless said otherwise.
    pub fn interval(self, interval: Duration) -> Self {
        Self { interval, ..self }
    }

    /// How many events are fetched at once: 1–200, 100 unless said otherwise.
    pub fn page_size(self, size: u8) -> Self {
        let list = self.list.page_size(size);
        Self { list, ..self }
    }

    /// Only what is of this kind, to which its cursors belong.
    pub fn of(self, kind: &EventKind) -> Self {
        let list = self.list.of(kind);
        Self { list, ..self }
    }

    /// The events by batches, with cursors to store. Ends with the first error only: follow again from the last cursor then.
    pub fn batches(self) -> impl Stream<Item = Result<Batch, Error>> + Send {
        stream::try_unfold(self, |mut follow| async move {
            loop {
                let page = follow.list.page().await?;
                if let Some(cursor) = &page.next_cursor {
                    follow.list = follow.list.after(cursor.clone());
                }
                if page.data.is_empty() {
                    follow.list.client().sleep(follow.interval).await;
                    continue;
                }
                let batch = Batch {
                    events: page.data,
                    cursor: page.next_cursor,
                };
                return Ok(Some((batch, follow)));
            }
        })
    }

    /// The events, one by one.
    pub fn into_stream(self) -> impl Stream<Item = Result<Event, Error>> + Send {
        let one_by_one = |batch: Batch| stream::iter(batch.events.into_iter().map(Ok));
        self.batches().map_ok(one_by_one).try_flatten()
    }
}
