//! Reads what decisions about the ledger rest on, in one statement each, however much it is: each journey to the server is time that others wait
//! for the locks.
//!
//! The statements are always the same text, with a list a column, so that the server plans them once. Nothing is left to the planner: what is asked
//! for leads to the rows, each found by its key, also where a table was empty when the plan was made.

use diesel::dsl::{AsSelect, SqlTypeOf};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::dialect::{Conn, Db};
use super::lists::Lists;
use super::queries::chains::{HeadRow, Link};
use super::queries::charges::{AskedCharge, AskedKey, Found, LookedUpRow, StandingRow};
use super::queries::node::node_id;
use super::row_version::{RowVersion, Tid, Xid};
use crate::types::DbUuid;

/// Where the chains of these targets begin, each for a meter. What nobody else has locked there stays locked.
pub fn lock_free_heads(c: &mut Conn, wanted: &[(DbUuid, &str)]) -> QueryResult<Vec<HeadRow>> {
    let (targets, meters) = wanted.iter().copied().unzip();
    let query = FreeHeads {
        columns: Link::as_select(),
        targets,
        meters,
    };
    query.load(c)
}

/// What charges rest on, each balance with its version. A workspace is looked for with its resource, which is another one each time: so the server
/// does not keep what it has found for the next time, which costs more than it spares.
pub fn look_up(c: &mut Conn, asked: &[AskedCharge]) -> QueryResult<Vec<Found>> {
    let mut query = LookUp {
        columns: LookedUpRow::as_select(),
        numbers: (0..).take(asked.len()).collect(),
        targets: Vec::with_capacity(asked.len()),
        meters: Vec::with_capacity(asked.len()),
        resource_ids: Vec::with_capacity(asked.len()),
    };
    for (target, key) in asked {
        query.targets.push(node_id((*target).into()));
        query.meters.push(key.meter.as_str());
        query.resource_ids.push(key.resource_id.as_str());
    }
    let rows = query
        .load::<(i64, LookedUpRow, Option<RowVersion>)>(c)?
        .into_iter();
    let found = |(number, row, version)| (usize::try_from(number).unwrap_or(usize::MAX), row, version);
    Ok(rows.map(found).collect())
}

/// A workspace and some charges.
pub fn standing(c: &mut Conn, workspace: DbUuid, keys: &[AskedKey<'_>]) -> QueryResult<Vec<StandingRow>> {
    let mut standing = Standing {
        columns: StandingRow::as_select(),
        workspaces: Vec::new(),
        meters: Vec::new(),
        resource_ids: Vec::new(),
    };
    standing.ask(workspace, None, None);
    for (workspace, meter, resource_id) in keys {
        standing.ask(*workspace, Some(meter), Some(resource_id));
    }
    standing.load(c)
}

struct FreeHeads<'a> {
    columns: AsSelect<Link, Db>,
    targets: Vec<DbUuid>,
    meters: Vec<&'a str>,
}

impl Query for FreeHeads<'_> {
    type SqlType = (SqlTypeOf<AsSelect<Link, Db>>, Text, Bool);
}

impl RunQueryDsl<Conn> for FreeHeads<'_> {}

impl QueryId for FreeHeads<'_> {
    type QueryId = FreeHeads<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Db> for FreeHeads<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(", wanted.meter, balances.is_held IS NOT NULL FROM ");
        Lists::begin(out.reborrow())
            .uuid("target_id", &self.targets)?
            .text("meter", &self.meters)?
            .end("wanted");
        out.push_sql(
            " CROSS JOIN LATERAL (SELECT * FROM chain_links \
             WHERE target_id = wanted.target_id AND position = 0 OFFSET 0) AS chain_links \
             LEFT JOIN LATERAL (SELECT true AS is_held FROM balances WHERE workspace_id = chain_links.workspace_id \
             AND node_id = chain_links.node_id AND meter = wanted.meter FOR NO KEY UPDATE SKIP LOCKED) AS balances ON true",
        );
        Ok(())
    }
}

struct LookUp<'a> {
    columns: AsSelect<LookedUpRow, Db>,
    numbers: Vec<i64>,
    targets: Vec<DbUuid>,
    meters: Vec<&'a str>,
    resource_ids: Vec<&'a str>,
}

impl Query for LookUp<'_> {
    type SqlType = (BigInt, SqlTypeOf<AsSelect<LookedUpRow, Db>>, Nullable<(Tid, Xid)>);
}

impl RunQueryDsl<Conn> for LookUp<'_> {}

impl QueryId for LookUp<'_> {
    type QueryId = LookUp<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Db> for LookUp<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("SELECT asked.number, ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(", balances.address, balances.writer FROM ");
        Lists::begin(out.reborrow())
            .bigint("number", &self.numbers)?
            .uuid("target_id", &self.targets)?
            .text("meter", &self.meters)?
            .text("resource_id", &self.resource_ids)?
            .end("asked");
        out.push_sql(
            " CROSS JOIN LATERAL (SELECT * FROM chain_links \
             WHERE target_id = asked.target_id ORDER BY position OFFSET 0) AS chain_links \
             LEFT JOIN LATERAL (SELECT *, ctid AS address, xmin AS writer FROM balances \
             WHERE workspace_id = chain_links.workspace_id AND node_id = chain_links.node_id AND meter = asked.meter \
             OFFSET 0) AS balances ON true \
             LEFT JOIN LATERAL (SELECT * FROM workspaces \
             WHERE id = chain_links.workspace_id AND chain_links.position = 0 AND asked.resource_id IS NOT NULL OFFSET 0) \
             AS workspaces ON true \
             LEFT JOIN LATERAL (SELECT * FROM charges \
             WHERE workspace_id = chain_links.workspace_id AND meter = asked.meter AND resource_id = asked.resource_id \
             AND chain_links.position = 0 OFFSET 0) AS charges ON true",
        );
        Ok(())
    }
}

/// What is asked for: a workspace, or one of its charges.
struct Standing<'a> {
    columns: AsSelect<StandingRow, Db>,
    workspaces: Vec<DbUuid>,
    meters: Vec<Option<&'a str>>,
    resource_ids: Vec<Option<&'a str>>,
}

impl<'a> Standing<'a> {
    fn ask(&mut self, workspace: DbUuid, meter: Option<&'a str>, resource_id: Option<&'a str>) {
        self.workspaces.push(workspace);
        self.meters.push(meter);
        self.resource_ids.push(resource_id);
    }
}

impl Query for Standing<'_> {
    type SqlType = SqlTypeOf<AsSelect<StandingRow, Db>>;
}

impl RunQueryDsl<Conn> for Standing<'_> {}

impl QueryId for Standing<'_> {
    type QueryId = Standing<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Db> for Standing<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        Lists::begin(out.reborrow())
            .uuid("workspace_id", &self.workspaces)?
            .text_or_null("meter", &self.meters)?
            .text_or_null("resource_id", &self.resource_ids)?
            .end("asked");
        out.push_sql(
            " LEFT JOIN LATERAL (SELECT * FROM workspaces \
             WHERE id = asked.workspace_id AND asked.meter IS NULL OFFSET 0) AS workspaces ON true \
             LEFT JOIN LATERAL (SELECT * FROM charges WHERE workspace_id = asked.workspace_id \
             AND meter = asked.meter AND resource_id = asked.resource_id OFFSET 0) AS charges ON true",
        );
        Ok(())
    }
}
