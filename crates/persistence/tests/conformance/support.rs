use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

use diesel::connection::{Connection, Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::sql_types::{BigInt, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};
use tempfile::TempDir;
use tenantry_application::ports::{StoreError, UnitOfWork};
use tenantry_persistence::{MigratableStore, Options, open};
use tenantry_test_postgres::shared;

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// A fresh database of one kind.
pub struct Backend {
    pub store: Arc<dyn MigratableStore>,
    pub url: String,
    kind: Kind,
}

enum Kind {
    Sqlite(TempDir),
    Postgres,
}

impl Backend {
    /// One of every kind, made when its turn comes. A test does what it does on each.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::sqlite, Self::postgres].into_iter().map(|make| make())
    }

    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("test.db").display());
        Self::open(url, Kind::Sqlite(directory))
    }

    /// The one in this file.
    pub fn sqlite_at(file: &std::path::Path) -> Self {
        let url = format!("sqlite://{}", file.display());
        Self::open(url, Kind::Sqlite(tempfile::tempdir().unwrap()))
    }

    pub fn postgres() -> Self {
        Self::postgres_at(shared().create_schema())
    }

    pub fn postgres_at(url: String) -> Self {
        Self::open(url, Kind::Postgres)
    }

    fn open(url: String, kind: Kind) -> Self {
        record_statements();
        let store = open(&url, &options()).unwrap();
        Self { store, url, kind }
    }

    /// Another store on the same database, as another process would have.
    pub fn again(&self) -> Arc<dyn MigratableStore> {
        open(&self.url, &options()).unwrap()
    }

    /// The URL of a place like this one's with nothing in it.
    pub fn elsewhere(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        match &self.kind {
            Kind::Sqlite(directory) => {
                let name = format!("{}.db", COUNT.fetch_add(1, Ordering::Relaxed));
                format!("sqlite://{}", directory.path().join(name).display())
            }
            Kind::Postgres => shared().create_schema(),
        }
    }

    pub fn directory(&self) -> &std::path::Path {
        match &self.kind {
            Kind::Sqlite(directory) => directory.path(),
            Kind::Postgres => panic!("PostgreSQL's files are its own"),
        }
    }

    /// Works in a transaction and commits it.
    pub fn write<T>(&self, work: impl FnOnce(&mut dyn UnitOfWork) -> T) -> T {
        let mut unit = self.store.begin_write().unwrap();
        let done = work(&mut *unit);
        unit.commit().unwrap();
        done
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut dyn UnitOfWork) -> T) -> T {
        work(&mut *self.store.begin_read().unwrap())
    }

    /// Tells what went wrong in a transaction that is given up.
    pub fn fail<T: std::fmt::Debug>(
        &self,
        work: impl FnOnce(&mut dyn UnitOfWork) -> Result<T, StoreError>,
    ) -> StoreError {
        work(&mut *self.store.begin_write().unwrap()).unwrap_err()
    }

    /// Changes rows past every check.
    pub fn tamper(&self, sql: &str) {
        match &self.kind {
            Kind::Sqlite(_) => self
                .raw()
                .batch_execute(&format!("PRAGMA ignore_check_constraints=ON; {sql}")),
            Kind::Postgres => self
                .raw_postgres()
                .batch_execute(&format!("{WITHOUT_CHECKS} {sql}")),
        }
        .unwrap();
    }

    /// Does what no program does to a database.
    pub fn execute(&self, sql: &str) {
        match &self.kind {
            Kind::Sqlite(_) => self.raw().batch_execute(sql),
            Kind::Postgres => self.raw_postgres().batch_execute(sql),
        }
        .unwrap();
    }

    /// How many rows there are, past every port.
    pub fn count(&self, rows: &str) -> i64 {
        let query = diesel::sql_query(format!("SELECT count(*) AS n FROM {rows}"));
        let count: Count = match &self.kind {
            Kind::Sqlite(_) => query.get_result(&mut self.raw()),
            Kind::Postgres => query.get_result(&mut self.raw_postgres()),
        }
        .unwrap();
        count.n
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.kind, Kind::Postgres)
    }

    /// What a query tells in its column `name`, past every port.
    pub fn names(&self, query: &str) -> Vec<String> {
        let query = diesel::sql_query(query);
        let names: Vec<Name> = match &self.kind {
            Kind::Sqlite(_) => query.load(&mut self.raw()),
            Kind::Postgres => query.load(&mut self.raw_postgres()),
        }
        .unwrap();
        names.into_iter().map(|row| row.name).collect()
    }

    /// What this database understands of the two.
    pub fn either<T>(&self, sqlite: T, postgres: T) -> T {
        match &self.kind {
            Kind::Sqlite(_) => sqlite,
            Kind::Postgres => postgres,
        }
    }

    pub fn raw(&self) -> SqliteConnection {
        SqliteConnection::establish(self.url.strip_prefix("sqlite://").unwrap()).unwrap()
    }

    pub fn raw_postgres(&self) -> PgConnection {
        PgConnection::establish(&self.url).unwrap()
    }
}

/// Drops every check, and has foreign keys ignored.
const WITHOUT_CHECKS: &str = "
    SET session_replication_role = replica;
    DO $$ DECLARE it record; BEGIN
        FOR it IN SELECT conrelid::regclass AS t, conname FROM pg_constraint 
            WHERE contype = 'c' AND conrelid <> 0 AND connamespace = current_schema()::regnamespace LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', it.t, it.conname);
        END LOOP;
    END $$;";

impl Drop for Backend {
    #[expect(clippy::print_stderr, reason = "a failure does not tell with which database")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was with {}", self.url);
        }
    }
}

pub fn options() -> Options {
    Options {
        acquire_timeout: Duration::from_secs(20),
        ..Options::default()
    }
}

thread_local! {
    static STATEMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static PREPARED: Cell<usize> = const { Cell::new(0) };
}

struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                let sql = text.split(" -- binds:").next().unwrap_or_default().to_owned();
                STATEMENTS.with_borrow_mut(|statements| statements.push(sql));
            }
            InstrumentationEvent::CacheQuery { .. } => PREPARED.set(PREPARED.get() + 1),
            _ => {}
        }
    }
}

/// Has every connection that is opened from now on tell its statements.
fn record_statements() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        diesel::connection::set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    });
}

/// The statements that some work sends to the database.
pub fn statements_of<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    STATEMENTS.take();
    let done = work();
    (done, STATEMENTS.take())
}

/// How many statements some work prepares and keeps for the next time.
pub fn prepared_by<T>(work: impl FnOnce() -> T) -> usize {
    PREPARED.take();
    work();
    PREPARED.take()
}
