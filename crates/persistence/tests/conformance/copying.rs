//! What is copied from one database to another.

use std::collections::BTreeSet;

use diesel::RunQueryDsl;
use diesel::SqliteConnection;
use diesel::connection::{Connection, SimpleConnection};
use diesel::sql_types::BigInt;
use tenantry_persistence::{CopyError, Table, copy};

use crate::support::*;

const EVERY_TABLE: &str = include_str!("every_table.sql");

/// Tables and columns that are in a database, but for those of the migrations.
fn catalog(backend: &Backend) -> BTreeSet<String> {
    let columns = backend.either(
        "SELECT t.name || '.' || c.name AS name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = current_schema()",
    );
    let names = backend.names(columns).into_iter();
    names
        .filter(|name| !name.starts_with("__diesel_schema_migrations."))
        .collect()
}

/// An SQLite database with rows in every table.
fn with_every_table() -> Backend {
    let backend = Backend::sqlite();
    let mut sql = EVERY_TABLE.to_owned();
    for n in (1..=99).rev() {
        sql = sql.replace(&format!("@{n}"), &format!("X'{n:032x}'"));
    }
    for n in 1..=9 {
        sql = sql.replace(&format!("#{n}"), &format!("X'{n:064x}'"));
    }
    backend.execute(&sql);
    backend
}

fn copied(from: &Backend, to: &Backend) -> usize {
    copy(&*from.store, &*to.store, &mut |_| {}).unwrap()
}

fn refused(from: &Backend, to: &Backend) -> CopyError {
    copy(&*from.store, &*to.store, &mut |_| {}).unwrap_err()
}

/// How many rows of a table only one of two SQLite databases has.
fn differences(one: &Backend, other: &Backend, table: &str) -> i64 {
    let attach = format!(
        "ATTACH '{}' AS other",
        other.directory().join("test.db").display()
    );
    let mut raw = one.raw();
    raw.batch_execute(&attach).unwrap();
    let difference =
        |one: &str, other: &str| format!("SELECT * FROM {one}.{table} EXCEPT SELECT * FROM {other}.{table}");
    let both = format!(
        "SELECT (SELECT count(*) FROM ({})) + (SELECT count(*) FROM ({}))",
        difference("main", "other"),
        difference("other", "main")
    );
    diesel::select(diesel::dsl::sql::<BigInt>(&format!("({both})")))
        .get_result(&mut raw)
        .unwrap()
}

fn rows(backend: &Backend) -> Vec<i64> {
    Table::ALL
        .iter()
        .map(|table| backend.count(table.name()))
        .collect()
}

#[test]
fn every_column_of_every_table_is_copied() {
    let known: BTreeSet<String> = Table::ALL
        .iter()
        .flat_map(|table| {
            table
                .columns()
                .iter()
                .map(|column| format!("{}.{column}", table.name()))
        })
        .collect();
    for backend in Backend::all() {
        assert_eq!(catalog(&backend), known);
    }
}

#[test]
fn no_database_has_a_sequence_that_would_have_to_go_on() {
    let (sqlite, postgres) = (Backend::sqlite(), Backend::postgres());
    assert_eq!(sqlite.count("sqlite_schema WHERE name = 'sqlite_sequence'"), 0);
    assert_eq!(
        postgres.count("information_schema.sequences WHERE sequence_schema = current_schema()"),
        0
    );
}

#[test]
fn every_table_is_behind_those_that_it_refers_to() {
    let backend = Backend::sqlite();
    let mut seen = BTreeSet::new();
    for table in Table::ALL {
        seen.insert(table.name().to_owned());
        let referred = backend.names(&format!(
            "SELECT \"table\" AS name FROM pragma_foreign_key_list('{}')",
            table.name()
        ));
        assert!(
            referred.iter().all(|other| seen.contains(other)),
            "{table:?}: {referred:?}"
        );
    }
}

#[test]
fn a_database_that_was_copied_there_and_back_has_the_same_rows() {
    let (from, through, to) = (with_every_table(), Backend::postgres(), Backend::sqlite());
    let all: i64 = rows(&from).iter().sum();
    assert_eq!(i64::try_from(copied(&from, &through)).unwrap(), all);
    assert_eq!(i64::try_from(copied(&through, &to)).unwrap(), all);
    for table in Table::ALL.iter().map(|table| table.name()) {
        assert!(from.count(table) > 0, "{table}");
        assert_eq!(differences(&from, &to, table), 0, "{table}");
    }
}

#[test]
fn the_rows_of_that_test_have_every_column_with_and_without_a_value() {
    let backend = with_every_table();
    for table in Table::ALL.iter().map(|table| table.name()) {
        let nullable = format!("SELECT name FROM pragma_table_info('{table}') WHERE \"notnull\" = 0");
        for column in backend.names(&nullable) {
            let null = backend.count(&format!("{table} WHERE {column} IS NULL"));
            let all = backend.count(table);
            assert!(0 < null && null < all, "{table}.{column}: {null} of {all}");
        }
    }
}

#[test]
fn only_an_empty_database_is_copied_to() {
    for to in Backend::all() {
        let from = with_every_table();
        copied(&from, &to);
        let before = rows(&to);
        let error = refused(&from, &to);
        assert!(
            matches!(
                error,
                CopyError::NotEmpty {
                    table: "users",
                    rows: 2
                }
            ),
            "{error:?}"
        );
        assert_eq!(rows(&to), before);
    }
}

#[test]
fn what_cannot_be_copied_leaves_nothing_behind() {
    for to in Backend::all() {
        let from = with_every_table();
        from.tamper("UPDATE charges SET quantity = 0 WHERE resource_id = 'é'");
        let error = refused(&from, &to);
        assert!(
            matches!(error, CopyError::Table { table: "charges", .. }),
            "{error:?}"
        );
        assert!(rows(&to).iter().all(|rows| *rows == 0));
        from.tamper("UPDATE charges SET quantity = 1");
        copied(&from, &to);
    }
}

#[test]
fn one_state_is_copied_whatever_is_written_meanwhile() {
    for to in Backend::all() {
        let from = with_every_table();
        let mut raw = SqliteConnection::establish(from.url.strip_prefix("sqlite://").unwrap()).unwrap();
        let all: i64 = rows(&from).iter().sum();
        let copied = copy(&*from.store, &*to.store, &mut |progress| {
            if progress.table == Table::users {
                raw.batch_execute("DELETE FROM user_keys; UPDATE event_feeds SET position = 3")
                    .unwrap();
            }
        });
        assert_eq!(i64::try_from(copied.unwrap()).unwrap(), all);
        assert_eq!(from.count("user_keys"), 0);
        assert_eq!(to.count("user_keys"), 2);
        assert_eq!(to.count("event_feeds WHERE position = 2"), 1);
    }
}

#[test]
fn parents_are_copied_before_more_children_than_fit_into_a_page() {
    let from = with_every_table();
    // The root of them is the last to be read, both by id and by when it was written.
    from.execute(
        "PRAGMA foreign_keys=OFF;
         INSERT INTO organizations (workspace_id, id, name, name_folded, parent_id, path, depth, created_at, updated_at)
             WITH RECURSIVE n (n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM n WHERE n < 3500)
             SELECT id, unhex(printf('%032x', n)), 'x', 'x', X'ffffffffffffffffffffffffffffffff', 'p', 1, 1, 1 FROM n, workspaces WHERE name = 'b';
         INSERT INTO organizations (workspace_id, id, name, name_folded, path, depth, created_at, updated_at)
             SELECT id, X'ffffffffffffffffffffffffffffffff', 'x', 'x', '', 0, 1, 1 FROM workspaces WHERE name = 'b'",
    );
    for to in Backend::all() {
        copied(&from, &to);
        assert_eq!(to.count("organizations"), 2_504);
    }
}
