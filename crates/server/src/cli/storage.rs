//! `tenantry backup`, `tenantry restore`, `tenantry copy`

use std::fmt;
use std::path::PathBuf;

use clap::Args;

const BACKUP_EXAMPLES: &str = "\
Examples:
  tenantry backup /backup/tenantry-$(date +%F).db
  tenantry backup --force /backup/latest.db

The service may run meanwhile: the backup is the state of one moment. It is an
SQLite database, checked and written to the disk before it gets its name.
Pictures, the local issuer's key, the configuration and the licence are not in
it; the output says where they are.

PostgreSQL has pg_dump: see \"Backup and restore\" in docs/operating.md.";

const RESTORE_EXAMPLES: &str = "\
Examples:
  tenantry restore /backup/latest.db            where there is no database yet
  tenantry restore --force /backup/latest.db    what is there is put aside

Stop the service first. The backup is copied, migrated and verified beside its
place, and gets there in one step. Whatever goes wrong, what is there stays.

PostgreSQL has pg_restore: see \"Backup and restore\" in docs/operating.md.";

const COPY_EXAMPLES: &str = "\
Examples:
  tenantry copy --to postgres://tenantry@db.example.com/tenantry
  tenantry copy --from postgres://tenantry@db.example.com/tenantry \\
      --to sqlite:///var/lib/tenantry/tenantry.db

Stop the service first: what is written while this runs is not copied. The
database to copy to is migrated, and must be empty; it gets everything or
nothing, and is verified at the end. Then set database.url to it.

A command line can be seen by others on the machine. Leave passwords to
PGPASSWORD or to ~/.pgpass.";

/// Where a backup goes.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(after_help = BACKUP_EXAMPLES)]
pub struct BackupArgs {
    /// The file to write
    pub file: PathBuf,

    /// Replace the file when there is one
    #[arg(long)]
    pub force: bool,
}

/// What is restored.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(after_help = RESTORE_EXAMPLES)]
pub struct RestoreArgs {
    /// The file that `tenantry backup` wrote
    pub file: PathBuf,

    /// Put the database aside that is there
    #[arg(long)]
    pub force: bool,
}

/// What is copied where. Checked when it is used, so that no complaint repeats a password.
#[derive(Clone, PartialEq, Eq, Args)]
#[command(after_help = COPY_EXAMPLES)]
pub struct CopyArgs {
    /// The database to copy from; the configured one unless given
    #[arg(long, value_name = "URL")]
    pub from: Option<String>,

    /// The database to copy to, which is empty or not there
    #[arg(long, value_name = "URL")]
    pub to: String,
}

impl fmt::Debug for CopyArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyArgs").finish_non_exhaustive()
    }
}
