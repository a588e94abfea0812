//! `tenantry copy`

mod bar;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use tenantry_persistence::{MigratableStore, SchemaPolicy, SetupError};

use self::bar::Bar;
use super::verify::{self, VerifyError};
use crate::cli::CopyArgs;
use crate::config::{DatabaseUrl, DatabaseUrlError, Settings};
use crate::wiring::open_store;

/// A database that the command line names badly.
#[derive(Debug, thiserror::Error)]
#[error("{option} {problem}")]
pub struct BadPlace {
    option: &'static str,
    problem: DatabaseUrlError,
}

/// Where rows come from and go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    from: DatabaseUrl,
    to: DatabaseUrl,
}

impl Places {
    /// What the command line says, or else the settings.
    ///
    /// # Errors
    /// When a URL names no database.
    pub fn of(args: &CopyArgs, settings: &Settings) -> Result<Self, BadPlace> {
        let parse = |option, text: &String| text.parse().map_err(|problem| BadPlace { option, problem });
        let configured = || Ok(settings.database.url.clone());
        Ok(Self {
            from: args
                .from
                .as_ref()
                .map_or_else(configured, |text| parse("--from", text))?,
            to: parse("--to", &args.to)?,
        })
    }
}

/// Why nothing was copied, or not verified.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database to copy from does not open.
    #[error("cannot open the database to copy from, {url}")]
    From {
        /// Where it is.
        url: DatabaseUrl,
        /// Why.
        source: SetupError,
    },
    /// The database to copy to does not open.
    #[error("cannot open the database to copy to, {url}")]
    To {
        /// Where it is.
        url: DatabaseUrl,
        /// Why.
        source: SetupError,
    },
    /// Rows cannot be copied.
    #[error("cannot copy")]
    Copy(#[from] tenantry_persistence::CopyError),
    /// Everything is there, and was not compared.
    #[error("everything was copied, but not verified; run tenantry verify there")]
    Verify(#[from] VerifyError),
    /// Standard output is closed, say.
    #[error("cannot print what was copied")]
    Output(#[from] io::Error),
}

/// Copies every row, verifies what came of it, and writes to `out` how that went. Says whether everything is as it should be.
///
/// # Errors
/// Every [`CopyError`].
pub fn run(settings: &Settings, places: &Places, out: &mut dyn Write) -> Result<bool, CopyError> {
    let Places { from, to } = places.clone();
    let source = open(settings, &from, SchemaPolicy::Require)
        .map_err(|source| CopyError::From { url: from, source })?;
    let target =
        open(settings, &to, SchemaPolicy::Migrate).map_err(|source| CopyError::To { url: to, source })?;
    writeln!(out, "{}", copy(&*source, &*target)?)?;
    drop((source, target));
    Ok(verify::run(&at(settings, &places.to), false, out)?)
}

/// Copies, and tells how much in what time.
fn copy(source: &dyn MigratableStore, target: &dyn MigratableStore) -> Result<String, CopyError> {
    let begun = Instant::now();
    let mut bar = Bar::new();
    let rows = tenantry_persistence::copy(source, target, &mut |progress| bar.show(&progress))?;
    drop(bar);
    let took = begun.elapsed();
    Ok(format!("{rows} rows copied in {:.1} s", took.as_secs_f64()))
}

fn open(
    settings: &Settings,
    url: &DatabaseUrl,
    schema: SchemaPolicy,
) -> Result<Arc<dyn MigratableStore>, SetupError> {
    open_store(&at(settings, url).database, schema)
}

fn at(settings: &Settings, url: &DatabaseUrl) -> Settings {
    let mut settings = settings.clone();
    settings.database.url = url.clone();
    settings
}
