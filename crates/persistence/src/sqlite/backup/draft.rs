use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::super::location::create_private_file;

/// A file in the making, in a directory of its own beside the place that it is for, so that it gets there in one step. Until then it goes with this.
pub struct Draft {
    directory: TempDir,
    file: PathBuf,
}

impl Draft {
    /// Makes an empty one, for this user alone.
    pub fn beside(place: &Path) -> io::Result<Self> {
        let name = place.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        let mut prefix = name.to_owned();
        prefix.push(".part-");
        let directory = tempfile::Builder::new()
            .prefix(&prefix)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(parent(place)?)?;
        let file = directory.path().join(name);
        create_private_file(&file)?;
        Ok(Self { directory, file })
    }

    /// Where it is.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Puts it in its place, unless something is there.
    pub fn publish(self, place: &Path) -> io::Result<()> {
        self.settle(place, |file, place| fs::hard_link(file, place))
    }

    /// Puts it in its place, instead of what may be there.
    pub fn replace(self, place: &Path) -> io::Result<()> {
        self.settle(place, |file, place| fs::rename(file, place))
    }

    /// Durably: first what it holds, then its name.
    fn settle(self, place: &Path, put: impl FnOnce(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
        File::open(&self.file)?.sync_all()?;
        put(&self.file, place)?;
        self.directory.close()?;
        File::open(parent(place)?)?.sync_all()
    }
}

fn parent(place: &Path) -> io::Result<PathBuf> {
    let place = std::path::absolute(place)?;
    let parent = place.parent().ok_or(io::ErrorKind::InvalidFilename)?;
    Ok(parent.to_owned())
}
