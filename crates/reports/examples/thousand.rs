//! Writes the reports of a thousand organizations into a folder, to look at them and to see how long that takes:
//!
//! `cargo build --release -p tenantry-reports --example thousand && time target/release/examples/thousand DIRECTORY`

use std::error::Error;
use std::path::PathBuf;

use tenantry_reports::{csv, pdf};

#[path = "../tests/reports/support.rs"]
#[allow(
    dead_code,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "made for tests"
)]
mod support;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a directory")?);
    let report = support::thousand();
    std::fs::write(folder.join("usage.csv"), csv(&report)?)?;
    std::fs::write(folder.join("usage.pdf"), pdf(&report)?)?;
    Ok(())
}
