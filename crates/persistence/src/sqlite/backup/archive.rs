use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use tenantry_application::ports::StoreError;

use super::super::connection::{LONG_PATIENCE, busy_timeout};
use super::super::dialect::{Conn, classify};
use super::{BackupError, Result};

/// What a URI may not hold as it is, and more.
const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/');

#[derive(QueryableByName)]
struct Problem {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// A database of ours that is only read.
pub struct Archive {
    file: PathBuf,
    conn: Conn,
}

impl Archive {
    /// Opens a database, which is there and one of ours.
    pub fn open(file: &Path) -> Result<Self> {
        if !file.is_file() {
            return Err(BackupError::Missing(file.to_owned()));
        }
        let unreadable = |cause| BackupError::Unreadable(file.to_owned(), cause);
        let mut archive = Self {
            file: file.to_owned(),
            conn: connect(file).map_err(unreadable)?,
        };
        if archive.ask(has_migrations)? {
            Ok(archive)
        } else {
            Err(BackupError::Foreign(archive.file))
        }
    }

    /// Has SQLite look at every page.
    pub fn require_sound(&mut self) -> Result<()> {
        let problems = self.ask(|c| diesel::sql_query("PRAGMA integrity_check(1)").load::<Problem>(c))?;
        match problems.into_iter().next() {
            Some(Problem { integrity_check }) if integrity_check != "ok" => Err(BackupError::Damaged {
                file: self.file.clone(),
                problem: integrity_check,
            }),
            _ => Ok(()),
        }
    }

    /// Writes the state that it is in now to an empty file. Unlike SQLite's backup interface this sees one state from beginning to end, so that it neither
    /// begins again nor keeps anybody waiting when there are writes.
    pub fn copy_to(&mut self, file: &Path) -> Result<()> {
        let name = file
            .to_str()
            .ok_or_else(|| BackupError::Unwritable(file.to_owned(), ErrorKind::InvalidFilename.into()))?;
        let copy = diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(name);
        match copy.execute(&mut self.conn) {
            Ok(_) => Ok(()),
            Err(error) => Err(BackupError::Uncopied {
                from: self.file.clone(),
                to: file.to_owned(),
                source: classify(error).into(),
            }),
        }
    }

    fn ask<T>(&mut self, question: impl FnOnce(&mut Conn) -> QueryResult<T>) -> Result<T> {
        question(&mut self.conn)
            .map_err(|error| BackupError::Unreadable(self.file.clone(), classify(error).into()))
    }
}

/// Nothing is written, and nothing is made where there is nothing.
fn connect(file: &Path) -> std::result::Result<Conn, StoreError> {
    let file = std::path::absolute(file).map_err(|cause| StoreError::Unavailable(cause.into()))?;
    let path = percent_encode(file.as_os_str().as_bytes(), IN_A_PATH);
    let mut conn = Conn::establish(&format!("file:{path}?mode=ro"))
        .map_err(|cause| StoreError::Unavailable(cause.into()))?;
    conn.batch_execute(&busy_timeout(LONG_PATIENCE))
        .map_err(classify)?;
    Ok(conn)
}

fn has_migrations(c: &mut Conn) -> QueryResult<bool> {
    let table = diesel::dsl::sql::<diesel::sql_types::Bool>(
        "count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND name = '__diesel_schema_migrations'",
    );
    diesel::select(table).get_result(c)
}
