//! `log.*`

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use super::value::{some_choice, text};

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    /// Text on a terminal and JSON otherwise unless set.
    #[serde(deserialize_with = "some_choice")]
    pub format: Option<LogFormat>,
    /// A level, or a list of levels by target such as `info,tenantry=debug`. `info,actix_server=warn,actix_http=off` unless set.
    #[serde(deserialize_with = "level")]
    pub level: String,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            format: None,
            level: "info,actix_server=warn,actix_http=off".to_owned(),
        }
    }
}

impl LogSettings {
    /// The format to write in, to a terminal or elsewhere.
    #[must_use]
    pub fn format_on(&self, terminal: bool) -> LogFormat {
        let fitting = if terminal {
            LogFormat::Text
        } else {
            LogFormat::Json
        };
        self.format.unwrap_or(fitting)
    }
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

fn level<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    let level = text(reader)?;
    if is_filter(&level) {
        return Ok(level);
    }
    Err(D::Error::custom(format_args!(
        "`{level}` is not a level ({}) nor a list of levels by target such as info,tenantry=debug",
        LEVELS.join(", ")
    )))
}

/// `EnvFilter` takes a misspelt level for a target and then logs nothing else, so a bare word must be a level.
fn is_filter(text: &str) -> bool {
    let is_level = |word: &str| LEVELS.contains(&word.to_ascii_lowercase().as_str());
    let no_stray_word = text
        .split(',')
        .all(|part| part.contains(['=', '[', ']', '{', '}']) || is_level(part));
    no_stray_word && EnvFilter::try_new(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_directives_are_filters() {
        for good in ["info", "WARN", "off", "info,tenantry=debug", "a::b=trace"] {
            assert!(is_filter(good), "{good}");
        }
    }

    #[test]
    fn misspelt_levels_are_not() {
        for bad in [
            "inof",
            "verbose",
            "info,debgu",
            "tenantry=loud",
            "info,,warn",
            "warn, b=info",
            "=",
        ] {
            assert!(!is_filter(bad), "{bad}");
        }
    }

    #[test]
    fn the_format_fits_the_output_unless_set() {
        let mut log = LogSettings::default();
        assert_eq!(log.format_on(true), LogFormat::Text);
        assert_eq!(log.format_on(false), LogFormat::Json);
        log.format = Some(LogFormat::Text);
        assert_eq!(log.format_on(false), LogFormat::Text);
    }
}
