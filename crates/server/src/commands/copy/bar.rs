//! How far copying is, on standard error: a bar on a terminal, a line for each tenth elsewhere.

use std::io::{self, Write};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use tenantry_persistence::Progress;

const LOOK: &str = "{wide_bar} {human_pos} of {human_len} rows, {per_sec}, {eta} left: {msg}";

/// What is shown.
pub struct Bar {
    bar: ProgressBar,
    tenths: usize,
}

impl Bar {
    /// One that shows nothing yet.
    pub fn new() -> Self {
        let style = ProgressStyle::with_template(LOOK).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self {
            bar: ProgressBar::new(0).with_style(style),
            tenths: 0,
        }
    }

    /// Shows how far it is.
    pub fn show(&mut self, progress: &Progress) {
        if self.bar.is_hidden() {
            self.tell(progress);
        } else {
            self.bar.set_length(count(progress.rows));
            self.bar.set_message(progress.table.name());
            self.bar.set_position(count(progress.copied));
        }
    }

    fn tell(&mut self, progress: &Progress) {
        let tenths = progress.copied.saturating_mul(10) / progress.rows.max(1);
        if tenths > self.tenths {
            self.tenths = tenths;
            let (copied, rows) = (
                HumanCount(count(progress.copied)),
                HumanCount(count(progress.rows)),
            );
            // Nothing can be done about a standard error that is closed.
            let _ = writeln!(io::stderr(), "{copied} of {rows} rows copied");
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
