//! How connections are set up.

use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Error as R2d2Error, Pool};
use diesel::sql_types::Text;
use tenantry_application::ports::{StoreError, StoreResult};

use super::dialect::{Conn, classify};
use super::location::Location;

pub type ConnectionPool = Pool<ConnectionManager<Conn>>;

/// How long one process waits while another migrates, or ends.
pub const LONG_PATIENCE: Duration = Duration::from_mins(1);
/// How long a new connection may take.
const OPENING_PATIENCE: Duration = Duration::from_secs(30);
/// What the writer remembers of the file at most. It goes over all of it, a page here and a page there.
const WRITERS_CACHE_KIB: u32 = 16_384;
/// After how many pages of 4 KiB the log is written into the file: the more, the fewer are written twice, and the more disk it takes.
const WAL_PAGES: u32 = 4_000;
const LOCK_POLL: Duration = Duration::from_millis(20);

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

/// The first connection. It migrates, so foreign keys are off: SQLite can neither rebuild a table with them nor turn them off in a
/// transaction. [`migrate`](super::dialect::migrate) checks them instead.
pub fn keeper(url: &str, location: &Location) -> StoreResult<Conn> {
    let mut conn = Conn::establish(url).map_err(|cause| StoreError::Unavailable(cause.into()))?;
    if *location != Location::Memory {
        enter_journal_mode(&mut conn, "wal", OPENING_PATIENCE)?;
    }
    let setup = format!(
        "{}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF",
        busy_timeout(LONG_PATIENCE)
    );
    conn.batch_execute(&setup).map_err(classify)?;
    Ok(conn)
}

/// The one connection that writes.
pub fn writer(url: &str, patience: Duration) -> StoreResult<ConnectionPool> {
    pool(
        url,
        1,
        patience,
        &format!(
            "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-{WRITERS_CACHE_KIB}; PRAGMA wal_autocheckpoint={WAL_PAGES}"
        ),
    )
}

/// Connections that refuse to write.
pub fn readers(url: &str, count: u32, patience: Duration) -> StoreResult<ConnectionPool> {
    pool(
        url,
        count.max(1),
        patience,
        "PRAGMA foreign_keys=ON; PRAGMA query_only=ON",
    )
}

#[derive(Debug)]
struct Setup(String);

impl CustomizeConnection<Conn, R2d2Error> for Setup {
    fn on_acquire(&self, conn: &mut Conn) -> Result<(), R2d2Error> {
        conn.batch_execute(&self.0).map_err(R2d2Error::QueryError)
    }
}

fn pool(url: &str, size: u32, patience: Duration, pragmas: &str) -> StoreResult<ConnectionPool> {
    let pool = Pool::builder()
        .max_size(size)
        .connection_timeout(patience)
        // A connection to a file does not go stale.
        .test_on_check_out(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connection_customizer(Box::new(Setup(format!("{}; {pragmas}", busy_timeout(patience)))))
        .build_unchecked(ConnectionManager::new(url));
    // However short a transaction may wait, the first connection takes its time.
    pool.get_timeout(OPENING_PATIENCE)
        .map_err(|cause| StoreError::Unavailable(cause.into()))?;
    Ok(pool)
}

/// SQLite does not wait for the lock that this takes, even when told to: another process that is starting may hold it for a moment.
pub fn enter_journal_mode(conn: &mut Conn, mode: &str, patience: Duration) -> StoreResult<()> {
    let deadline = Instant::now() + patience;
    loop {
        let answer: QueryResult<JournalMode> =
            diesel::sql_query(format!("PRAGMA journal_mode={mode}")).get_result(conn);
        match answer.map_err(|error| classify(error).into()) {
            Ok(JournalMode { journal_mode }) if journal_mode == mode => return Ok(()),
            Ok(JournalMode { journal_mode }) => {
                let cause =
                    format!("the file system does not allow the journal mode {mode}, only {journal_mode}");
                return Err(StoreError::Unavailable(cause.into()));
            }
            Err(StoreError::Retry(_)) if Instant::now() < deadline => thread::sleep(LOCK_POLL),
            Err(error) => return Err(error),
        }
    }
}

pub fn busy_timeout(patience: Duration) -> String {
    format!("PRAGMA busy_timeout={}", patience.as_millis())
}
