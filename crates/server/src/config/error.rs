//! Why a configuration is refused.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a configuration is refused. No message repeats a database password.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file named by `--config` cannot be read.
    #[error("cannot read the configuration file {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file named by `--config` is not TOML.
    #[error("the configuration file {} is not valid TOML at line {line}: {problem}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The name or value of an environment variable cannot be that of a setting.
    #[error("the environment variable {name} {problem}")]
    Variable {
        /// Its whole name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A key is unknown, or its value is not allowed.
    #[error("bad setting {key} ({origin}): {problem}")]
    Setting {
        /// The key, such as `http.port`.
        key: String,
        /// Where it was set.
        origin: Origin,
        /// What is wrong, and what is allowed.
        problem: String,
    },
    /// The layers could not be put together.
    #[error("the configuration cannot be put together")]
    Merge(#[from] config::ConfigError),
}

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The environment variable of this name.
    Environment(String),
    /// This file.
    File(PathBuf),
    /// Nowhere: it is built in, or follows from another setting.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "from the environment variable {name}"),
            Self::File(path) => write!(f, "from the file {}", path.display()),
            Self::Default => f.write_str("by default"),
        }
    }
}
