//! The statement that reads one page of a list.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use tenantry_application::page::Side;

use super::dialect::{Conn, Db};

/// The rows of two queries, each in its own order and up to its own limit.
#[derive(Debug, Clone, Copy)]
pub struct Both<Q>(pub Q, pub Q);

impl<Q: Query> Query for Both<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Both<Q> {}

// Not static, since the queries are not: prepared statements are told apart by their text.
impl<Q> QueryId for Both<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The members of a union on SQLite have neither order nor limit, but what they select from may.
impl<Q: QueryFragment<Db>> QueryFragment<Db> for Both<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("SELECT * FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS one UNION ALL SELECT * FROM (");
        self.1.walk_ast(out.reborrow())?;
        out.push_sql(") AS other");
        Ok(())
    }
}

/// How the keys of the items before a gap, and of those behind it, compare with its own.
pub const fn operators(side: Side) -> (&'static str, &'static str) {
    match side {
        Side::Ahead => ("<", ">="),
        Side::Behind => ("<=", ">"),
    }
}

/// Loads the rows of one page, as `Page::from_rows` wants them, of a list in the order of these columns. `list` makes the boxed query of
/// the whole list; `key` is that of the gap, and each column is given with its value there.
macro_rules! page {
    ($conn:expr, $request:expr, $list:expr, |$key:ident| $($column:expr => $value:expr),+) => {{
        use diesel::prelude::*;
        use tenantry_application::page::{Gap, Position};

        use super::expression::{row_comparison, value_for};
        use super::page::{Both, operators};

        let (list, size) = ($list, $request.size.rows_to_read());
        match $request.position.gap() {
            None => list().order(($($column.asc(),)+)).limit(size).load($conn),
            Some(Gap { key: $key, side }) => {
                let beside = |operator| {
                    let values = ($(value_for(&$column, $value),)+);
                    list().filter(row_comparison(($($column,)+), operator, values))
                };
                let (before, behind) = operators(*side);
                let before = |count| beside(before).order(($($column.desc(),)+)).limit(count);
                let behind = |count| beside(behind).order(($($column.asc(),)+)).limit(count);
                match &$request.position {
                    Position::Before(_) => Both(before(size), behind(1)),
                    Position::Start | Position::After(_) => Both(behind(size), before(1)),
                }
                .load($conn)
            }
        }
    }};
}
