//! SQLite: one file, one writer, any number of readers, each of whom sees the state in which they began.

mod asked;
mod backup;
mod connection;
mod dialect;
mod ledger_read;
mod ledger_write;
mod location;
#[path = "../queries/mod.rs"]
mod queries;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::result::QueryResult;
use tenantry_application::ports::{Store, StoreError, StoreResult, UnitOfWork};

use self::connection::ConnectionPool;
use self::dialect::{Conn, Lease, classify};
use self::queries::Unit;
use self::queries::copying::Copying;
use crate::copying::{Source, Target};
use crate::error::SetupError;
use crate::migrate::{self, SchemaPolicy};
use crate::{Concurrency, MigratableStore, Options, PoolUse};
pub use backup::{BackupError, Restoration, backup};
pub use location::Location;

/// Transactions that can read at once, unless told otherwise.
const READERS: u32 = 4;
/// What the pool and SQLite can tell from not waiting, and from waiting for ever.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// How to open an SQLite database.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// Where it is.
    pub location: Location,
    /// How many transactions can read at once; a database in memory has one connection for everything.
    pub readers: u32,
    /// How long a transaction waits for a connection, and then for the write lock of another process.
    pub acquire_timeout: Duration,
    /// What to do about missing migrations.
    pub schema: SchemaPolicy,
}

impl SqliteOptions {
    /// Those for a place.
    pub fn new(location: Location, options: &Options) -> Self {
        Self {
            location,
            readers: options.connections.unwrap_or(READERS),
            acquire_timeout: options.acquire_timeout,
            schema: options.schema,
        }
    }
}

/// An SQLite database.
pub struct SqliteStore {
    writer: ConnectionPool,
    readers: ConnectionPool,
    /// Migrates, and keeps a database in memory alive when a panic takes its other connection.
    keeper: Mutex<SqliteConnection>,
}

impl SqliteStore {
    /// Opens a database, and creates it when there is none.
    pub fn open(options: &SqliteOptions) -> Result<Self, SetupError> {
        let url = options
            .location
            .prepare(options.schema != SchemaPolicy::Require)?;
        // The order matters: this connection creates the file and puts it into WAL mode before any other exists.
        let mut keeper = connection::keeper(&url, &options.location)?;
        match options.schema {
            SchemaPolicy::Migrate => drop(dialect::migrate(&mut keeper)?),
            SchemaPolicy::Require => migrate::require_current(&mut keeper, dialect::MIGRATIONS)?,
            SchemaPolicy::Ignore => {}
        }
        let patience = options.acquire_timeout.clamp(SHORTEST_WAIT, LONGEST_WAIT);
        let writer = connection::writer(&url, patience)?;
        let readers = match options.location {
            Location::File(_) => connection::readers(&url, options.readers, patience)?,
            Location::Memory => writer.clone(),
        };
        Ok(Self {
            writer,
            readers,
            keeper: Mutex::new(keeper),
        })
    }

    /// Runs one statement by itself.
    fn look<T>(&self, statement: impl Fn(&mut Conn) -> QueryResult<T>) -> StoreResult<T> {
        statement(&mut *lease(&self.readers)?).map_err(|error| classify(error).into())
    }

    fn keeper(&self) -> MutexGuard<'_, SqliteConnection> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn use_of(name: &'static str, pool: &ConnectionPool) -> PoolUse {
    let state = pool.state();
    PoolUse {
        name,
        size: pool.max_size(),
        used: state.connections.saturating_sub(state.idle_connections),
        idle: state.idle_connections,
    }
}

fn lease(pool: &ConnectionPool) -> StoreResult<Lease> {
    pool.get().map_err(|cause| StoreError::Unavailable(cause.into()))
}

fn begin(pool: &ConnectionPool, sql: &str) -> StoreResult<Box<dyn UnitOfWork>> {
    Ok(Box::new(Unit::begin(lease(pool)?, sql)?))
}

impl Store for SqliteStore {
    fn begin_read(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        begin(&self.readers, dialect::BEGIN_READ)
    }

    fn begin_write(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        begin(&self.writer, dialect::BEGIN_WRITE)
    }
}

impl MigratableStore for SqliteStore {
    fn migrate(&self) -> Result<Vec<String>, SetupError> {
        dialect::migrate(&mut self.keeper())
    }

    fn pending_migrations(&self) -> Result<Vec<String>, SetupError> {
        migrate::pending(&mut *self.keeper(), dialect::MIGRATIONS).map(|pending| migrate::names(&pending))
    }

    fn concurrency(&self) -> Concurrency {
        Concurrency {
            reads: self.readers.max_size(),
            writes: self.writer.max_size(),
        }
    }

    fn source(&self) -> StoreResult<Box<dyn Source + '_>> {
        Ok(Box::new(Copying::begin(
            lease(&self.readers)?,
            dialect::BEGIN_READ,
        )?))
    }

    fn target(&self) -> StoreResult<Box<dyn Target + '_>> {
        Ok(Box::new(Copying::begin(
            lease(&self.writer)?,
            dialect::BEGIN_WRITE,
        )?))
    }

    fn connections(&self) -> Vec<PoolUse> {
        vec![use_of("readers", &self.readers), use_of("writer", &self.writer)]
    }
}
