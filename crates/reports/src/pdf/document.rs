//! The pages put together.

use pdf_writer::{Filter, Pdf, Rect, Ref, TextStr};
use tenantry_application::UsageReport;

use super::font::{Font, FontRefs};
use super::page::{FONT, HEIGHT, WIDTH};
use super::wording::plain;
use crate::ReportError;

/// The numbers of what a document holds, one after the other.
struct Refs(i32);

impl Refs {
    const fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// The file.
pub fn written(report: &UsageReport, pages: &[Vec<u8>], font: &Font) -> Result<Vec<u8>, ReportError> {
    let (mut pdf, mut refs) = (Pdf::new(), Refs(0));
    let (catalog, tree, info) = (refs.next(), refs.next(), refs.next());
    let font_refs = FontRefs {
        font: refs.next(),
        glyphs: refs.next(),
        descriptor: refs.next(),
        file: refs.next(),
        unicode: refs.next(),
    };
    pdf.catalog(catalog).pages(tree);
    let title = format!("Usage of {}", plain(report.workspace.name.as_str()));
    pdf.document_info(info).title(TextStr(&title));
    font.embed(&mut pdf, &font_refs)?;
    let kids: Vec<Ref> = pages
        .iter()
        .map(|content| {
            let (page, stream) = (refs.next(), refs.next());
            pdf.stream(stream, content).filter(Filter::FlateDecode);
            let mut page_writer = pdf.page(page);
            page_writer
                .parent(tree)
                .media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT))
                .contents(stream);
            page_writer.resources().fonts().pair(FONT, font_refs.font);
            page
        })
        .collect();
    let count = i32::try_from(kids.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(kids).count(count);
    Ok(pdf.finish())
}
