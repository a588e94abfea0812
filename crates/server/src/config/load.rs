//! Puts the layers together, and tells which of them is to blame for a bad setting.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use config::builder::DefaultState;
use config::{ConfigBuilder, Environment, File, FileFormat};
use serde_path_to_error::Segment;

use super::database::DatabaseUrl;
use super::mail::outbox_in;
use super::pictures::pictures_in;
use super::{ConfigError, DEFAULT_DATA_DIR, Origin, Settings};

const PREFIX: &str = "TENANTRY";
const SEPARATOR: &str = "__";

/// Loads the settings: built-in defaults, then `files`, the later over the earlier, then the variables of `environment` that are
/// named `TENANTRY__SECTION__KEY`. Give it [`std::env::vars_os`].
///
/// # Errors
/// An unreadable or malformed file, an unknown key in any layer, a value that is not allowed.
pub fn load(
    files: &[PathBuf],
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Settings, ConfigError> {
    let layers = Layers {
        files: files
            .iter()
            .map(|file| SettingsFile::read(file))
            .collect::<Result<_, _>>()?,
        variables: Variables::collect(environment)?,
    };
    let merged = layers.merge()?;
    serde_path_to_error::deserialize(merged).map_err(|error| layers.explain(&error))
}

struct Layers {
    files: Vec<SettingsFile>,
    variables: Variables,
}

impl Layers {
    fn merge(&self) -> Result<config::Config, config::ConfigError> {
        let mut builder = ConfigBuilder::<DefaultState>::default();
        for file in &self.files {
            builder = builder.add_source(File::from_str(&file.text, FileFormat::Toml));
        }
        builder = builder.add_source(self.variables.source());
        let data_dir = builder.build_cloned()?.get_string("data_dir");
        let data_dir = data_dir.as_deref().unwrap_or(DEFAULT_DATA_DIR);
        let url = DatabaseUrl::sqlite_in(Path::new(data_dir));
        let outbox = outbox_in(Path::new(data_dir));
        let pictures = pictures_in(Path::new(data_dir));
        builder
            .set_default("database.url", url.expose())?
            .set_default("mail.outbox_dir", outbox.display().to_string())?
            .set_default("pictures.dir", pictures.display().to_string())?
            .build()
    }

    fn explain(&self, error: &serde_path_to_error::Error<config::ConfigError>) -> ConfigError {
        let keys: Vec<&str> = error.path().iter().map_while(key).collect();
        let key = error.path().to_string();
        ConfigError::Setting {
            origin: self.origin(&keys),
            problem: problem(&key, error.inner()),
            key,
        }
    }

    fn origin(&self, keys: &[&str]) -> Origin {
        if let Some(name) = self.variables.behind(keys) {
            return Origin::Environment(name.to_owned());
        }
        let file = self.files.iter().rfind(|file| file.has(keys));
        file.map_or(Origin::Default, |file| Origin::File(file.path.clone()))
    }
}

fn key(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Map { key } => Some(key),
        _ => None,
    }
}

/// What is wrong, without the key and origin that the `config` crate adds: [`ConfigError`] names both itself.
fn problem(key: &str, error: &config::ConfigError) -> String {
    match error {
        config::ConfigError::At { error, .. } => problem(key, error),
        config::ConfigError::Type {
            unexpected, expected, ..
        } => format!("invalid type: {unexpected}, expected {expected}"),
        config::ConfigError::NotFound(missing) => {
            format!("`{}` is missing", missing.trim_start_matches(key))
        }
        other => other.to_string(),
    }
}

struct SettingsFile {
    path: PathBuf,
    text: String,
    table: toml::Table,
}

impl SettingsFile {
    fn read(path: &Path) -> Result<Self, ConfigError> {
        let path = path.to_owned();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => return Err(ConfigError::Unreadable { path, source }),
        };
        match toml::from_str(&text) {
            Ok(table) => Ok(Self { path, text, table }),
            Err(error) => Err(syntax(path, &text, &error)),
        }
    }

    fn has(&self, keys: &[&str]) -> bool {
        let Some((last, sections)) = keys.split_last() else {
            return true;
        };
        let section = sections
            .iter()
            .try_fold(&self.table, |table, key| table.get(*key)?.as_table());
        section.is_some_and(|table| table.contains_key(*last))
    }
}

/// Without the excerpt that the parser's own message holds: the line may be the one with the password.
fn syntax(path: PathBuf, text: &str, error: &toml::de::Error) -> ConfigError {
    let offset = error.span().map_or(0, |span| span.start);
    let before = text.get(..offset).unwrap_or(text);
    ConfigError::Syntax {
        path,
        line: before.matches('\n').count().saturating_add(1),
        problem: error.message().to_owned(),
    }
}

/// Parts of a variable's name, more than any setting has. Sections are read by recursion, for which thousands are too many.
const MOST_PARTS: usize = 8;

/// Environment variables by their names, all of which have a key's form.
struct Variables(BTreeMap<String, String>);

impl Variables {
    fn collect(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, ConfigError> {
        let ours = environment
            .into_iter()
            .filter(|(name, _)| is_ours(&name.to_string_lossy()));
        let variables = Self(ours.map(readable).collect::<Result<_, _>>()?);
        variables.refuse_sections()?;
        Ok(variables)
    }

    /// A section set as a whole and one of its keys as well would win or lose by chance.
    fn refuse_sections(&self) -> Result<(), ConfigError> {
        let is_section = |name: &&String| {
            let inside = format!("{name}{SEPARATOR}");
            self.0.keys().any(|other| other.starts_with(&inside))
        };
        match self.0.keys().find(is_section) {
            Some(name) => Err(ConfigError::Variable {
                name: name.clone(),
                problem: "names a section while other variables set keys in it",
            }),
            None => Ok(()),
        }
    }

    fn source(&self) -> Environment {
        Environment::with_prefix(PREFIX)
            .prefix_separator(SEPARATOR)
            .separator(SEPARATOR)
            .source(Some(self.0.clone().into_iter().collect()))
    }

    /// The variable that sets `keys`, something in it, or something it is in.
    fn behind(&self, keys: &[&str]) -> Option<&str> {
        let wanted = keys.join(SEPARATOR).to_uppercase();
        let mut names = self.0.keys().map(String::as_str);
        names.find(|name| {
            let set = name.split(SEPARATOR).skip(1);
            set.zip(wanted.split(SEPARATOR)).all(|(a, b)| a == b)
        })
    }
}

fn is_ours(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.starts_with(SEPARATOR))
}

fn readable((name, value): (OsString, OsString)) -> Result<(String, String), ConfigError> {
    let refuse = |name: String, problem| Err(ConfigError::Variable { name, problem });
    let name = name.to_string_lossy().into_owned();
    if name.split(SEPARATOR).count() > MOST_PARTS || !name.split(SEPARATOR).all(is_part) {
        return refuse(name, "is not named TENANTRY__SECTION__KEY in capital letters");
    }
    match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => refuse(name, "is not valid UTF-8"),
    }
}

fn is_part(part: &str) -> bool {
    let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    !part.is_empty() && part.chars().all(allowed)
}
