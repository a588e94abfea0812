//! The service as its operator runs it: a process of its own, with its log as JSON in a file.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use hyper::Method;
use tenantry_tests::{Caller, free_port};

use crate::seed::MEMBER;

/// How long a start may take.
const PATIENCE: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(1);

/// The binary with a data directory and a database.
#[derive(Debug, Clone)]
pub struct Installation {
    binary: PathBuf,
    data: PathBuf,
    database: Option<String>,
}

impl Installation {
    /// The binary with this data directory, which is made, and this database, or else an SQLite file in that directory.
    pub fn new(binary: &Path, data: PathBuf, database: Option<String>) -> Self {
        fs::create_dir_all(&data).expect("the data directory can be made");
        Self {
            binary: binary.to_owned(),
            data,
            database,
        }
    }

    /// The SQLite file, where that is the database.
    pub fn sqlite_file(&self) -> PathBuf {
        self.data.join("tenantry.db")
    }

    /// Runs a command to its end; panics with what it says when it fails.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).stdin(Stdio::null()).output();
        let output = output.expect("the binary is there; `make release` builds it");
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
        assert!(
            output.status.success(),
            "tenantry {arguments:?}: {}\n{}",
            said(&output.stdout),
            said(&output.stderr)
        );
        said(&output.stdout)
    }

    /// A token of a machine that charges and checks.
    pub fn machine(&self) -> String {
        self.run(&[
            "token",
            "--service",
            "bench",
            "--scope",
            "usage:write",
            "--scope",
            "usage:read",
            "--ttl",
            "1day",
        ])
    }

    /// A token of the member of every workspace.
    pub fn member(&self) -> String {
        self.run(&["token", "--email", MEMBER, "--ttl", "1day"])
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        let names = std::env::vars_os().map(|(name, _)| name);
        for name in names.filter(|name| name.to_string_lossy().starts_with("TENANTRY__")) {
            command.env_remove(name);
        }
        command.args(arguments).env("TENANTRY__DATA_DIR", &self.data);
        if let Some(url) = &self.database {
            command.env("TENANTRY__DATABASE__URL", url);
        }
        command
    }
}

/// A running service. Stopped when dropped.
#[derive(Debug)]
pub struct Service {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process until it was ready.
    pub starting: Duration,
}

impl Service {
    /// Starts it, and waits until it is ready.
    pub fn start(installation: &Installation) -> Self {
        let port = free_port();
        let log = File::options()
            .create(true)
            .append(true)
            .open(installation.data.join("log"));
        let begun = Instant::now();
        let child = installation
            .command(&["serve"])
            .env("TENANTRY__HTTP__PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.expect("the log can be written"))
            .spawn()
            .expect("the binary is there; `make release` builds it");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut service = Self {
            child,
            address,
            starting: Duration::ZERO,
        };
        service.wait_until_ready(begun);
        service.starting = begun.elapsed();
        service
    }

    fn wait_until_ready(&mut self, begun: Instant) {
        let anybody = self.caller(None);
        loop {
            let answer = anybody.try_send(Method::GET, "/readyz", None);
            if answer.is_ok_and(|answer| answer.status == 200) {
                return;
            }
            let ended = self.child.try_wait().expect("it is our child");
            assert!(
                ended.is_none() && begun.elapsed() < PATIENCE,
                "the service does not get ready ({ended:?}); its log has why"
            );
            thread::sleep(POLL);
        }
    }

    /// Somebody who asks it something.
    pub fn caller(&self, token: Option<String>) -> Caller {
        Caller::new(&format!("http://{}", self.address), token)
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let asked = Command::new("kill").arg(self.pid().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
