//! What is SQLite's own: its file, its migrations, its schema.

use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tenantry_application::ports::StoreError;
use tenantry_persistence::{Concurrency, Options, SchemaPolicy, SetupError, open};

use crate::fixtures::*;
use crate::support::*;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

fn with(schema: SchemaPolicy) -> Options {
    Options { schema, ..options() }
}

fn error(url: &str, schema: SchemaPolicy) -> SetupError {
    open(url, &with(schema)).err().unwrap()
}

fn path(backend: &Backend, name: &str) -> String {
    format!("sqlite://{}", backend.directory().join(name).display())
}

/// `.cargo/config.toml` has how (ADR 43): without it everything works, and slower.
#[test]
fn the_sqlite_inside_is_compiled_for_one_thread_a_connection_and_for_plans_that_stay() {
    let options = Backend::sqlite().names("SELECT compile_options AS name FROM pragma_compile_options");
    for option in ["ENABLE_QPSG", "THREADSAFE=2", "DEFAULT_MEMSTATUS=0"] {
        assert!(
            options.iter().any(|found| found == option),
            "{option}: {options:?}"
        );
    }
}

#[test]
fn a_missing_directory_is_created_for_its_owner_alone() {
    let backend = Backend::sqlite();
    open(&path(&backend, "a/b/new.db"), &options()).unwrap();
    for directory in ["a", "a/b"] {
        let mode = backend
            .directory()
            .join(directory)
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}

#[test]
fn a_url_that_names_no_database_is_refused() {
    assert!(matches!(
        error("mysql://user:secret@host/x", SchemaPolicy::Migrate),
        SetupError::UnknownScheme
    ));
    assert!(matches!(
        error("tenantry.db", SchemaPolicy::Migrate),
        SetupError::UnknownScheme
    ));
    assert!(matches!(
        error("sqlite://", SchemaPolicy::Migrate),
        SetupError::InvalidUrl(_)
    ));
    let backend = Backend::sqlite();
    let directory = format!("sqlite://{}", backend.directory().display());
    let error = error(&directory, SchemaPolicy::Migrate);
    assert!(matches!(error, SetupError::File(_)), "{error:?}");
}

#[test]
fn a_file_that_is_no_database_is_explained() {
    let backend = Backend::sqlite();
    std::fs::write(backend.directory().join("notes.txt"), "Dear diary, ".repeat(100)).unwrap();
    match error(&path(&backend, "notes.txt"), SchemaPolicy::Migrate) {
        SetupError::Store(StoreError::Other(cause)) => {
            assert!(cause.to_string().contains("not an SQLite database"));
        }
        error => panic!("{error:?}"),
    }
}

#[test]
fn a_missing_file_is_not_made_by_who_only_looks() {
    let backend = Backend::sqlite();
    let error = error(&path(&backend, "late.db"), SchemaPolicy::Require);
    assert!(matches!(error, SetupError::NoDatabase(_)), "{error:?}");
    assert!(!backend.directory().join("late.db").exists());
}

#[test]
fn the_write_lock_of_another_process_is_waited_for_and_then_reported() {
    let backend = Backend::sqlite();
    let hurried = Options {
        acquire_timeout: Duration::from_millis(100),
        ..options()
    };
    let other = open(&backend.url, &hurried).unwrap();
    let mut unit = backend.store.begin_write().unwrap();
    unit.workspaces().insert(&workspace(1)).unwrap();
    for _ in 0..3 {
        let error = other.begin_write().err().unwrap();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }
    other.begin_read().unwrap().workspaces().find(by_id(1)).unwrap();
    unit.commit().unwrap();
    let mut unit = other.begin_write().unwrap();
    assert!(unit.workspaces().find(by_id(1)).unwrap().is_some());
    unit.commit().unwrap();
}

#[test]
fn a_database_in_memory_is_one_of_its_own_and_outlives_a_panic() {
    let open = || open("sqlite://:memory:", &options()).unwrap();
    let (one, other) = (open(), open());
    assert_eq!(one.concurrency(), Concurrency { reads: 1, writes: 1 });
    let mut unit = one.begin_write().unwrap();
    unit.workspaces().insert(&workspace(1)).unwrap();
    unit.commit().unwrap();
    let panicked = thread::scope(|scope| {
        let panicking = scope.spawn(|| {
            let _unit = one.begin_write().unwrap();
            panic!("as a test does");
        });
        panicking.join()
    });
    assert!(panicked.is_err());
    assert!(
        one.begin_read()
            .unwrap()
            .workspaces()
            .find(by_id(1))
            .unwrap()
            .is_some()
    );
    assert!(
        other
            .begin_read()
            .unwrap()
            .workspaces()
            .find(by_id(1))
            .unwrap()
            .is_none()
    );
    assert_eq!(one.migrate().unwrap(), [""; 0]);
}

#[test]
fn migrations_go_down_and_up_again_to_the_same_schema() {
    let backend = Backend::sqlite();
    let mut raw = backend.raw();
    let first = schema(&mut raw);
    assert!(first.len() > 20);
    raw.revert_all_migrations(MIGRATIONS).unwrap();
    assert_eq!(schema(&mut raw), [""; 0]);
    drop(raw);
    assert_eq!(backend.store.migrate().unwrap().len(), 14);
    assert_eq!(schema(&mut backend.raw()), first);
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(sql).load(conn).unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

fn schema(conn: &mut SqliteConnection) -> Vec<String> {
    lines(
        conn,
        "SELECT coalesce(sql, name) AS line FROM sqlite_schema
         WHERE tbl_name <> '__diesel_schema_migrations' ORDER BY name",
    )
}

#[test]
fn every_foreign_key_has_an_index_and_every_table_is_strict() {
    let backend = Backend::sqlite();
    let mut raw = backend.raw();
    let keys = lines(
        &mut raw,
        "SELECT m.name || '(' || group_concat(f.\"from\", ',') || ')' AS line
         FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f GROUP BY m.name, f.id",
    );
    assert!(keys.len() > 10, "{keys:?}");
    let indexes = lines(
        &mut raw,
        "SELECT m.name || '(' || group_concat(x.name, ',') || ',' AS line
         FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) x
         WHERE m.type = 'table' GROUP BY m.name, i.name",
    );
    for key in keys {
        let prefix = key.replace(')', ",");
        assert!(
            indexes.iter().any(|index| index.starts_with(&prefix)),
            "{key} has no index among {indexes:#?}"
        );
    }
    let lax = lines(
        &mut raw,
        "SELECT name AS line FROM pragma_table_list
         WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '__diesel_%'",
    );
    assert_eq!(lax, [""; 0]);
}
