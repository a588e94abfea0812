//! `tenantry token`

use std::io::{self, Write};

use crate::auth::{Holder, Issuance, LocalIssuer, LocalIssuerError};
use crate::cli::TokenArgs;
use crate::config::Settings;
use crate::sources::{self, Clock, NoRandomness};

/// Why no token was printed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Nobody would accept the token.
    #[error(
        "the local issuer is switched off (auth.local_issuer is false): no service with this configuration would accept its token"
    )]
    SwitchedOff,
    /// Neither a person nor a machine is named.
    #[error("name a person with --email or a machine with --service")]
    Nobody,
    /// The key cannot be used.
    #[error(transparent)]
    Issuer(#[from] LocalIssuerError),
    /// No token id could be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// Standard output is closed, say.
    #[error("cannot print the token")]
    Output(#[from] io::Error),
}

/// Writes a token from the local issuer, and a newline, to `out`. Makes the issuer's key when there is none.
///
/// # Errors
/// Every [`TokenError`].
pub fn run(
    settings: &Settings,
    args: TokenArgs,
    clock: &dyn Clock,
    out: &mut dyn Write,
) -> Result<(), TokenError> {
    if !settings.auth.local_issuer {
        return Err(TokenError::SwitchedOff);
    }
    let issuance = Issuance {
        token_id: sources::token_id()?,
        issued_at: clock.now(),
        ttl: args.ttl,
    };
    let holder = holder(args)?;
    let token = LocalIssuer::open(&settings.data_dir)?.issue(&holder, &issuance)?;
    writeln!(out, "{token}")?;
    Ok(())
}

fn holder(args: TokenArgs) -> Result<Holder, TokenError> {
    match (args.email, args.service) {
        (Some(email), _) => Ok(Holder::Person {
            subject: args.subject.unwrap_or_else(|| email.to_lowercase()),
            email,
            name: args.name,
        }),
        (None, Some(name)) => Ok(Holder::Machine {
            name,
            scopes: args.scopes,
        }),
        (None, None) => Err(TokenError::Nobody),
    }
}
