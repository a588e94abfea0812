//! Rows that a statement is given, as a list a column.

use diesel::query_builder::AstPass;
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, BigInt, HasSqlType, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid};

use super::dialect::Db;
use crate::types::{DbJson, DbTime, DbUuid};

/// The lists of some rows, one after another, all of one length. They are gone through side by side: a function in `FROM` that takes several would
/// store each of them first.
pub struct Lists<'a, 'b> {
    out: AstPass<'a, 'b, Db>,
    /// What stands before the next one.
    before: &'static str,
}

impl<'a, 'b> Lists<'a, 'b> {
    /// Begins what stands for a table.
    pub fn begin(out: AstPass<'a, 'b, Db>) -> Self {
        Self {
            out,
            before: "(SELECT ",
        }
    }

    /// Ends it, with the name of the table.
    pub fn end(mut self, table: &str) {
        self.out.push_sql(") AS ");
        self.out.push_sql(table);
    }

    /// One more column, whose lists are of this type.
    pub fn and<Sql: 'static, List>(
        mut self,
        (column, lists): (&str, &str),
        list: &'b List,
    ) -> QueryResult<Self>
    where
        Db: HasSqlType<Array<Sql>>,
        List: ToSql<Array<Sql>, Db>,
    {
        self.out.push_sql(self.before);
        self.before = ", ";
        self.out.push_sql("unnest(");
        self.out.push_bind_param::<Array<Sql>, _>(list)?;
        for part in ["::", lists, ") AS ", column] {
            self.out.push_sql(part);
        }
        Ok(self)
    }

    pub fn text(self, column: &str, list: &'b Vec<&str>) -> QueryResult<Self> {
        self.and::<Text, _>((column, "text[]"), list)
    }

    pub fn text_or_null(self, column: &str, list: &'b Vec<Option<&str>>) -> QueryResult<Self> {
        self.and::<Nullable<Text>, _>((column, "text[]"), list)
    }

    pub fn uuid(self, column: &str, list: &'b Vec<DbUuid>) -> QueryResult<Self> {
        self.and::<Uuid, _>((column, "uuid[]"), list)
    }

    pub fn uuid_or_null(self, column: &str, list: &'b Vec<Option<DbUuid>>) -> QueryResult<Self> {
        self.and::<Nullable<Uuid>, _>((column, "uuid[]"), list)
    }

    pub fn integer(self, column: &str, list: &'b Vec<i32>) -> QueryResult<Self> {
        self.and::<Integer, _>((column, "integer[]"), list)
    }

    pub fn bigint(self, column: &str, list: &'b Vec<i64>) -> QueryResult<Self> {
        self.and::<BigInt, _>((column, "bigint[]"), list)
    }

    pub fn time(self, column: &str, list: &'b Vec<DbTime>) -> QueryResult<Self> {
        self.and::<Timestamptz, _>((column, "timestamptz[]"), list)
    }

    pub fn json(self, column: &str, list: &'b Vec<&DbJson>) -> QueryResult<Self> {
        self.and::<Jsonb, _>((column, "jsonb[]"), list)
    }
}
