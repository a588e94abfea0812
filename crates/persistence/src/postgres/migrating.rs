//! Applying migrations.

use std::thread;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::migration::CREATE_MIGRATIONS_TABLE;
use diesel::result::{DatabaseErrorKind, Error as DieselError, QueryResult};

use super::dialect::{Conn, MIGRATIONS, classify};
use super::queries::folding::fold_names;
use crate::error::SetupError;
use crate::migrate;

/// How often the table of migrations is tried to be made.
const ATTEMPTS: usize = 10;
pub const BEGIN: &str = "BEGIN";
const PAUSE: Duration = Duration::from_millis(50);

/// Applies the migrations that are missing, all or none, in a transaction that begins so. Others who try at the same time wait, and find nothing
/// left to do.
pub fn migrate(conn: &mut Conn, begin: &str) -> Result<Vec<String>, SetupError> {
    create_table(conn).map_err(setup_error)?;
    AnsiTransactionManager::begin_transaction_sql(conn, begin).map_err(setup_error)?;
    match apply_alone(conn) {
        Ok(applied) => {
            AnsiTransactionManager::commit_transaction(conn).map_err(setup_error)?;
            Ok(applied)
        }
        Err(error) => {
            // The connection ends with this attempt, and its transaction with it.
            let _ = AnsiTransactionManager::rollback_transaction(conn);
            Err(error)
        }
    }
}

/// The names of the migrations that are missing.
pub fn pending(conn: &mut Conn) -> Result<Vec<String>, SetupError> {
    migrate::pending(conn, MIGRATIONS).map(|pending| migrate::names(&pending))
}

/// A lock on the table, which ends with the transaction: unlike an advisory lock it needs no number that nobody else uses, and survives
/// no connection that is handed on.
fn apply_alone(conn: &mut Conn) -> Result<Vec<String>, SetupError> {
    conn.batch_execute("LOCK TABLE __diesel_schema_migrations IN SHARE ROW EXCLUSIVE MODE")
        .map_err(setup_error)?;
    let applied = migrate::apply(conn, MIGRATIONS)?;
    if !applied.is_empty() {
        fold_names(conn).map_err(setup_error)?;
    }
    Ok(applied)
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
