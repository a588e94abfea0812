use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::process::run;

/// Somebody who issues licences, and installs them here.
pub struct LicenseIssuer(TempDir);

impl LicenseIssuer {
    /// With a key of their own.
    pub fn create() -> Self {
        let issuer = Self(tempfile::tempdir().expect("a directory"));
        issuer.run("keygen issuer.pem");
        issuer
    }

    /// A file of theirs.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `tenantry license`, in which every name of a key is that of a file here.
    pub fn run(&self, line: &str) -> String {
        let key = self.path("issuer.pem").display().to_string();
        let words = line
            .split(' ')
            .map(|word| if word == "issuer.pem" { key.as_str() } else { word });
        let arguments: Vec<&str> = std::iter::once("license").chain(words).collect();
        let done = run(self.0.path(), &[], &arguments);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        done.stdout
    }

    /// A licence.
    pub fn issue(&self, holder: &str, until: &str) -> String {
        self.run(&format!("issue --key issuer.pem --holder {holder} {until}"))
    }

    /// Puts this where the service looks, whole at once.
    pub fn install(&self, text: &str) {
        fs::write(self.path("new"), text).expect("it is written");
        self.move_there();
    }

    /// Puts a pipe that nobody writes to where the service looks.
    pub fn install_pipe(&self) {
        let made = Command::new("mkfifo").arg(self.path("new")).status();
        assert!(made.expect("mkfifo is there").success());
        self.move_there();
    }

    fn move_there(&self) {
        fs::rename(self.path("new"), self.path("license.jwt")).expect("it is moved");
    }

    /// The settings of a service that trusts this issuer.
    pub fn settings(&self) -> [(&'static str, String); 2] {
        let shown = |name| self.path(name).display().to_string();
        [
            ("TENANTRY__LICENSE__KEY_FILE", shown("issuer.pem.pub")),
            ("TENANTRY__LICENSE__FILE", shown("license.jwt")),
        ]
    }
}
