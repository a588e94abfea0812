use std::io::{self, Write};
use std::path::Path;

use tenantry_application::ports::Clock;
use tenantry_domain::Timestamp;
use tenantry_domain::license::{License, LicenseLimits, Validity};
use tenantry_license::Refused;

use crate::cli::ShowArgs;
use crate::config::Settings;
use crate::licensing::{Unusable, read_keys, read_token, read_token_from};

/// Why no licence is shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    /// None is named.
    #[error("no licence is configured; name its file, or set license.file")]
    NoLicense,
    /// Nothing is named that it could be checked with.
    #[error("there is no public key to check it with; name its file with --key, or set license.key_file")]
    NoKey,
    /// A file cannot be used.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// What was given is no licence.
    #[error("the licence is not accepted")]
    Refused(#[from] Refused),
    /// Standard input cannot be read.
    #[error("cannot read the licence from standard input")]
    Input(#[source] io::Error),
    /// Standard output is closed, say.
    #[error("cannot print the licence")]
    Output(#[from] io::Error),
}

/// Writes what a licence says to `out`, and says whether it holds.
///
/// # Errors
/// Every [`ShowError`].
pub fn show(
    settings: &Settings,
    args: &ShowArgs,
    clock: &dyn Clock,
    out: &mut dyn Write,
) -> Result<bool, ShowError> {
    let configured = settings.license.files().map(|files| files.file.as_path());
    let file = args.file.as_deref().or(configured).ok_or(ShowError::NoLicense)?;
    let key_file = args
        .key
        .as_deref()
        .or(settings.license.key_file())
        .ok_or(ShowError::NoKey)?;
    let license = read_keys(key_file)?.verify(&token(file)?)?;
    let now = clock.now();
    print(&license, now, out)?;
    Ok(license.validity(now) == Validity::Valid)
}

fn token(file: &Path) -> Result<String, ShowError> {
    if file == Path::new("-") {
        return read_token_from(io::stdin().lock()).map_err(ShowError::Input);
    }
    Ok(read_token(file)?)
}

fn print(license: &License, now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "holder     {}", license.holder)?;
    writeln!(out, "edition    {}", license.edition)?;
    writeln!(out, "limits     {}", limits(license.limits))?;
    writeln!(out, "from       {}", license.not_before)?;
    writeln!(out, "until      {}", license.expires_at)?;
    writeln!(out, "days left  {}", license.days_left(now))?;
    writeln!(out, "id         {}", license.id)?;
    writeln!(out, "standing   {}", license.validity(now))
}

fn limits(limits: LicenseLimits) -> String {
    limits
        .teams_per_person
        .map_or_else(|| "none".to_owned(), |teams| format!("teams_per_person={teams}"))
}
