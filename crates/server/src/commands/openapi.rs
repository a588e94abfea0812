//! `tenantry openapi`

use std::io::{self, Write};

/// Why the document was not printed.
#[derive(Debug, thiserror::Error)]
pub enum OpenapiError {
    /// It has no JSON form.
    #[error("cannot write the document as JSON")]
    Json(#[from] serde_json::Error),
    /// Standard output is closed, say.
    #[error("cannot print the document")]
    Output(#[from] io::Error),
}

/// Writes the OpenAPI 3.1 document, the same on every machine, to `out`.
///
/// # Errors
/// When `out` cannot be written to.
pub fn run(out: &mut dyn Write) -> Result<(), OpenapiError> {
    let document = serde_json::to_string_pretty(&tenantry_http::openapi(None))?;
    writeln!(out, "{document}")?;
    Ok(())
}
