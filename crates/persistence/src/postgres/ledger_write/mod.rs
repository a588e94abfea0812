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
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, BigInt, Bool, HasSqlType, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid};

use self::columns::{ChargeColumns, Columns, SeenColumns};
use super::dialect::{Conn, Db};
use super::queries::ledger::{Ledger, Written};
use super::row_version::{Tid, Xid};
use crate::types::{DbJson, DbTime, DbUuid};

/// Whether a change is written, of which `new` is a row: nothing is in the way of what rests on locked rows alone.
const IS_KEPT: &str = "(SELECT of_change FROM kept)[new.change] IS NOT FALSE";

/// Writes it all, but for changes that are not as they were looked up.
pub fn write(c: &mut Conn, ledger: &Ledger) -> QueryResult<Written> {
    let mut write = Write(ledger.into());
    let numbered = mem::take(&mut write.0.numbered);
    let kept = match write.get_result::<(bool, Vec<bool>)>(c) {
        Ok((_, kept)) => kept,
        Err(error) if is_unexpected(&error) => return Ok(Written::Unexpectedly),
        Err(error) => return Err(error),
    };
    let changes = numbered.into_iter().zip(kept);
    let left_out = changes.filter(|(_, is_kept)| !is_kept);
    Ok(Written::But(left_out.map(|(index, _)| index).collect()))
}

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
    type SqlType = (Bool, Array<Bool>);
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
        out.push_sql(" SELECT (");
        self.is_expected(out.reborrow())?;
        out.push_sql(")::");
        out.push_sql(LEDGER_AS_EXPECTED);
        out.push_sql(", (SELECT of_change FROM kept)");
        Ok(())
    }
}

/// Writes rows of one kind.
type Part<'a> = for<'b> fn(&'b Write<'a>, AstPass<'_, 'b, Db>) -> QueryResult<()>;

impl<'a> Write<'a> {
    /// What there is to write.
    fn parts(&self) -> impl Iterator<Item = Part<'a>> {
        let rows = &self.0;
        let parts: [(bool, Part<'a>); 6] = [
            (rows.usage.meter.is_empty(), Self::save_usage),
            (rows.seen_usage.direct.is_empty(), Self::save_seen_usage),
            (rows.charged.meter.is_empty(), Self::save_charges),
            (rows.changed.meter.is_empty(), Self::change_charges),
            (rows.released.meter.is_empty(), Self::delete_charges),
            (rows.events.id.is_empty(), Self::append),
        ];
        parts
            .into_iter()
            .filter(|(is_empty, _)| !is_empty)
            .map(|(_, part)| part)
    }

    /// The parts of which the rows are counted, with the changes that these are of. What is added, or written by conflict, always is.
    fn counted(&self) -> impl Iterator<Item = (&'static str, &Vec<i32>)> {
        let rows = &self.0;
        let parts = [
            ("used_as_seen", &rows.seen_usage.seen.change),
            ("changed", &rows.changed.change),
            ("released", &rows.released.change),
        ];
        parts.into_iter().filter(|(_, changes)| !changes.is_empty())
    }

    /// Whether as many rows were written of the changes that are kept as there are. Charges are added before others are changed: to add one may
    /// wait for whoever adds the same, and nothing is held by then that they could wait for.
    fn is_expected<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("true");
        self.are_added(out.reborrow());
        for (part, changes) in self.counted() {
            out.push_sql(" AND (SELECT count(*) FROM ");
            out.push_sql(part);
            out.push_sql(") = (SELECT count(*) FROM ");
            Lists::begin(out.reborrow()).numbers(changes, ")")?;
            out.push_sql(" AS new (change) WHERE ");
            out.push_sql(IS_KEPT);
            out.push_sql(")");
        }
        Ok(())
    }

    /// Always so, and only once new charges are added.
    fn are_added(&self, mut out: AstPass<'_, '_, Db>) {
        if !self.0.charged.change.is_empty() {
            out.push_sql(" AND (SELECT count(*) FROM charged) >= 0");
        }
    }
}

/// The lists of an `unnest`, one after another.
struct Lists<'a, 'b>(AstPass<'a, 'b, Db>);

impl<'a, 'b> Lists<'a, 'b> {
    fn begin(mut out: AstPass<'a, 'b, Db>) -> Self {
        out.push_sql("unnest(");
        Self(out)
    }

    /// One more list, of this type, and what stands behind it.
    fn and<Sql: 'static, List>(mut self, list: &'b List, (cast, end): (&str, &str)) -> QueryResult<Self>
    where
        Db: HasSqlType<Array<Sql>>,
        List: ToSql<Array<Sql>, Db>,
    {
        self.0.push_bind_param::<Array<Sql>, _>(list)?;
        self.0.push_sql(cast);
        self.0.push_sql(end);
        Ok(self)
    }

    fn text(self, list: &'b Vec<&str>, end: &str) -> QueryResult<Self> {
        self.and::<Text, _>(list, ("::text[]", end))
    }

    fn uuid(self, list: &'b Vec<DbUuid>, end: &str) -> QueryResult<Self> {
        self.and::<Uuid, _>(list, ("::uuid[]", end))
    }

    fn uuid_or_null(self, list: &'b Vec<Option<DbUuid>>, end: &str) -> QueryResult<Self> {
        self.and::<Nullable<Uuid>, _>(list, ("::uuid[]", end))
    }

    fn bigint(self, list: &'b Vec<i64>, end: &str) -> QueryResult<Self> {
        self.and::<BigInt, _>(list, ("::bigint[]", end))
    }

    fn time(self, list: &'b Vec<DbTime>, end: &str) -> QueryResult<Self> {
        self.and::<Timestamptz, _>(list, ("::timestamptz[]", end))
    }

    fn numbers(self, list: &'b Vec<i32>, end: &str) -> QueryResult<Self> {
        self.and::<Integer, _>(list, ("::integer[]", end))
    }

    fn seen(self, rows: &'b SeenColumns<'_>, end: &str) -> QueryResult<Self> {
        self.numbers(&rows.change, ", ")?
            .and::<Tid, _>(&rows.address, ("::tid[]", ", "))?
            .and::<Xid, _>(&rows.writer, ("::xid[]", ", "))?
            .uuid(&rows.node_id, ", ")?
            .text(&rows.meter, end)
    }

    fn json(self, list: &'b Vec<&DbJson>, end: &str) -> QueryResult<Self> {
        self.and::<Jsonb, _>(list, ("::jsonb[]", end))
    }

    /// Rows of the ledger, column by column.
    fn charges(self, rows: &'b ChargeColumns<'_>, end: &str) -> QueryResult<Self> {
        self.numbers(&rows.change, ", ")?
            .uuid(&rows.workspace_id, ", ")?
            .text(&rows.meter, ", ")?
            .text(&rows.resource_id, ", ")?
            .uuid_or_null(&rows.organization_id, ", ")?
            .uuid_or_null(&rows.team_id, ", ")?
            .bigint(&rows.quantity, ", ")?
            .uuid_or_null(&rows.reservation_id, ", ")?
            .time(&rows.created_at, ", ")?
            .time(&rows.updated_at, end)
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
            .uuid(&rows.workspace_id, ", ")?
            .text(&rows.node_type, ", ")?
            .uuid(&rows.node_id, ", ")?
            .text(&rows.meter, ", ")?
            .bigint(&rows.direct, ", ")?
            .bigint(&rows.subtree, ")")?;
        out.push_sql(
            " ON CONFLICT (workspace_id, node_id, meter) \
             DO UPDATE SET direct = excluded.direct, subtree = excluded.subtree)",
        );
        Ok(())
    }

    /// Where the chains of each change begin that were looked up. Whoever has that locked is not waited for.
    fn lock_firsts<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        if self.0.firsts.change.is_empty() {
            out.push_sql("kept AS (SELECT '{}'::boolean[] AS of_change)");
            return Ok(());
        }
        out.push_sql(
            "firsts AS (SELECT seen.change, bool_and(balances.is_locked IS NOT NULL) AS are_locked FROM ",
        );
        Lists::begin(out.reborrow()).seen(&self.0.firsts, ")")?;
        out.push_sql(
            " AS seen (change, address, writer, node_id, meter) \
             LEFT JOIN LATERAL (SELECT true AS is_locked FROM balances \
             WHERE ctid = seen.address AND xmin = seen.writer AND node_id = seen.node_id AND meter = seen.meter \
             FOR NO KEY UPDATE SKIP LOCKED) AS balances ON true \
             GROUP BY seen.change), \
             kept AS (SELECT array_agg(are_locked ORDER BY change) AS of_change FROM firsts)",
        );
        Ok(())
    }

    /// What is still as it was seen.
    fn save_seen_usage<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let rows = &self.0.seen_usage;
        out.push_sql("used_as_seen AS (UPDATE balances SET direct = new.direct, subtree = new.subtree FROM ");
        Lists::begin(out.reborrow())
            .seen(&rows.seen, ", ")?
            .bigint(&rows.direct, ", ")?
            .bigint(&rows.subtree, ")")?;
        out.push_sql(
            " AS new (change, address, writer, node_id, meter, direct, subtree) \
             WHERE balances.ctid = new.address AND balances.xmin = new.writer \
             AND balances.node_id = new.node_id AND balances.meter = new.meter AND ",
        );
        out.push_sql(IS_KEPT);
        out.push_sql(" RETURNING 1)");
        Ok(())
    }

    /// What is charged already fails the statement: a resource is charged once (C1).
    fn save_charges<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql(
            "charged AS (INSERT INTO charges (workspace_id, meter, resource_id, organization_id, team_id, \
             quantity, reservation_id, created_at, updated_at) SELECT new.workspace_id, new.meter, new.resource_id, \
             new.organization_id, new.team_id, new.quantity, new.reservation_id, new.created_at, new.updated_at FROM ",
        );
        Lists::begin(out.reborrow()).charges(&self.0.charged, ")")?;
        out.push_sql(
            " AS new (change, workspace_id, meter, resource_id, organization_id, team_id, quantity, reservation_id, \
             created_at, updated_at) WHERE ",
        );
        out.push_sql(IS_KEPT);
        out.push_sql(" RETURNING 1)");
        Ok(())
    }

    /// Only what is where it was: that is the same as to be in conflict with it.
    fn change_charges<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let (rows, (organizations, teams)) = (&self.0.changed, &self.0.was_at);
        out.push_sql(
            "changed AS (INSERT INTO charges (workspace_id, meter, resource_id, organization_id, team_id, \
             quantity, reservation_id, created_at, updated_at) SELECT new.workspace_id, new.meter, new.resource_id, \
             new.organization_id, new.team_id, new.quantity, new.reservation_id, new.created_at, new.updated_at FROM ",
        );
        Lists::begin(out.reborrow())
            .charges(rows, ", ")?
            .uuid_or_null(organizations, ", ")?
            .uuid_or_null(teams, ")")?;
        out.push_sql(
            " AS new (change, workspace_id, meter, resource_id, organization_id, team_id, quantity, reservation_id, created_at, \
             updated_at, old_organization_id, old_team_id) CROSS JOIN LATERAL (SELECT FROM charges \
             WHERE workspace_id = new.workspace_id AND meter = new.meter AND resource_id = new.resource_id \
             AND organization_id IS NOT DISTINCT FROM new.old_organization_id \
             AND team_id IS NOT DISTINCT FROM new.old_team_id OFFSET 0) AS old WHERE ",
        );
        out.push_sql(IS_KEPT);
        out.push_sql(
            " ON CONFLICT (workspace_id, meter, resource_id) \
             DO UPDATE SET organization_id = excluded.organization_id, team_id = excluded.team_id, \
             quantity = excluded.quantity, reservation_id = excluded.reservation_id, \
             created_at = excluded.created_at, updated_at = excluded.updated_at RETURNING 1)",
        );
        Ok(())
    }

    fn delete_charges<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let rows = &self.0.released;
        out.push_sql("released AS (DELETE FROM charges WHERE ctid = ANY (ARRAY(SELECT found.ctid FROM ");
        Lists::begin(out.reborrow())
            .numbers(&rows.change, ", ")?
            .uuid(&rows.workspace_id, ", ")?
            .text(&rows.meter, ", ")?
            .text(&rows.resource_id, ")")?;
        out.push_sql(
            " AS new (change, workspace_id, meter, resource_id) CROSS JOIN LATERAL (SELECT ctid FROM charges \
             WHERE workspace_id = new.workspace_id AND meter = new.meter AND resource_id = new.resource_id OFFSET 0) \
             AS found WHERE ",
        );
        out.push_sql(IS_KEPT);
        out.push_sql(")) RETURNING 1)");
        Ok(())
    }

    /// Gives the events the next positions. The feeds are locked last, since the counts have to be known before: whoever has one locked waits
    /// for nothing but other feeds, and those are locked in order.
    fn append<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let (feeds, rows) = (&self.0.feeds, &self.0.events);
        out.push_sql(
            "feed AS (INSERT INTO event_feeds AS old (workspace_id, position) SELECT new.workspace_id, new.count FROM ",
        );
        Lists::begin(out.reborrow())
            .numbers(&feeds.change, ", ")?
            .uuid(&feeds.workspace_id, ", ")?
            .bigint(&feeds.count, ")")?;
        out.push_sql(" AS new (change, workspace_id, count) WHERE ");
        out.push_sql(IS_KEPT);
        self.are_added(out.reborrow());
        for (part, _) in self.counted() {
            out.push_sql(" AND (SELECT count(*) FROM ");
            out.push_sql(part);
            out.push_sql(") >= 0");
        }
        out.push_sql(
            " ON CONFLICT (workspace_id) DO UPDATE SET position = old.position + excluded.position \
             RETURNING workspace_id, position), \
             appended AS (INSERT INTO events (workspace_id, position, team_id, id, at, actor, kind, subject, changes) \
             SELECT feed.workspace_id, feed.position - new.before_last, \
             new.team_id, new.id, new.at, new.actor, new.kind, new.subject, new.changes FROM feed JOIN ",
        );
        Lists::begin(out.reborrow())
            .uuid(&rows.workspace_id, ", ")?
            .bigint(&rows.before_last, ", ")?
            .uuid_or_null(&rows.team_id, ", ")?
            .uuid(&rows.id, ", ")?
            .time(&rows.at, ", ")?
            .text(&rows.actor, ", ")?
            .text(&rows.kind, ", ")?
            .text(&rows.subject, ", ")?
            .json(&rows.changes, ")")?;
        out.push_sql(
            " AS new (workspace_id, before_last, team_id, id, at, actor, kind, subject, changes) USING (workspace_id))",
        );
        Ok(())
    }
}
