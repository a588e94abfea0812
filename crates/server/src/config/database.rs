//! `database.*`

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};
use tenantry_persistence::{InvalidPostgresUrl, PostgresUrl};

use super::DEFAULT_DATA_DIR;
use super::secret::MASK;
use super::value::{flag, some_within, within};

/// Which database, and how it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    /// Where the data lives. `{data_dir}/tenantry.db` unless set.
    pub url: DatabaseUrl,
    /// Connections, 1 to 1000. Unless set, 4 readers beside the writer on SQLite, 16 in all on PostgreSQL.
    #[serde(deserialize_with = "some_within::<_, _, 1, 1_000>")]
    pub pool_size: Option<u32>,
    /// How long a request waits for a connection, in milliseconds, 1 to 600 000. 5000 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 600_000>")]
    pub acquire_timeout_ms: u64,
    /// Whether a pooler stands before PostgreSQL that hands each transaction to any of its connections. False unless set.
    #[serde(deserialize_with = "flag")]
    pub transaction_pooler: bool,
    /// Whether `serve` applies outstanding migrations first. True unless set.
    #[serde(deserialize_with = "flag")]
    pub migrate_on_start: bool,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            url: DatabaseUrl::sqlite_in(Path::new(DEFAULT_DATA_DIR)),
            pool_size: None,
            acquire_timeout_ms: 5_000,
            transaction_pooler: false,
            migrate_on_start: true,
        }
    }
}

/// A database that this version can use. A password in its URL shows in no output; see [`DatabaseUrl::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    text: String,
    engine: DatabaseEngine,
}

/// What a [`DatabaseUrl`] points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseEngine {
    /// `sqlite://{file}`
    Sqlite {
        /// The database file, created when missing.
        file: PathBuf,
    },
    /// `postgres://{user}:{password}@{host}/{name}?{parameters}`, as libpq reads it.
    Postgres,
}

/// Why a database URL is refused. It never repeats the URL, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// A PostgreSQL URL that libpq would not understand.
    #[error(transparent)]
    Postgres(#[from] InvalidPostgresUrl),
    /// No known scheme.
    #[error(
        "must be sqlite:// and the path of a file, such as sqlite://data/tenantry.db, or postgres:// with the server and the name of the database"
    )]
    UnknownScheme,
    /// `sqlite://` and nothing else.
    #[error("the path of the file is missing after sqlite://")]
    NoFile,
    /// `sqlite://:memory:`
    #[error("a database in memory would be gone with the process; name a file after sqlite://")]
    InMemory,
    /// `sqlite://…?…`
    #[error("parameters (?…) are not supported after the path of a SQLite file")]
    SqliteParameters,
}

impl DatabaseUrl {
    /// The SQLite file `tenantry.db` in a data directory.
    #[must_use]
    pub fn sqlite_in(data_dir: &Path) -> Self {
        let file = data_dir.join("tenantry.db");
        Self {
            text: format!("sqlite://{}", file.display()),
            engine: DatabaseEngine::Sqlite { file },
        }
    }

    /// This SQLite file.
    ///
    /// # Errors
    /// When its path cannot stand in a URL.
    pub fn sqlite_at(file: &Path) -> Result<Self, DatabaseUrlError> {
        format!("sqlite://{}", file.display()).parse()
    }

    /// What the URL points to.
    #[must_use]
    pub fn engine(&self) -> &DatabaseEngine {
        &self.engine
    }

    /// The URL as it was given, password included: for connecting, never for output.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        Ok(Self {
            text: text.to_owned(),
            engine: engine(text)?,
        })
    }
}

fn engine(url: &str) -> Result<DatabaseEngine, DatabaseUrlError> {
    match url.split_once("://") {
        Some(("sqlite", file)) => sqlite(file),
        Some(("postgres" | "postgresql", _)) => {
            PostgresUrl::from_str(url)?;
            Ok(DatabaseEngine::Postgres)
        }
        _ => Err(DatabaseUrlError::UnknownScheme),
    }
}

fn sqlite(file: &str) -> Result<DatabaseEngine, DatabaseUrlError> {
    if file.trim().is_empty() {
        return Err(DatabaseUrlError::NoFile);
    }
    if file == ":memory:" {
        return Err(DatabaseUrlError::InMemory);
    }
    if file.contains('?') {
        return Err(DatabaseUrlError::SqliteParameters);
    }
    Ok(DatabaseEngine::Sqlite { file: file.into() })
}

/// `url` with the password before its last `@`, and the value of every parameter named like one, replaced.
fn masked(url: &str) -> String {
    let (address, parameters) = match url.split_once('?') {
        // A password may itself hold a question mark: then the `@` comes after it.
        Some((address, rest)) if !rest.contains('@') => (address, Some(rest)),
        _ => (url, None),
    };
    match parameters {
        Some(parameters) => {
            let parameters: Vec<_> = parameters.split('&').map(masked_parameter).collect();
            format!("{}?{}", masked_address(address), parameters.join("&"))
        }
        None => masked_address(address),
    }
}

fn masked_address(address: &str) -> String {
    let parts = address
        .split_once("://")
        .and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?)));
    match parts {
        Some((scheme, (credentials, host))) => match credentials.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:{MASK}@{host}"),
            None => address.to_owned(),
        },
        None => address.to_owned(),
    }
}

fn masked_parameter(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, _)) if name.to_ascii_lowercase().contains("pass") => format!("{name}={MASK}"),
        _ => parameter.to_owned(),
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.text))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        String::deserialize(reader)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked() {
        for (url, shown) in [
            ("postgres://u:secret@h/db", "postgres://u:***@h/db"),
            ("postgres://u:se:c@r/e?t@h/db", "postgres://u:***@h/db"),
            (
                "postgres://u@h/db?password=secret&a=b",
                "postgres://u@h/db?password=***&a=b",
            ),
            (
                "postgres://u:secret@h/db?sslpassword=x",
                "postgres://u:***@h/db?sslpassword=***",
            ),
            ("postgres://u:secret@h/db?options=a@b", "postgres://u:***@b"),
            ("sqlite://data/tenantry.db", "sqlite://data/tenantry.db"),
            ("sqlite://a@b/tenantry.db", "sqlite://a@b/tenantry.db"),
        ] {
            assert_eq!(masked(url), shown, "{url}");
        }
    }

    #[test]
    fn debug_display_and_toml_mask_what_expose_shows() {
        let url: DatabaseUrl = "sqlite://u:secret@h/t.db".parse().unwrap();
        assert_eq!(format!("{url}"), "sqlite://u:***@h/t.db");
        assert_eq!(format!("{url:?}"), "DatabaseUrl(sqlite://u:***@h/t.db)");
        assert_eq!(serde_json::to_string(&url).unwrap(), "\"sqlite://u:***@h/t.db\"");
        assert_eq!(url.expose(), "sqlite://u:secret@h/t.db");
    }

    #[test]
    fn a_sqlite_file_or_a_postgresql_database_is_accepted() {
        use DatabaseUrlError::{NoFile, Postgres, SqliteParameters, UnknownScheme};
        let refused = |url: &str| url.parse::<DatabaseUrl>().unwrap_err();
        for url in ["postgres://u:p@h/db", "postgresql://h/db?sslmode=require"] {
            let url: DatabaseUrl = url.parse().unwrap();
            assert_eq!(*url.engine(), DatabaseEngine::Postgres);
        }
        assert!(matches!(refused("postgres://u:p@ss@h/db"), Postgres(_)));
        assert_eq!(refused("mysql://h/db"), UnknownScheme);
        assert_eq!(refused("data/tenantry.db"), UnknownScheme);
        assert_eq!(refused("sqlite://"), NoFile);
        assert_eq!(refused("sqlite://t.db?mode=rwc"), SqliteParameters);
    }

    #[test]
    fn relative_and_absolute_files() {
        let file = |url: &str| match url.parse::<DatabaseUrl>().unwrap().engine {
            DatabaseEngine::Sqlite { file } => file,
            DatabaseEngine::Postgres => panic!("not a file"),
        };
        assert_eq!(file("sqlite://data/tenantry.db"), Path::new("data/tenantry.db"));
        assert_eq!(file("sqlite:///var/t.db"), Path::new("/var/t.db"));
    }
}
