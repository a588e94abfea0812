//! What a whole workspace uses and may use (`docs/rules.md` L10), as files: [`csv()`] for programs, [`pdf()`] for people. Both are functions of the
//! report alone, so that the same report is the same file, byte for byte.

mod pdf;
mod sheet;

pub use pdf::pdf;
pub use sheet::csv;

/// A report could not be written, through no fault of what is in it.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The writer of CSV failed.
    #[error("the CSV could not be written")]
    Csv(#[from] ::csv::Error),
    /// The embedded font cannot be read.
    #[error("the embedded font cannot be read")]
    Font(#[from] ttf_parser::FaceParsingError),
    /// The embedded font cannot be reduced to what is shown.
    #[error("the embedded font cannot be reduced: {0}")]
    Subset(subsetter::Error),
}
