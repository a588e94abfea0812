use std::ops::DerefMut;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use tenantry_application::ports::{StoreError, StoreResult};

use super::dialect::{Conn, Streaming, classify};
use super::schema;
use crate::copying::{Page, Sink, Source, Table, Target};

/// Rows that are written by one statement: with the columns of the widest table no more values than a statement may have.
const PAGE: usize = 1_000;

/// A connection with an open transaction.
pub struct Copying<C: DerefMut<Target = Conn>> {
    conn: C,
    is_open: bool,
}

impl<C: DerefMut<Target = Conn>> Copying<C> {
    /// Begins.
    pub fn begin(mut conn: C, sql: &str) -> StoreResult<Self> {
        AnsiTransactionManager::begin_transaction_sql(&mut *conn, sql).map_err(store_error)?;
        Ok(Self { conn, is_open: true })
    }
}

impl<C: DerefMut<Target = Conn>> Drop for Copying<C> {
    fn drop(&mut self) {
        if self.is_open {
            // A failure marks the connection broken, and nobody uses it again.
            let _ =
                <AnsiTransactionManager as TransactionManager<Conn>>::rollback_transaction(&mut self.conn);
        }
    }
}

fn store_error(error: DieselError) -> StoreError {
    classify(error).into()
}

/// Hands rows on as they come, a page at a time.
fn paged<R>(
    rows: impl Iterator<Item = QueryResult<R>>,
    mut give: impl FnMut(Vec<R>) -> StoreResult<()>,
) -> StoreResult<()> {
    let mut page = Vec::with_capacity(PAGE);
    for row in rows {
        page.push(row.map_err(store_error)?);
        if page.len() == PAGE {
            give(std::mem::replace(&mut page, Vec::with_capacity(PAGE)))?;
        }
    }
    if page.is_empty() { Ok(()) } else { give(page) }
}

macro_rules! each_table {
    ($(
        $table:ident ($($key:ident),+) $(by $order:ident)? {
            $($column:ident -> $type:ident $(<$inner:ident>)?,)+
        }
    )+) => {
        impl<C: DerefMut<Target = Conn>> Copying<C> {
            fn rows_of(&mut self, table: Table) -> StoreResult<usize> {
                let rows: QueryResult<i64> = match table {
                    $(Table::$table => schema::$table::table.count().get_result(&mut *self.conn),)+
                };
                usize::try_from(rows.map_err(store_error)?).map_err(|cause| StoreError::Other(cause.into()))
            }
        }

        impl<C: DerefMut<Target = Conn>> Source for Copying<C> {
            fn count(&mut self, table: Table) -> StoreResult<usize> {
                self.rows_of(table)
            }

            fn read(&mut self, table: Table, sink: Sink<'_>) -> StoreResult<()> {
                match table {
                    $(Table::$table => {
                        let rows = schema::$table::table$(.order(schema::$table::$order))?
                            .load_iter::<crate::copying::$table::Row, Streaming>(&mut *self.conn)
                            .map_err(store_error)?;
                        paged(rows, |page| sink(Page::$table(page)))
                    })+
                }
            }
        }

        impl<C: DerefMut<Target = Conn>> Target for Copying<C> {
            fn count(&mut self, table: Table) -> StoreResult<usize> {
                self.rows_of(table)
            }

            fn write(&mut self, page: Page) -> StoreResult<usize> {
                let written = match page {
                    $(Page::$table(rows) => {
                        let rows = rows.into_iter().map(|($($column,)+)| ($(schema::$table::$column.eq($column),)+));
                        diesel::insert_into(schema::$table::table)
                            .values(rows.collect::<Vec<_>>())
                            .execute(&mut *self.conn)
                    })+
                };
                written.map_err(store_error)
            }

            fn commit(mut self: Box<Self>) -> StoreResult<()> {
                // diesel itself rolls a failed COMMIT back.
                self.is_open = false;
                <AnsiTransactionManager as TransactionManager<Conn>>::commit_transaction(&mut self.conn)
                    .map_err(store_error)
            }
        }
    };
}

with_tables!(each_table);
