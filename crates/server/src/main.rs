//! The `tenantry` binary.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use tenantry_server::cli::{Cli, Command, CopyArgs, LicenseCommand};
use tenantry_server::commands;
use tenantry_server::config::{self, Settings};
use tenantry_server::sources::{FreshIds, SystemClock};

/// Gives back what a start or a burst of requests has used, and takes less time than the system's own.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The configuration or the command line is wrong; `clap` uses the same number.
const MISUSE: u8 = 2;
const FAILURE: u8 = 1;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let settings = match config::load(&cli.config, std::env::vars_os()) {
        Ok(settings) => settings,
        Err(error) => return refuse(&error, MISUSE),
    };
    match run(cli.command.unwrap_or_default(), &settings) {
        Ok(code) => code,
        Err(error) => refuse(error.as_ref(), FAILURE),
    }
}

fn run(command: Command, settings: &Settings) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Token(args) => {
            commands::token::run(settings, args, &SystemClock::start(), &mut io::stdout())?;
        }
        Command::License(command) => return license(command, settings),
        Command::CheckConfig => commands::check_config::run(settings, &mut io::stdout())?,
        Command::Serve => commands::serve::run(settings)?,
        Command::Migrate => commands::migrate::run(settings, &mut io::stdout())?,
        Command::Health(args) => commands::health::run(settings, &args, &mut io::stdout())?,
        Command::Openapi => commands::openapi::run(&mut io::stdout())?,
        Command::Backup(args) => commands::backup::run(settings, &args, &mut io::stdout())?,
        Command::Restore(args) => commands::restore::run(settings, &args, &mut io::stdout())?,
        Command::Copy(args) => return copy(&args, settings),
        Command::Verify { repair } => {
            if !commands::verify::run(settings, repair, &mut io::stdout())? {
                return Ok(ExitCode::from(FAILURE));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn copy(args: &CopyArgs, settings: &Settings) -> Result<ExitCode, Box<dyn Error>> {
    let places = match commands::copy::Places::of(args, settings) {
        Ok(places) => places,
        Err(error) => return Ok(refuse(&error, MISUSE)),
    };
    if commands::copy::run(settings, &places, &mut io::stdout())? {
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::from(FAILURE))
    }
}

fn license(command: LicenseCommand, settings: &Settings) -> Result<ExitCode, Box<dyn Error>> {
    let (clock, mut out) = (SystemClock::start(), io::stdout());
    match command {
        LicenseCommand::Keygen { file } => commands::license::keygen(&file, &mut out)?,
        LicenseCommand::Issue(args) => {
            commands::license::issue(args, &clock, &FreshIds::default(), &mut out)?;
        }
        LicenseCommand::Show(args) => {
            if !commands::license::show(settings, &args, &clock, &mut out)? {
                return Ok(ExitCode::from(FAILURE));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Nothing can be done about a standard error that is closed, so a failed write is let go.
fn refuse(error: &dyn Error, code: u8) -> ExitCode {
    let _ = writeln!(io::stderr(), "tenantry: {}", with_causes(error));
    ExitCode::from(code)
}

fn with_causes(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", with_causes(cause)),
        None => error.to_string(),
    }
}
