use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::Builder;
use tenantry_application::ports::{Cause, Departure, InvitationMail, MailFailure, Mailer};

use crate::Stationery;

/// How long a disk may take to give a file its name.
const LONGEST_SEND: Duration = Duration::from_secs(30);

/// How the names of files begin that are not finished.
const UNFINISHED: &str = ".unfinished-";

/// A folder that mails are written to instead of being sent: one `.eml` file each, named by the mail's id, for the service's own user alone.
pub struct Outbox {
    directory: PathBuf,
    stationery: Stationery,
}

impl Outbox {
    /// Makes the folder when it is missing, and removes what a process that was killed left unfinished there. Should another one be at it, it
    /// tries again.
    ///
    /// # Errors
    /// When the operating system does not let it be made or swept.
    pub fn open(directory: PathBuf, stationery: Stationery) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(&directory)?;
        sweep(&directory)?;
        Ok(Self {
            directory,
            stationery,
        })
    }

    /// A file appears whole or not at all; the same mail again replaces it.
    fn write(&self, mail: &InvitationMail, message: &[u8], depart: Departure<'_>) -> Result<(), Cause> {
        // Its mode is 0600.
        let mut file = Builder::new().prefix(UNFINISHED).tempfile_in(&self.directory)?;
        file.write_all(message)?;
        file.as_file().sync_all()?;
        depart()?;
        file.persist(self.directory.join(format!("{}.eml", mail.id)))?;
        Ok(File::open(&self.directory)?.sync_all()?)
    }
}

fn sweep(directory: &Path) -> io::Result<()> {
    for file in fs::read_dir(directory)? {
        let file = file?;
        if file
            .file_name()
            .as_encoded_bytes()
            .starts_with(UNFINISHED.as_bytes())
        {
            remove(&file.path())?;
        }
    }
    Ok(())
}

/// Unless another process that starts has.
fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

impl Mailer for Outbox {
    fn send(&self, mail: &InvitationMail, depart: Departure<'_>) -> Result<(), MailFailure> {
        let message = self.stationery.message(mail).map_err(MailFailure::Refused)?;
        self.write(mail, &message.formatted(), depart)
            .map_err(MailFailure::Temporary)
    }

    fn longest_send(&self) -> Duration {
        LONGEST_SEND
    }
}
