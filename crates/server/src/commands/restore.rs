//! `tenantry restore`

use std::io::{self, Write};

use tenantry_persistence::Restoration;

use super::migrate::{self, MigrateError};
use super::verify::{self, VerifyError};
use crate::cli::RestoreArgs;
use crate::config::{DatabaseEngine, DatabaseUrl, DatabaseUrlError, Settings};

/// Why nothing was restored. What was there is there.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// PostgreSQL is restored by its own programs.
    #[error(
        "database.url names a PostgreSQL database, which pg_restore restores: see \"Backup and restore\" in docs/operating.md"
    )]
    Postgres,
    /// The backup is not one, or its place is not free.
    #[error("cannot restore")]
    Restore(#[from] tenantry_persistence::BackupError),
    /// The place of the database has a name that cannot stand in a URL.
    #[error("cannot restore beside the database")]
    Place(#[from] DatabaseUrlError),
    /// It has other migrations than this program.
    #[error("the backup cannot be restored")]
    Migrate(#[from] MigrateError),
    /// It was not compared.
    #[error("the backup cannot be verified; nothing was restored")]
    Verify(#[from] VerifyError),
    /// Its balances differ from its ledger.
    #[error(
        "nothing was restored, since the backup is not as it should be; copy it, mend the copy with \
         TENANTRY__DATABASE__URL=sqlite://COPY tenantry verify --repair, and restore that"
    )]
    Differs,
    /// Standard output is closed, say.
    #[error("cannot print what was restored")]
    Output(#[from] io::Error),
}

/// Puts a backup in the place of the database, once it is migrated and verified, and writes to `out` what is done.
///
/// # Errors
/// Every [`RestoreError`].
pub fn run(settings: &Settings, args: &RestoreArgs, out: &mut dyn Write) -> Result<(), RestoreError> {
    let DatabaseEngine::Sqlite { file: database } = settings.database.url.engine() else {
        return Err(RestoreError::Postgres);
    };
    let restoration = Restoration::begin(&args.file, database, args.force)?;
    let mut copy = settings.clone();
    copy.database.url = DatabaseUrl::sqlite_at(restoration.copy())?;
    migrate::run(&copy, out)?;
    if !verify::run(&copy, false, out)? {
        return Err(RestoreError::Differs);
    }
    let aside = restoration.finish()?;
    writeln!(
        out,
        "{} is restored from {}",
        database.display(),
        args.file.display()
    )?;
    if let Some(aside) = aside {
        writeln!(out, "what was there is {}", aside.display())?;
    }
    Ok(())
}
