//! Reads what decisions about the ledger rest on, in one statement each, however much it is: each journey to the server is time that others wait
//! for the locks.
//!
//! The statements are always the same text, with a list a column, so that the server plans them once.

use diesel::dsl::{AsSelect, SqlTypeOf};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Nullable, Text, Uuid};

use super::dialect::{Conn, Db};
use super::queries::chains::FreeRow;
use super::queries::charges::{AskedKey, StandingRow};
use crate::types::DbUuid;

/// The rows of chains, each of a target and for a meter, that nobody else has locked; they stay locked, from the pools down.
pub fn lock_free_chains(c: &mut Conn, wanted: &[(DbUuid, &str)]) -> QueryResult<Vec<FreeRow>> {
    let (targets, meters) = wanted.iter().copied().unzip();
    let query = FreeChains {
        columns: FreeRow::as_select(),
        targets,
        meters,
    };
    query.load(c)
}

/// Some workspaces and some charges.
pub fn standings(
    c: &mut Conn,
    workspaces: &[DbUuid],
    keys: &[AskedKey<'_>],
) -> QueryResult<Vec<StandingRow>> {
    let mut standings = Standings {
        columns: StandingRow::as_select(),
        workspaces: Vec::new(),
        meters: Vec::new(),
        resource_ids: Vec::new(),
    };
    for workspace in workspaces {
        standings.ask(*workspace, None, None);
    }
    for (workspace, meter, resource_id) in keys {
        standings.ask(*workspace, Some(meter), Some(resource_id));
    }
    standings.load(c)
}

struct FreeChains<'a> {
    columns: AsSelect<FreeRow, Db>,
    targets: Vec<DbUuid>,
    meters: Vec<&'a str>,
}

impl Query for FreeChains<'_> {
    type SqlType = SqlTypeOf<AsSelect<FreeRow, Db>>;
}

impl RunQueryDsl<Conn> for FreeChains<'_> {}

impl QueryId for FreeChains<'_> {
    type QueryId = FreeChains<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Db> for FreeChains<'_> {
    /// Nothing is left to the planner: what is wanted leads to the links, and these, in the order of locks, to the balances.
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(
            " FROM (SELECT links.workspace_id, links.target_id, links.position, links.node_type, links.node_id, wanted.meter \
             FROM unnest(",
        );
        out.push_bind_param::<Array<Uuid>, _>(&self.targets)?;
        out.push_sql("::uuid[], ");
        out.push_bind_param::<Array<Text>, _>(&self.meters)?;
        out.push_sql(
            "::text[]) AS wanted (target_id, meter) \
             CROSS JOIN LATERAL (SELECT * FROM chain_links WHERE target_id = wanted.target_id OFFSET 0) AS links \
             ORDER BY workspace_id, position, node_id, meter OFFSET 0) AS chain_links \
             LEFT JOIN LATERAL (SELECT tree_version FROM workspaces WHERE id = chain_links.workspace_id \
             AND chain_links.position = 0 OFFSET 0) AS workspaces ON true \
             CROSS JOIN LATERAL (SELECT * FROM balances WHERE workspace_id = chain_links.workspace_id \
             AND node_id = chain_links.node_id AND meter = chain_links.meter FOR NO KEY UPDATE SKIP LOCKED) AS balances",
        );
        Ok(())
    }
}

/// What is asked for: a workspace, or one of its charges.
struct Standings<'a> {
    columns: AsSelect<StandingRow, Db>,
    workspaces: Vec<DbUuid>,
    meters: Vec<Option<&'a str>>,
    resource_ids: Vec<Option<&'a str>>,
}

impl<'a> Standings<'a> {
    fn ask(&mut self, workspace: DbUuid, meter: Option<&'a str>, resource_id: Option<&'a str>) {
        self.workspaces.push(workspace);
        self.meters.push(meter);
        self.resource_ids.push(resource_id);
    }
}

impl Query for Standings<'_> {
    type SqlType = SqlTypeOf<AsSelect<StandingRow, Db>>;
}

impl RunQueryDsl<Conn> for Standings<'_> {}

impl QueryId for Standings<'_> {
    type QueryId = Standings<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Db> for Standings<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" FROM unnest(");
        out.push_bind_param::<Array<Uuid>, _>(&self.workspaces)?;
        out.push_sql("::uuid[], ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.meters)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.resource_ids)?;
        out.push_sql(
            "::text[]) AS asked (workspace_id, meter, resource_id) \
             LEFT JOIN workspaces ON workspaces.id = asked.workspace_id AND asked.meter IS NULL \
             LEFT JOIN charges ON charges.workspace_id = asked.workspace_id AND charges.meter = asked.meter \
             AND charges.resource_id = asked.resource_id",
        );
        Ok(())
    }
}
