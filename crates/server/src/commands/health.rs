//! `tenantry health`

use std::io::{self, Write};

use url::Url;

use crate::cli::HealthArgs;
use crate::client::agent;
use crate::config::{HttpSettings, Settings};

/// Why a service is not known to be well.
#[derive(Debug, thiserror::Error)]
pub enum HealthError {
    /// The system chooses the port, and tells nobody else.
    #[error("http.port is 0, so the service may be anywhere; say where with --url")]
    Somewhere,
    /// Where it should be is no address.
    #[error("http.host makes no URL")]
    Host(#[from] url::ParseError),
    /// Nobody answers.
    #[error("{url} does not answer")]
    Silent {
        /// What was asked for.
        url: Url,
        /// What went wrong.
        source: Box<ureq::Error>,
    },
    /// It says that it is not well.
    #[error("{url} answered {status}")]
    Unwell {
        /// What was asked for.
        url: Url,
        /// The status of the answer.
        status: u16,
    },
    /// Standard output is closed, say.
    #[error("cannot print the answer")]
    Output(#[from] io::Error),
}

/// Asks a service whether it is ready or, by [`HealthArgs::live`], whether it runs, and writes to `out` that it does. It has 5 seconds to answer.
///
/// # Errors
/// Every [`HealthError`].
pub fn run(settings: &Settings, args: &HealthArgs, out: &mut dyn Write) -> Result<(), HealthError> {
    let base = match &args.url {
        Some(url) => url.clone(),
        None => on_this_machine(&settings.http)?,
    };
    let (path, word) = if args.live {
        ("healthz", "running")
    } else {
        ("readyz", "ready")
    };
    ask(within(base, path))?;
    writeln!(out, "{word}")?;
    Ok(())
}

fn ask(url: Url) -> Result<(), HealthError> {
    let status = match agent(&url).get(url.as_str()).call() {
        Ok(answer) => answer.status().as_u16(),
        Err(error) => {
            let source = Box::new(error);
            return Err(HealthError::Silent { url, source });
        }
    };
    match status {
        200 => Ok(()),
        _ => Err(HealthError::Unwell { url, status }),
    }
}

/// Web URLs all have segments, so that nothing is left out here.
fn within(mut base: Url, path: &str) -> Url {
    if let Ok(mut segments) = base.path_segments_mut() {
        segments.pop_if_empty().push(path);
    }
    base
}

/// Whoever listens on every address is asked on the loopback one.
fn on_this_machine(http: &HttpSettings) -> Result<Url, HealthError> {
    if http.port == 0 {
        return Err(HealthError::Somewhere);
    }
    let host = match http.host.as_str() {
        "0.0.0.0" => "127.0.0.1",
        "::" => "::1",
        host => host,
    };
    let here = HttpSettings {
        host: host.to_owned(),
        public_url: None,
        ..http.clone()
    };
    Ok(here.base_url(http.port).parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_on_every_address_is_asked_on_the_loopback_one() {
        for (host, url) in [
            ("127.0.0.1", "http://127.0.0.1:8080/readyz"),
            ("0.0.0.0", "http://127.0.0.1:8080/readyz"),
            ("::", "http://[::1]:8080/readyz"),
            ("fd00::8", "http://[fd00::8]:8080/readyz"),
            ("tenantry.internal", "http://tenantry.internal:8080/readyz"),
        ] {
            let http = HttpSettings {
                host: host.to_owned(),
                ..HttpSettings::default()
            };
            assert_eq!(within(on_this_machine(&http).unwrap(), "readyz").as_str(), url);
        }
    }

    #[test]
    fn a_service_behind_a_path_is_asked_there() {
        for base in ["https://example.com/tenants", "https://example.com/tenants/"] {
            let url = within(Url::parse(base).unwrap(), "readyz");
            assert_eq!(url.as_str(), "https://example.com/tenants/readyz");
        }
    }

    #[test]
    fn a_port_that_the_system_chooses_must_be_told() {
        let http = HttpSettings {
            port: 0,
            ..HttpSettings::default()
        };
        assert!(matches!(on_this_machine(&http), Err(HealthError::Somewhere)));
    }
}
