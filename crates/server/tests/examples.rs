//! The configuration files that are given out.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tenantry_server::config::{self, Settings};
use toml::{Table, Value};

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

fn read(name: &str) -> String {
    fs::read_to_string(deploy().join(name)).unwrap()
}

fn load(text: &str) -> Result<Settings, config::ConfigError> {
    let file = NamedTempFile::new().unwrap();
    fs::write(&file, text).unwrap();
    config::load(&[file.path().to_owned()], [])
}

/// What the file would be if somebody set everything in it: settings follow their `#` at once, prose does not.
fn with_everything_set(text: &str) -> String {
    let is_setting = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
    let set = |line: &str| line.strip_prefix('#').filter(is_setting).map(str::to_owned);
    text.lines()
        .map(|line| set(line).unwrap_or_else(|| line.to_owned()) + "\n")
        .collect()
}

/// The keys that may stand in a section: whoever refuses an unknown one names them all.
fn keys_of(section: &[&str]) -> Vec<String> {
    let path = [section, &["no_such_key"]].concat().join(".");
    let refusal = load(&format!("{path} = 1")).unwrap_err().to_string();
    let (_, expected) = refusal.split_once("expected").unwrap();
    let mut parts = expected.split('`').map(str::to_owned);
    let mut keys = Vec::new();
    while let (Some(_), Some(key)) = (parts.next(), parts.next()) {
        keys.push(key);
    }
    assert!(!keys.is_empty(), "{refusal}");
    keys
}

fn assert_lists_every_key(example: &Table, section: &[&str]) {
    for key in keys_of(section) {
        let path = [section, &[key.as_str()]].concat();
        match example.get(&key) {
            Some(Value::Table(inside)) => assert_lists_every_key(inside, &path),
            found => assert!(found.is_some(), "{} is missing", path.join(".")),
        }
    }
}

fn assert_has_each(example: &Table, defaults: &Table) {
    for (key, default) in defaults {
        match (&example[key], default) {
            (Value::Table(example), Value::Table(default)) => assert_has_each(example, default),
            (example, default) => assert_eq!(example, default, "{key}"),
        }
    }
}

#[test]
fn the_example_lists_every_setting_and_no_other() {
    let text = with_everything_set(&read("tenantry.example.toml"));
    load(&text).unwrap();
    assert_lists_every_key(&toml::from_str(&text).unwrap(), &[]);
}

#[test]
fn the_example_shows_the_defaults() {
    let text = read("tenantry.example.toml");
    assert_eq!(load(&text).unwrap(), Settings::default());
    let example = toml::from_str(&with_everything_set(&text)).unwrap();
    let defaults = toml::from_str(&Settings::default().to_toml().unwrap()).unwrap();
    assert_has_each(&example, &defaults);
}

#[test]
fn every_configuration_that_is_given_out_is_accepted() {
    for name in [
        "compose/tenantry.toml",
        "systemd/tenantry.toml",
        "systemd/secrets.toml",
    ] {
        load(&read(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn the_proxies_of_the_compose_file_are_trusted() {
    let settings = load(&read("compose/tenantry.toml")).unwrap();
    let [network] = settings.http.trusted_proxies.as_slice() else {
        panic!("not one network");
    };
    let subnet = format!("- subnet: {network}\n");
    assert!(read("compose/compose.yaml").contains(&subnet), "{subnet}");
}

#[test]
fn the_package_keeps_its_data_where_the_unit_makes_a_place_for_it() {
    let settings = load(&read("systemd/tenantry.toml")).unwrap();
    let directory = settings.data_dir.strip_prefix("/var/lib").unwrap();
    let line = format!("StateDirectory={}\n", directory.display());
    assert!(read("systemd/tenantry.service").contains(&line), "{line}");
}

#[test]
fn versions_are_those_of_the_workspace() {
    let version = env!("CARGO_PKG_VERSION");
    let toolchain: Table = toml::from_str(&read("../rust-toolchain.toml")).unwrap();
    let channel = toolchain["toolchain"]["channel"].as_str().unwrap();
    for (file, line) in [
        ("Dockerfile", format!("FROM rust:{channel}-")),
        ("Dockerfile", format!("ENV RUSTUP_TOOLCHAIN={channel}\n")),
        ("compose/compose.yaml", format!("image: tenantry:{version}\n")),
        ("helm/tenantry/Chart.yaml", format!("appVersion: \"{version}\"\n")),
    ] {
        assert!(read(file).contains(&line), "{file} does not say {line}");
    }
}
