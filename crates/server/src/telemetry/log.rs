//! Log output: `tracing` events, and those of the `log` crate, a line each.

use std::io::{self, IsTerminal};

use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::{EnvFilter, Layer};

use super::Listener;
use super::json::{Line, Members};
use crate::config::{LogFormat, LogSettings};

/// Writes to standard error, in colour only on a terminal and without `NO_COLOR`.
///
/// # Errors
/// A level that cannot be parsed.
pub(super) fn to_standard_error(settings: &LogSettings) -> Result<Listener, ParseError> {
    let terminal = io::stderr().is_terminal();
    let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    listener(settings, terminal, colour, io::stderr)
}

/// Writes to `writer`; `terminal` decides the format when the settings leave it open.
fn listener<W>(
    settings: &LogSettings,
    terminal: bool,
    colour: bool,
    writer: W,
) -> Result<Listener, ParseError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&settings.level)?;
    let lines = fmt::layer()
        .with_ansi(colour)
        // A line that cannot be written is lost: telling so on standard error, which is where it was to go, would panic.
        .log_internal_errors(false)
        .with_writer(writer);
    Ok(match settings.format_on(terminal) {
        LogFormat::Text => lines.with_filter(filter).boxed(),
        LogFormat::Json => lines
            .with_ansi(false)
            .fmt_fields(Members)
            .event_format(Line)
            .with_filter(filter)
            .boxed(),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use serde_json::json;
    use tracing::field::Empty;
    use tracing::record_all;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(level: &str, format: Option<LogFormat>, terminal: bool) -> String {
        logged_of(level, format, terminal, || {
            let _span = tracing::info_span!("request", id = "r1").entered();
            tracing::info!(port = 8080, "listening");
            tracing::debug!("details");
        })
    }

    fn logged_of(level: &str, format: Option<LogFormat>, terminal: bool, work: impl FnOnce()) -> String {
        let settings = LogSettings {
            level: level.to_owned(),
            format,
        };
        let captured = Captured::default();
        let writer = captured.clone();
        let log = listener(&settings, terminal, terminal, move || writer.clone()).unwrap();
        let subscriber = tracing_subscriber::registry().with(log);
        tracing::subscriber::with_default(subscriber, work);
        let bytes = captured.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_lines_carry_the_event_and_its_span() {
        let output = logged("info", None, false);
        let line: serde_json::Value = serde_json::from_str(output.trim()).unwrap();
        assert_eq!(line["message"], "listening");
        assert_eq!(line["port"], 8080);
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["span"]["id"], "r1");
    }

    #[test]
    fn json_lines_carry_whatever_is_written_down_of_a_span_once() {
        let output = logged_of("info", None, false, || {
            let span = tracing::info_span!("re\"quest", id = "a\"b\n", status = Empty, took = Empty);
            tracing::warn!(parent: &span, id = "its own", "before");
            span.record("id", "another");
            record_all!(span, status = 200, took = 0.5);
            tracing::info!(parent: &span, is_late = true, cause = ?"c\\", "after");
            tracing::info!(n = f64::NAN, "without");
        });
        let lines: Vec<serde_json::Value> = output
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let [before, after, without] = lines.as_slice() else {
            panic!("{output}")
        };
        assert_eq!(before["id"], "its own");
        assert_eq!(before["span"], json!({ "id": "a\"b\n", "name": "re\"quest" }));
        assert_eq!(
            after["span"],
            json!({ "id": "a\"b\n", "status": 200, "took": 0.5, "name": "re\"quest" })
        );
        assert_eq!(
            (&after["is_late"], &after["cause"]),
            (&json!(true), &json!("\"c\\\\\""))
        );
        assert_eq!(output.matches("\"id\":\"a").count(), 2);
        assert_eq!((without.get("span"), &without["n"]), (None, &json!(null)));
    }

    #[test]
    fn text_is_coloured_on_a_terminal_only() {
        assert!(logged("info", None, true).contains('\u{1b}'));
        let piped = logged("info", Some(LogFormat::Text), false);
        assert!(!piped.contains('\u{1b}'));
        assert!(piped.contains("listening"));
    }

    #[test]
    fn json_asked_for_on_a_terminal_has_no_colour() {
        assert!(!logged("info", Some(LogFormat::Json), true).contains("u001b"));
        assert!(!logged("info", Some(LogFormat::Json), true).contains('\u{1b}'));
    }

    #[test]
    fn a_line_that_cannot_be_written_is_lost_and_nothing_else() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let log = listener(&LogSettings::default(), false, false, || Full).unwrap();
        let subscriber = tracing_subscriber::registry().with(log);
        tracing::subscriber::with_default(subscriber, || tracing::info!("nobody hears this"));
    }

    #[test]
    fn the_level_filters() {
        assert!(!logged("info", None, false).contains("details"));
        assert!(logged("debug", None, false).contains("details"));
        assert_eq!(logged("off", None, false), "");
    }
}
