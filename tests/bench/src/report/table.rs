use super::{Line, Mark, Report};

const LINES: [&str; 10] = [
    "scenario",
    "side",
    "per s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "p99.9 ms",
    "service",
    "database",
    "statements",
];
const MARKS: [&str; 5] = ["measure", "value", "", "target", ""];
const NOTE: &str = "service, database: CPU seconds per 1,000 requests; statements: SQL per request\n";

/// Where it was measured, both tables, and what went wrong.
pub fn of(report: &Report) -> String {
    let mut text = String::new();
    let setting = report.setting.iter();
    text.extend(setting.map(|(name, value)| format!("{name}: {value}\n")));
    if !report.lines.is_empty() {
        text += "\n";
        text += &aligned(LINES, report.lines.iter().map(line));
        text += NOTE;
    }
    if !report.marks.is_empty() {
        text += "\n";
        text += &aligned(MARKS, report.marks.iter().map(mark));
    }
    let unexpected = report.unexpected.iter();
    text.extend(unexpected.map(|(what, times)| format!("unexpected: {times} × {what}\n")));
    text.trim_start().to_owned()
}

fn line(line: &Line) -> [String; 10] {
    let latency = |pick: fn(&super::Latency) -> f64| shown(line.latency.as_ref().map(pick), 2);
    let cpu =
        |pick: fn(&super::Cost) -> f64| shown(line.cpu.as_ref().map(pick).filter(|cost| *cost > 0.0), 3);
    [
        line.scenario.clone(),
        line.side.to_owned(),
        shown(Some(line.rate), 0),
        latency(|latency| latency.p50),
        latency(|latency| latency.p95),
        latency(|latency| latency.p99),
        latency(|latency| latency.p999),
        cpu(|cost| cost.service),
        cpu(|cost| cost.database),
        shown(line.statements, 1),
    ]
}

fn mark(mark: &Mark) -> [String; 5] {
    let verdict = mark.target.map(|target| target.holds(mark.value));
    [
        mark.name.clone(),
        mark.shown(),
        mark.unit.to_owned(),
        mark.target.map(|target| target.to_string()).unwrap_or_default(),
        match verdict {
            Some(true) => "met".to_owned(),
            Some(false) => "missed".to_owned(),
            None => String::new(),
        },
    ]
}

fn shown(number: Option<f64>, digits: usize) -> String {
    number
        .map(|number| format!("{number:.digits$}"))
        .unwrap_or_default()
}

/// Columns as wide as they need to be, numbers to the right.
fn aligned<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut all = vec![head.map(str::to_owned)];
    all.extend(rows);
    let width = |column: usize| {
        all.iter()
            .map(|row| row.get(column).map_or(0, |cell| cell.chars().count()))
            .max()
    };
    let widths: Vec<usize> = (0..N).map(|column| width(column).unwrap_or_default()).collect();
    let shown = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            let is_number = cell.starts_with(|first: char| first.is_ascii_digit());
            if is_number {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        });
        let cells: Vec<String> = cells.collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    all.iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Bound;

    #[test]
    fn a_ratio_stands_beside_its_target_and_what_became_of_it() {
        let mut report = Report::default();
        report.mark("hot", (5.25, "×"), Some(Bound::AtLeast(5.0)));
        report.mark("lone p99", (2.5, "×"), Some(Bound::AtMost(2.0)));
        report.mark("binary", (31.0, "MB"), None);
        let expected = "measure   value      target\n\
                        hot        5.25  ×   ≥ 5     met\n\
                        lone p99   2.50  ×   ≤ 2     missed\n\
                        binary     31.0  MB\n";
        assert_eq!(report.table(), expected);
    }
}
