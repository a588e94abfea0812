//! The connections of one process.
//!
//! Not r2d2, which SQLite has: it opens connections in the background with growing pauses, so that while the server is away every request waits
//! as long as it may, and after the server is back some still do; and it asks before every transaction whether the connection is alive.
//! Here whoever needs a connection opens it, and learns at once when that fails.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use diesel::Connection;
use diesel::r2d2::R2D2Connection;
use tenantry_application::ports::{StoreError, StoreResult};

use super::PostgresOptions;
use super::dialect::{Conn, LONGEST_LOCK_TIMEOUT, classify};
use super::session::{Memory, Session};
use super::url::PostgresUrl;

/// What waiting can tell from not waiting, and from waiting for ever.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);
const LONGEST_WAIT: Duration = Duration::from_hours(1);

#[derive(Debug, thiserror::Error)]
#[error("every connection was in use for {0:?}")]
struct Exhausted(Duration);

#[derive(Debug, thiserror::Error)]
#[error("cannot connect: {0}")]
struct CannotConnect(String);

/// Half of the patience, so that whoever waited for a lock in vain is told within all of it.
fn lock_timeout(patience: Duration) -> Duration {
    (patience / 2).clamp(Duration::from_millis(1), LONGEST_LOCK_TIMEOUT)
}

/// Connections that are opened when they are needed and kept for the next.
pub struct Pool {
    url: PostgresUrl,
    size: u32,
    patience: Duration,
    /// Of the connections that are kept.
    pub usual: Session,
    /// Of [those beside](Self::connect_patiently).
    pub patient: Session,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    /// Open, and nobody's.
    idle: Vec<Conn>,
    /// Somebody's, whether open already or not.
    leased: u32,
}

impl Pool {
    pub fn new(options: &PostgresOptions) -> Self {
        let patience = options.acquire_timeout.clamp(SHORTEST_WAIT, LONGEST_WAIT);
        let memory = if options.transaction_pooler {
            Memory::Transaction
        } else {
            Memory::Connection
        };
        Self {
            url: options.url.clone(),
            size: options.connections.max(1),
            patience,
            usual: Session::usual(memory, lock_timeout(patience)),
            patient: Session::patient(memory),
            state: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    pub fn size(&self) -> u32 {
        self.size
    }

    /// How many connections are somebody's, and how many are open and nobody's.
    pub fn used_and_idle(&self) -> (u32, u32) {
        let state = self.state();
        (state.leased, u32::try_from(state.idle.len()).unwrap_or(u32::MAX))
    }

    /// A connection, which was idle when there is such.
    pub fn lease(self: &Arc<Self>) -> StoreResult<Lease> {
        let place = self.wait_for_place()?;
        let idle = self.state().idle.pop();
        let is_fresh = idle.is_none();
        let conn = idle.map_or_else(|| self.connect(), Ok)?;
        Ok(Lease {
            conn: Some(conn),
            is_fresh,
            is_dead: false,
            place,
        })
    }

    /// A new connection. Those that are idle are closed.
    pub fn lease_fresh(self: &Arc<Self>) -> StoreResult<Lease> {
        let place = self.wait_for_place()?;
        drop(std::mem::take(&mut self.state().idle));
        Ok(Lease {
            conn: Some(self.connect()?),
            is_fresh: true,
            is_dead: false,
            place,
        })
    }

    fn wait_for_place(self: &Arc<Self>) -> StoreResult<Place> {
        let is_full = |state: &mut State| state.leased >= self.size;
        let (mut state, waited) = self
            .freed
            .wait_timeout_while(self.state(), self.patience, is_full)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(StoreError::Unavailable(Exhausted(self.patience).into()));
        }
        state.leased += 1;
        Ok(Place(Arc::clone(self)))
    }

    fn connect(&self) -> StoreResult<Conn> {
        self.connect_as(&self.usual)
    }

    /// A connection beside the others. Its transactions begin as [`Self::patient`] tells.
    pub fn connect_patiently(&self) -> StoreResult<Conn> {
        self.connect_as(&self.patient)
    }

    fn connect_as(&self, session: &Session) -> StoreResult<Conn> {
        let mut conn = Conn::establish(&self.url.with_limits(self.patience)).map_err(|error| {
            let cause = CannotConnect(self.url.without_secrets(error.to_string().trim_end()));
            StoreError::Unavailable(cause.into())
        })?;
        session.open(&mut conn).map_err(classify)?;
        Ok(conn)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to one connection.
struct Place(Arc<Pool>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.state().leased -= 1;
        self.0.freed.notify_one();
    }
}

/// A connection that somebody uses, and gives back by dropping it.
pub struct Lease {
    /// There until it is dropped.
    conn: Option<Conn>,
    is_fresh: bool,
    is_dead: bool,
    place: Place,
}

impl Lease {
    /// How long its statements wait for a lock.
    pub fn lock_timeout(&self) -> Duration {
        lock_timeout(self.place.0.patience)
    }

    /// Gives only its place back.
    pub fn discard(&mut self) {
        self.is_dead = true;
    }

    /// Whether it was opened just now.
    pub fn is_fresh(&self) -> bool {
        self.is_fresh
    }
}

#[allow(
    clippy::expect_used,
    reason = "only dropping the lease takes its connection away"
)]
mod access {
    use super::{Conn, Deref, DerefMut, Lease};

    impl Deref for Lease {
        type Target = Conn;

        fn deref(&self) -> &Conn {
            self.conn.as_ref().expect("a lease has a connection")
        }
    }

    impl DerefMut for Lease {
        fn deref_mut(&mut self) -> &mut Conn {
            self.conn.as_mut().expect("a lease has a connection")
        }
    }
}

impl Drop for Lease {
    /// Only a connection that works is kept. Its place is free a moment later, when the fields are dropped.
    fn drop(&mut self) {
        let usable = self.conn.take().and_then(|mut conn| {
            (!self.is_dead && !thread::panicking() && !conn.is_broken()).then_some(conn)
        });
        self.place.0.state().idle.extend(usable);
    }
}
