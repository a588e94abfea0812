//! The command line.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use hyper::{StatusCode, Uri};

use crate::load::{Load, Pace, Requests, Target};
use crate::scenario::Scenario;
use crate::soak::Plan;
use crate::tree::Shape;

/// Measures the service, or sends load to it.
#[derive(Debug, Parser)]
#[command(name = "tenantry-bench", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Measure the service against pgbench and SQLite alone, on databases of its own, and print ratios
    Compare(CompareArgs),
    /// Send load to a running service, and print what came of it
    Load(LoadArgs),
    /// Ask a service on a seeded PostgreSQL for everything that it can do, for long, and tell whether something breaks or grows
    Soak(SoakArgs),
}

const COMPARE_EXAMPLES: &str = "Examples:
  tenantry-bench compare --quick
  tenantry-bench compare --quick --only hot,reads
  tenantry-bench compare --out docs

Exit code 1 is an answer that was not expected, never that something is slow.";

/// What is measured.
#[derive(Debug, Args)]
#[command(after_help = COMPARE_EXAMPLES)]
pub struct CompareArgs {
    /// Small databases and short turns: a look, no numbers to rely on
    #[arg(long)]
    pub quick: bool,

    /// Only these scenarios, with commas between them; all unless given
    #[arg(long, value_delimiter = ',', value_enum)]
    pub only: Vec<Scenario>,

    /// The service
    #[arg(long, default_value = "target/release/tenantry")]
    pub binary: PathBuf,

    /// Workspaces of the databases on which the service and the references are compared, up to 9,999; 1,000 unless given, 200 when quick
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=9_999))]
    pub workspaces: Option<u32>,

    /// Workspaces of 1,000 organizations each in the large one of the databases of `flat`, up to 9,999; 1,000 unless given, 20 when quick
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=9_999))]
    pub large: Option<u32>,

    /// Where performance.json and performance.svg go, and the tables, where there is a performance.md for them
    #[arg(long, default_value = "target/bench")]
    pub out: PathBuf,

    /// Where the service's data lies meanwhile, which decides about the disk that SQLite writes to
    #[arg(long, default_value = "target/bench")]
    pub work: PathBuf,
}

/// How long, and how much.
#[derive(Debug, Args)]
pub struct SoakArgs {
    /// How long, such as 30m
    #[arg(long, default_value = "30m", value_parser = humantime::parse_duration)]
    pub duration: Duration,

    /// Requests a second
    #[arg(long, default_value = "200", value_parser = rate)]
    pub rate: f64,

    /// Workspaces of 190 organizations each
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=9_999))]
    pub workspaces: u32,

    /// The service
    #[arg(long, default_value = "target/release/tenantry")]
    pub binary: PathBuf,

    /// Where the service's data lies meanwhile
    #[arg(long, default_value = "target/bench")]
    pub work: PathBuf,
}

impl SoakArgs {
    /// What is sent.
    pub fn plan(&self) -> Plan {
        Plan {
            rate: self.rate,
            duration: self.duration,
        }
    }

    /// What is there before.
    pub fn shape(&self) -> Shape {
        Shape {
            workspaces: self.workspaces,
            levels: 4,
        }
    }
}

const LOAD_EXAMPLES: &str = r#"The file of targets has a method, a path and, where there is one, a body in each line:

  GET /workspaces/ws_02wMe2eZtYRY4hvzqF2FgZ
  PUT /charges/locations/{fresh} {"organization_id": "org_02wMe2eZtYRY4hvzqF2FgZ"}

Each request is one of them, drawn at random; {fresh} is another word each time.

Examples:
  tenantry-bench load http://127.0.0.1:8080 --token "$TOKEN" --targets reads.txt
  tenantry-bench load http://127.0.0.1:8080 --token "$TOKEN" --targets charges.txt --rate 500 --duration 10m --expect 201

Exit code 1 is an answer that was not expected."#;

/// What is sent where.
#[derive(Debug, Args)]
#[command(after_help = LOAD_EXAMPLES)]
pub struct LoadArgs {
    /// Where the service listens, by http without TLS
    #[arg(value_parser = address)]
    pub url: SocketAddr,

    /// The bearer token or API key that everything is sent with
    #[arg(long, value_parser = token)]
    pub token: String,

    /// The file of targets
    #[arg(long, value_parser = targets)]
    pub targets: Targets,

    /// Connections that are kept
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub connections: u32,

    /// Requests a second, whether answers come or not; latencies count from when a request was due. Without it, each connection sends a request
    /// when it has the answer to the one before
    #[arg(long, value_parser = rate)]
    pub rate: Option<f64>,

    /// What does not count at the beginning
    #[arg(long, default_value = "2s", value_parser = humantime::parse_duration)]
    pub warm_up: Duration,

    /// How long it counts
    #[arg(long, default_value = "10s", value_parser = humantime::parse_duration)]
    pub duration: Duration,

    /// The status of every answer; any from 200 to 299 unless given
    #[arg(long)]
    pub expect: Option<StatusCode>,

    /// What fresh words begin with, so that two runs do not use the same
    #[arg(long, default_value = "load")]
    pub run: String,
}

/// The targets of a file, at least one.
pub type Targets = std::sync::Arc<[Target]>;

impl LoadArgs {
    /// Who sends, and for how long.
    pub fn load(&self) -> Load {
        Load {
            address: self.url,
            connections: self.connections,
            pace: self.rate.map_or(Pace::Closed, Pace::Open),
            warm_up: self.warm_up,
            measured: self.duration,
        }
    }

    /// What is sent.
    pub fn requests(&self) -> Requests {
        Requests::new(&self.token, self.targets.to_vec(), self.expect, &self.run)
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let url: Uri = text.parse().map_err(|_| "not a URL")?;
    let host = url.host().filter(|_| url.scheme_str() == Some("http"));
    let host = host.ok_or("write it as http://127.0.0.1:8080")?;
    let found = (host, url.port_u16().unwrap_or(80)).to_socket_addrs();
    let mut found = found.map_err(|error| error.to_string())?;
    found.next().ok_or_else(|| format!("{host} has no address"))
}

fn token(text: &str) -> Result<String, String> {
    let is_printable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_printable
        .then(|| text.to_owned())
        .ok_or_else(|| "not a token".to_owned())
}

fn targets(path: &str) -> Result<Targets, String> {
    let text = fs::read_to_string(Path::new(path)).map_err(|error| error.to_string())?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let targets: Result<Targets, _> = lines.map(str::parse).collect();
    match targets {
        Ok(targets) if targets.is_empty() => Err("no targets".to_owned()),
        targets => targets.map_err(|error: crate::load::InvalidTarget| error.to_string()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.001..=1e6).contains(&rate) => Ok(rate),
        _ => Err("must be from 0.001 to 1000000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn load_goes_to_an_address_in_the_clear() {
        assert_eq!(
            address("http://127.0.0.1:8080"),
            Ok(([127, 0, 0, 1], 8080).into())
        );
        for bad in ["127.0.0.1:8080", "https://127.0.0.1", "nonsense"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
