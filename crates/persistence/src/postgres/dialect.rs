//! What differs from the other backends.

use std::time::Duration;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use crate::error::{Failure, FailureKind, unique_key};

pub type Conn = diesel::PgConnection;
pub type Db = diesel::pg::Pg;
pub type Lease = super::pool::Lease;
pub type Store = super::PostgresStore;
pub use super::row_version::RowVersion;
pub use super::seen::{Seen, SeenBalance};

pub const ROWS_HAVE_VERSIONS: bool = true;

/// The names that the schema uses.
pub mod sql {
    pub use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};
    pub use diesel::sql_types::{Jsonb as Json, Timestamptz as Time, Uuid};
}

/// Every statement sees what others have committed, which is what a decision needs once the rows that it rests on are locked.
pub const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// Every statement sees the same state.
pub const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
pub const LOCK_ROWS_OF: Option<&str> = Some(" FOR NO KEY UPDATE OF ");
/// Rows are read one after the other, however many there are.
pub type Streaming = diesel::pg::PgRowByRowLoadingMode;
/// Values in one statement, less those beside a list.
pub const MAX_LIST: usize = 32_000;

diesel::define_sql_function! {
    /// At which character a text has another, letter by letter, from 1; 0 where it has not.
    #[sql_name = "strpos"]
    fn position_in(text: diesel::sql_types::Text, part: diesel::sql_types::Text) -> diesel::sql_types::Integer;
}

pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// How long a statement waits at most for a row that another transaction has locked. That is far longer than any of ours takes.
pub const LONGEST_LOCK_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a statement may take.
pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a transaction may do nothing, so that a process that hangs does not keep its locks.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Has a connection not be used again.
pub fn abandon(lease: &mut Lease) {
    lease.discard();
}

/// What an error means.
pub fn classify(error: DieselError) -> Failure {
    classified(error, Waited::No)
}

/// What the error of a statement means that took so long.
pub fn classify_after(error: DieselError, took: Duration, lease: &Lease) -> Failure {
    classified(error, Waited::after(took, lease.lock_timeout()))
}

/// Which of its timeouts a statement may have come to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waited {
    No,
    ForALock,
    ForItsEnd,
}

impl Waited {
    fn after(took: Duration, lock_timeout: Duration) -> Self {
        if took >= STATEMENT_TIMEOUT {
            Self::ForItsEnd
        } else if took >= lock_timeout {
            Self::ForALock
        } else {
            Self::No
        }
    }
}

fn classified(error: DieselError, waited: Waited) -> Failure {
    Failure {
        kind: kind(&error, waited),
        cause: error.into(),
    }
}

fn kind(error: &DieselError, waited: Waited) -> FailureKind {
    let (kind, information) = match error {
        DieselError::DatabaseError(kind, information) => (kind, &**information),
        // Neither the COMMIT nor the ROLLBACK got through. What became of the transaction is unknown.
        DieselError::RollbackErrorOnCommit { .. } | DieselError::BrokenTransactionManager => {
            return FailureKind::Unavailable;
        }
        _ => return FailureKind::Other,
    };
    match kind {
        DatabaseErrorKind::UniqueViolation => {
            FailureKind::Duplicate(unique_key(information.constraint_name().unwrap_or_default()))
        }
        DatabaseErrorKind::SerializationFailure => FailureKind::Retry,
        // A server that only follows another takes no changes.
        DatabaseErrorKind::ClosedConnection
        | DatabaseErrorKind::UnableToSendCommand
        | DatabaseErrorKind::ReadOnlyTransaction => FailureKind::Unavailable,
        DatabaseErrorKind::Unknown => kind_of_unknown(information, waited),
        _ => FailureKind::Other,
    }
}

/// diesel keeps the SQLSTATE of deadlocks and timeouts to itself, and messages come in the server's language. What no language changes:
///
/// - libpq's own messages end with the line, the server's do not. They are about the connection, also while libpq does not call it bad yet.
/// - The details of a deadlock have the names of lock modes.
/// - A timeout takes its time.
fn kind_of_unknown(information: &dyn DatabaseErrorInformation, waited: Waited) -> FailureKind {
    let details = information.details().unwrap_or_default();
    let is_deadlock = ["ShareLock", "ExclusiveLock"]
        .iter()
        .any(|mode| details.contains(mode));
    if waited == Waited::ForItsEnd || information.message().ends_with('\n') {
        FailureKind::Unavailable
    } else if is_deadlock || waited == Waited::ForALock {
        FailureKind::Retry
    } else {
        FailureKind::Other
    }
}

#[cfg(test)]
mod tests {
    use tenantry_application::ports::{StoreError, UniqueKey};

    use super::*;

    /// An error as a German server tells it.
    struct Told {
        message: &'static str,
        details: Option<&'static str>,
        constraint: Option<&'static str>,
    }

    impl DatabaseErrorInformation for Told {
        fn message(&self) -> &str {
            self.message
        }
        fn details(&self) -> Option<&str> {
            self.details
        }
        fn hint(&self) -> Option<&str> {
            None
        }
        fn table_name(&self) -> Option<&str> {
            None
        }
        fn column_name(&self) -> Option<&str> {
            None
        }
        fn constraint_name(&self) -> Option<&str> {
            self.constraint
        }
        fn statement_position(&self) -> Option<i32> {
            None
        }
    }

    const TOLD: Told = Told {
        message: "Anfrage wird storniert",
        details: None,
        constraint: None,
    };

    const LOCK_TIMEOUT: Duration = Duration::from_millis(200);

    fn after(took: Duration, kind: DatabaseErrorKind, told: Told) -> StoreError {
        let waited = Waited::after(took, LOCK_TIMEOUT);
        classified(DieselError::DatabaseError(kind, Box::new(told)), waited).into()
    }

    fn error(kind: DatabaseErrorKind, told: Told) -> StoreError {
        after(Duration::ZERO, kind, told)
    }

    #[test]
    fn another_transaction_in_the_way_is_a_reason_to_retry() {
        let deadlock = Told {
            message: "Verklemmung entdeckt",
            details: Some(
                "Prozess 7 wartet auf ShareLock-Sperre auf Transaktion 9; blockiert von Prozess 8.",
            ),
            ..TOLD
        };
        let errors = [
            error(DatabaseErrorKind::Unknown, deadlock),
            error(DatabaseErrorKind::SerializationFailure, TOLD),
            after(LOCK_TIMEOUT, DatabaseErrorKind::Unknown, TOLD),
        ];
        for error in errors {
            assert!(matches!(error, StoreError::Retry(_)), "{error:?}");
        }
    }

    #[test]
    fn a_lost_connection_and_a_statement_without_end_make_the_database_unavailable() {
        let lost = DieselError::RollbackErrorOnCommit {
            commit_error: Box::new(DieselError::NotFound),
            rollback_error: Box::new(DieselError::NotFound),
        };
        let half_lost = Told {
            message: "server closed the connection unexpectedly\n",
            ..TOLD
        };
        let errors = [
            error(DatabaseErrorKind::Unknown, half_lost),
            error(DatabaseErrorKind::ClosedConnection, TOLD),
            error(DatabaseErrorKind::UnableToSendCommand, TOLD),
            error(DatabaseErrorKind::ReadOnlyTransaction, TOLD),
            after(STATEMENT_TIMEOUT, DatabaseErrorKind::Unknown, TOLD),
            classify(DieselError::BrokenTransactionManager).into(),
            classify(lost).into(),
        ];
        for error in errors {
            assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        }
    }

    #[test]
    fn violated_keys_are_told_by_their_names() {
        for (name, expected) in [
            (Some("members_workspace_id_user_id_key"), UniqueKey::Member),
            (Some("login_hints_login_hint_key"), UniqueKey::LoginHint),
            (Some("events_workspace_id_id_key"), UniqueKey::Other),
            (None, UniqueKey::Other),
        ] {
            let told = Told {
                constraint: name,
                ..TOLD
            };
            match error(DatabaseErrorKind::UniqueViolation, told) {
                StoreError::Duplicate(key) => assert_eq!(key, expected),
                error => panic!("{error:?}"),
            }
        }
    }

    #[test]
    fn other_errors_are_mistakes_of_this_program() {
        for kind in [
            DatabaseErrorKind::ForeignKeyViolation,
            DatabaseErrorKind::CheckViolation,
            DatabaseErrorKind::Unknown,
        ] {
            assert!(matches!(error(kind, TOLD), StoreError::Other(_)));
        }
    }
}
