//! Measures the real binary against pgbench and against SQLite alone, and sends load to any running service.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot go on stops, with a reason"
)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "numbers are there to be read"
)]
#![allow(clippy::missing_panics_doc, reason = "as said above")]

mod asking;
mod cpu;
mod latencies;
mod load;
mod measure;
mod options;
mod reference;
mod report;
mod scenario;
mod seed;
mod service;
mod setting;
mod soak;
#[cfg(test)]
mod tests;
mod tree;
mod workshop;

use std::fs;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use mimalloc::MiMalloc;

use crate::measure::Times;
use crate::options::{Cli, Command, CompareArgs, LoadArgs, SoakArgs};
use crate::report::{Line, Report};
use crate::scenario::Scenario;
use crate::workshop::Workshop;

/// The load program shares the machine with what it measures.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Compare(args) => compare(&args),
        Command::Load(args) => load(&args),
        Command::Soak(args) => soak(&args),
    }
}

fn compare(args: &CompareArgs) -> ExitCode {
    for directory in [&args.out, &args.work] {
        fs::create_dir_all(directory).expect("the directory can be made");
    }
    let (times, workspaces, large) = if args.quick {
        (Times::QUICK, 200, 20)
    } else {
        (Times::FULL, 1_000, 1_000)
    };
    let wanted = if args.only.is_empty() {
        Scenario::value_variants()
    } else {
        &args.only
    };
    let workspaces = args.workspaces.unwrap_or(workspaces);
    let workshop = Workshop::open(&args.binary, times, &args.work);
    let mut report = Report {
        setting: setting::of(&workshop),
        ..Report::default()
    };
    // What a part has measured is there when a later one cannot go on.
    let keep = |report: &Report| report.write(&args.work).expect("the directory can be written");
    scenario::compare(&workshop, wanted, workspaces, &mut report);
    keep(&report);
    if wanted.contains(&Scenario::Sqlite) {
        scenario::sqlite(&workshop, workspaces.div_ceil(10), &mut report);
        keep(&report);
    }
    if wanted.contains(&Scenario::Flat) {
        scenario::flat(&workshop, args.large.unwrap_or(large), &mut report);
        keep(&report);
    }
    if wanted.contains(&Scenario::Footprint) {
        scenario::footprint(&workshop, &mut report);
    }
    println!("{}", report.table());
    report.write(&args.out).expect("the directory can be written");
    exit_code(&report)
}

fn load(args: &LoadArgs) -> ExitCode {
    let mut report = Report::default();
    match args.load().run(&args.requests().into(), || ()) {
        Ok((measured, _)) => {
            report.lines.push(Line {
                rate: measured.rate(),
                latency: measured.latencies.summary(),
                ..Line::new("load", "tenantry")
            });
            report.complain("load", &measured.unexpected);
            println!("{}", report.table());
            exit_code(&report)
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Failure is an answer of 500 or more, a request without one, memory that grows, or what `tenantry verify` finds.
fn soak(args: &SoakArgs) -> ExitCode {
    fs::create_dir_all(&args.work).expect("the directory can be made");
    let workshop = Workshop::open(&args.binary, Times::QUICK, &args.work);
    let seeded = workshop.on_postgres(args.shape());
    let outcome = soak::run(&seeded, args.plan());
    print!("{outcome}");
    println!("{}", seeded.verify());
    let complaints = outcome.complaints();
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    if complaints.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Failure is an answer that was not expected.
fn exit_code(report: &Report) -> ExitCode {
    if report.unexpected.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
