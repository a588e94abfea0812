use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

use super::dialect::{Conn, Db, LOCK_ROWS_OF};

/// A query whose rows no other transaction can change until this one ends. Where the backend locks rows, the lock must let foreign keys
/// refer to them still (`FOR NO KEY UPDATE`): what is charged refers to a workspace that somebody is changing.
#[derive(Debug, Clone, Copy)]
pub struct Locked<Q> {
    query: Q,
    table: &'static str,
}

/// Locks the rows of one table among those that a query reads. Nothing can be added to the query behind it.
pub fn locked<Q: Query>(query: Q, table: &'static str) -> Locked<Q> {
    Locked { query, table }
}

impl<Q: Query> Query for Locked<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Locked<Q> {}

// Not static: the table is a value, so that prepared statements must be told apart by their text.
impl<Q> QueryId for Locked<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Db>> QueryFragment<Db> for Locked<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        if let Some(clause) = LOCK_ROWS_OF {
            out.push_sql(clause);
            out.push_identifier(self.table)?;
        }
        Ok(())
    }
}
