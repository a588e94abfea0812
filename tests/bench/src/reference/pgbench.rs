use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tenantry_test_postgres::Server;

use crate::latencies::Latencies;

/// Work that is written in SQL.
#[derive(Debug, Clone, Copy)]
pub enum Script {
    /// A charge to a random organization of the fourth level.
    Charge,
    /// A read of such a one.
    Read,
}

impl Script {
    fn text(self) -> &'static str {
        match self {
            Self::Charge => include_str!("../../scripts/charge.sql"),
            Self::Read => include_str!("../../scripts/read.sql"),
        }
    }
}

/// PostgreSQL's own load program, with prepared statements.
pub struct Pgbench {
    program: PathBuf,
    url: String,
    directory: PathBuf,
}

/// One run of it.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// What each transaction does.
    pub script: Script,
    /// The workspaces to draw from, the last one included.
    pub workspaces: (u32, u32),
    /// Connections, each of which runs one transaction after another.
    pub clients: u32,
    /// How long, at least a second.
    pub duration: Duration,
    /// Told apart by this, so that resources are fresh: below 9,000.
    pub number: u32,
}

impl Pgbench {
    /// For a database, with a directory for what it writes.
    pub fn new(server: &Server, url: &str, directory: &Path) -> Self {
        Self {
            program: server.program("pgbench"),
            url: url.to_owned(),
            directory: directory.to_owned(),
        }
    }

    /// Transactions in a second.
    pub fn rate(&self, run: Run) -> f64 {
        let said = self.run(run, &[]);
        let line = said.lines().find_map(|line| line.strip_prefix("tps = "));
        let number = line.and_then(|line| line.split(' ').next()?.parse().ok());
        number.unwrap_or_else(|| panic!("pgbench tells no rate:\n{said}"))
    }

    /// The latency of every transaction.
    pub fn latencies(&self, run: Run) -> Latencies {
        let prefix = self.directory.join("transactions");
        self.run(run, &["--log", "--log-prefix", &prefix.display().to_string()]);
        let mut latencies = Latencies::default();
        for file in self.logs() {
            let text = fs::read_to_string(&file).expect("pgbench has written it");
            // client, number, microseconds, …
            let of_line = |line: &str| Some(Duration::from_micros(line.split(' ').nth(2)?.parse().ok()?));
            latencies.add(&text.lines().filter_map(of_line).collect());
            fs::remove_file(file).expect("it is ours");
        }
        latencies
    }

    fn logs(&self) -> impl Iterator<Item = PathBuf> {
        let all = fs::read_dir(&self.directory)
            .expect("the directory is there")
            .flatten();
        let is_log = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("transactions."))
        };
        all.map(|entry| entry.path()).filter(is_log)
    }

    fn run(&self, run: Run, options: &[&str]) -> String {
        let script = self.directory.join("script.sql");
        fs::write(&script, run.script.text()).expect("the directory can be written");
        let (from, to) = run.workspaces;
        let first = u64::from(run.number) * 1_000_000_000;
        let variables = [
            format!("from={from}"),
            format!("to={to}"),
            format!("first={first}"),
            "count=0".to_owned(),
        ];
        let output = Command::new(&self.program)
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
            .args(["--client", &run.clients.to_string()])
            .args(["--time", &whole_seconds(run.duration).to_string()])
            .args(variables.iter().flat_map(|variable| ["--define", variable]))
            .args(options)
            .arg("--file")
            .arg(script)
            .arg(&self.url)
            .output()
            .expect("pgbench comes with PostgreSQL");
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "pgbench: {}", said(&output.stderr));
        said(&output.stdout)
    }
}

/// All that it takes; not less than one.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs().max(1)
}
