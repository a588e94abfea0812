//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::scenario::Scenario;

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

    /// Where performance.json and performance.svg go; SQLite's files lie beside them while they are needed
    #[arg(long, default_value = "target/bench")]
    pub out: PathBuf,
}
