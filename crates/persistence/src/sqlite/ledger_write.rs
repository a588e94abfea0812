//! Writes what ends a transaction, statement by statement: they cost no journey here.

use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel::upsert::excluded;

use super::dialect::Conn;
use super::queries::balances::save_usage;
use super::queries::ledger::{Change, Feed, Ledger, MovedRow, UsageRow, Written};
use super::queries::schema::{charges, event_feeds, events};

/// Writes it all, and leaves nothing out: whoever writes is alone, so what was looked up is still so.
pub fn write(c: &mut Conn, ledger: &Ledger) -> QueryResult<Written> {
    for change in &ledger.changes {
        for UsageRow { balance, seen } in &change.usage {
            debug_assert!(seen.is_none(), "rows have no versions");
            save_usage(c, std::slice::from_ref(balance))?;
        }
        let is_expected = save_charges(c, change)? == change.charged.len()
            && move_charges(c, change)? == change.moved.len()
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

/// A resource is charged in one place, and stays there unless it is moved (C1).
fn save_charges(c: &mut Conn, change: &Change) -> QueryResult<usize> {
    change.charged.iter().try_fold(0, |count, row| {
        let upsert = diesel::insert_into(charges::table)
            .values(row)
            .on_conflict((charges::workspace_id, charges::meter, charges::resource_id))
            .do_update()
            .set((
                charges::quantity.eq(excluded(charges::quantity)),
                charges::reservation_id.eq(excluded(charges::reservation_id)),
                charges::created_at.eq(excluded(charges::created_at)),
                charges::updated_at.eq(excluded(charges::updated_at)),
            ));
        let is_here = charges::organization_id
            .is(excluded(charges::organization_id))
            .and(charges::team_id.is(excluded(charges::team_id)));
        Ok(count + FilterDsl::filter(upsert, is_here).execute(c)?)
    })
}

fn move_charges(c: &mut Conn, change: &Change) -> QueryResult<usize> {
    change.moved.iter().try_fold(
        0,
        |count,
         MovedRow {
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
            let moved = diesel::update(FilterDsl::filter(charge, is_there)).set(changes);
            Ok(count + moved.execute(c)?)
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
    let last: i64 = diesel::insert_into(event_feeds::table)
        .values((
            event_feeds::workspace_id.eq(workspace),
            event_feeds::position.eq(count),
        ))
        .on_conflict(event_feeds::workspace_id)
        .do_update()
        .set(event_feeds::position.eq(event_feeds::position + excluded(event_feeds::position)))
        .returning(event_feeds::position)
        .get_result(c)?;
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
