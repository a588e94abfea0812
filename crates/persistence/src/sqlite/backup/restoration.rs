use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenantry_application::ports::{StoreError, StoreResult};

use super::super::connection::{LONG_PATIENCE, enter_journal_mode};
use super::super::dialect::{Conn, classify};
use super::super::location::create_private;
use super::archive::Archive;
use super::draft::Draft;
use super::{BackupError, Result, is_same};

/// What SQLite keeps beside a database, and writes into whichever has its name: what is committed, and what is to be undone.
const COMPANIONS: [&str; 2] = ["-wal", "-journal"];

/// A backup on its way to where the database is. Until [`finish`](Self::finish) it can be looked at, and given up by dropping it.
pub struct Restoration {
    draft: Draft,
    place: PathBuf,
    /// Keeps everybody else from the database that is there.
    occupant: Option<Conn>,
}

impl Restoration {
    /// Checks a backup and copies it to beside its place. A database that is there is locked from now on if it is to be replaced, and otherwise
    /// refused.
    pub fn begin(backup: &Path, place: &Path, replace: bool) -> Result<Self> {
        let unwritable = |cause| BackupError::Unwritable(place.to_owned(), cause);
        let occupied = place.exists();
        if occupied && !replace {
            return Err(BackupError::Occupied(place.to_owned()));
        }
        if is_same(backup, place) {
            return Err(BackupError::Itself(backup.to_owned()));
        }
        let place = resolve(place).map_err(unwritable)?;
        let mut archive = Archive::open(backup)?;
        let occupant = occupied.then(|| lock(&place)).transpose()?;
        require_no_companions(&place)?;
        archive.require_sound()?;
        place
            .parent()
            .map_or(Ok(()), create_private)
            .map_err(unwritable)?;
        let draft = Draft::beside(&place).map_err(unwritable)?;
        archive.copy_to(draft.file())?;
        Ok(Self {
            draft,
            place,
            occupant,
        })
    }

    /// The copy, which may be migrated and must not be open any more when it takes its place.
    pub fn copy(&self) -> &Path {
        self.draft.file()
    }

    /// Puts the copy in its place in one step, and tells where the database that was there is now.
    pub fn finish(self) -> Result<Option<PathBuf>> {
        let unwritable = |cause| BackupError::Unwritable(self.place.clone(), cause);
        seal(self.draft.file()).map_err(|cause| BackupError::Unreadable(self.place.clone(), cause))?;
        let Some(occupant) = self.occupant else {
            return match self.draft.publish(&self.place) {
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                    Err(BackupError::Occupied(self.place.clone()))
                }
                published => published.map(|()| None).map_err(unwritable),
            };
        };
        keep_owner(&self.place, self.draft.file()).map_err(unwritable)?;
        let aside = link_aside(&self.place).map_err(unwritable)?;
        self.draft.replace(&self.place).map_err(unwritable)?;
        drop(occupant);
        Ok(Some(aside))
    }
}

/// SQLite follows links before it names what it keeps beside a database.
fn resolve(place: &Path) -> io::Result<PathBuf> {
    if place.exists() {
        place.canonicalize()
    } else {
        std::path::absolute(place)
    }
}

/// Whoever serves from the database that was there can serve from the new one, though somebody else restores it.
fn keep_owner(place: &Path, new: &Path) -> io::Result<()> {
    let owner = |file: &Path| file.metadata().map(|file| (file.uid(), file.gid()));
    let (user, group) = owner(place)?;
    if owner(new)? == (user, group) {
        return Ok(());
    }
    chown(new, Some(user), Some(group))
}

/// Gives it the first name that is free: it has two until the new one takes its first, so that there is never none.
fn link_aside(place: &Path) -> io::Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let aside = beside(place, &format!(".old-{number}"));
        match fs::hard_link(place, &aside) {
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => number += 1,
            linked => return linked.map(|()| aside),
        }
    }
}

fn beside(place: &Path, suffix: &str) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Whether nothing beside a database belongs to it.
pub(super) fn require_no_companions(place: &Path) -> Result<()> {
    let mut companions = COMPANIONS.iter().map(|suffix| beside(place, suffix));
    let has_content = |file: &PathBuf| file.metadata().is_ok_and(|metadata| metadata.len() > 0);
    match companions.find(has_content) {
        Some(file) => Err(BackupError::Leftover(file)),
        None => Ok(()),
    }
}

/// Locks a database that nobody has open, and makes one file of it. Whoever opens it from now on waits, and is refused by SQLite once it has another name.
fn lock(place: &Path) -> Result<Conn> {
    lock_now(place).map_err(|error| match error {
        StoreError::Retry(_) => BackupError::InUse(place.to_owned()),
        error => BackupError::Immovable(place.to_owned(), error),
    })
}

fn lock_now(place: &Path) -> StoreResult<Conn> {
    let mut conn = connect(place)?;
    // Only the one connection that there is can leave the mode WAL.
    enter_journal_mode(&mut conn, "delete", Duration::ZERO)?;
    conn.batch_execute("BEGIN EXCLUSIVE").map_err(classify)?;
    Ok(conn)
}

/// Makes one file of a database, as soon as connections that are being closed are.
fn seal(file: &Path) -> StoreResult<()> {
    enter_journal_mode(&mut connect(file)?, "delete", LONG_PATIENCE)
}

fn connect(file: &Path) -> StoreResult<Conn> {
    let file = file.to_string_lossy();
    Conn::establish(&file).map_err(|cause| StoreError::Unavailable(cause.into()))
}
