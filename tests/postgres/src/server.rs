use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::account::Account;
use crate::pooler::Pooler;
use crate::programs;

pub const USER: &str = "tenantry";
/// The database that is there from the beginning.
const SHARED: &str = "postgres";
/// By which those who use one schema are told from the others.
const NAME: &str = "application_name=";
const SETTINGS: &str = "
listen_addresses = ''
port = 5432
max_connections = 400
log_line_prefix = '%a|'
";
/// Nothing that it keeps is needed after the tests.
const FORGETFUL: &str = "
shared_buffers = 64MB
fsync = off
full_page_writes = off
max_wal_size = 1GB
deadlock_timeout = 50ms
";
/// Waits for the process that started the server to end, or to let go of it, and leaves nothing behind.
const JANITOR: &str = r#"cat >/dev/null; "$1" stop -D "$2/data" -m immediate >/dev/null 2>&1; rm -rf "$2""#;

/// What is special about a server.
#[derive(Debug, Default)]
pub struct Setup<'a> {
    /// Whether what is committed is on the disk, as it is by the server's own defaults. Otherwise it is fast, and forgets all in a crash.
    pub is_durable: bool,
    /// Settings for `postgresql.conf`.
    pub settings: &'a [(&'a str, &'a str)],
    /// Files for the data directory, by name and content.
    pub files: &'a [(&'a str, &'a [u8])],
    /// Variables of its environment.
    pub environment: &'a [(&'a str, &'a str)],
}

/// How a server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Transactions are broken off.
    Fast,
    /// As in a crash.
    Immediate,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    programs: PathBuf,
    directory: PathBuf,
    account: Account,
    environment: Vec<(String, String)>,
    janitor: Child,
    names: AtomicU32,
}

impl Server {
    /// Starts a server with nothing in it.
    pub fn start(setup: &Setup<'_>) -> Self {
        let environment = setup.environment.iter();
        let environment = environment.map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let server = Self::prepare(environment.collect());
        server.initialize(setup);
        server.start_again();
        server
    }

    /// Starts a server that follows this one, which from now on commits nothing that the other does not have.
    #[must_use]
    pub fn start_standby(&self) -> Self {
        let standby = Self::prepare(self.environment.clone());
        let mut copy = standby.command("pg_basebackup");
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-d"])
            .arg(self.url(SHARED))
            .arg("-D")
            .arg(standby.data());
        succeed(&mut copy);
        standby.set(&standby.socket_setting());
        standby.start_again();
        let follow = "ALTER SYSTEM SET synchronous_standby_names = '*'";
        self.run_sql(SHARED, follow);
        self.run_sql(SHARED, "SELECT pg_reload_conf()");
        standby
    }

    /// Makes one that follows another stand alone. It follows nobody any more, and takes changes.
    pub fn promote(&self) {
        succeed(&mut self.control("promote"));
    }

    fn prepare(environment: Vec<(String, String)>) -> Self {
        let programs = programs::directory();
        let directory = TempDir::new().expect("a temporary directory").keep();
        let account = Account::for_server_in(&directory);
        Self {
            janitor: janitor(account, &programs, &directory),
            programs,
            account,
            environment,
            names: AtomicU32::default(),
            directory,
        }
    }

    fn initialize(&self, setup: &Setup<'_>) {
        let mut initdb = self.command("initdb");
        initdb.args([
            "--username",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        initdb
            .args(programs::collation(&self.programs))
            .arg("-D")
            .arg(self.data());
        succeed(&mut initdb);
        for (name, content) in setup.files {
            let path = self.data().join(name);
            fs::write(&path, content).expect("the data directory can be written");
            fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("it is ours");
            self.account.give(&path);
        }
        let special = setup.settings.iter();
        let special: Vec<String> = special
            .map(|(name, value)| format!("{name} = '{value}'"))
            .chain([self.socket_setting()])
            .collect();
        let kept = if setup.is_durable { "" } else { FORGETFUL };
        self.set(&format!("{SETTINGS}{kept}{}", special.join("\n")));
    }

    fn socket_setting(&self) -> String {
        format!("unix_socket_directories = '{}'", self.directory.display())
    }

    /// What comes last counts.
    fn set(&self, settings: &str) {
        let mut file = fs::File::options()
            .append(true)
            .open(self.data().join("postgresql.conf"))
            .expect("the server has settings");
        writeln!(file, "{settings}").expect("the settings can be written");
    }

    /// Starts it again once it was stopped.
    pub fn start_again(&self) {
        let mut start = self.control("start");
        start.arg("-l").arg(self.log());
        succeed(&mut start);
    }

    /// Stops it. What it keeps stays.
    pub fn stop(&self, how: Stop) {
        let mode = match how {
            Stop::Fast => "fast",
            Stop::Immediate => "immediate",
        };
        succeed(self.control("stop").args(["-m", mode]));
    }

    fn control(&self, what: &str) -> Command {
        let mut control = self.command("pg_ctl");
        control.args([what, "-w", "-s", "-D"]).arg(self.data());
        control
    }

    /// Makes a database, and tells its URL.
    pub fn create_database(&self) -> String {
        self.url(&self.create_named_database())
    }

    /// Makes a database, and tells its name.
    pub fn create_named_database(&self) -> String {
        let name = self.fresh_name();
        self.run_sql(SHARED, &format!("CREATE DATABASE {name}"));
        name
    }

    /// Makes a schema, which to whoever connects by the URL that this tells is as good as a database, and much faster made.
    pub fn create_schema(&self) -> String {
        let name = self.fresh_name();
        self.run_sql(SHARED, &format!("CREATE SCHEMA {name}"));
        format!("{}?options=-csearch_path%3D{name}&{NAME}{name}", self.url(SHARED))
    }

    /// How many deadlocks there were among those that connected by the URL of a [schema](Self::create_schema).
    pub fn deadlocks(&self, url: &str) -> usize {
        let begins = format!("{}|", name_in(url));
        let log = fs::read_to_string(self.log()).expect("the log can be read");
        log.lines()
            .filter(|line| line.starts_with(&begins) && line.contains("deadlock detected"))
            .count()
    }

    /// The definition of everything in a database.
    pub fn dump(&self, url: &str) -> String {
        let dump = succeed(self.command("pg_dump").args(["--schema-only", url]));
        // A random word against SQL in disguise.
        let is_fixed = |line: &&str| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict");
        dump.lines().filter(is_fixed).collect::<Vec<_>>().join("\n")
    }

    /// How many of those that connected by the URL of a [schema](Self::create_schema) wait for a lock at this moment.
    pub fn waiting(&self, url: &str) -> usize {
        let name = name_in(url);
        let waiting = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = '{name}'"
        );
        let answer = self.run_sql(SHARED, &waiting);
        answer.trim().parse().expect("a number")
    }

    fn fresh_name(&self) -> String {
        format!("test_{}", self.names.fetch_add(1, Ordering::Relaxed))
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@{}/{database}", self.host())
    }

    /// The URL of a database that is at whichever of both takes changes.
    pub fn url_with(&self, standby: &Self, database: &str) -> String {
        let hosts = format!("{},{}", self.host(), standby.host());
        format!("postgres://{USER}@{hosts}/{database}?target_session_attrs=read-write")
    }

    fn host(&self) -> String {
        encoded(&self.directory) + ":5432"
    }

    /// Starts a pooler before it.
    pub fn start_pooler(&self) -> Pooler {
        Pooler::start(self.account, &self.directory)
    }

    /// Has `psql` run SQL, and tells what it answers: a line a row.
    pub fn run_sql(&self, database: &str, sql: &str) -> String {
        let mut psql = self.command("psql");
        psql.args([
            "--no-psqlrc",
            "-qtA",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql,
            &self.url(database),
        ]);
        succeed(&mut psql)
    }

    /// The process that all others of the server descend from.
    pub fn pid(&self) -> u32 {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).expect("a running server has one");
        let pid = file.lines().next().and_then(|line| line.parse().ok());
        pid.expect("the file begins with a number")
    }

    /// A program that comes with the server, such as `pgbench`.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    fn log(&self) -> PathBuf {
        self.directory.join("log")
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.account.command(&self.program(program));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.janitor.stdin.take());
        let _ = self.janitor.wait();
    }
}

/// A directory as a host in a URL.
pub fn encoded(directory: &Path) -> String {
    directory.to_str().expect("UTF-8").replace('/', "%2F")
}

fn name_in(url: &str) -> &str {
    url.split_once(NAME).expect("the URL of a schema").1
}

fn janitor(account: Account, programs: &Path, directory: &Path) -> Child {
    let mut janitor = account.command(Path::new("/bin/sh"));
    janitor
        .args(["-c", JANITOR, "janitor"])
        .arg(programs.join("pg_ctl"))
        .arg(directory);
    // In a group of its own, so that whoever interrupts the tests leaves it to its work.
    janitor.process_group(0).stdin(Stdio::piped());
    janitor.stdout(Stdio::null()).stderr(Stdio::null());
    janitor.spawn().expect("a shell starts")
}

fn succeed(command: &mut Command) -> String {
    // Not piped: pg_ctl hands what it has on to the server, and a pipe would stay open.
    let said = tempfile::tempfile().expect("a temporary file");
    let output = || Stdio::from(said.try_clone().expect("a file can be shared"));
    let status = command
        .stdin(Stdio::null())
        .stdout(output())
        .stderr(output())
        .status();
    let text = read_back(&said);
    assert!(
        status.as_ref().is_ok_and(std::process::ExitStatus::success),
        "{command:?} failed: {status:?}\n{text}"
    );
    text
}

fn read_back(mut file: &fs::File) -> String {
    use std::io::{Read, Seek};

    let mut text = String::new();
    file.rewind().expect("a file can be read again");
    file.read_to_string(&mut text).expect("what programs say is text");
    text
}
