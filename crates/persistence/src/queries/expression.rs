//! SQL that diesel has no words for.

use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable, SingleValue, SqlType};

use super::dialect::Db;

/// `CAST(sum(x) AS bigint)`: the sum of a bigint is numeric on PostgreSQL and to diesel.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct SumBigint<E>(E);

pub fn sum_bigint<E: Expression<SqlType = BigInt>>(expression: E) -> SumBigint<E> {
    SumBigint(expression)
}

impl<E: Expression> Expression for SumBigint<E> {
    type SqlType = Nullable<BigInt>;
}

impl<E, GroupBy> ValidGrouping<GroupBy> for SumBigint<E> {
    type IsAggregate = is_aggregate::Yes;
}

impl<E: AppearsOnTable<Source>, Source> AppearsOnTable<Source> for SumBigint<E> {}
impl<E: SelectableExpression<Source>, Source> SelectableExpression<Source> for SumBigint<E> {}

impl<E: QueryFragment<Db>> QueryFragment<Db> for SumBigint<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("CAST(sum(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS bigint)");
        Ok(())
    }
}

/// `(a, b) < (x, y)`: unlike its equivalents of AND and OR, it finds its place in an index whatever precedes it there.
#[derive(Debug, Clone, Copy, ValidGrouping)]
pub struct RowComparison<Left, Right> {
    left: Left,
    operator: &'static str,
    right: Right,
}

/// How two tuples compare, by an operator such as `<`.
pub fn row_comparison<Left, Right>(
    left: Left,
    operator: &'static str,
    right: Right,
) -> RowComparison<Left, Right> {
    RowComparison {
        left,
        operator,
        right,
    }
}

/// A value to compare an expression with.
pub fn value_for<E, V>(_: &E, value: V) -> V::Expression
where
    E: Expression<SqlType: SqlType + SingleValue>,
    V: AsExpression<E::SqlType>,
{
    value.as_expression()
}

impl<Left: Expression, Right: Expression<SqlType = Left::SqlType>> Expression for RowComparison<Left, Right> {
    type SqlType = Bool;
}

// Not static: the operator is a value.
impl<Left, Right> QueryId for RowComparison<Left, Right> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Left, Right, Source> AppearsOnTable<Source> for RowComparison<Left, Right>
where
    Self: Expression,
    Left: AppearsOnTable<Source>,
    Right: AppearsOnTable<Source>,
{
}

impl<Left: QueryFragment<Db>, Right: QueryFragment<Db>> QueryFragment<Db> for RowComparison<Left, Right> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("(");
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(") ");
        out.push_sql(self.operator);
        out.push_sql(" (");
        self.right.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}
