//! What is PostgreSQL's own: its schema, its locks, its complaints.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tenantry_application::ports::{StoreError, UnitOfWork};
use tenantry_persistence::{Concurrency, Options, SchemaPolicy, SetupError, open};
use tenantry_test_postgres::{Server, Setup, shared};

use crate::fixtures::*;
use crate::support::*;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(backend: &Backend, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(sql).load(&mut backend.raw_postgres()).unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

#[test]
fn migrations_go_down_and_up_again_to_the_same_schema() {
    let url = shared().create_database();
    let store = open(&url, &options()).unwrap();
    let first = shared().dump(&url);
    assert_eq!(first.matches("CREATE TABLE").count(), 24, "{first}");
    let mut raw = PgConnection::establish(&url).unwrap();
    raw.revert_all_migrations(MIGRATIONS).unwrap();
    assert_eq!(shared().dump(&url).matches("CREATE TABLE").count(), 1);
    assert_eq!(store.migrate().unwrap().len(), 19);
    assert_eq!(shared().dump(&url), first);
}

#[test]
fn a_migration_that_waits_for_somebody_lets_others_go_ahead() {
    let backend = Backend::postgres();
    seed(&backend);
    backend.execute(include_str!(
        "../../../../migrations/postgres/2026-11-22-000011_observed_limits/down.sql"
    ));
    backend.execute("DELETE FROM __diesel_schema_migrations WHERE version = '20261122000011'");
    let mut report = backend.raw_postgres();
    report
        .batch_execute("BEGIN; SELECT count(*) FROM balances")
        .unwrap();
    thread::scope(|scope| {
        let migrating = scope.spawn(|| backend.store.migrate().unwrap());
        let mut others = backend.raw_postgres();
        others.batch_execute("SET lock_timeout = '1s'").unwrap();
        let mut times_it_waited = 0;
        while times_it_waited < 3 {
            while shared().waiting(&backend.url) == 0 {
                thread::sleep(Duration::from_millis(1));
            }
            others.batch_execute("SELECT count(*) FROM balances").unwrap();
            times_it_waited += 1;
        }
        assert!(!migrating.is_finished());
        report.batch_execute("COMMIT").unwrap();
        assert_eq!(migrating.join().unwrap(), ["2026-11-22-000011_observed_limits"]);
    });
}

#[test]
fn every_foreign_key_has_an_index() {
    let backend = Backend::postgres();
    let without = "
        SELECT conname::text AS line FROM pg_constraint k
        WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND NOT EXISTS (
            SELECT FROM pg_index i WHERE indrelid = conrelid
            AND (indpred IS NULL OR pg_get_expr(indpred, indrelid) LIKE '%IS NOT NULL)')
            AND (string_to_array(indkey::text, ' ')::int2[])[1:cardinality(conkey)] = conkey)";
    assert_eq!(lines(&backend, without), [""; 0]);
    let all = "SELECT conname::text AS line FROM pg_constraint
        WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
    assert!(lines(&backend, all).len() > 10);
}

#[test]
fn text_is_compared_by_its_bytes_wherever_an_index_has_it() {
    let backend = Backend::postgres();
    let others = r#"
        SELECT attrelid::regclass || '.' || attname AS line FROM pg_index
        JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE relnamespace(indrelid) = current_schema()::regnamespace
        AND atttypid = 'text'::regtype AND attcollation <> '"C"'::regcollation"#
        .replace(
            "relnamespace(indrelid)",
            "(SELECT relnamespace FROM pg_class c WHERE c.oid = indrelid)",
        );
    assert_eq!(lines(&backend, &others), [""; 0]);
}

#[test]
fn constraints_have_the_names_of_the_other_databases() {
    let backend = Backend::postgres();
    let odd = "
        SELECT conname::text AS line FROM pg_constraint
        WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text NOT LIKE '%diesel%'
        AND conname !~ ('^' || (SELECT relname FROM pg_class WHERE oid = conrelid) || '_\\w+_(key|fkey|check)$')";
    assert_eq!(lines(&backend, odd), [""; 0]);
}

#[test]
fn half_of_the_connections_write() {
    let url = shared().create_schema();
    let store = |connections| {
        let options = Options {
            connections,
            schema: SchemaPolicy::Ignore,
            ..options()
        };
        open(&url, &options).unwrap().concurrency()
    };
    assert_eq!(store(None), Concurrency { reads: 8, writes: 8 });
    assert_eq!(store(Some(5)), Concurrency { reads: 3, writes: 2 });
    assert_eq!(store(Some(1)), Concurrency { reads: 1, writes: 1 });
}

#[test]
fn what_cannot_be_opened_is_told_at_once_and_without_the_password() {
    let not_there = shared().url("not_there").replace("tenantry@", "tenantry:secret@");
    let nobody_listens = "postgres://ada:secret@127.0.0.1:1/db?sslpassword=secret".to_owned();
    for url in [not_there, nobody_listens] {
        let begun = Instant::now();
        let error = open(&url, &options()).err().unwrap();
        assert!(
            matches!(&error, SetupError::Store(StoreError::Unavailable(cause)) if !cause.to_string().contains("secret")),
            "{error:?}"
        );
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    let error = open("postgres://ada:se@cret@host/db", &options()).err().unwrap();
    assert!(matches!(error, SetupError::InvalidUrl(_)), "{error:?}");
}

/// A server that speaks German, where it can.
fn german() -> Server {
    Server::start(&Setup {
        settings: &[("lc_messages", "C.UTF-8")],
        environment: &[("LANGUAGE", "de")],
        ..Setup::default()
    })
}

fn lock(unit: &mut dyn UnitOfWork, meter_name: &str) -> Result<(), StoreError> {
    let chain = locked_chain(unit, workspace_id(), at_organization(10), &meter(meter_name));
    chain.map(|chain| assert!(chain.is_some()))
}

#[test]
fn a_lock_that_does_not_come_is_a_reason_to_retry_in_any_language() {
    let server = german();
    let backend = Backend::postgres_at(server.create_schema());
    seed(&backend);
    backend.write(|unit| lock(unit, "users").unwrap());
    let mut holder = backend.store.begin_write().unwrap();
    lock(&mut *holder, "users").unwrap();
    let error = backend.fail(|unit| lock(unit, "users"));
    assert!(matches!(error, StoreError::Retry(_)), "{error:?}");
}

#[test]
fn behind_a_pooler_settings_hold_in_each_transaction_and_stay_with_no_connection() {
    let name = shared().create_named_database();
    let backend = Backend::postgres_at(shared().url(&name));
    seed(&backend);
    backend.write(|unit| lock(unit, "users").unwrap());
    let mut holder = backend.store.begin_write().unwrap();
    lock(&mut *holder, "users").unwrap();
    let pooler = shared().start_pooler();
    let behind = Options {
        transaction_pooler: true,
        ..options()
    };
    let store = open(&pooler.url(&name), &behind).unwrap();
    for _ in 0..2 {
        let mut unit = store.begin_write().unwrap();
        let error = lock(&mut *unit, "users").unwrap_err();
        assert!(matches!(error, StoreError::Retry(_)), "{error:?}");
    }
    let mut raw = PgConnection::establish(&pooler.url(&name)).unwrap();
    let kept = diesel::sql_query("SELECT current_setting('lock_timeout') AS line");
    assert_eq!(kept.get_result::<Line>(&mut raw).unwrap().line, "0");
}

#[test]
fn one_of_two_in_a_deadlock_is_to_retry_in_any_language() {
    let server = german();
    let backend = Backend::postgres_at(server.create_schema());
    seed(&backend);
    backend.write(|unit| {
        lock(unit, "users").unwrap();
        lock(unit, "sso").unwrap();
    });
    let both_hold_one = Barrier::new(2);
    let cross = |first, second| {
        let mut unit = backend.store.begin_write().unwrap();
        lock(&mut *unit, first).unwrap();
        both_hold_one.wait();
        lock(&mut *unit, second)
    };
    let outcomes = thread::scope(|scope| {
        let crossing = scope.spawn(|| cross("users", "sso"));
        [cross("sso", "users"), crossing.join().unwrap()]
    });
    let failed: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| outcome.as_ref().err())
        .collect();
    assert!(matches!(failed[..], [StoreError::Retry(_)]), "{outcomes:?}");
}

#[test]
fn a_server_without_a_free_connection_is_unavailable() {
    let backend = Backend::postgres();
    seed(&backend);
    let server = Server::start(&Setup {
        settings: &[("max_connections", "6"), ("superuser_reserved_connections", "0")],
        ..Setup::default()
    });
    let store = open(&server.create_schema(), &options()).unwrap();
    let begun: Vec<_> = (0..8).map(|_| store.begin_read()).collect();
    let refused: Vec<_> = begun.iter().filter_map(|unit| unit.as_ref().err()).collect();
    assert!(!refused.is_empty());
    assert!(
        refused
            .iter()
            .all(|error| matches!(error, StoreError::Unavailable(_))),
        "{refused:?}"
    );
    drop(begun);
    store.begin_write().unwrap().commit().unwrap();
}
