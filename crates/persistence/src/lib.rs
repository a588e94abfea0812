//! The databases behind the ports of `tenantry-application`.
//!
//! Each query is written once, in `queries/`, which every backend compiles as a module of its own beside a small `dialect` of what really
//! differs: how a transaction begins, how rows are locked, what errors look like. To add a backend: such a module, a tree of
//! migrations under the same names, and an arm in [`open`].
//!
//! To add an aggregate: its tables in the migrations and in `tables.rs`, its port in a file of `queries/`, and its test in
//! `tests/conformance/`.

// `queries/` is compiled once for each backend, on purpose.
#![allow(clippy::duplicate_mod)]

#[macro_use]
mod tables;

mod copying;
mod error;
mod migrate;
mod postgres;
mod read;
mod sqlite;
mod types;

use std::sync::Arc;
use std::time::Duration;

use tenantry_application::ports::{Store, StoreResult};

pub use copying::{CopyError, Progress, Source, Table, Target, copy};
pub use error::SetupError;
pub use migrate::SchemaPolicy;
pub use postgres::{InvalidPostgresUrl, PostgresOptions, PostgresStore, PostgresUrl};
pub use sqlite::{BackupError, Location, Restoration, SqliteOptions, SqliteStore, backup};

/// A store whose schema this program keeps.
pub trait MigratableStore: Store {
    /// Applies the migrations that are missing, each whole or not at all, and tells their names. Any number of processes may do so at once.
    fn migrate(&self) -> Result<Vec<String>, SetupError>;

    /// The names of the migrations that are missing. A database that has newer ones beside lacks nothing.
    fn pending_migrations(&self) -> Result<Vec<String>, SetupError>;

    /// How many transactions can run at once.
    fn concurrency(&self) -> Concurrency;

    /// Opens it to be copied from.
    fn source(&self) -> StoreResult<Box<dyn Source + '_>>;

    /// Opens it to be copied to, with nobody else writing.
    fn target(&self) -> StoreResult<Box<dyn Target + '_>>;

    /// How its connections are used now, those for migrations aside.
    fn connections(&self) -> Vec<PoolUse>;
}

/// How a pool of connections is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// `all`, or `readers` and `writer` where they have pools of their own.
    pub name: &'static str,
    /// How many connections it holds at most.
    pub size: u32,
    /// How many are somebody's.
    pub used: u32,
    /// How many are open and nobody's.
    pub idle: u32,
}

/// How many transactions can run at once. More than that wait for one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concurrency {
    /// Transactions that only read.
    pub reads: u32,
    /// Transactions that may write.
    pub writes: u32,
}

/// How to open any database.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many connections to hold, where not as many as usual: 4 readers beside the one writer on SQLite, 16 in all on PostgreSQL.
    pub connections: Option<u32>,
    /// How long a transaction waits for a connection, and for a lock that it needs to begin.
    pub acquire_timeout: Duration,
    /// Whether a pooler stands before PostgreSQL that may hand each transaction to another of its connections.
    pub transaction_pooler: bool,
    /// What to do about missing migrations.
    pub schema: SchemaPolicy,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: None,
            acquire_timeout: Duration::from_secs(5),
            transaction_pooler: false,
            schema: SchemaPolicy::default(),
        }
    }
}

/// Opens the database that a URL names: `sqlite://` and a path, relative or absolute (`sqlite:///var/lib/tenantry/tenantry.db`), or
/// `sqlite://:memory:` for one that ends with the store; or whatever libpq understands that begins with `postgres://`.
pub fn open(url: &str, options: &Options) -> Result<Arc<dyn MigratableStore>, SetupError> {
    match url.split_once("://") {
        Some(("sqlite", place)) => {
            let options = SqliteOptions::new(place.parse()?, options);
            Ok(Arc::new(SqliteStore::open(&options)?))
        }
        Some(("postgres" | "postgresql", _)) => {
            let options = PostgresOptions::new(url.parse()?, options);
            Ok(Arc::new(PostgresStore::open(&options)?))
        }
        _ => Err(SetupError::UnknownScheme),
    }
}
