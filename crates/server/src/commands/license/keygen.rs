use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tenantry_license::{NotASigningKey, SigningKey};

use crate::key_file::{self, KeyFileError};
use crate::sources::{self, NoRandomness};

const FOR_EVERYBODY: u32 = 0o644;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeygenError {
    /// No key could be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The private key cannot be written, or one of the files is there already.
    #[error(transparent)]
    Private(#[from] KeyFileError),
    /// What was made is no key.
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

/// Writes a new key that signs licences to `file`, for its owner alone, and the public half of it beside, and tells `out` what to do with them. Both files are made,
/// or none.
///
/// # Errors
/// Every [`KeygenError`].
pub fn keygen(file: &Path, out: &mut dyn Write) -> Result<(), KeygenError> {
    let public = public_half(file);
    let key = sources::ed25519_key()?;
    write_public(&public, &SigningKey::from_pkcs8(&key)?.public_pem())?;
    if let Err(error) = key_file::create(file, &key) {
        // Why there is no key matters more than what is left of it.
        let _ = fs::remove_file(&public);
        return Err(error.into());
    }
    tell(out, file, &public)?;
    Ok(())
}

fn public_half(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn write_public(path: &Path, text: &str) -> Result<(), KeygenError> {
    let path = path.to_owned();
    match key_file::write_new(&path, text.as_bytes(), FOR_EVERYBODY) {
        Ok(true) => Ok(()),
        Ok(false) => Err(KeyFileError::Taken { path }.into()),
        Err(source) => Err(KeygenError::Public { path, source }),
    }
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
