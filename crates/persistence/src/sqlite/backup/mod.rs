//! Backups, which are databases in one file, and restoring them (ADR 38).

mod archive;
mod draft;
mod restoration;

use std::io;
use std::path::{Path, PathBuf};

use tenantry_application::ports::StoreError;

use self::archive::Archive;
use self::draft::Draft;
pub use self::restoration::Restoration;
use self::restoration::require_no_companions;

/// Why a database was not backed up, or not restored. Then everything is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no such file.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// A backup would replace something.
    #[error("{} is there already; name another file, or replace it with --force", .0.display())]
    Exists(PathBuf),
    /// A backup would replace what is none.
    #[error("{} is no backup of tenantry, and stays; name another file", .0.display())]
    NoBackup(PathBuf),
    /// A backup would replace what it is of.
    #[error("{} is the database itself; name another file", .0.display())]
    Itself(PathBuf),
    /// A database is there that would be replaced.
    #[error("there is a database at {} already; --force puts it aside", .0.display())]
    Occupied(PathBuf),
    /// Somebody has the database open that would be replaced.
    #[error("{} is in use; stop the service, and whatever else has it open", .0.display())]
    InUse(PathBuf),
    /// The database that would be replaced cannot be locked.
    #[error("{} cannot be put aside; move it away together with what begins with its name, and restore again", .0.display())]
    Immovable(PathBuf, #[source] StoreError),
    /// SQLite would take it for a part of the new database.
    #[error("{} is left of another database; move it away, and restore again", .0.display())]
    Leftover(PathBuf),
    /// Another program's database.
    #[error("{} is no database of tenantry", .0.display())]
    Foreign(PathBuf),
    /// SQLite finds that it is damaged.
    #[error("{} is damaged ({problem}); take another backup", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What SQLite says.
        problem: String,
    },
    /// It cannot be read.
    #[error("cannot read {}", .0.display())]
    Unreadable(PathBuf, #[source] StoreError),
    /// It is not copied: the one cannot be read, or the other not be written.
    #[error("cannot copy {} to {}", from.display(), to.display())]
    Uncopied {
        /// What is read.
        from: PathBuf,
        /// What is written.
        to: PathBuf,
        /// Why.
        source: StoreError,
    },
    /// A file or directory cannot be made.
    #[error("cannot write {}", .0.display())]
    Unwritable(PathBuf, #[source] io::Error),
}

type Result<T> = std::result::Result<T, BackupError>;

/// Writes the state that a database is in now to a file, while others go on reading and writing, and tells its size in bytes. The file is there when it is
/// whole, checked and on the disk. One that is there already is replaced only if told, and only by another backup.
pub fn backup(database: &Path, file: &Path, replace: bool) -> Result<u64> {
    let unwritable = |cause| BackupError::Unwritable(file.to_owned(), cause);
    if is_same(database, file) {
        return Err(BackupError::Itself(file.to_owned()));
    }
    if file.symlink_metadata().is_ok() {
        if !replace {
            return Err(BackupError::Exists(file.to_owned()));
        }
        require_backup(file)?;
    }
    let mut source = Archive::open(database)?;
    let draft = Draft::beside(file).map_err(unwritable)?;
    source.copy_to(draft.file())?;
    drop(source);
    Archive::open(draft.file())?.require_sound()?;
    let size = draft.file().metadata().map_err(unwritable)?.len();
    let published = if replace {
        draft.replace(file)
    } else {
        draft.publish(file)
    };
    match published {
        Ok(()) => Ok(size),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            Err(BackupError::Exists(file.to_owned()))
        }
        Err(cause) => Err(unwritable(cause)),
    }
}

/// Whether a file may be replaced: not a database that somebody uses, nor what SQLite keeps beside one, nor anything else.
fn require_backup(file: &Path) -> Result<()> {
    Archive::open(file).map_err(|_| BackupError::NoBackup(file.to_owned()))?;
    require_no_companions(file).map_err(|_| BackupError::NoBackup(file.to_owned()))
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
