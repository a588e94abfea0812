//! What ends a transaction: decisions about the ledger, and the events of everything that it did.

use std::collections::BTreeSet;

use tenantry_application::ports::{ChangedCharge, LedgerChange, StoreResult};

use tenantry_domain::WorkspaceId;

use super::balances::usage_row;
use super::charges::Row as ChargeRow;
use super::dialect::{Seen, SeenBalance};
use super::events::NewEvent;
use super::node::{BalanceRow, node_id};
use super::{Unit, ledger_write};
use crate::types::DbUuid;

/// Rows that are written together. Charges are in the order of their keys, and feeds in that of their workspaces, so that no two who write several wait
/// for one another.
#[derive(Default)]
pub struct Ledger {
    /// At most one of each workspace.
    pub changes: Vec<Change>,
    pub feeds: Vec<Feed>,
}

/// What changes in the ledger of a workspace.
pub struct Change {
    pub workspace: DbUuid,
    pub usage: Vec<UsageRow>,
    pub charged: Vec<ChargeRow>,
    pub changed: Vec<ChangedRow>,
    pub released: Vec<ReleasedRow>,
}

/// What came of writing.
pub enum Written {
    /// The changes at these places are left out, since they were decided on something else than there is now.
    But(Vec<usize>),
    /// The ledger is not as expected.
    Unexpectedly,
}

/// What is used at a node, which is locked, or else was seen so.
pub struct UsageRow {
    pub balance: BalanceRow,
    pub seen: Option<SeenBalance>,
}

/// A charge as it is now, with the organization and team that it was charged to.
pub struct ChangedRow {
    pub charge: ChargeRow,
    pub organization: Option<DbUuid>,
    pub team: Option<DbUuid>,
}

/// A charge that is gone.
pub struct ReleasedRow {
    pub meter: String,
    pub resource_id: String,
}

/// New events of one workspace.
pub struct Feed {
    pub workspace: DbUuid,
    pub events: Vec<NewEvent>,
}

#[derive(Debug, thiserror::Error)]
#[error("what is used, or the resource, was changed elsewhere at the same moment")]
struct Overtaken;

impl Change {
    fn of(change: &LedgerChange, seen: &Seen) -> Self {
        let usage = change.usage.iter().map(|kept| UsageRow {
            balance: usage_row(change.workspace, kept),
            seen: seen.of(node_id(kept.node), &kept.meter),
        });
        let mut charged: Vec<ChargeRow> = change.charged.iter().map(ChargeRow::from).collect();
        charged.sort_by(|a, b| a.key().cmp(&b.key()));
        let changed = change
            .changed
            .iter()
            .map(|ChangedCharge { charge, was_at }| ChangedRow {
                charge: charge.into(),
                organization: was_at.organization().map(Into::into),
                team: was_at.team().map(Into::into),
            });
        let released = change.released.iter().map(|key| ReleasedRow {
            meter: key.meter.to_string(),
            resource_id: key.resource_id.to_string(),
        });
        Self {
            workspace: change.workspace.into(),
            usage: usage.collect(),
            charged,
            changed: changed.collect(),
            released: released.collect(),
        }
    }
}

impl Unit {
    /// Writes decisions about the ledger and the events so far; tells the workspaces that are left out.
    pub fn save_ledger(&mut self, changes: &[LedgerChange]) -> StoreResult<BTreeSet<WorkspaceId>> {
        if changes.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut rows: Vec<Change> = changes
            .iter()
            .map(|change| Change::of(change, &self.seen))
            .collect();
        rows.sort_by_key(|change| change.workspace);
        let ledger = Ledger {
            changes: rows,
            feeds: self.take_feeds(),
        };
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
        .map(drop)
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

    fn write_ledger(&mut self, ledger: &Ledger) -> StoreResult<BTreeSet<WorkspaceId>> {
        let Written::But(left_out) = self.run(|c| ledger_write::write(c, ledger))? else {
            return Err(self.fail(Overtaken));
        };
        let left_out = left_out.into_iter().filter_map(|index| ledger.changes.get(index));
        Ok(left_out.map(|change| change.workspace.into()).collect())
    }
}
