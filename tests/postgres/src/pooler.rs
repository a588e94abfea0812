use std::fs;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::account::Account;
use crate::programs;
use crate::server::{USER, encoded};

const PATIENCE: Duration = Duration::from_secs(20);
/// So few connections that clients get another one with each transaction.
const SETTINGS: &str = "
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 400
server_login_retry = 0.1
query_wait_timeout = 3
";
/// Ends the pooler with the process that started it.
const JANITOR: &str = r#""$1" -q "$2/pgbouncer.ini" & cat >/dev/null; kill -9 $!; rm -rf "$2""#;

/// A pgbouncer that hands each transaction to any of a few connections to one server.
#[derive(Debug)]
pub struct Pooler {
    directory: PathBuf,
    janitor: Child,
}

impl Pooler {
    /// Starts it before the server that listens in this directory.
    pub(crate) fn start(account: Account, server: &Path) -> Self {
        let directory = TempDir::new().expect("a temporary directory").keep();
        let settings = format!(
            "[databases]\n* = host={} port=5432 user={USER}\n[pgbouncer]\nunix_socket_dir = {here}\nlogfile = {here}/log\n{SETTINGS}",
            server.display(),
            here = directory.display(),
        );
        fs::write(directory.join("pgbouncer.ini"), settings).expect("the directory can be written");
        account.give(&directory);
        let mut janitor = account.command(Path::new("/bin/sh"));
        janitor
            .args(["-c", JANITOR, "janitor"])
            .arg(programs::pgbouncer())
            .arg(&directory);
        // In a group of its own, so that whoever interrupts the tests leaves it to its work.
        janitor.process_group(0).stdin(Stdio::piped());
        janitor.stdout(Stdio::null()).stderr(Stdio::null());
        let janitor = janitor.spawn().expect("a shell starts");
        let pooler = Self { directory, janitor };
        pooler.wait_until_listening();
        pooler
    }

    fn wait_until_listening(&self) {
        let end = Instant::now() + PATIENCE;
        // The socket is there a moment before somebody listens to it.
        while UnixStream::connect(self.directory.join(".s.PGSQL.6432")).is_err() {
            let log = fs::read_to_string(self.directory.join("log"));
            assert!(Instant::now() < end, "pgbouncer does not listen: {log:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The URL of a database of the server, through the pooler.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@{}:6432/{database}", encoded(&self.directory))
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.janitor.stdin.take());
        let _ = self.janitor.wait();
    }
}
