//! What differs from the other backends.

use std::convert::Infallible;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, PooledConnection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use tenantry_domain::Meter;

use super::queries::chains::Link;
use super::queries::folding::fold_names;
use crate::error::{Failure, FailureKind, SetupError, unique_key};
use crate::migrate;
use crate::types::DbUuid;

pub type Conn = SqliteConnection;
pub type Db = diesel::sqlite::Sqlite;
pub type Lease = PooledConnection<ConnectionManager<Conn>>;
pub type Store = super::SqliteStore;
/// Whoever writes is alone, so nothing changes that was looked up.
pub const ROWS_HAVE_VERSIONS: bool = false;
pub type RowVersion = Infallible;
pub type SeenBalance = Infallible;

/// Empty for ever.
#[derive(Debug, Default)]
pub struct Seen(Vec<SeenBalance>);

impl Seen {
    pub fn note(&mut self, _: &Link, _: &Meter, version: RowVersion) {
        self.0.push(version);
    }

    pub fn of(&self, _: DbUuid, _: &Meter) -> Option<SeenBalance> {
        self.0.first().copied()
    }
}

/// The names that the schema uses.
pub mod sql {
    pub use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};
    pub use diesel::sql_types::{BigInt as Time, Binary as Uuid, Text as Json};
}

/// Takes the one write lock at once: a transaction that first reads and then writes would be refused whenever another wrote in between.
pub const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
pub const BEGIN_READ: &str = "BEGIN DEFERRED";
/// Whoever writes is alone already.
pub const LOCK_ROWS_OF: Option<&str> = None;
/// Rows are read one after the other, however many there are.
pub type Streaming = diesel::connection::DefaultLoadingMode;
/// Values in one statement, less those beside a list.
pub const MAX_LIST: usize = 32_000;

diesel::define_sql_function! {
    /// At which character a text has another, letter by letter, from 1; 0 where it has not.
    #[sql_name = "instr"]
    fn position_in(text: diesel::sql_types::Text, part: diesel::sql_types::Text) -> diesel::sql_types::Integer;
}

pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Applies the migrations that are missing, all or none. Others who try at the same time wait, and find nothing left to do.
pub fn migrate(conn: &mut Conn) -> Result<Vec<String>, SetupError> {
    AnsiTransactionManager::begin_transaction_sql(conn, BEGIN_WRITE).map_err(setup_error)?;
    let applied = migrate::apply(conn, MIGRATIONS).and_then(|applied| {
        if !applied.is_empty() {
            fold_names(conn).map_err(setup_error)?;
        }
        check_foreign_keys(conn)?;
        Ok(applied)
    });
    match applied {
        Ok(applied) => {
            AnsiTransactionManager::commit_transaction(conn).map_err(setup_error)?;
            Ok(applied)
        }
        Err(error) => {
            AnsiTransactionManager::rollback_transaction(conn).map_err(setup_error)?;
            Err(error)
        }
    }
}

fn check_foreign_keys(conn: &mut Conn) -> Result<(), SetupError> {
    let violations = diesel::dsl::sql::<diesel::sql_types::BigInt>("count(*) FROM pragma_foreign_key_check");
    match diesel::select(violations)
        .get_result::<i64>(conn)
        .map_err(setup_error)?
    {
        0 => Ok(()),
        count => Err(SetupError::Migration(
            format!("{count} rows refer to nothing").into(),
        )),
    }
}

fn setup_error(error: DieselError) -> SetupError {
    SetupError::Store(classify(error).into())
}

/// What an error means. diesel tells the kind of constraint errors alone; the rest is told by SQLite's texts, which are never
/// translated.
pub fn classify(error: DieselError) -> Failure {
    let kind = match &error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, information) => {
            FailureKind::Duplicate(unique_key(&constraint(information.message())))
        }
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, information) => {
            kind_of_message(information.message())
        }
        DieselError::BrokenTransactionManager => FailureKind::Unavailable,
        _ => FailureKind::Other,
    };
    Failure {
        kind,
        cause: error.into(),
    }
}

/// A file does not hang up.
pub const fn abandon(_: &mut Lease) {}

/// What the error of a statement means, however long it took.
pub fn classify_after(error: DieselError, _took: Duration, _lease: &Lease) -> Failure {
    classify(error)
}

fn kind_of_message(message: &str) -> FailureKind {
    const KINDS: [(&str, FailureKind); 10] = [
        ("database is locked", FailureKind::Retry),
        ("database table is locked", FailureKind::Retry),
        ("database schema is locked", FailureKind::Retry),
        ("locking protocol", FailureKind::Retry),
        ("database or disk is full", FailureKind::Unavailable),
        ("disk I/O error", FailureKind::Unavailable),
        ("unable to open database file", FailureKind::Unavailable),
        ("attempt to write a readonly database", FailureKind::Unavailable),
        (
            "file is not a database",
            FailureKind::Explained("the file is not an SQLite database, or it is encrypted"),
        ),
        (
            "database disk image is malformed",
            FailureKind::Explained("the database file is damaged; restore a backup"),
        ),
    ];
    let known = KINDS
        .into_iter()
        .find(|(beginning, _)| message.starts_with(beginning));
    known.map_or(FailureKind::Other, |(_, kind)| kind)
}

/// The name that the violated key has in the migrations: SQLite tells its columns alone, as in
/// `UNIQUE constraint failed: members.workspace_id, members.user_id`.
fn constraint(message: &str) -> String {
    let columns = message.rsplit(": ").next().unwrap_or_default();
    let table = columns.split('.').next().unwrap_or_default();
    let columns = columns.split(", ").filter_map(|column| column.split('.').nth(1));
    let words: Vec<&str> = std::iter::once(table).chain(columns).chain(["key"]).collect();
    words.join("_")
}

#[cfg(test)]
mod tests {
    use tenantry_application::ports::{StoreError, UniqueKey};

    use super::*;

    fn error(kind: DatabaseErrorKind, message: &str) -> StoreError {
        classify(DieselError::DatabaseError(kind, Box::new(message.to_owned()))).into()
    }

    #[test]
    fn another_transaction_in_the_way_is_a_reason_to_retry() {
        for message in [
            "database is locked",
            "database table is locked: users",
            "locking protocol",
        ] {
            assert!(
                matches!(error(DatabaseErrorKind::Unknown, message), StoreError::Retry(_)),
                "{message}"
            );
        }
    }

    #[test]
    fn a_disk_in_trouble_makes_the_database_unavailable() {
        for message in [
            "database or disk is full",
            "disk I/O error",
            "unable to open database file",
            "attempt to write a readonly database",
        ] {
            let error = error(DatabaseErrorKind::Unknown, message);
            assert!(
                matches!(&error, StoreError::Unavailable(cause) if cause.to_string() == message),
                "{error:?}"
            );
        }
    }

    #[test]
    fn damage_is_explained_and_keeps_its_cause() {
        let StoreError::Other(cause) = error(DatabaseErrorKind::Unknown, "database disk image is malformed")
        else {
            panic!("another error");
        };
        assert_eq!(
            cause.to_string(),
            "the database file is damaged; restore a backup"
        );
        assert_eq!(
            cause.source().unwrap().to_string(),
            "database disk image is malformed"
        );
    }

    #[test]
    fn violated_keys_are_told_by_their_columns() {
        let key = |message| match error(DatabaseErrorKind::UniqueViolation, message) {
            StoreError::Duplicate(key) => key,
            error => panic!("{error:?}"),
        };
        let members = "UNIQUE constraint failed: members.workspace_id, members.user_id";
        assert_eq!(key(members), UniqueKey::Member);
        assert_eq!(
            key("UNIQUE constraint failed: login_hints.login_hint"),
            UniqueKey::LoginHint
        );
        assert_eq!(
            key("UNIQUE constraint failed: events.workspace_id, events.id"),
            UniqueKey::Other
        );
        assert_eq!(key(""), UniqueKey::Other);
    }

    #[test]
    fn other_violations_are_mistakes_of_this_program() {
        for kind in [
            DatabaseErrorKind::ForeignKeyViolation,
            DatabaseErrorKind::CheckViolation,
        ] {
            assert!(matches!(error(kind, "constraint failed"), StoreError::Other(_)));
        }
    }
}
