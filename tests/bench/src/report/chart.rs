use std::fmt::Write;

use super::{Bound, Mark};

const WIDTH: f64 = 760.0;
const ROW: f64 = 26.0;
const TOP: f64 = 44.0;
/// Where bars begin, and how long one is that just keeps its promise.
const LEFT: f64 = 300.0;
const PROMISE: f64 = 110.0;
/// How many times its promise a bar shows at most.
const MOST: f64 = 3.0;
/// Readable on white and on black; whoever prefers dark gets brighter bars.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#57606a}\
.met{fill:#2f7d4f}.missed{fill:#b3541e}line{stroke:#8c959f;stroke-dasharray:3 3}\
@media(prefers-color-scheme:dark){text{fill:#adb5bd}.met{fill:#57ab5a}.missed{fill:#dd8447}}";

/// A bar for each number with a target: as long as the line when it just keeps its promise, longer when it is better.
pub fn of(marks: &[Mark]) -> String {
    let promised: Vec<(&Mark, Bound)> = marks
        .iter()
        .filter_map(|mark| Some((mark, mark.target?)))
        .collect();
    let height = (0..promised.len()).fold(TOP, |height, _| height + ROW) + 10.0;
    let promise = LEFT + PROMISE;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <title>Measured against what is promised</title>\n<style>{STYLE}</style>\n\
         <text x=\"{promise}\" y=\"20\" text-anchor=\"middle\">promised</text>\n"
    );
    let mut y = TOP;
    for (mark, target) in promised {
        // Writing into a text does not fail.
        let _ = writeln!(svg, "{}", bar(mark, target, y));
        y += ROW;
    }
    let _ = writeln!(
        svg,
        "<line x1=\"{promise}\" x2=\"{promise}\" y1=\"28\" y2=\"{}\"/>\n</svg>",
        height - 10.0
    );
    svg
}

fn bar(mark: &Mark, target: Bound, y: f64) -> String {
    let class = if target.holds(mark.value) { "met" } else { "missed" };
    let length = PROMISE * share(mark.value, target).min(MOST);
    let (label, middle) = (LEFT - 12.0, y + 13.0);
    format!(
        "<text x=\"{label}\" y=\"{middle}\" text-anchor=\"end\">{}</text>\
         <rect class=\"{class}\" x=\"{LEFT}\" y=\"{y}\" width=\"{length:.1}\" height=\"17\" rx=\"2\"/>\
         <text x=\"{:.1}\" y=\"{middle}\">{} {} ({target})</text>",
        mark.name,
        LEFT + length.max(PROMISE) + 8.0,
        mark.shown(),
        mark.unit,
    )
}

/// How many times its promise a number is, and more than once when it is better.
fn share(value: f64, target: Bound) -> f64 {
    match target {
        Bound::AtLeast(least) => value / least,
        Bound::AtMost(most) => most / value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_longer_than_the_line_exactly_when_the_promise_is_kept() {
        for (value, target) in [(6.0, Bound::AtLeast(5.0)), (1.5, Bound::AtMost(2.0))] {
            assert!(target.holds(value) && share(value, target) > 1.0);
        }
        for (value, target) in [(4.0, Bound::AtLeast(5.0)), (2.5, Bound::AtMost(2.0))] {
            assert!(!target.holds(value) && share(value, target) < 1.0);
        }
    }
}
