use std::error::Error;
use std::time::Instant;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::result::{Error as DieselError, QueryResult};
use tenantry_application::ports::{StoreError, StoreResult, UnitOfWork};

use super::dialect::{Conn, Lease, Seen, abandon, classify, classify_after};
use super::events::NewEvent;
use crate::error::{Failure, FailureKind};

/// A connection, as a rule with an open transaction.
pub struct Unit {
    conn: Lease,
    is_open: bool,
    failure: Option<Failure>,
    /// Appended, and not written yet.
    pub(super) events: Vec<NewEvent>,
    /// What was looked up of the ledger.
    pub(super) seen: Seen,
}

impl Unit {
    /// Begins by this command.
    pub fn begin(mut conn: Lease, sql: &str) -> StoreResult<Self> {
        // Whoever is in the way at the start was waited for already, for as long as the caller is willing to.
        AnsiTransactionManager::begin_transaction_sql(&mut *conn, sql)
            .map_err(|error| classify(error).after_waiting())?;
        let mut unit = Self::from(conn);
        unit.is_open = true;
        Ok(unit)
    }

    /// Runs statements: the way to the database for all of them, so that the first failure is remembered.
    pub fn run<T>(&mut self, statements: impl FnOnce(&mut Conn) -> QueryResult<T>) -> StoreResult<T> {
        let begun = Instant::now();
        statements(&mut self.conn).map_err(|error| {
            let failure = classify_after(error, begun.elapsed(), &self.conn);
            self.failure.get_or_insert_with(|| failure.clone());
            failure.into()
        })
    }

    /// Fails for a reason of its own, so that nothing is committed.
    pub fn fail(&mut self, reason: impl Error + Send + Sync + 'static) -> StoreError {
        let failure = Failure {
            kind: FailureKind::Retry,
            cause: DieselError::QueryBuilderError(reason.into()).into(),
        };
        self.failure.get_or_insert_with(|| failure.clone());
        failure.into()
    }

    /// Runs a statement that must find a row to write.
    pub fn write(&mut self, statement: impl FnOnce(&mut Conn) -> QueryResult<usize>) -> StoreResult<()> {
        self.run(|c| match statement(c)? {
            0 => Err(DieselError::NotFound),
            _ => Ok(()),
        })
    }
}

/// Without a transaction: each statement is one of its own, so there may be one that writes.
impl From<Lease> for Unit {
    fn from(conn: Lease) -> Self {
        Self {
            conn,
            is_open: false,
            failure: None,
            events: Vec::new(),
            seen: Seen::default(),
        }
    }
}

impl UnitOfWork for Unit {
    /// Refused after a failure: PostgreSQL answers such a COMMIT with a silent ROLLBACK, and SQLite would keep half of what was meant.
    fn commit(mut self: Box<Self>) -> StoreResult<()> {
        if let Some(failure) = self.failure.take() {
            return Err(failure.into());
        }
        self.flush_events()?;
        if !self.is_open {
            return Ok(());
        }
        // diesel itself rolls a failed COMMIT back.
        self.is_open = false;
        <AnsiTransactionManager as TransactionManager<Conn>>::commit_transaction(&mut self.conn)
            .map_err(|error| classify(error).into())
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        if self.is_open {
            // A failure marks the connection broken, and the pool throws it away.
            let _ =
                <AnsiTransactionManager as TransactionManager<Conn>>::rollback_transaction(&mut self.conn);
        } else if self.failure.as_ref().is_some_and(Failure::may_be_of_connection) {
            // There was no transaction whose end would tell.
            abandon(&mut self.conn);
        }
    }
}
