//! What the systemd unit starts.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tenantry_tests::Service;

/// `tenantry.service`, and what it finds on a machine where the package is installed.
struct Unit {
    text: String,
    credentials: TempDir,
}

fn systemd(name: &str) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("../deploy/systemd").join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(systemd(name)).expect("it is given out")
}

/// A path below `/etc/tenantry`, in the repository.
fn installed(path: &str) -> PathBuf {
    systemd(path.strip_prefix("/etc/tenantry/").expect("a path of ours"))
}

impl Unit {
    fn read() -> Self {
        let unit = Self {
            text: read("tenantry.service"),
            credentials: tempfile::tempdir().expect("a directory"),
        };
        for (name, path) in unit.all("LoadCredential").filter_map(|line| line.split_once(':')) {
            fs::copy(installed(path), unit.credentials.path().join(name)).expect("a credential");
        }
        unit
    }

    fn all<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        let key = format!("{key}=");
        self.text.lines().filter_map(move |line| line.strip_prefix(&key))
    }

    /// The arguments of the binary.
    fn arguments(&self) -> Vec<String> {
        let mut command = self.all("ExecStart").flat_map(str::split_whitespace);
        assert_eq!(command.next(), Some("/usr/bin/tenantry"));
        command.map(|word| self.resolve(word)).collect()
    }

    fn resolve(&self, word: &str) -> String {
        let path = match word.strip_prefix("${CREDENTIALS_DIRECTORY}/") {
            Some(name) => self.credentials.path().join(name),
            None if word.starts_with('/') => installed(word),
            None => return word.to_owned(),
        };
        path.to_str().expect("UTF-8").to_owned()
    }

    /// What is set in the environment file.
    fn environment(&self) -> Vec<(String, String)> {
        assert_eq!(self.all("EnvironmentFile").next(), Some("-/etc/default/tenantry"));
        let text = read("tenantry.default");
        let set = text.lines().filter(|line| !line.starts_with('#'));
        let variables = set.filter_map(|line| line.split_once('='));
        variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

#[test]
fn the_unit_starts_a_service_that_is_ready() {
    let unit = Unit::read();
    let (arguments, environment) = (unit.arguments(), unit.environment());
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let environment: Vec<_> = environment
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut service = Service::start_as(&arguments, &environment);
    service.anonymous().get("/readyz").expect(200);
    assert_eq!(service.stop(), Some(0));
}
