//! Loads organizations, each as somebody sees it, in one statement, however many are asked for.

use diesel::dsl::{AsSelect, SqlTypeOf};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid};
use tenantry_application::ports::AskedOrganization;

use super::dialect::{Conn, Db};
use super::lists::Lists;
use super::queries::glances::{self, OrganizationRow};
use super::queries::node::BalanceRow;
use super::queries::organization_row::RowWithHint;
use crate::types::DbUuid;

/// The rows of each that is asked for, in no order, with its number, which is counted from 1. One alone needs no list.
pub fn load(c: &mut Conn, asked: &[AskedOrganization]) -> QueryResult<Vec<(i64, OrganizationRow)>> {
    match asked {
        [] => Ok(Vec::new()),
        [one] => Ok(glances::organization(c, one)?
            .into_iter()
            .map(|row| (1, row))
            .collect()),
        _ => Load::from(asked).load(c),
    }
}

/// What is asked for, column by column.
struct Load {
    numbers: Vec<i64>,
    users: Vec<DbUuid>,
    workspaces: Vec<DbUuid>,
    organizations: Vec<DbUuid>,
    organization: AsSelect<Option<RowWithHint>, Db>,
    balance: AsSelect<Option<BalanceRow>, Db>,
}

impl From<&[AskedOrganization]> for Load {
    fn from(asked: &[AskedOrganization]) -> Self {
        Self {
            numbers: (1..).take(asked.len()).collect(),
            users: asked.iter().map(|asked| asked.user.into()).collect(),
            workspaces: asked.iter().map(|asked| asked.workspace.into()).collect(),
            organizations: asked.iter().map(|asked| asked.id.into()).collect(),
            organization: Option::as_select(),
            balance: Option::as_select(),
        }
    }
}

impl Query for Load {
    type SqlType = (
        BigInt,
        (
            (Uuid, Nullable<Text>, Nullable<Timestamptz>),
            SqlTypeOf<AsSelect<Option<RowWithHint>, Db>>,
            SqlTypeOf<AsSelect<Option<BalanceRow>, Db>>,
        ),
    );
}

impl RunQueryDsl<Conn> for Load {}

impl QueryId for Load {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Db> for Load {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("SELECT asked.number, workspaces.id, members.role, workspaces.next_transition_at, ");
        self.organization.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.balance.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        Lists::begin(out.reborrow())
            .bigint("number", &self.numbers)?
            .uuid("user_id", &self.users)?
            .uuid("workspace_id", &self.workspaces)?
            .uuid("organization_id", &self.organizations)?
            .end("asked");
        out.push_sql(
            " JOIN members ON members.workspace_id = asked.workspace_id AND members.user_id = asked.user_id \
             JOIN workspaces ON workspaces.id = asked.workspace_id \
             LEFT JOIN organizations \
             ON organizations.workspace_id = asked.workspace_id AND organizations.id = asked.organization_id \
             LEFT JOIN login_hints ON login_hints.workspace_id = organizations.workspace_id \
             AND login_hints.organization_id = organizations.id \
             LEFT JOIN balances \
             ON balances.workspace_id = organizations.workspace_id AND balances.node_id = organizations.id",
        );
        Ok(())
    }
}
