//! What a page looks like.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::{Content, Name, Str};
use tenantry_application::{UsageReport, UsageRow};

use super::font::{COMPRESSION, Font};
use super::numbers::Share;
use super::wording::from_the_left;
use super::{Line, Sheet};

/// A4, in points.
pub const WIDTH: f32 = 595.28;
/// The same.
pub const HEIGHT: f32 = 841.89;
/// How a page calls its font.
pub const FONT: Name<'static> = Name(b"F");

const LEFT: f32 = 36.0;
const RIGHT: f32 = WIDTH - 36.0;
const TOP: f32 = HEIGHT - 48.0;
const BOTTOM: f32 = 30.0;
const FIRST_ROW: f32 = TOP - 46.0;
const ROW: f32 = 19.0;
/// How much farther right each level of the tree begins.
const INDENT: f32 = 9.0;
const CELL: f32 = 84.0;
/// Between two cells.
const GAP: f32 = 8.0;
const BAR: f32 = 3.0;

const TITLE: f32 = 14.0;
const TEXT: f32 = 8.0;
const SMALL: f32 = 7.0;

type Color = [f32; 3];
const BLACK: Color = [0.1, 0.1, 0.12];
const GREY: Color = [0.42, 0.44, 0.48];
const PALE: Color = [0.89, 0.9, 0.92];
const BLUE: Color = [0.16, 0.42, 0.75];
const RED: Color = [0.78, 0.13, 0.13];

/// Which page it is.
pub struct Place {
    /// From 1 on.
    pub number: usize,
    pub count: usize,
    /// Whether a character of the report cannot be shown.
    pub is_lacking: bool,
}

/// Something written, and how.
struct Writing<'a> {
    text: &'a str,
    size: f32,
    color: Color,
}

/// A page that is drawn upon.
pub struct Page<'a> {
    content: Content,
    font: &'a mut Font,
}

impl<'a> Page<'a> {
    pub fn new(font: &'a mut Font) -> Self {
        Self {
            content: Content::new(),
            font,
        }
    }

    /// The whole page, compressed.
    pub fn drawn(mut self, report: &UsageReport, sheet: &Sheet, place: &Place) -> Vec<u8> {
        self.head(report, sheet);
        let mut y = FIRST_ROW;
        for line in sheet.lines {
            match line {
                Line::Organization(row) => self.organization(row, sheet, y),
                Line::Total => self.total(report, sheet, y),
            }
            y -= ROW;
        }
        self.foot(place);
        compress_to_vec_zlib(self.content.finish().as_slice(), COMPRESSION)
    }

    fn head(&mut self, report: &UsageReport, sheet: &Sheet) {
        let name = self
            .font
            .fitted(report.workspace.name.as_str(), TITLE, RIGHT - LEFT);
        self.line(&from_the_left(&name), TITLE, BLACK, (LEFT, TOP));
        self.line(
            &format!("Usage, {}", moment(report)),
            TEXT,
            GREY,
            (LEFT, TOP - 13.0),
        );
        let y = FIRST_ROW + 18.0;
        self.line("Organization", SMALL, GREY, (LEFT, y));
        for (x, meter) in cells(sheet).zip(sheet.meters) {
            let name = self.font.fitted(meter.as_str(), SMALL, CELL - GAP);
            self.line(&name, SMALL, GREY, (x, y));
        }
        self.bar((LEFT, y - 5.0), (RIGHT - LEFT, 0.5), GREY);
    }

    fn organization(&mut self, row: &UsageRow, sheet: &Sheet, y: f32) {
        let depth = u8::try_from(row.organization.depth()).unwrap_or(u8::MAX);
        let ends = names_end(sheet);
        // However deep a tree may be, half of the column is left for the name.
        let x = (LEFT + INDENT * f32::from(depth)).min(f32::midpoint(LEFT, ends));
        let name = self.font.fitted(row.organization.name.as_str(), TEXT, ends - x);
        self.line(&from_the_left(&name), TEXT, BLACK, (x, y));
        let usage = row.usage.iter().skip(sheet.first);
        for (x, usage) in cells(sheet).zip(usage) {
            let share = Share {
                used: usage.used,
                total: usage.total,
                is_over: usage.is_over(),
            };
            self.share(share, (x, y));
        }
    }

    fn total(&mut self, report: &UsageReport, sheet: &Sheet, y: f32) {
        self.bar((LEFT, y + 11.0), (RIGHT - LEFT, 0.5), GREY);
        let organizations = match report.rows.len() {
            1 => "1 organization".to_owned(),
            count => format!("{count} organizations"),
        };
        self.line(&format!("Total, {organizations}"), TEXT, BLACK, (LEFT, y));
        let totals = report.totals.iter().skip(sheet.first);
        for (x, total) in cells(sheet).zip(totals) {
            let share = Share {
                used: total.used,
                total: total.total,
                is_over: total.is_over(),
            };
            self.share(share, (x, y));
        }
    }

    /// What is used of how much, over a bar.
    fn share(&mut self, share: Share, (x, y): (f32, f32)) {
        let (ink, fill) = if share.is_over { (RED, RED) } else { (BLACK, BLUE) };
        let text = share.text();
        let text = Writing {
            text: &text,
            size: SMALL,
            color: ink,
        };
        self.squeezed(&text, CELL - GAP, (x, y + 1.0));
        if let Some(filled) = share.filled() {
            let at = (x, y - 5.0);
            self.bar(at, (CELL - GAP, BAR), PALE);
            self.bar(at, ((CELL - GAP) * filled, BAR), fill);
        }
    }

    fn foot(&mut self, place: &Place) {
        if place.is_lacking {
            let note =
                "□ stands for a character that this file has no letter for; the CSV has every name in full.";
            self.line(note, SMALL, GREY, (LEFT, BOTTOM));
        }
        let number = format!("{} / {}", place.number, place.count);
        let x = RIGHT - self.font.width(&number, SMALL);
        self.line(&number, SMALL, GREY, (x, BOTTOM));
    }

    fn line(&mut self, text: &str, size: f32, color: Color, at: (f32, f32)) {
        self.squeezed(&Writing { text, size, color }, WIDTH, at);
    }

    /// A text that is made narrower where it would take more room.
    fn squeezed(&mut self, Writing { text, size, color }: &Writing, room: f32, (x, y): (f32, f32)) {
        let percent = (room * 100.0 / self.font.width(text, *size).max(1.0)).min(100.0);
        let encoded = self.font.encoded(text);
        let [red, green, blue] = *color;
        self.content
            .set_fill_rgb(red, green, blue)
            .begin_text()
            .set_font(FONT, *size)
            .set_horizontal_scaling(percent)
            .next_line(x, y)
            .show(Str(&encoded))
            .end_text();
    }

    fn bar(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), [red, green, blue]: Color) {
        self.content
            .set_fill_rgb(red, green, blue)
            .rect(x, y, width, height)
            .fill_nonzero();
    }
}

/// Where the cells of the meters begin.
fn cells(sheet: &Sheet) -> impl Iterator<Item = f32> + use<> {
    std::iter::successors(Some(names_end(sheet) + GAP), |x| Some(x + CELL))
}

/// Where the column of the names ends.
fn names_end(sheet: &Sheet) -> f32 {
    let cells = sheet.meters.iter().map(|_| CELL).sum::<f32>();
    RIGHT - cells - GAP
}

/// When it was so, to the minute.
fn moment(report: &UsageReport) -> String {
    let text = report.at.to_string();
    let minute = text.get(..16).unwrap_or(&text);
    format!("{} UTC", minute.replace('T', " "))
}
