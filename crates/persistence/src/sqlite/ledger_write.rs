//! Writes what ends a transaction, statement by statement: they cost no journey here.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::FilterDsl;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::BigInt;

use super::dialect::{Conn, Db};
use super::queries::ledger::{Change, ChangedRow, Feed, Ledger, UsageRow, Written};
use super::queries::node::BalanceRow;
use super::queries::schema::{balances, charges, event_feeds, events};

/// Adds a row, or changes the one that is there, by a text that is prepared once: diesel's own upserts are prepared each time.
struct Upsert<Row> {
    table: &'static str,
    row: Row,
    /// What follows `ON CONFLICT`.
    conflict: &'static str,
}

/// A number, where it returns something.
impl<Row> Query for Upsert<Row> {
    type SqlType = BigInt;
}

impl<Row> RunQueryDsl<Conn> for Upsert<Row> {}

impl<Row> QueryId for Upsert<Row> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Row: QueryFragment<Db>> QueryFragment<Db> for Upsert<Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        out.push_sql(self.table);
        out.push_sql(" ");
        self.row.walk_ast(out.reborrow())?;
        out.push_sql(" ON CONFLICT ");
        out.push_sql(self.conflict);
        Ok(())
    }
}

/// Writes it all, and leaves nothing out: whoever writes is alone, so what was looked up is still so.
pub fn write(c: &mut Conn, ledger: &Ledger) -> QueryResult<Written> {
    for change in &ledger.changes {
        for UsageRow { balance, seen } in &change.usage {
            debug_assert!(seen.is_none(), "rows have no versions");
            save_usage(c, balance)?;
        }
        let is_expected = add_charges(c, change)?
            && change_charges(c, change)? == change.changed.len()
            && delete_charges(c, change)? == change.released.len();
        if !is_expected {
            return Ok(Written::Unexpectedly);
        }
    }
    for feed in &ledger.feeds {
        append(c, feed)?;
    }
    Ok(Written::But(Vec::new()))
}

/// Limits stay.
fn save_usage(c: &mut Conn, row: &BalanceRow) -> QueryResult<usize> {
    let upsert = Upsert {
        table: "balances",
        row: Insertable::<balances::table>::values(row),
        conflict: "(workspace_id, node_id, meter) DO UPDATE SET direct = excluded.direct, subtree = excluded.subtree",
    };
    upsert.execute(c)
}

/// A resource is charged once (C1): `false` where one of these is already.
fn add_charges(c: &mut Conn, change: &Change) -> QueryResult<bool> {
    for row in &change.charged {
        match diesel::insert_into(charges::table).values(row).execute(c) {
            Ok(_) => {}
            Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn change_charges(c: &mut Conn, change: &Change) -> QueryResult<usize> {
    change.changed.iter().try_fold(
        0,
        |count,
         ChangedRow {
             charge: row,
             organization,
             team,
         }| {
            let charge = QueryDsl::find(charges::table, row.key());
            let is_there = charges::organization_id
                .is(organization)
                .and(charges::team_id.is(team));
            let changes = (
                charges::organization_id.eq(row.organization_id),
                charges::team_id.eq(row.team_id),
                charges::quantity.eq(row.quantity),
                charges::reservation_id.eq(row.reservation_id),
                charges::created_at.eq(row.created_at),
                charges::updated_at.eq(row.updated_at),
            );
            let changed = diesel::update(FilterDsl::filter(charge, is_there)).set(changes);
            Ok(count + changed.execute(c)?)
        },
    )
}

fn delete_charges(c: &mut Conn, change: &Change) -> QueryResult<usize> {
    change.released.iter().try_fold(0, |count, gone| {
        let charge = QueryDsl::find(charges::table, (change.workspace, &gone.meter, &gone.resource_id));
        Ok(count + diesel::delete(charge).execute(c)?)
    })
}

/// Gives the events the next positions.
fn append(
    c: &mut Conn,
    Feed {
        workspace,
        events: new,
    }: &Feed,
) -> QueryResult<()> {
    let count = new.iter().map(|_| 1_i64).sum::<i64>();
    let feed = (
        event_feeds::workspace_id.eq(workspace),
        event_feeds::position.eq(count),
    );
    let upsert = Upsert {
        table: "event_feeds",
        row: Insertable::<event_feeds::table>::values(feed),
        conflict: "(workspace_id) DO UPDATE SET position = position + excluded.position RETURNING position",
    };
    let last: i64 = upsert.get_result(c)?;
    for (position, event) in (last - count + 1..).zip(new) {
        let row = (
            events::workspace_id.eq(workspace),
            events::position.eq(position),
            events::team_id.eq(event.team_id),
            events::id.eq(event.id),
            events::at.eq(event.at),
            events::actor.eq(&event.actor),
            events::kind.eq(event.kind),
            events::subject.eq(&event.subject),
            events::changes.eq(&event.changes),
        );
        diesel::insert_into(events::table).values(row).execute(c)?;
    }
    Ok(())
}
