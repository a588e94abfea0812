use uuid::Uuid;

use crate::tree;

/// How a database writes what they write differently.
pub struct Dialect {
    /// Run once, before everything.
    pub before: &'static str,
    /// Run once, after everything.
    pub after: &'static str,
    /// When everything was made.
    pub past: &'static str,
    /// When periods end: after every run.
    pub future: &'static str,
    /// True.
    pub yes: &'static str,
    /// False.
    pub no: &'static str,
    /// An id that is known.
    pub uuid: fn(Uuid) -> String,
    /// The id of the organization of a workspace whose number is in this column.
    pub organization: fn(u32, &str) -> String,
}

/// Foreign keys are checked row by row, which is most of the time; they hold by construction.
pub const POSTGRES: Dialect = Dialect {
    before: "SET session_replication_role = replica; SET synchronous_commit = off;",
    after: "VACUUM ANALYZE;",
    past: "'2026-01-01T00:00:00Z'",
    future: "'2099-01-01T00:00:00Z'",
    yes: "true",
    no: "false",
    uuid: |id| format!("'{id}'::uuid"),
    organization: |workspace, column| {
        let head = head(workspace);
        format!("('{head}' || lpad({column}::text, 12, '0'))::uuid")
    },
};

/// Times are microseconds since 1970.
pub const SQLITE: Dialect = Dialect {
    before: "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF;",
    after: "PRAGMA wal_checkpoint(TRUNCATE);",
    past: "1767225600000000",
    future: "4070908800000000",
    yes: "1",
    no: "0",
    uuid: |id| format!("X'{}'", id.simple()),
    organization: |workspace, column| {
        let head = head(workspace);
        format!("unhex('{head}' || printf('%012d', {column}))")
    },
};

/// The digits that the ids of all organizations of a workspace begin with.
fn head(workspace: u32) -> String {
    let mut digits = tree::organization_id(workspace, 0).as_uuid().simple().to_string();
    digits.truncate(20);
    digits
}
