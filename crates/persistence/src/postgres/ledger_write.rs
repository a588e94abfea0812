//! Writes what ends a transaction in one statement, however much it is: each journey to the server is time that others wait for the locks.
//!
//! The statement has a part for each kind of row that there is to write, with a list a column, so that the server plans each of these few texts
//! once. No plan rests on what the tables hold meanwhile: rows are found by their keys, one by one, or by conflicts.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, BigInt, HasSqlType, Jsonb, Nullable, Text, Timestamptz, Uuid};

use super::dialect::{Conn, Db};
use super::queries::charges::Row;
use super::queries::events::NewEvent;
use super::queries::ledger::{Ledger, ReleasedRow, Written};
use super::queries::node::BalanceRow;
use crate::types::{DbJson, DbTime, DbUuid};

/// Writes it all; tells how many rows of the ledger were as expected.
pub fn write(c: &mut Conn, ledger: &Ledger) -> QueryResult<Written> {
    let (charged, moved, released) = Write::from(ledger).get_result::<(i64, i64, i64)>(c)?;
    let count = |rows| usize::try_from(rows).unwrap_or_default();
    Ok(Written {
        charged: count(charged),
        moved: count(moved),
        released: count(released),
    })
}

/// The columns of the rows.
#[derive(Default)]
struct Write<'a> {
    usage: UsageColumns<'a>,
    charged: ChargeColumns<'a>,
    moved: ChargeColumns<'a>,
    moved_from: (Vec<Option<DbUuid>>, Vec<Option<DbUuid>>),
    released: ReleasedColumns<'a>,
    feeds: FeedColumns,
    events: EventColumns<'a>,
}

#[derive(Default)]
struct UsageColumns<'a> {
    workspace_id: Vec<DbUuid>,
    node_type: Vec<&'a str>,
    node_id: Vec<DbUuid>,
    meter: Vec<&'a str>,
    direct: Vec<i64>,
    subtree: Vec<i64>,
}

#[derive(Default)]
struct ChargeColumns<'a> {
    workspace_id: Vec<DbUuid>,
    meter: Vec<&'a str>,
    resource_id: Vec<&'a str>,
    organization_id: Vec<Option<DbUuid>>,
    team_id: Vec<Option<DbUuid>>,
    quantity: Vec<i64>,
    reservation_id: Vec<Option<DbUuid>>,
    created_at: Vec<DbTime>,
    updated_at: Vec<DbTime>,
}

#[derive(Default)]
struct ReleasedColumns<'a> {
    workspace_id: Vec<DbUuid>,
    meter: Vec<&'a str>,
    resource_id: Vec<&'a str>,
}

/// How many events each workspace gets.
#[derive(Default)]
struct FeedColumns {
    workspace_id: Vec<DbUuid>,
    count: Vec<i64>,
}

#[derive(Default)]
struct EventColumns<'a> {
    workspace_id: Vec<DbUuid>,
    /// Behind how many of the same workspace's, counted from its last: 0 for that.
    before_last: Vec<i64>,
    team_id: Vec<Option<DbUuid>>,
    id: Vec<DbUuid>,
    at: Vec<DbTime>,
    actor: Vec<&'a str>,
    kind: Vec<&'a str>,
    subject: Vec<&'a str>,
    changes: Vec<&'a DbJson>,
}

impl<'a> FromIterator<&'a Row> for ChargeColumns<'a> {
    fn from_iter<I: IntoIterator<Item = &'a Row>>(rows: I) -> Self {
        let mut columns = Self::default();
        for row in rows {
            columns.workspace_id.push(row.workspace_id);
            columns.meter.push(&row.meter);
            columns.resource_id.push(&row.resource_id);
            columns.organization_id.push(row.organization_id);
            columns.team_id.push(row.team_id);
            columns.quantity.push(row.quantity);
            columns.reservation_id.push(row.reservation_id);
            columns.created_at.push(row.created_at);
            columns.updated_at.push(row.updated_at);
        }
        columns
    }
}

impl<'a> FromIterator<&'a BalanceRow> for UsageColumns<'a> {
    fn from_iter<I: IntoIterator<Item = &'a BalanceRow>>(rows: I) -> Self {
        let mut columns = Self::default();
        for row in rows {
            columns.workspace_id.push(row.workspace_id);
            columns.node_type.push(&row.node_type);
            columns.node_id.push(row.node_id);
            columns.meter.push(&row.meter);
            columns.direct.push(row.direct);
            columns.subtree.push(row.subtree);
        }
        columns
    }
}

impl<'a> FromIterator<&'a ReleasedRow> for ReleasedColumns<'a> {
    fn from_iter<I: IntoIterator<Item = &'a ReleasedRow>>(rows: I) -> Self {
        let mut columns = Self::default();
        for row in rows {
            columns.workspace_id.push(row.workspace);
            columns.meter.push(&row.meter);
            columns.resource_id.push(&row.resource_id);
        }
        columns
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

impl<'a> From<&'a Ledger> for Write<'a> {
    fn from(ledger: &'a Ledger) -> Self {
        let moved_from = ledger.moved.iter().map(|row| (row.organization, row.team));
        let mut write = Self {
            usage: ledger.usage.iter().collect(),
            charged: ledger.charged.iter().collect(),
            moved: ledger.moved.iter().map(|row| &row.charge).collect(),
            moved_from: moved_from.unzip(),
            released: ledger.released.iter().collect(),
            ..Self::default()
        };
        for feed in &ledger.feeds {
            let mut count = 0;
            for event in feed.events.iter().rev() {
                write.events.push(event, count);
                count += 1;
            }
            write.feeds.workspace_id.push(feed.workspace);
            write.feeds.count.push(count);
        }
        write
    }
}

impl Query for Write<'_> {
    type SqlType = (BigInt, BigInt, BigInt);
}

impl RunQueryDsl<Conn> for Write<'_> {}

impl QueryId for Write<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Db> for Write<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let mut before = "WITH ";
        for part in self.parts() {
            out.push_sql(before);
            part(self, out.reborrow())?;
            before = ", ";
        }
        out.push_sql(" SELECT ");
        out.push_sql(self.counts().join(", ").as_str());
        Ok(())
    }
}

/// Writes rows of one kind.
type Part<'a> = for<'b> fn(&'b Write<'a>, AstPass<'_, 'b, Db>) -> QueryResult<()>;

impl<'a> Write<'a> {
    /// What there is to write.
    fn parts(&self) -> impl Iterator<Item = Part<'a>> {
        let parts: [(bool, Part<'a>); 5] = [
            (self.usage.meter.is_empty(), Self::save_usage),
            (self.charged.meter.is_empty(), Self::save_charges),
            (self.moved.meter.is_empty(), Self::move_charges),
            (self.released.meter.is_empty(), Self::delete_charges),
            (self.events.id.is_empty(), Self::append),
        ];
        parts
            .into_iter()
            .filter(|(is_empty, _)| !is_empty)
            .map(|(_, part)| part)
    }

    /// How many rows of the ledger were as expected.
    fn counts(&self) -> [&'static str; 3] {
        [
            (&self.charged.meter, "(SELECT count(*) FROM charged)"),
            (&self.moved.meter, "(SELECT count(*) FROM moved)"),
            (&self.released.meter, "(SELECT count(*) FROM released)"),
        ]
        .map(|(rows, count)| if rows.is_empty() { "0::bigint" } else { count })
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

    fn json(self, list: &'b Vec<&DbJson>, end: &str) -> QueryResult<Self> {
        self.and::<Jsonb, _>(list, ("::jsonb[]", end))
    }

    /// Rows of the ledger, column by column.
    fn charges(self, rows: &'b ChargeColumns<'_>, end: &str) -> QueryResult<Self> {
        self.uuid(&rows.workspace_id, ", ")?
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
    /// The rows are there and locked, so nothing but their conflict happens. Caps stay.
    fn save_usage<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let rows = &self.usage;
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

    /// A resource is charged in one place, and stays there unless it is moved (C1).
    fn save_charges<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql(
            "charged AS (INSERT INTO charges (workspace_id, meter, resource_id, organization_id, team_id, \
             quantity, reservation_id, created_at, updated_at) SELECT * FROM ",
        );
        Lists::begin(out.reborrow()).charges(&self.charged, ")")?;
        out.push_sql(
            " ON CONFLICT (workspace_id, meter, resource_id) \
             DO UPDATE SET quantity = excluded.quantity, reservation_id = excluded.reservation_id, \
             created_at = excluded.created_at, updated_at = excluded.updated_at \
             WHERE charges.organization_id IS NOT DISTINCT FROM excluded.organization_id \
             AND charges.team_id IS NOT DISTINCT FROM excluded.team_id RETURNING 1)",
        );
        Ok(())
    }

    /// Only what is where it is moved from: that is the same as to be in conflict with it.
    fn move_charges<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let (rows, (organizations, teams)) = (&self.moved, &self.moved_from);
        out.push_sql(
            "moved AS (INSERT INTO charges (workspace_id, meter, resource_id, organization_id, team_id, \
             quantity, reservation_id, created_at, updated_at) SELECT new.workspace_id, new.meter, new.resource_id, \
             new.organization_id, new.team_id, new.quantity, new.reservation_id, new.created_at, new.updated_at FROM ",
        );
        Lists::begin(out.reborrow())
            .charges(rows, ", ")?
            .uuid_or_null(organizations, ", ")?
            .uuid_or_null(teams, ")")?;
        out.push_sql(
            " AS new (workspace_id, meter, resource_id, organization_id, team_id, quantity, reservation_id, created_at, \
             updated_at, old_organization_id, old_team_id) CROSS JOIN LATERAL (SELECT FROM charges \
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
        let rows = &self.released;
        out.push_sql("released AS (DELETE FROM charges WHERE ctid = ANY (ARRAY(SELECT found.ctid FROM ");
        Lists::begin(out.reborrow())
            .uuid(&rows.workspace_id, ", ")?
            .text(&rows.meter, ", ")?
            .text(&rows.resource_id, ")")?;
        out.push_sql(
            " AS gone (workspace_id, meter, resource_id) CROSS JOIN LATERAL (SELECT ctid FROM charges \
             WHERE workspace_id = gone.workspace_id AND meter = gone.meter AND resource_id = gone.resource_id OFFSET 0) \
             AS found)) RETURNING 1)",
        );
        Ok(())
    }

    /// Gives the events the next positions. The feeds are locked last, since the counts have to be known before: whoever has one locked waits
    /// for nothing but other feeds, and those are locked in order.
    fn append<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        let (feeds, rows) = (&self.feeds, &self.events);
        out.push_sql("feed AS (INSERT INTO event_feeds AS kept (workspace_id, position) SELECT new.* FROM ");
        Lists::begin(out.reborrow())
            .uuid(&feeds.workspace_id, ", ")?
            .bigint(&feeds.count, ")")?;
        out.push_sql(" AS new (workspace_id, count) WHERE ");
        out.push_sql(self.counts().join(" + ").as_str());
        out.push_sql(
            " >= 0 ON CONFLICT (workspace_id) DO UPDATE SET position = kept.position + excluded.position \
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
