//! What ends a transaction: decisions about the ledger, and the events of everything that it did.

use tenantry_application::ports::{LedgerChange, StoreError, StoreResult, Transfer};

use super::balances::usage_rows;
use super::charges::Row as ChargeRow;
use super::events::NewEvent;
use super::node::BalanceRow;
use super::{Unit, ledger_write};
use crate::types::DbUuid;

/// Rows that are written together.
#[derive(Default)]
pub struct Ledger {
    pub usage: Vec<BalanceRow>,
    pub charged: Vec<ChargeRow>,
    pub moved: Vec<MovedRow>,
    pub released: Vec<ReleasedRow>,
    pub feeds: Vec<Feed>,
}

/// A charge with the organization and team that it was charged to.
pub struct MovedRow {
    pub charge: ChargeRow,
    pub organization: Option<DbUuid>,
    pub team: Option<DbUuid>,
}

/// A charge that is gone.
pub struct ReleasedRow {
    pub workspace: DbUuid,
    pub meter: String,
    pub resource_id: String,
}

/// New events of one workspace.
pub struct Feed {
    pub workspace: DbUuid,
    pub events: Vec<NewEvent>,
}

/// How many rows of the ledger were found as they were expected.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    pub charged: usize,
    pub moved: usize,
    pub released: usize,
}

#[derive(Debug, thiserror::Error)]
#[error("the resource was charged or released elsewhere at the same moment")]
struct Overtaken;

impl Ledger {
    fn add(&mut self, change: &LedgerChange) {
        let workspace = change.workspace.into();
        self.usage.extend(usage_rows(change.workspace, &change.usage));
        self.charged.extend(change.charged.iter().map(ChargeRow::from));
        let moved = change.moved.iter().map(|Transfer { charge, from }| MovedRow {
            charge: charge.into(),
            organization: from.organization().map(Into::into),
            team: from.team().map(Into::into),
        });
        self.moved.extend(moved);
        let released = change.released.iter().map(|key| ReleasedRow {
            workspace,
            meter: key.meter.to_string(),
            resource_id: key.resource_id.to_string(),
        });
        self.released.extend(released);
    }
}

impl Unit {
    /// Writes decisions about the ledger and the events so far. Charges are written in the order of their keys, and feeds in that of their
    /// workspaces, so that no two who write several wait for one another.
    pub fn save_ledger(&mut self, changes: &[LedgerChange]) -> StoreResult<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut ledger = Ledger::default();
        for change in changes {
            ledger.add(change);
        }
        ledger.charged.sort_by(|a, b| a.key().cmp(&b.key()));
        ledger.feeds = self.take_feeds();
        self.write_ledger(&ledger)
    }

    /// Writes the events that no decision about the ledger took along.
    pub fn flush_events(&mut self) -> StoreResult<()> {
        let feeds = self.take_feeds();
        if feeds.is_empty() {
            return Ok(());
        }
        self.write_ledger(&Ledger {
            feeds,
            ..Ledger::default()
        })
    }

    /// The events so far, by workspace.
    fn take_feeds(&mut self) -> Vec<Feed> {
        let mut events = std::mem::take(&mut self.events);
        events.sort_by_key(|event| event.workspace_id);
        let mut feeds: Vec<Feed> = Vec::new();
        for event in events {
            match feeds.last_mut() {
                Some(feed) if feed.workspace == event.workspace_id => feed.events.push(event),
                _ => feeds.push(Feed {
                    workspace: event.workspace_id,
                    events: vec![event],
                }),
            }
        }
        feeds
    }

    fn write_ledger(&mut self, ledger: &Ledger) -> StoreResult<()> {
        let written = self.run(|c| ledger_write::write(c, ledger))?;
        let expected = Written {
            charged: ledger.charged.len(),
            moved: ledger.moved.len(),
            released: ledger.released.len(),
        };
        if written == expected {
            Ok(())
        } else {
            Err(StoreError::Retry(Overtaken.into()))
        }
    }
}
