//! `tenantry migrate`

use std::io::{self, Write};

use tenantry_persistence::{SchemaPolicy, SetupError};

use crate::config::Settings;
use crate::wiring::open_store;

/// Why nothing was migrated.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database does not play along.
    #[error("cannot migrate the database")]
    Store(#[from] SetupError),
    /// Standard output is closed, say.
    #[error("cannot print what was migrated")]
    Output(#[from] io::Error),
}

/// Applies the migrations that are missing, and writes their names to `out`.
///
/// # Errors
/// Every [`MigrateError`].
pub fn run(settings: &Settings, out: &mut dyn Write) -> Result<(), MigrateError> {
    let applied = open_store(&settings.database, SchemaPolicy::Ignore)?.migrate()?;
    for name in &applied {
        writeln!(out, "applied {name}")?;
    }
    if applied.is_empty() {
        writeln!(out, "nothing to apply: the database is up to date")?;
    }
    Ok(())
}
