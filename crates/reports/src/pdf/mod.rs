//! The report for people, on pages of A4.

mod document;
mod font;
mod numbers;
mod page;
mod wording;

use tenantry_application::{UsageReport, UsageRow};
use tenantry_domain::Meter;

use crate::ReportError;
use document::written;
use font::Font;
use page::{Page, Place};

/// How many rows a page has.
const ROWS: usize = 36;
/// How many meters fit beside one another. More of them follow on pages of their own.
const METERS: usize = 4;

/// What is on one page: some rows, with some of the meters.
struct Sheet<'a> {
    /// The first of its meters.
    first: usize,
    meters: &'a [Meter],
    lines: &'a [Line<'a>],
}

/// One row.
enum Line<'a> {
    Organization(&'a UsageRow),
    /// All of them together.
    Total,
}

/// Pages with the tree, what is used of each meter and may be, and totals. A character that the font lacks is shown as a box, which a note on
/// each page explains.
pub fn pdf(report: &UsageReport) -> Result<Vec<u8>, ReportError> {
    let mut font = Font::new()?;
    let organizations = report.rows.iter().map(Line::Organization);
    let lines: Vec<Line> = organizations.chain([Line::Total]).collect();
    let sheets: Vec<Sheet> = report
        .meters
        .chunks(METERS)
        .enumerate()
        .flat_map(|(block, meters)| {
            let sheet = move |lines| Sheet {
                first: block * METERS,
                meters,
                lines,
            };
            lines.chunks(ROWS).map(sheet)
        })
        .collect();
    let names = report.rows.iter().map(|row| row.organization.name.as_str());
    let mut names = names.chain([report.workspace.name.as_str()]);
    let is_lacking = names.any(|name| font.lacks(name));
    let draw = |(index, sheet): (usize, &Sheet)| {
        let place = Place {
            number: index + 1,
            count: sheets.len(),
            is_lacking,
        };
        Page::new(&mut font).drawn(report, sheet, &place)
    };
    let pages: Vec<Vec<u8>> = sheets.iter().enumerate().map(draw).collect();
    written(report, &pages, &font)
}
