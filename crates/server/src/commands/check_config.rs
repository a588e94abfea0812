//! `tenantry check-config`

use std::io::{self, Write};

use crate::config::Settings;

/// Why the configuration cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum CheckConfigError {
    /// A value has no TOML form.
    #[error("cannot write the configuration as TOML")]
    Toml(#[from] toml::ser::Error),
    /// Standard output is closed, say.
    #[error("cannot print the configuration")]
    Output(#[from] io::Error),
}

/// Writes the effective settings as TOML that can be loaded again, but for a database password, which is masked. What is
/// absent is decided at run time.
///
/// # Errors
/// When `out` cannot be written to.
pub fn run(settings: &Settings, out: &mut dyn Write) -> Result<(), CheckConfigError> {
    let mut shown = settings.clone();
    let base_url = settings.http.base_url(settings.http.port);
    shown.http.public_url = base_url.parse().ok();
    out.write_all(shown.to_toml()?.as_bytes())?;
    Ok(())
}
