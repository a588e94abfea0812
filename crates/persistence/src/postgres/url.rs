use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::error::SetupError;

/// Why libpq would not understand a URL. The URL itself is not repeated, since it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidPostgresUrl(&'static str);

impl From<InvalidPostgresUrl> for SetupError {
    fn from(InvalidPostgresUrl(reason): InvalidPostgresUrl) -> Self {
        Self::InvalidUrl(reason)
    }
}

const MASK: &str = "***";
const SECRET_PARAMETERS: [&str; 2] = ["password", "sslpassword"];
/// A connection that is silent for so many seconds is asked whether it is alive.
const KEEPALIVE: &str = "30";
const LONGEST_CONNECT: u64 = 10;

/// Where a PostgreSQL database is and how to get in, as libpq reads it: `postgres://user:password@host:5432/name?sslmode=verify-full`.
///
/// It is looked at before libpq sees it, since libpq's complaints repeat what they are about, be it a part of the password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

/// A URL in its parts, as they are written.
struct Parts<'a> {
    credentials: Option<&'a str>,
    hosts: &'a str,
    parameters: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Self {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let (place, parameters) = match rest.split_once('?') {
            Some((place, parameters)) => (place, Some(parameters)),
            None => (rest, None),
        };
        let authority = place.split_once('/').map_or(place, |(authority, _)| authority);
        let (credentials, hosts) = match authority.split_once('@') {
            Some((credentials, hosts)) => (Some(credentials), hosts),
            None => (None, authority),
        };
        Self {
            credentials,
            hosts,
            parameters,
        }
    }

    fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let pairs = self.parameters.into_iter().flat_map(|text| text.split('&'));
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }

    fn secrets(&self) -> impl Iterator<Item = &'a str> {
        let password = self.credentials.and_then(|text| text.split_once(':'));
        let secret = self
            .parameters()
            .filter(|(name, _)| SECRET_PARAMETERS.contains(name));
        password.into_iter().chain(secret).map(|(_, secret)| secret)
    }
}

impl FromStr for PostgresUrl {
    type Err = InvalidPostgresUrl;

    fn from_str(url: &str) -> Result<Self, InvalidPostgresUrl> {
        let parts = Parts::of(url);
        if !has_scheme(url) {
            Err(InvalidPostgresUrl("must begin with postgres://"))
        } else if !is_percent_encoded(url) {
            Err(InvalidPostgresUrl(
                "has a % that two hexadecimal digits do not follow; write %25 for the sign itself",
            ))
        } else if !parts.hosts.split(',').all(is_host) {
            Err(InvalidPostgresUrl(
                "has a host or a port that cannot be one; percent-encode what is special in user and password, such as @ as %40",
            ))
        } else {
            Ok(Self(url.to_owned()))
        }
    }
}

fn has_scheme(url: &str) -> bool {
    ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}

fn is_percent_encoded(text: &str) -> bool {
    let is_code = |after: &str| {
        after
            .get(..2)
            .is_some_and(|code| u8::from_str_radix(code, 16).is_ok_and(|byte| byte > 0))
    };
    text.split('%').skip(1).all(is_code)
}

/// A name, an address, an address in brackets or a percent-encoded directory, perhaps with a port; or nothing, for the default.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port),
        _ => (text, ""),
    };
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || "-._%".contains(c));
    let is_address = |name: &str| name.chars().all(|c| c.is_ascii_hexdigit() || ":.%".contains(c));
    let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let is_port = port.is_empty() || port.parse::<u16>().is_ok();
    is_port && bracketed.map_or_else(|| is_name(name), is_address)
}

impl PostgresUrl {
    /// What libpq is told: the URL, with limits where it sets none, so that a server that is away is noticed.
    pub(super) fn with_limits(&self, patience: Duration) -> String {
        let connect_timeout = patience
            .as_secs()
            .div_ceil(2)
            .clamp(1, LONGEST_CONNECT)
            .to_string();
        let unanswered = patience.clamp(Duration::from_secs(1), Duration::from_secs(LONGEST_CONNECT));
        let unanswered = unanswered.as_millis().to_string();
        let defaults = [
            ("connect_timeout", connect_timeout.as_str()),
            ("tcp_user_timeout", unanswered.as_str()),
            ("keepalives_idle", KEEPALIVE),
            ("fallback_application_name", "tenantry"),
        ];
        let parts = Parts::of(&self.0);
        let missing = defaults
            .into_iter()
            .filter(|(name, _)| parts.parameters().all(|(given, _)| given != *name));
        let mut url = self.0.clone();
        for (name, value) in missing {
            let separator = match url.split_once('?') {
                None => "?",
                Some((_, "")) => "",
                Some(_) => "&",
            };
            url.extend([separator, name, "=", value]);
        }
        url
    }

    /// A text in which no password of this URL shows.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in Parts::of(&self.0).secrets().filter(|secret| !secret.is_empty()) {
            let plain = percent_decode_str(secret).decode_utf8_lossy();
            text = text.replace(plain.as_ref(), MASK).replace(secret, MASK);
        }
        text
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({})", self.without_secrets(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> PostgresUrl {
        text.parse().unwrap()
    }

    #[test]
    fn what_libpq_understands_is_taken() {
        for text in [
            "postgres://",
            "postgresql:///db?host=%2Fvar%2Frun&user=ada",
            "postgres://ada:s%40crt@db.example:5432/tenantry?sslmode=verify-full",
            "postgres://ada@one:1,two:2,[2001:db8::1]:3,[::1]/db",
            "postgres://%2Fvar%2Frun%2Fpostgresql:5433/db",
        ] {
            assert!(text.parse::<PostgresUrl>().is_ok(), "{text}");
        }
    }

    #[test]
    fn what_libpq_would_complain_about_is_refused_without_repeating_it() {
        for text in [
            "postgres://u:se@cret@host/db",
            "postgres://u:se/cret@host/db",
            "postgres://u:se?cret@host/db",
            "postgres://u:se%cret@host/db",
            "postgres://u:secret@host:no/db",
            "postgres://u:secret@ho st/db",
            "postgres://u:secret@host/db?user=%",
            "mysql://u:secret@host/db",
        ] {
            let error = text.parse::<PostgresUrl>().unwrap_err().to_string();
            assert!(!error.contains("cret"), "{error}");
        }
    }

    #[test]
    fn limits_are_added_where_there_are_none() {
        let five = Duration::from_secs(5);
        assert_eq!(
            url("postgres://h/db").with_limits(five),
            "postgres://h/db?connect_timeout=3&tcp_user_timeout=5000&keepalives_idle=30&fallback_application_name=tenantry"
        );
        assert_eq!(
            url("postgres://h/db?connect_timeout=9&tcp_user_timeout=0").with_limits(five),
            "postgres://h/db?connect_timeout=9&tcp_user_timeout=0&keepalives_idle=30&fallback_application_name=tenantry"
        );
        assert!(
            url("postgres://h?")
                .with_limits(Duration::ZERO)
                .starts_with("postgres://h?connect_timeout=1&")
        );
    }

    #[test]
    fn passwords_show_nowhere() {
        let secret = url("postgres://u:s%40crt@h/db?sslpassword=other&user=x");
        assert_eq!(
            format!("{secret:?}"),
            "PostgresUrl(postgres://u:***@h/db?sslpassword=***&user=x)"
        );
        assert_eq!(
            secret.without_secrets("refused: s@crt, other"),
            "refused: ***, ***"
        );
        assert_eq!(url("postgres://u:@h/db").without_secrets("as it is"), "as it is");
    }
}
