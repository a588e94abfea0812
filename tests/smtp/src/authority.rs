use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;

/// Certifies that `localhost` is who it says.
pub struct Authority {
    directory: TempDir,
}

impl Authority {
    /// A new one, whom nobody trusts yet.
    pub fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let new = Self { directory };
        openssl(
            new.path(),
            &["-subj", "/CN=Tests", "-keyout", "ca.key", "-out", "ca.pem"],
        );
        let certified = "-subj /CN=localhost -CA ca.pem -CAkey ca.key -keyout server.key -out server.pem";
        let mut arguments: Vec<&str> = certified.split(' ').collect();
        arguments.extend(["-addext", "subjectAltName=DNS:localhost"]);
        arguments.extend(["-addext", "basicConstraints=critical,CA:FALSE"]);
        openssl(new.path(), &arguments);
        new
    }

    /// The file with its certificate, in PEM.
    pub fn certificate(&self) -> PathBuf {
        self.path().join("ca.pem")
    }

    /// What a server needs to prove that it is `localhost`.
    pub fn server_config(&self) -> Arc<ServerConfig> {
        let file = |name: &str| self.path().join(name);
        let certificate = CertificateDer::from_pem_file(file("server.pem")).expect("a certificate");
        let key = PrivateKeyDer::from_pem_file(file("server.key")).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("protocol versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key);
        Arc::new(config.expect("key and certificate go together"))
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes a certificate and its key.
fn openssl(directory: &Path, arguments: &[&str]) {
    let made = Command::new("openssl")
        .current_dir(directory)
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
        .args(arguments)
        .output()
        .expect("openssl is there; `make tools` installs it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
