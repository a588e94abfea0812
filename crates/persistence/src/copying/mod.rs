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
    fn count(&mut self, table: Table) -> StoreResult<usize>;

    /// Hands on the rows of a table, holding a page at a time.
    fn read(&mut self, table: Table, sink: Sink<'_>) -> StoreResult<()>;
}

/// A database that nobody else writes to, and that has all of the rows or none.
pub trait Target {
    /// How many rows a table has.
    fn count(&mut self, table: Table) -> StoreResult<usize>;

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
        rows: usize,
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
        expected: usize,
        /// How many were found afterwards.
        found: usize,
    },
    /// The copy was not kept.
    #[error("cannot commit the copy")]
    Commit(#[source] StoreError),
}

/// How far copying is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The table whose turn it is.
    pub table: Table,
    /// Rows that are copied, of all tables.
    pub copied: usize,
    /// Rows that there are in all tables.
    pub rows: usize,
}

/// Copies every row of a database to another of any kind, which must be empty, in one transaction: all or none. Both have every migration. Tells
/// how far it is with each page, and at last how many rows there were.
pub fn copy(
    from: &dyn MigratableStore,
    to: &dyn MigratableStore,
    progress: &mut dyn FnMut(Progress),
) -> Result<usize, CopyError> {
    let mut source = from.source().map_err(CopyError::Begin)?;
    let mut target = to.target().map_err(CopyError::Begin)?;
    if let Some((table, rows)) = counts(|table| target.count(table))?
        .into_iter()
        .find(|(_, rows)| *rows > 0)
    {
        let table = table.name();
        return Err(CopyError::NotEmpty { table, rows });
    }
    let expected = counts(|table| source.count(table))?;
    let rows = expected.iter().map(|(_, rows)| rows).sum();
    let mut copied = 0;
    for &table in Table::ALL {
        let mut write = |page| {
            copied += target.write(page)?;
            progress(Progress { table, copied, rows });
            Ok(())
        };
        source.read(table, &mut write).map_err(in_table(table))?;
    }
    require_same(&expected, &counts(|table| target.count(table))?)?;
    target.commit().map_err(CopyError::Commit)?;
    Ok(copied)
}

/// How many rows each table has.
type Counts = Vec<(Table, usize)>;

fn counts(mut count: impl FnMut(Table) -> StoreResult<usize>) -> Result<Counts, CopyError> {
    let count = |&table: &Table| Ok((table, count(table).map_err(in_table(table))?));
    Table::ALL.iter().map(count).collect()
}

fn require_same(expected: &Counts, found: &Counts) -> Result<(), CopyError> {
    match expected
        .iter()
        .zip(found)
        .find(|(expected, found)| expected != found)
    {
        None => Ok(()),
        Some(((table, expected), (_, found))) => Err(CopyError::Counts {
            table: table.name(),
            expected: *expected,
            found: *found,
        }),
    }
}

fn in_table(table: Table) -> impl Fn(StoreError) -> CopyError {
    move |source| CopyError::Table {
        table: table.name(),
        source,
    }
}
