//! Writes what ends a transaction in one statement, however much it is: each journey to the server is time that others wait for the locks.
//!
//! The statement has a part for each kind of row that there is to write, with a list a column, so that the server plans each of these few texts
//! once. No plan rests on what the tables hold meanwhile: rows are found by their keys or addresses, one by one, or by conflicts.
//!
//! What was only looked up is locked first, where its chain begins, if it is still what was seen. A change of which that fails is left out, and the
//! others are written (ADR 42).

mod columns;

use std::mem;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{Array, Bool, Integer};

use self::columns::{ChargeColumns, Columns, SeenColumns};
use super::dialect::{Conn, Db};
use super::lists::Lists;
use super::queries::ledger::{Ledger, Written};
use super::row_version::{Tid, Xid};

/// Whether a change is written, of which `new` is a row: nothing is in the way of what rests on locked rows alone.
const IS_KEPT: &str = " WHERE new.change <> ALL ((SELECT changes FROM left_out)::integer[])";

/// Writes it all, but for changes that are not as they were looked up.
pub fn write(c: &mut Conn, ledger: &Ledger) -> QueryResult<Written> {
    let mut write = Write(ledger.into());
    let numbered = mem::take(&mut write.0.numbered);
    let left_out = match write.get_result::<(bool, Vec<i32>)>(c) {
        Ok((_, left_out)) => left_out,
        Err(error) if is_unexpected(&error) => return Ok(Written::Unexpectedly),
        Err(error) => return Err(error),
    };
    let changes = (1..).zip(numbered);
    let left_out = changes.filter(|(number, _)| left_out.contains(number));
    Ok(Written::But(left_out.map(|(_, index)| index).collect()))
}

/// Adds charges, of which `new` has the columns.
const INSERT_CHARGES: &str = "INSERT INTO charges (workspace_id, meter, resource_id, organization_id, team_id, \
    quantity, reservation_id, created_at, updated_at) SELECT new.workspace_id, new.meter, new.resource_id, \
    new.organization_id, new.team_id, new.quantity, new.reservation_id, new.created_at, new.updated_at FROM ";

/// A type of which there is but one value, so that whatever it is not fails the statement.
const LEDGER_AS_EXPECTED: &str = "ledger_as_expected";

/// One charge for a resource, which every new one is.
const CHARGED_ONCE: &str = "charges_workspace_id_meter_resource_id_key";

fn is_unexpected(error: &DieselError) -> bool {
    let (told, broken) = match error {
        DieselError::DatabaseError(DatabaseErrorKind::CheckViolation, told) => (told, LEDGER_AS_EXPECTED),
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, told) => (told, CHARGED_ONCE),
        _ => return false,
    };
    told.constraint_name() == Some(broken)
}

struct Write<'a>(Columns<'a>);

impl Query for Write<'_> {
    type SqlType = (Bool, Array<Integer>);
}

impl RunQueryDsl<Conn> for Write<'_> {}

impl QueryId for Write<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Db> for Write<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("WITH ");
        self.lock_firsts(out.reborrow())?;
        for part in self.parts() {
            out.push_sql(", ");
            part(self, out.reborrow())?;
        }
        self.expect(out.reborrow());
        if !self.0.events.id.is_empty() {
            self.append(out.reborrow())?;
        }
        out.push_sql(" SELECT is_so, changes FROM expected");
        Ok(())
    }
}

/// Writes rows of one kind.
type Part<'a> = for<'b> fn(&'b Write<'a>, AstPass<'_, 'b, Db>) -> QueryResult<()>;

impl<'a> Write<'a> {
    /// What there is to write, but for events.
    fn parts(&self) -> impl Iterator<Item = Part<'a>> {
        let rows = &self.0;
        let parts: [(&Vec<_>, Part<'a>); 5] = [
            (&rows.usage.meter, Self::save_usage),
            (&rows.seen_usage.seen.meter, Self::save_seen_usage),
            (&rows.charged.meter, Self::save_charges),
            (&rows.changed.meter, Self::change_charges),
            (&rows.released.meter, Self::delete_charges),
        ];
        present(parts)
    }

    /// The parts of which the rows are counted, and what they write from. What is added, or written by conflict, always is.
    fn counted(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let rows = &self.0;
        present([
            (&rows.seen_usage.seen.meter, ("used_as_seen", "to_use")),
            (&rows.changed.meter, ("changed", "to_change")),
            (&rows.released.meter, ("released", "to_release")),
        ])
    }

    /// Whether as many rows were written of the changes that are kept as there are. Charges are added before others are changed: to add one may
    /// wait for whoever adds the same, and nothing is held by then that they could wait for.
    fn expect(&self, mut out: AstPass<'_, '_, Db>) {
        out.push_sql(", expected AS MATERIALIZED (SELECT (true");
        if !self.0.charged.meter.is_empty() {
            out.push_sql(" AND (SELECT count(*) FROM charged) >= 0");
        }
        for (part, rows) in self.counted() {
            for sql in [
                " AND (SELECT count(*) FROM ",
                part,
                ") = (SELECT count(*) FROM ",
                rows,
                ")",
            ] {
                out.push_sql(sql);
            }
        }
        for sql in [")::", LEDGER_AS_EXPECTED, " AS is_so, changes FROM left_out)"] {
            out.push_sql(sql);
        }
    }
}

/// Those of which there are rows.
fn present<T, const N: usize>(parts: [(&Vec<&str>, T); N]) -> impl Iterator<Item = T> {
    let is_present = |(column, part): (&Vec<&str>, T)| (!column.is_empty()).then_some(part);
    parts.map(is_present).into_iter().flatten()
}

impl<'b> Lists<'_, 'b> {
    /// Rows of the ledger.
    fn charges(self, rows: &'b ChargeColumns<'_>) -> QueryResult<Self> {
        self.integer("change", &rows.change)?
            .uuid("workspace_id", &rows.workspace_id)?
            .text("meter", &rows.meter)?
            .text("resource_id", &rows.resource_id)?
            .uuid_or_null("organization_id", &rows.organization_id)?
            .uuid_or_null("team_id", &rows.team_id)?
            .bigint("quantity", &rows.quantity)?
            .uuid_or_null("reservation_id", &rows.reservation_id)?
            .time("created_at", &rows.created_at)?
            .time("updated_at", &rows.updated_at)
    }

    /// Which balances were seen.
    fn seen(self, rows: &'b SeenColumns<'_>) -> QueryResult<Self> {
        self.integer("change", &rows.change)?
            .and::<Tid, _>(("address", "tid[]"), &rows.address)?
            .and::<Xid, _>(("writer", "xid[]"), &rows.writer)?
            .uuid("node_id", &rows.node_id)?
            .text("meter", &rows.meter)
    }
}

impl Write<'_> {
    /// The rows are locked, so nothing but their conflict happens where they are there. Caps stay.
    fn save_usage<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let rows = &self.0.usage;
        out.push_sql(
            "used AS (INSERT INTO balances (workspace_id, node_type, node_id, meter, direct, subtree) SELECT * FROM ",
        );
        Lists::begin(out.reborrow())
            .uuid("workspace_id", &rows.workspace_id)?
            .text("node_type", &rows.node_type)?
            .uuid("node_id", &rows.node_id)?
            .text("meter", &rows.meter)?
            .bigint("direct", &rows.direct)?
            .bigint("subtree", &rows.subtree)?
            .end("new");
        out.push_sql(
            " ON CONFLICT (workspace_id, node_id, meter) \
             DO UPDATE SET direct = excluded.direct, subtree = excluded.subtree)",
        );
        Ok(())
    }

    /// Where the chains of each change begin that were looked up. Whoever has that locked is not waited for.
    fn lock_firsts<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        if self.0.firsts.change.is_empty() {
            out.push_sql("left_out AS (SELECT '{}'::integer[] AS changes)");
            return Ok(());
        }
        out.push_sql("left_out AS (SELECT coalesce(array_agg(seen.change), '{}') AS changes FROM ");
        Lists::begin(out.reborrow()).seen(&self.0.firsts)?.end("seen");
        out.push_sql(
            " LEFT JOIN LATERAL (SELECT true AS is_locked FROM balances \
             WHERE ctid = seen.address AND xmin = seen.writer AND node_id = seen.node_id AND meter = seen.meter \
             FOR NO KEY UPDATE SKIP LOCKED) AS balances ON true \
             WHERE balances.is_locked IS NULL)",
        );
        Ok(())
    }

    /// What is still as it was seen.
    fn save_seen_usage<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let rows = &self.0.seen_usage;
        out.push_sql("to_use AS (SELECT * FROM ");
        Lists::begin(out.reborrow())
            .seen(&rows.seen)?
            .bigint("direct", &rows.direct)?
            .bigint("subtree", &rows.subtree)?
            .end("new");
        out.push_sql(IS_KEPT);
        out.push_sql(
            "), used_as_seen AS (UPDATE balances SET direct = new.direct, subtree = new.subtree FROM to_use AS new \
             WHERE balances.ctid = new.address AND balances.xmin = new.writer \
             AND balances.node_id = new.node_id AND balances.meter = new.meter RETURNING 1)",
        );
        Ok(())
    }

    /// What is charged already fails the statement: a resource is charged once (C1).
    fn save_charges<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("charged AS (");
        out.push_sql(INSERT_CHARGES);
        Lists::begin(out.reborrow()).charges(&self.0.charged)?.end("new");
        out.push_sql(IS_KEPT);
        out.push_sql(" RETURNING 1)");
        Ok(())
    }

    /// Only what is where it was: that is the same as to be in conflict with it.
    fn change_charges<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let (rows, (organizations, teams)) = (&self.0.changed, &self.0.was_at);
        out.push_sql("to_change AS (SELECT * FROM ");
        Lists::begin(out.reborrow())
            .charges(rows)?
            .uuid_or_null("old_organization_id", organizations)?
            .uuid_or_null("old_team_id", teams)?
            .end("new");
        out.push_sql(IS_KEPT);
        out.push_sql("), changed AS (");
        out.push_sql(INSERT_CHARGES);
        out.push_sql(
            "to_change AS new CROSS JOIN LATERAL (SELECT FROM charges \
             WHERE workspace_id = new.workspace_id AND meter = new.meter AND resource_id = new.resource_id \
             AND organization_id IS NOT DISTINCT FROM new.old_organization_id \
             AND team_id IS NOT DISTINCT FROM new.old_team_id OFFSET 0) AS old \
             ON CONFLICT (workspace_id, meter, resource_id) \
             DO UPDATE SET organization_id = excluded.organization_id, team_id = excluded.team_id, \
             quantity = excluded.quantity, reservation_id = excluded.reservation_id, \
             created_at = excluded.created_at, updated_at = excluded.updated_at RETURNING 1)",
        );
        Ok(())
    }

    fn delete_charges<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let rows = &self.0.released;
        out.push_sql("to_release AS (SELECT * FROM ");
        Lists::begin(out.reborrow())
            .integer("change", &rows.change)?
            .uuid("workspace_id", &rows.workspace_id)?
            .text("meter", &rows.meter)?
            .text("resource_id", &rows.resource_id)?
            .end("new");
        out.push_sql(IS_KEPT);
        out.push_sql(
            "), released AS (DELETE FROM charges WHERE ctid = ANY (ARRAY(SELECT found.ctid \
             FROM to_release AS new CROSS JOIN LATERAL (SELECT ctid FROM charges \
             WHERE workspace_id = new.workspace_id AND meter = new.meter AND resource_id = new.resource_id OFFSET 0) \
             AS found)) RETURNING 1)",
        );
        Ok(())
    }

    /// Gives the events the next positions. The feeds are locked last, since the counts have to be known before: whoever has one locked waits
    /// for nothing but other feeds, and those are locked in order.
    fn append<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let (feeds, rows) = (&self.0.feeds, &self.0.events);
        out.push_sql(
            ", feed AS (INSERT INTO event_feeds AS old (workspace_id, position) \
             SELECT new.workspace_id, new.count FROM expected CROSS JOIN ",
        );
        Lists::begin(out.reborrow())
            .integer("change", &feeds.change)?
            .uuid("workspace_id", &feeds.workspace_id)?
            .bigint("count", &feeds.count)?
            .end("new");
        out.push_sql(
            " WHERE expected.is_so AND new.change <> ALL (expected.changes) \
             ON CONFLICT (workspace_id) DO UPDATE SET position = old.position + excluded.position \
             RETURNING workspace_id, position), \
             feeds AS (SELECT array_agg(workspace_id) AS workspaces, array_agg(position) AS positions FROM feed), \
             appended AS (INSERT INTO events (workspace_id, position, team_id, id, at, actor, kind, subject, changes) \
             SELECT new.workspace_id, feeds.positions[array_position(feeds.workspaces, new.workspace_id)] - new.before_last, \
             new.team_id, new.id, new.at, new.actor, new.kind, new.subject, new.changes FROM feeds CROSS JOIN ",
        );
        Lists::begin(out.reborrow())
            .uuid("workspace_id", &rows.workspace_id)?
            .bigint("before_last", &rows.before_last)?
            .uuid_or_null("team_id", &rows.team_id)?
            .uuid("id", &rows.id)?
            .time("at", &rows.at)?
            .text("actor", &rows.actor)?
            .text("kind", &rows.kind)?
            .text("subject", &rows.subject)?
            .json("changes", &rows.changes)?
            .end("new");
        out.push_sql(" WHERE new.workspace_id = ANY (feeds.workspaces))");
        Ok(())
    }
}
