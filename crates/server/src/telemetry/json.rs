//! Lines of JSON. The subscriber's own keep the fields of a span as text, which they parse and write anew with each line and each field that is
//! added; these are written once, and copied.

use std::fmt::{self, Debug, Write};

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing::{Event, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// An event and its span, as one object on one line.
pub(super) struct Line;

/// Fields as members of an object, each with a comma behind it. One that is recorded again stays what it was.
pub(super) struct Members;

impl<S, F> FormatEvent<S, F> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    F: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, F>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let of_log = event.normalized_metadata();
        let about = of_log.as_ref().unwrap_or_else(|| event.metadata());
        line.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut line)?;
        write!(line, "\",\"level\":\"{}\",", about.level())?;
        context.format_fields(line.by_ref(), event)?;
        write!(line, "\"target\":{}", text(about.target())?)?;
        if let Some(span) = context.parent_span() {
            let extensions = span.extensions();
            let members = extensions
                .get::<FormattedFields<F>>()
                .map_or("", |fields| &fields.fields);
            write!(line, ",\"span\":{{{members}\"name\":{}}}", text(span.name())?)?;
        }
        line.write_str("}\n")
    }
}

impl<'a> FormatFields<'a> for Members {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'a>, fields: R) -> fmt::Result {
        write_members(&mut writer, "", |members| fields.record(members))
    }

    fn add_fields(&self, current: &'a mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let mut added = String::new();
        write_members(&mut added, &current.fields, |members| fields.record(members))?;
        current.fields.push_str(&added);
        Ok(())
    }
}

fn write_members(
    out: &mut dyn Write,
    there: &str,
    record: impl FnOnce(&mut MemberWriter<'_>),
) -> fmt::Result {
    let mut members = MemberWriter {
        out,
        there,
        outcome: Ok(()),
    };
    record(&mut members);
    members.outcome
}

struct MemberWriter<'a> {
    out: &'a mut dyn Write,
    /// The members that are there already.
    there: &'a str,
    outcome: fmt::Result,
}

impl MemberWriter<'_> {
    fn write(&mut self, field: &Field, value: &impl Serialize) {
        let name = field.name();
        if self.outcome.is_ok() && !self.is_there(name) {
            self.outcome = text(value).and_then(|value| write!(self.out, "\"{name}\":{value},"));
        }
    }

    fn is_there(&self, name: &str) -> bool {
        // Within a value, quotes are escaped.
        !self.there.is_empty() && self.there.contains(&format!("\"{name}\":"))
    }
}

impl Visit for MemberWriter<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.write(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(field, &format_args!("{value:?}"));
    }
}

fn text(value: &(impl Serialize + ?Sized)) -> Result<String, fmt::Error> {
    serde_json::to_string(value).map_err(|_| fmt::Error)
}
