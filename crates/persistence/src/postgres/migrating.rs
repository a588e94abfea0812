//! Applying migrations, beside processes that serve requests meanwhile (`migrations/README.md`).

use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::migration::CREATE_MIGRATIONS_TABLE;
use diesel::result::{DatabaseErrorKind, Error as DieselError, QueryResult};
use diesel_migrations::MigrationHarness;

use super::dialect::{Conn, MIGRATIONS, classify};
use super::queries::folding::fold_names;
use crate::error::SetupError;
use crate::migrate;

/// How often the table of migrations is tried to be made.
const ATTEMPTS: usize = 10;
pub const BEGIN: &str = "BEGIN";
const PAUSE: Duration = Duration::from_millis(50);

/// How long a migration waits for a lock. Whoever comes to that table after it waits as long, so it is a part of what a request waits.
const LOCK_TIMEOUT: Duration = Duration::from_millis(400);
/// How long a migration that gets a lock too late is tried again, and how long those who waited behind it go ahead each time.
const PATIENCE: Duration = Duration::from_mins(1);
const GIVING_WAY: Duration = Duration::from_millis(600);

/// Applies the migrations that are missing, each in a transaction of its own that begins so, and none holds what another has locked. Others who
/// try at the same time take turns.
pub fn migrate(conn: &mut Conn, begin: &str) -> Result<Vec<String>, SetupError> {
    create_table(conn).map_err(setup_error)?;
    let mut applied = Vec::new();
    while let Some(name) = apply_next_patiently(conn, begin)? {
        applied.push(name);
    }
    Ok(applied)
}

/// The names of the migrations that are missing.
pub fn pending(conn: &mut Conn) -> Result<Vec<String>, SetupError> {
    migrate::pending(conn, MIGRATIONS).map(|pending| migrate::names(&pending))
}

fn apply_next_patiently(conn: &mut Conn, begin: &str) -> Result<Option<String>, SetupError> {
    let first = Instant::now();
    loop {
        let begun = Instant::now();
        match apply_next(conn, begin) {
            Err(error) if first.elapsed() < PATIENCE && came_too_late(&error, begun.elapsed()) => {
                thread::sleep(GIVING_WAY);
            }
            outcome => return outcome,
        }
    }
}

/// diesel keeps what a migration fails at to itself, so time tells: before a lock can come too late, it was waited for.
fn came_too_late(error: &SetupError, took: Duration) -> bool {
    matches!(error, SetupError::Migration(_)) && took >= LOCK_TIMEOUT
}

fn apply_next(conn: &mut Conn, begin: &str) -> Result<Option<String>, SetupError> {
    AnsiTransactionManager::begin_transaction_sql(conn, begin).map_err(setup_error)?;
    match apply_next_alone(conn) {
        Ok(applied) => {
            AnsiTransactionManager::commit_transaction(conn).map_err(setup_error)?;
            Ok(applied)
        }
        Err(error) => {
            // The connection ends with the last attempt, and its transaction with it.
            let _ = AnsiTransactionManager::rollback_transaction(conn);
            Err(error)
        }
    }
}

/// A lock on the table, which ends with the transaction: unlike an advisory lock it needs no number that nobody else uses, and survives
/// no connection that is handed on.
fn apply_next_alone(conn: &mut Conn) -> Result<Option<String>, SetupError> {
    conn.batch_execute("LOCK TABLE __diesel_schema_migrations IN SHARE ROW EXCLUSIVE MODE")
        .map_err(setup_error)?;
    migrate::refuse_newer(conn, &MIGRATIONS)?;
    let pending = migrate::pending(conn, MIGRATIONS)?;
    let Some((next, later)) = pending.split_first() else {
        return Ok(None);
    };
    conn.batch_execute(&format!("SET LOCAL lock_timeout = {}", LOCK_TIMEOUT.as_millis()))
        .map_err(setup_error)?;
    conn.run_migration(&**next).map_err(SetupError::Migration)?;
    if later.is_empty() {
        fold_names(conn).map_err(setup_error)?;
    }
    Ok(Some(next.name().to_string()))
}

/// `CREATE TABLE IF NOT EXISTS` fails when another creates the same table at the same moment.
fn create_table(conn: &mut Conn) -> QueryResult<()> {
    for _ in 1..ATTEMPTS {
        match conn.batch_execute(CREATE_MIGRATIONS_TABLE) {
            Err(DieselError::DatabaseError(
                DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::Unknown,
                _,
            )) => thread::sleep(PAUSE),
            outcome => return outcome,
        }
    }
    conn.batch_execute(CREATE_MIGRATIONS_TABLE)
}

fn setup_error(error: DieselError) -> SetupError {
    SetupError::Store(classify(error).into())
}
