//! What was measured, as a table, as JSON and as a chart.

mod chart;
mod table;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

/// What the tables of a page stand between.
const BEGIN: &str = "<!-- numbers: `make bench PUBLISH=1` writes these tables -->";
const END: &str = "<!-- end of numbers -->";

/// Everything that one run measured.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Where, and with what.
    pub setting: BTreeMap<&'static str, String>,
    /// What was sent, a line a scenario and side.
    pub lines: Vec<Line>,
    /// What is promised, and whether it holds.
    pub marks: Vec<Mark>,
    /// What should not have happened, and how often.
    pub unexpected: BTreeMap<String, u64>,
}

/// One side of a scenario.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Such as `hot`.
    pub scenario: String,
    /// Such as `tenantry`.
    pub side: &'static str,
    /// Requests or transactions in a second: the median of the rounds.
    pub rate: f64,
    /// In milliseconds, where they were taken.
    pub latency: Option<Latency>,
    /// CPU seconds per 1,000 requests, where they were counted.
    pub cpu: Option<Cost>,
    /// SQL statements per request, where they were counted.
    pub statements: Option<f64>,
}

impl Line {
    /// Of which nothing is known yet.
    pub fn new(scenario: &str, side: &'static str) -> Self {
        Self {
            scenario: scenario.to_owned(),
            side,
            rate: 0.0,
            latency: None,
            cpu: None,
            statements: None,
        }
    }
}

/// Quantiles, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Latency {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub p999: f64,
}

/// CPU seconds per 1,000 requests.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Cost {
    /// Of the service.
    pub service: f64,
    /// Of PostgreSQL.
    pub database: f64,
}

impl Cost {
    /// Both.
    pub fn total(self) -> f64 {
        self.service + self.database
    }
}

/// A number that was promised to be within a bound.
#[derive(Debug, Clone, Serialize)]
pub struct Mark {
    /// What it is.
    pub name: String,
    /// The number.
    pub value: f64,
    /// In what it is counted: `×`, `MB`, `ms`.
    pub unit: &'static str,
    /// The promise, if there is one.
    pub target: Option<Bound>,
}

impl Mark {
    /// The number, with as many digits as it deserves.
    fn shown(&self) -> String {
        let digits = if self.unit == "×" { 2 } else { 1 };
        format!("{:.digits$}", self.value)
    }
}

/// What a number is promised to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// So much or more.
    AtLeast(f64),
    /// So much or less.
    AtMost(f64),
}

impl Bound {
    /// Whether a number keeps the promise.
    pub fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "≥ {least}"),
            Self::AtMost(most) => write!(f, "≤ {most}"),
        }
    }
}

impl Report {
    /// Adds a number without a promise, or with one.
    pub fn mark(
        &mut self,
        name: impl Into<String>,
        (value, unit): (f64, &'static str),
        target: Option<Bound>,
    ) {
        self.marks.push(Mark {
            name: name.into(),
            value,
            unit,
            target,
        });
    }

    /// Adds how often what should not happen did.
    pub fn complain(&mut self, scenario: &str, unexpected: &BTreeMap<String, u64>) {
        for (what, times) in unexpected {
            *self.unexpected.entry(format!("{scenario}: {what}")).or_default() += times;
        }
    }

    /// As text.
    pub fn table(&self) -> String {
        table::of(self)
    }

    /// Writes `performance.json` and `performance.svg` into this directory, and the tables into the `performance.md` that is there.
    pub fn write(&self, directory: &Path) -> io::Result<()> {
        let mut json = serde_json::to_value(self)?;
        round(&mut json);
        fs::write(directory.join("performance.json"), format!("{json:#}\n"))?;
        fs::write(directory.join("performance.svg"), chart::of(&self.marks))?;
        let page = directory.join("performance.md");
        match fs::read_to_string(&page) {
            Ok(text) => fs::write(page, with_tables(&text, &self.table())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Leaves three digits behind the point of every number: there is no more in it.
fn round(json: &mut Value) {
    match json {
        Value::Array(values) => values.iter_mut().for_each(round),
        Value::Object(fields) => fields.values_mut().for_each(round),
        Value::Number(number) => {
            if let Some(float) = number.as_f64().filter(|_| number.is_f64()) {
                *json = ((float * 1e3).round() / 1e3).into();
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Puts the tables where the page has some; leaves a page without them as it is.
fn with_tables(page: &str, tables: &str) -> String {
    let parts = page
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    parts.map_or_else(
        || page.to_owned(),
        |(before, after)| format!("{before}{BEGIN}\n```text\n{tables}```\n{END}{after}"),
    )
}

/// The middle one, or the mean of the two in the middle; 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    if values.len() % 2 == 1 {
        at(middle)
    } else {
        f64::midpoint(at(middle.wrapping_sub(1)), at(middle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 9.0]) - 3.0).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0, 2.0, 9.0]) - 3.0).abs() < f64::EPSILON);
    }

    #[test]
    fn tables_replace_those_of_the_page() {
        let page = format!("# Page\n\n{BEGIN}\nold\n{END}\n\nMore.\n");
        let once = with_tables(&page, "new\n");
        assert_eq!(
            once,
            format!("# Page\n\n{BEGIN}\n```text\nnew\n```\n{END}\n\nMore.\n")
        );
        assert_eq!(with_tables(&once, "new\n"), once);
        assert_eq!(with_tables("# Page\n", "new\n"), "# Page\n");
    }

    #[test]
    fn a_bound_holds_up_to_itself() {
        assert!(Bound::AtLeast(5.0).holds(5.0) && !Bound::AtLeast(5.0).holds(4.99));
        assert!(Bound::AtMost(2.0).holds(2.0) && !Bound::AtMost(2.0).holds(2.01));
    }
}
