//! `tenantry backup`

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Instant;

use indicatif::HumanBytes;

use crate::cli::BackupArgs;
use crate::config::{DatabaseEngine, PicturePlace, Settings};

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL is backed up by its own programs.
    #[error(
        "database.url names a PostgreSQL database, which pg_dump backs up: see \"Backup and restore\" in docs/operating.md"
    )]
    Postgres,
    /// The file is not written.
    #[error("cannot back up")]
    Backup(#[from] tenantry_persistence::BackupError),
    /// Standard output is closed, say.
    #[error("cannot print what was backed up")]
    Output(#[from] io::Error),
}

/// Writes the database to a file, and to `out` how large it is, how long it took, and what else belongs to a backup.
///
/// # Errors
/// Every [`BackupError`].
pub fn run(settings: &Settings, args: &BackupArgs, out: &mut dyn Write) -> Result<(), BackupError> {
    let DatabaseEngine::Sqlite { file: database } = settings.database.url.engine() else {
        return Err(BackupError::Postgres);
    };
    let begun = Instant::now();
    let size = tenantry_persistence::backup(database, &args.file, args.force)?;
    writeln!(
        out,
        "{} is backed up in {}: {} in {:.1} s",
        database.display(),
        args.file.display(),
        HumanBytes(size),
        begun.elapsed().as_secs_f64()
    )?;
    writeln!(out, "not in it, and to be kept as well:")?;
    for (what, place) in beside_the_database(settings) {
        writeln!(out, "  {what}: {place}")?;
    }
    Ok(())
}

/// What a service needs that is not in its database.
fn beside_the_database(settings: &Settings) -> Vec<(&'static str, String)> {
    let mut list = vec![(
        "the pictures, copied after this; none is ever removed",
        match &settings.pictures.place {
            PicturePlace::Folder(folder) => folder.display().to_string(),
            PicturePlace::Bucket(bucket) => bucket.address.to_string(),
        },
    )];
    let show = |file: &dyn Display| file.to_string();
    if settings.auth.local_issuer {
        list.push((
            "the key of the local issuer, so that its tokens stay good",
            show(&settings.data_dir.join(crate::auth::KEY_FILE).display()),
        ));
    }
    list.push((
        "the configuration",
        "the files of --config and the environment".to_owned(),
    ));
    if let Some(files) = &settings.license.files() {
        list.push(("the licence", show(&files.file.display())));
    }
    list
}
