use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tenantry_license::{NotASigningKey, SigningKey};

use crate::key_file::{self, KeyFileError};

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeygenError {
    /// The private key cannot be written.
    #[error(transparent)]
    Private(#[from] KeyFileError),
    /// What was written is no key.
    #[error(transparent)]
    Key(#[from] NotASigningKey),
    /// The public key cannot be written.
    #[error("cannot write the public key {}", path.display())]
    Public {
        /// Its file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Standard output is closed, say.
    #[error("cannot print where the keys are")]
    Output(#[from] io::Error),
}

/// Writes a new key that signs licences to `file`, for its owner alone, and the public half of it beside, and tells `out` what to do with them.
///
/// # Errors
/// Every [`KeygenError`].
pub fn keygen(file: &Path, out: &mut dyn Write) -> Result<(), KeygenError> {
    let public = public_half(file);
    if public.exists() {
        return Err(KeyFileError::Taken { path: public }.into());
    }
    key_file::create(file)?;
    let key = SigningKey::from_pkcs8(&key_file::read(file)?)?;
    if let Err(source) = write(&public, &key.public_pem()) {
        return Err(KeygenError::Public { path: public, source });
    }
    tell(out, file, &public)?;
    Ok(())
}

fn public_half(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    File::create_new(path)?.write_all(text.as_bytes())
}

fn tell(out: &mut dyn Write, file: &Path, public: &Path) -> io::Result<()> {
    let (file, public) = (file.display(), public.display());
    writeln!(out, "{file}      signs licences: keep it to yourself")?;
    writeln!(
        out,
        "{public}  checks them: give it to services as license.key_file"
    )?;
    writeln!(out)?;
    writeln!(
        out,
        "next: tenantry license issue --key {file} --holder ACME --days 365 > license.jwt"
    )
}
