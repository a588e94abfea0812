//! Rows as columns.

use std::collections::BTreeMap;

use super::super::queries::charges::Row;
use super::super::queries::events::NewEvent;
use super::super::queries::ledger::{Change, Ledger, ReleasedRow, UsageRow};
use super::super::queries::node::BalanceRow;
use super::super::row_version::{Address, RowVersion, Writer};
use super::super::seen::SeenBalance;
use crate::types::{DbJson, DbTime, DbUuid};

/// The columns of the rows. Those of the ledger tell which change they are of that rests on what was looked up, from 1; 0 is what rests on locked rows
/// alone.
#[derive(Default)]
pub struct Columns<'a> {
    /// The places of those changes in the ledger.
    pub numbered: Vec<usize>,
    pub usage: UsageColumns<'a>,
    /// What is used at nodes that were seen so.
    pub seen_usage: SeenUsageColumns<'a>,
    /// Those of them at which chains begin.
    pub firsts: SeenColumns<'a>,
    pub charged: ChargeColumns<'a>,
    pub changed: ChargeColumns<'a>,
    pub was_at: (Vec<Option<DbUuid>>, Vec<Option<DbUuid>>),
    pub released: ReleasedColumns<'a>,
    pub feeds: FeedColumns,
    pub events: EventColumns<'a>,
}

#[derive(Default)]
pub struct UsageColumns<'a> {
    pub workspace_id: Vec<DbUuid>,
    pub node_type: Vec<&'a str>,
    pub node_id: Vec<DbUuid>,
    pub meter: Vec<&'a str>,
    pub direct: Vec<i64>,
    pub subtree: Vec<i64>,
}

/// Balances in the versions in which they were seen. Where a table is rewritten, what is told by address and writer alone may be another row.
#[derive(Default)]
pub struct SeenColumns<'a> {
    pub change: Vec<i32>,
    pub address: Vec<Address>,
    pub writer: Vec<Writer>,
    pub node_id: Vec<DbUuid>,
    pub meter: Vec<&'a str>,
}

#[derive(Default)]
pub struct SeenUsageColumns<'a> {
    pub seen: SeenColumns<'a>,
    pub direct: Vec<i64>,
    pub subtree: Vec<i64>,
}

#[derive(Default)]
pub struct ChargeColumns<'a> {
    pub change: Vec<i32>,
    pub workspace_id: Vec<DbUuid>,
    pub meter: Vec<&'a str>,
    pub resource_id: Vec<&'a str>,
    pub organization_id: Vec<Option<DbUuid>>,
    pub team_id: Vec<Option<DbUuid>>,
    pub quantity: Vec<i64>,
    pub reservation_id: Vec<Option<DbUuid>>,
    pub created_at: Vec<DbTime>,
    pub updated_at: Vec<DbTime>,
}

#[derive(Default)]
pub struct ReleasedColumns<'a> {
    pub change: Vec<i32>,
    pub workspace_id: Vec<DbUuid>,
    pub meter: Vec<&'a str>,
    pub resource_id: Vec<&'a str>,
}

/// How many events each workspace gets.
#[derive(Default)]
pub struct FeedColumns {
    pub change: Vec<i32>,
    pub workspace_id: Vec<DbUuid>,
    pub count: Vec<i64>,
}

#[derive(Default)]
pub struct EventColumns<'a> {
    pub workspace_id: Vec<DbUuid>,
    /// Behind how many of the same workspace's, counted from its last: 0 for that.
    pub before_last: Vec<i64>,
    pub team_id: Vec<Option<DbUuid>>,
    pub id: Vec<DbUuid>,
    pub at: Vec<DbTime>,
    pub actor: Vec<&'a str>,
    pub kind: Vec<&'a str>,
    pub subject: Vec<&'a str>,
    pub changes: Vec<&'a DbJson>,
}

impl<'a> From<&'a Ledger> for Columns<'a> {
    fn from(ledger: &'a Ledger) -> Self {
        let mut columns = Self::default();
        let mut numbers = BTreeMap::new();
        for (index, change) in ledger.changes.iter().enumerate() {
            let number = columns.number(index, change);
            columns.add(number, change);
            numbers.insert(change.workspace, number);
        }
        for feed in &ledger.feeds {
            let number = numbers.get(&feed.workspace).copied();
            let mut count = 0;
            for event in feed.events.iter().rev() {
                columns.events.push(event, count);
                count += 1;
            }
            columns.feeds.change.push(number.unwrap_or_default());
            columns.feeds.workspace_id.push(feed.workspace);
            columns.feeds.count.push(count);
        }
        columns
    }
}

impl<'a> Columns<'a> {
    fn number(&mut self, index: usize, change: &Change) -> i32 {
        let is_first = |row: &UsageRow| row.seen.is_some_and(|seen| seen.is_first);
        if !change.usage.iter().any(is_first) {
            return 0;
        }
        self.numbered.push(index);
        i32::try_from(self.numbered.len()).unwrap_or(i32::MAX)
    }

    fn add(&mut self, number: i32, change: &'a Change) {
        for UsageRow { balance, seen } in &change.usage {
            match *seen {
                None => self.usage.push(balance),
                Some(seen) => self.push_seen(number, balance, seen),
            }
        }
        for row in &change.charged {
            self.charged.push(number, row);
        }
        for row in &change.changed {
            self.changed.push(number, &row.charge);
            self.was_at.0.push(row.organization);
            self.was_at.1.push(row.team);
        }
        for row in &change.released {
            self.released.push((number, change.workspace), row);
        }
    }

    fn push_seen(
        &mut self,
        number: i32,
        row: &'a BalanceRow,
        SeenBalance { version, is_first }: SeenBalance,
    ) {
        self.seen_usage.push(number, row, version);
        if is_first {
            self.firsts.push(number, row, version);
        }
    }
}

impl<'a> UsageColumns<'a> {
    fn push(&mut self, row: &'a BalanceRow) {
        self.workspace_id.push(row.workspace_id);
        self.node_type.push(&row.node_type);
        self.node_id.push(row.node_id);
        self.meter.push(&row.meter);
        self.direct.push(row.kept.direct);
        self.subtree.push(row.kept.subtree);
    }
}

impl<'a> SeenColumns<'a> {
    fn push(&mut self, change: i32, row: &'a BalanceRow, (address, writer): RowVersion) {
        self.change.push(change);
        self.address.push(address);
        self.writer.push(writer);
        self.node_id.push(row.node_id);
        self.meter.push(&row.meter);
    }
}

impl<'a> SeenUsageColumns<'a> {
    fn push(&mut self, change: i32, row: &'a BalanceRow, version: RowVersion) {
        self.seen.push(change, row, version);
        self.direct.push(row.kept.direct);
        self.subtree.push(row.kept.subtree);
    }
}

impl<'a> ChargeColumns<'a> {
    fn push(&mut self, change: i32, row: &'a Row) {
        self.change.push(change);
        self.workspace_id.push(row.workspace_id);
        self.meter.push(&row.meter);
        self.resource_id.push(&row.resource_id);
        self.organization_id.push(row.organization_id);
        self.team_id.push(row.team_id);
        self.quantity.push(row.quantity);
        self.reservation_id.push(row.reservation_id);
        self.created_at.push(row.created_at);
        self.updated_at.push(row.updated_at);
    }
}

impl<'a> ReleasedColumns<'a> {
    fn push(&mut self, (change, workspace): (i32, DbUuid), row: &'a ReleasedRow) {
        self.change.push(change);
        self.workspace_id.push(workspace);
        self.meter.push(&row.meter);
        self.resource_id.push(&row.resource_id);
    }
}

impl<'a> EventColumns<'a> {
    fn push(&mut self, event: &'a NewEvent, before_last: i64) {
        self.workspace_id.push(event.workspace_id);
        self.before_last.push(before_last);
        self.team_id.push(event.team_id);
        self.id.push(event.id);
        self.at.push(event.at);
        self.actor.push(&event.actor);
        self.kind.push(event.kind);
        self.subject.push(&event.subject);
        self.changes.push(&event.changes);
    }
}
