//! What every backend's migrating has in common. Each takes its own lock around it.

use std::collections::BTreeSet;

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

use crate::error::SetupError;

type Result<T> = std::result::Result<T, SetupError>;

/// What to do about migrations when a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SchemaPolicy {
    /// Apply those that are missing.
    #[default]
    Migrate,
    /// Fail with [`SetupError::Behind`] when one is missing.
    Require,
    /// Take the database as it is: for programs that only migrate.
    Ignore,
}

/// The migrations that a database lacks, in the order in which they are to be applied. It may have others beside: those of a newer version, which
/// leave room for the one before (`migrations/README.md`).
pub fn pending<Db: Backend>(
    database: &mut impl MigrationHarness<Db>,
    known: EmbeddedMigrations,
) -> Result<Vec<Box<dyn Migration<Db>>>> {
    database.pending_migrations(known).map_err(SetupError::Migration)
}

/// Refuses a database that has migrations which this program does not know: nobody can tell how many versions lie between.
///
/// # Errors
/// [`SetupError::Ahead`].
pub fn refuse_newer<Db: Backend>(
    database: &mut impl MigrationHarness<Db>,
    known: &EmbeddedMigrations,
) -> Result<()> {
    let all: Vec<Box<dyn Migration<Db>>> = known.migrations().map_err(SetupError::Migration)?;
    let versions: BTreeSet<_> = all.iter().map(|migration| migration.name().version()).collect();
    let applied = database.applied_migrations().map_err(SetupError::Migration)?;
    let unknown: Vec<String> = applied
        .iter()
        .filter(|version| !versions.contains(version))
        .map(ToString::to_string)
        .collect();
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(SetupError::Ahead(unknown))
    }
}

/// Refuses a database that lacks migrations, or has others.
///
/// # Errors
/// [`SetupError::Ahead`] and [`SetupError::Behind`].
pub fn require_current<Db: Backend>(
    database: &mut impl MigrationHarness<Db>,
    known: EmbeddedMigrations,
) -> Result<()> {
    refuse_newer(database, &known)?;
    let pending = pending(database, known)?;
    if pending.is_empty() {
        Ok(())
    } else {
        Err(SetupError::Behind(names(&pending)))
    }
}

/// Applies the migrations that a database lacks, and tells their names.
pub fn apply<Db: Backend>(
    database: &mut impl MigrationHarness<Db>,
    known: EmbeddedMigrations,
) -> Result<Vec<String>> {
    refuse_newer(database, &known)?;
    let pending = pending(database, known)?;
    database.run_migrations(&pending).map_err(SetupError::Migration)?;
    Ok(names(&pending))
}

/// What migrations are called.
pub fn names<Db: Backend>(migrations: &[Box<dyn Migration<Db>>]) -> Vec<String> {
    migrations
        .iter()
        .map(|migration| migration.name().to_string())
        .collect()
}
