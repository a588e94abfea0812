//! PostgreSQL 13 and newer, and what speaks its language. Writers run at READ COMMITTED and lock the rows that they decide on, readers see the
//! state in which they began.

mod asked;
mod dialect;
mod ledger_read;
mod ledger_write;
mod lists;
mod migrating;
mod pool;
#[path = "../queries/mod.rs"]
mod queries;
mod row_version;
mod seen;
mod session;
mod url;

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::result::QueryResult;
use tenantry_application::ports::{Store, StoreError, StoreResult, UnitOfWork};

use self::dialect::{Conn, classify_after};
use self::pool::{Lease, Pool};
use self::queries::Unit;
use self::queries::copying::Copying;
use crate::copying::{Source, Table, Target};
use crate::error::SetupError;
use crate::migrate::{self, SchemaPolicy};
use crate::{Concurrency, MigratableStore, Options, PoolUse};
pub use url::{InvalidPostgresUrl, PostgresUrl};

/// Connections of one process, unless it is told otherwise: several processes have to fit into the server's `max_connections`.
const CONNECTIONS: u32 = 16;
/// How to open a PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Where it is, and how to get in.
    pub url: PostgresUrl,
    /// How many connections to hold at most.
    pub connections: u32,
    /// How long a transaction waits for a connection.
    pub acquire_timeout: Duration,
    /// Whether a pooler between may hand each transaction to another connection of the server, as pgbouncer does with `pool_mode = transaction`.
    pub transaction_pooler: bool,
    /// What to do about missing migrations.
    pub schema: SchemaPolicy,
}

impl PostgresOptions {
    /// Those for a place.
    pub fn new(url: PostgresUrl, options: &Options) -> Self {
        Self {
            url,
            connections: options.connections.unwrap_or(CONNECTIONS),
            acquire_timeout: options.acquire_timeout,
            transaction_pooler: options.transaction_pooler,
            schema: options.schema,
        }
    }
}

/// A PostgreSQL database.
pub struct PostgresStore {
    pool: Arc<Pool>,
}

impl PostgresStore {
    /// Opens a database, which must be there. Only [`SchemaPolicy::Ignore`] does so without connecting.
    pub fn open(options: &PostgresOptions) -> Result<Self, SetupError> {
        let store = Self {
            pool: Arc::new(Pool::new(options)),
        };
        match options.schema {
            SchemaPolicy::Migrate => drop(store.migrate()?),
            SchemaPolicy::Require => store.require_current()?,
            SchemaPolicy::Ignore => {}
        }
        Ok(store)
    }

    /// Does something with a connection. One that was idle may be dead, and then the others are as well: only what a fresh one says counts.
    fn connected<T, E: From<StoreError>>(&self, work: impl Fn(Lease) -> Result<T, E>) -> Result<T, E> {
        let lease = self.pool.lease()?;
        let is_fresh = lease.is_fresh();
        match work(lease) {
            Err(_) if !is_fresh => work(self.pool.lease_fresh()?),
            done => done,
        }
    }

    fn require_current(&self) -> Result<(), SetupError> {
        self.connected(|mut lease| migrate::require_current(&mut *lease, dialect::MIGRATIONS))
    }

    /// Runs one statement by itself. A connection on which one fails is not kept: there is no transaction whose end would tell that it is dead.
    fn look<T>(&self, statement: impl Fn(&mut Conn) -> QueryResult<T>) -> StoreResult<T> {
        self.connected(|mut lease| {
            let begun = Instant::now();
            statement(&mut lease).map_err(|error| {
                let failure = classify_after(error, begun.elapsed(), &lease);
                lease.discard();
                failure.into()
            })
        })
    }

    fn begin(&self, sql: &str) -> StoreResult<Box<dyn UnitOfWork>> {
        let sql = self.pool.usual.beginning(sql);
        let begun = self.connected(|lease| Unit::begin(lease, &sql));
        Ok(Box::new(begun.map_err(cannot_begin)?))
    }
}

/// A server that is healthy begins every transaction: one that starts, stops or only follows another does not.
fn cannot_begin(error: StoreError) -> StoreError {
    match error {
        StoreError::Other(cause) => StoreError::Unavailable(cause),
        error => error,
    }
}

impl Store for PostgresStore {
    fn begin_read(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        self.begin(dialect::BEGIN_READ)
    }

    fn begin_write(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        self.begin(dialect::BEGIN_WRITE)
    }

    /// Without a transaction, unless the server must be told its settings first, with the beginning of one.
    fn begin_decision(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        if self.pool.usual.must_be_told() {
            return self.begin_write();
        }
        Ok(Box::new(Unit::from(self.pool.lease()?)))
    }
}

impl MigratableStore for PostgresStore {
    fn migrate(&self) -> Result<Vec<String>, SetupError> {
        let begin = self.pool.patient.beginning(migrating::BEGIN);
        migrating::migrate(&mut self.pool.connect_patiently()?, &begin)
    }

    fn pending_migrations(&self) -> Result<Vec<String>, SetupError> {
        self.connected(|mut lease| migrating::pending(&mut lease))
    }

    /// Half of the connections each: writers who wait for one another leave readers alone.
    fn concurrency(&self) -> Concurrency {
        let writes = (self.pool.size() / 2).max(1);
        Concurrency {
            reads: (self.pool.size() - writes).max(1),
            writes,
        }
    }

    fn source(&self) -> StoreResult<Box<dyn Source + '_>> {
        let conn = Box::new(self.pool.connect_patiently()?);
        let begin = self.pool.patient.beginning(dialect::BEGIN_READ);
        Ok(Box::new(Copying::begin(conn, &begin)?))
    }

    fn target(&self) -> StoreResult<Box<dyn Target + '_>> {
        let conn = Box::new(self.pool.connect_patiently()?);
        let tables: Vec<&str> = Table::ALL.iter().map(|table| table.name()).collect();
        let begin = format!(
            "{}; LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE",
            self.pool.patient.beginning(dialect::BEGIN_WRITE),
            tables.join(", ")
        );
        Ok(Box::new(Copying::begin(conn, &begin)?))
    }

    fn connections(&self) -> Vec<PoolUse> {
        let (used, idle) = self.pool.used_and_idle();
        vec![PoolUse {
            name: "all",
            size: self.pool.size(),
            used,
            idle,
        }]
    }
}
