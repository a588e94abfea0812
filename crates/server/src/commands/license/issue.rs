use std::io::{self, Write};
use std::path::PathBuf;

use tenantry_application::ports::{Clock, IdSource};
use tenantry_domain::Timestamp;
use tenantry_domain::license::License;
use tenantry_license::{NotSigned, SigningKey, whole_second};

use crate::cli::IssueArgs;
use crate::key_file::{self, KeyFileError};

/// Why no licence was printed.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// It would never hold.
    #[error(
        "the licence would expire at {expires_at}, no later than it begins at {not_before}; \
         give a later --expires or an earlier --not-before"
    )]
    NeverValid {
        /// Its beginning.
        not_before: Timestamp,
        /// Its end.
        expires_at: Timestamp,
    },
    /// No calendar that RFC 3339 can write goes so far.
    #[error(
        "the licence would begin or expire after the year 9999; give fewer --days or an earlier --expires"
    )]
    TooLate,
    /// The key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The signature library refused.
    #[error(transparent)]
    Signing(#[from] NotSigned),
    /// Standard output is closed, say.
    #[error("cannot print the licence")]
    Output(#[from] io::Error),
}

/// Writes a licence, and a newline, to `out`.
///
/// # Errors
/// Every [`IssueError`].
pub fn issue(
    args: IssueArgs,
    clock: &dyn Clock,
    ids: &dyn IdSource,
    out: &mut dyn Write,
) -> Result<(), IssueError> {
    let now = clock.now();
    let key = signing_key(args.key.clone())?;
    let token = key.sign(&license(args, now, ids)?, now)?;
    writeln!(out, "{token}")?;
    Ok(())
}

fn license(args: IssueArgs, now: Timestamp, ids: &dyn IdSource) -> Result<License, IssueError> {
    let not_before = second(args.not_before.unwrap_or(now))?;
    let expires_at = second(match (args.expires, args.days) {
        (Some(moment), _) => moment,
        (None, days) => not_before.plus_days(days.unwrap_or_default()),
    })?;
    if expires_at <= not_before {
        return Err(IssueError::NeverValid {
            not_before,
            expires_at,
        });
    }
    Ok(License {
        id: ids.fresh(),
        holder: args.holder,
        edition: args.edition,
        limits: args.limit.unwrap_or_default(),
        not_before,
        expires_at,
    })
}

fn second(of: Timestamp) -> Result<Timestamp, IssueError> {
    whole_second(of).ok_or(IssueError::TooLate)
}

fn signing_key(path: PathBuf) -> Result<SigningKey, KeyFileError> {
    let der = key_file::read(&path)?;
    SigningKey::from_pkcs8(&der).map_err(|_| KeyFileError::NotAKey { path })
}
