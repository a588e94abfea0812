//! What the server is told before it works: once a connection, or once a transaction where a pooler hands each to another connection.

use std::borrow::Cow;
use std::time::Duration;

use diesel::connection::{CacheSize, Connection, SimpleConnection};
use diesel::result::QueryResult;

use super::dialect::{Conn, IDLE_TIMEOUT, STATEMENT_TIMEOUT};

/// How long a statement waits while another process migrates, or still writes.
const LONG_PATIENCE: Duration = Duration::from_mins(1);

/// Every statement finds its rows by an index, in the order in which it names its tables, whatever its parameters are and however much there is. So one
/// plan is good for all of them, and is still good when a table has grown that was empty when it was made.
const PLANNING: [(&str, &str); 5] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("join_collapse_limit", "1"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

/// What a statement by itself is, whatever the server, the database or the role has as its own default.
const TRANSACTIONS: [(&str, &str); 2] = [
    ("default_transaction_isolation", "'read committed'"),
    ("default_transaction_read_only", "off"),
];

/// For how long the server knows what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// As long as the connection is there.
    Connection,
    /// Until the transaction ends.
    Transaction,
}

/// The settings of a connection.
pub struct Session {
    memory: Memory,
    commands: String,
}

impl Session {
    /// For what callers wait for.
    pub fn usual(memory: Memory, lock_timeout: Duration) -> Self {
        let limits = [
            ("lock_timeout", lock_timeout),
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("idle_in_transaction_session_timeout", IDLE_TIMEOUT),
        ];
        Self::new(memory, &limits, &[&PLANNING[..], &TRANSACTIONS].concat())
    }

    /// For what concerns all rows, which takes the time that it needs, and goes over whole tables.
    pub fn patient(memory: Memory) -> Self {
        let limits = [
            ("lock_timeout", LONG_PATIENCE),
            ("statement_timeout", Duration::ZERO),
        ];
        Self::new(memory, &limits, &[])
    }

    fn new(memory: Memory, limits: &[(&str, Duration)], others: &[(&str, &str)]) -> Self {
        let set = match memory {
            Memory::Connection => "SET",
            Memory::Transaction => "SET LOCAL",
        };
        let limits = limits
            .iter()
            .map(|(name, limit)| format!("{set} {name} = {}", limit.as_millis()));
        let others = others
            .iter()
            .map(|(name, value)| format!("{set} {name} = {value}"));
        let commands: Vec<_> = limits.chain(others).collect();
        Self {
            memory,
            commands: commands.join("; "),
        }
    }

    /// Begins with a new connection. What is prepared is not there any more when the next transaction has another connection.
    pub fn open(&self, conn: &mut Conn) -> QueryResult<()> {
        match self.memory {
            Memory::Connection => conn.batch_execute(&self.commands),
            Memory::Transaction => {
                conn.set_prepared_statement_cache_size(CacheSize::Disabled);
                Ok(())
            }
        }
    }

    /// Whether each transaction begins with them.
    pub fn must_be_told(&self) -> bool {
        self.memory == Memory::Transaction
    }

    /// What begins a transaction, by this command: one journey to the server either way.
    pub fn beginning<'a>(&self, begin: &'a str) -> Cow<'a, str> {
        match self.memory {
            Memory::Connection => begin.into(),
            Memory::Transaction => format!("{begin}; {}", self.commands).into(),
        }
    }
}
