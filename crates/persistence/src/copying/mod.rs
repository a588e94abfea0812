//! Every row of one database into another one, of any kind (ADR 38).

mod rows;

use tenantry_application::ports::{StoreError, StoreResult};

pub use rows::*;

use crate::MigratableStore;

/// What takes rows as they are read.
pub type Sink<'a> = &'a mut dyn FnMut(Page) -> StoreResult<()>;

/// A database that is read in one state, whatever others write to it.
pub trait Source {
    /// How many rows a table has.
    fn count(&mut self, table: Table) -> StoreResult<i64>;

    /// Hands on the rows of a table, holding a page at a time.
    fn read(&mut self, table: Table, sink: Sink<'_>) -> StoreResult<()>;
}

/// A database that nobody else writes to, and that has all of the rows or none.
pub trait Target {
    /// How many rows a table has.
    fn count(&mut self, table: Table) -> StoreResult<i64>;

    /// Writes rows, and tells how many.
    fn write(&mut self, page: Page) -> StoreResult<usize>;

    /// Keeps what was written.
    fn commit(self: Box<Self>) -> StoreResult<()>;
}

/// Why nothing was copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A transaction cannot begin.
    #[error("cannot begin to copy")]
    Begin(#[source] StoreError),
    /// There are rows already.
    #[error("the database to copy to is not empty ({table} has {rows} rows); name one that is new")]
    NotEmpty {
        /// The first of its tables that has rows.
        table: &'static str,
        /// How many.
        rows: i64,
    },
    /// A table cannot be read, or not written.
    #[error("cannot copy {table}; nothing was copied")]
    Table {
        /// The table.
        table: &'static str,
        /// Why.
        source: StoreError,
    },
    /// Rows got lost.
    #[error("{table} has {expected} rows, of which {found} came; nothing was copied")]
    Counts {
        /// The table.
        table: &'static str,
        /// How many there are.
        expected: i64,
        /// How many were found afterwards.
        found: i64,
    },
    /// The copy was not kept.
    #[error("cannot commit the copy")]
    Commit(#[source] StoreError),
}

/// How far a table is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The table.
    pub table: Table,
    /// Rows that are copied.
    pub copied: usize,
    /// Rows that there are.
    pub rows: i64,
}

/// Copies every row of a database to another of any kind, which must be empty, in one transaction: all or none. Both have every migration. Tells
/// how far it is when a table begins and after every page of it.
pub fn copy(
    from: &dyn MigratableStore,
    to: &dyn MigratableStore,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), CopyError> {
    let mut source = from.source().map_err(CopyError::Begin)?;
    let mut target = to.target().map_err(CopyError::Begin)?;
    require_empty(&mut *target)?;
    for &table in Table::ALL {
        let expected = copy_table(table, &mut *source, &mut *target, progress).map_err(in_table(table))?;
        let found = target.count(table).map_err(in_table(table))?;
        if found != expected {
            let table = table.name();
            return Err(CopyError::Counts { table, expected, found });
        }
    }
    target.commit().map_err(CopyError::Commit)
}

fn require_empty(target: &mut dyn Target) -> Result<(), CopyError> {
    for &table in Table::ALL {
        let rows = target.count(table).map_err(in_table(table))?;
        if rows > 0 {
            let table = table.name();
            return Err(CopyError::NotEmpty { table, rows });
        }
    }
    Ok(())
}

fn copy_table(
    table: Table,
    source: &mut dyn Source,
    target: &mut dyn Target,
    progress: &mut dyn FnMut(Progress),
) -> StoreResult<i64> {
    let rows = source.count(table)?;
    let mut copied = 0;
    progress(Progress { table, copied, rows });
    source.read(table, &mut |page| {
        copied += target.write(page)?;
        progress(Progress { table, copied, rows });
        Ok(())
    })?;
    Ok(rows)
}

fn in_table(table: Table) -> impl Fn(StoreError) -> CopyError {
    move |source| CopyError::Table {
        table: table.name(),
        source,
    }
}
