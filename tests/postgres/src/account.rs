use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// PostgreSQL refuses to run as root.
const ROOT: u32 = 0;
const INSTEAD_OF_ROOT: [&str; 2] = ["postgres", "nobody"];

/// Who runs the server, when that is not whoever runs the tests.
#[derive(Debug, Clone, Copy)]
pub struct Account(Option<(u32, u32)>);

impl Account {
    /// Whoever is not root, for a server in this directory of ours, which becomes theirs.
    pub fn for_server_in(directory: &Path) -> Self {
        let owner = directory.metadata().expect("the directory is there").uid();
        let account = Self((owner == ROOT).then(somebody));
        account.give(directory);
        account
    }

    /// Makes a file theirs.
    pub fn give(self, path: &Path) {
        if let Some((user, group)) = self.0 {
            chown(path, Some(user), Some(group)).expect("root can give files away");
        }
    }

    /// A command that they run.
    pub fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        // Where root is, they may not be.
        command.current_dir("/");
        command
    }
}

fn somebody() -> (u32, u32) {
    let accounts = fs::read_to_string("/etc/passwd").expect("accounts can be read");
    let ids = |name: &&str| accounts.lines().find_map(|line| ids_of(line, name));
    INSTEAD_OF_ROOT
        .iter()
        .find_map(ids)
        .expect("there is an account other than root")
}

/// `name:password:user:group:…`
fn ids_of(line: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = line.split(':');
    let is_theirs = fields.next()? == name;
    let user = fields.nth(1)?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    is_theirs.then_some((user, group))
}
