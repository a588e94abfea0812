//! The font: what it has, how wide that is, and the part of it that a document carries along.

use std::collections::BTreeMap;

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Name, Pdf, Rect, Ref, Str};
use subsetter::{GlyphRemapper, subset};
use ttf_parser::{Face, GlyphId};

use super::wording::{BOX, plain};
use crate::ReportError;

/// What a name is cut off with.
const CUT: char = '…';
/// How a document calls the part that it carries: six letters stand for the part.
const NAME: Name<'static> = Name(b"TNTRPT+DejaVuSansCondensed");
const UNICODE: Name<'static> = Name(b"TenantryUnicode");
const SYSTEM: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};
/// How hard the streams of a document are compressed.
pub const COMPRESSION: u8 = 6;

/// `DejaVu` Sans Condensed, which has Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic letters, these unjoined, among others.
pub struct Font {
    face: Face<'static>,
    /// The glyphs that are shown, with the numbers that they have in the document.
    shown: GlyphRemapper,
    /// What they mean, so that text can be copied and searched.
    meaning: BTreeMap<u16, char>,
}

/// Where a document keeps the parts of its font.
pub struct FontRefs {
    pub font: Ref,
    pub glyphs: Ref,
    pub descriptor: Ref,
    pub file: Ref,
    pub unicode: Ref,
}

impl Font {
    pub fn new() -> Result<Self, ReportError> {
        Ok(Self {
            face: Face::parse(dejavu::sans_condensed::regular(), 0)?,
            shown: GlyphRemapper::new(),
            meaning: BTreeMap::new(),
        })
    }

    /// Whether a name has a character that cannot be shown.
    pub fn lacks(&self, name: &str) -> bool {
        plain(name).chars().any(|c| self.face.glyph_index(c).is_none())
    }

    /// A name as it can be shown in so much room.
    pub fn fitted(&self, name: &str, size: f32, room: f32) -> String {
        let has = |c: char| self.face.glyph_index(c).map_or(BOX, |_| c);
        let mut fitted: String = plain(name).chars().map(has).collect();
        if self.width(&fitted, size) <= room {
            return fitted;
        }
        while self.width(&fitted, size) + self.width(&CUT.to_string(), size) > room && fitted.pop().is_some()
        {
        }
        fitted.push(CUT);
        fitted
    }

    /// How wide a text is.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let advances = text.chars().map(|c| f32::from(self.advance(self.glyph(c))));
        self.scaled(advances.sum()) * size / 1000.0
    }

    /// A text as a document holds it.
    pub fn encoded(&mut self, text: &str) -> Vec<u8> {
        let mut encoded = Vec::new();
        for c in text.chars() {
            let number = self.shown.remap(self.glyph(c).0);
            self.meaning.entry(number).or_insert(c);
            encoded.extend(number.to_be_bytes());
        }
        encoded
    }

    /// Puts what is shown of it into a document.
    pub fn embed(&self, pdf: &mut Pdf, refs: &FontRefs) -> Result<(), ReportError> {
        let file = subset(self.face.raw_face().data, 0, &self.shown).map_err(ReportError::Subset)?;
        let file = compress_to_vec_zlib(&file, COMPRESSION);
        pdf.stream(refs.file, &file).filter(Filter::FlateDecode);
        pdf.type0_font(refs.font)
            .base_font(NAME)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(refs.glyphs)
            .to_unicode(refs.unicode);
        self.embed_glyphs(pdf, refs);
        let face = &self.face;
        let scaled = |units: i16| self.scaled(f32::from(units));
        let bounds = face.global_bounding_box();
        pdf.font_descriptor(refs.descriptor)
            .name(NAME)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(
                scaled(bounds.x_min),
                scaled(bounds.y_min),
                scaled(bounds.x_max),
                scaled(bounds.y_max),
            ))
            .italic_angle(0.0)
            .ascent(scaled(face.ascender()))
            .descent(scaled(face.descender()))
            .cap_height(scaled(face.capital_height().unwrap_or(face.ascender())))
            .stem_v(80.0)
            .font_file2(refs.file);
        let mut unicode = UnicodeCmap::<u16>::new(UNICODE, SYSTEM);
        for (number, c) in &self.meaning {
            unicode.pair(*number, *c);
        }
        let unicode = compress_to_vec_zlib(unicode.finish().as_slice(), COMPRESSION);
        pdf.stream(refs.unicode, &unicode).filter(Filter::FlateDecode);
        Ok(())
    }

    fn embed_glyphs(&self, pdf: &mut Pdf, refs: &FontRefs) {
        let glyphs = self.shown.remapped_gids().map(GlyphId);
        let widths = glyphs.map(|glyph| self.scaled(f32::from(self.advance(glyph))));
        let mut font = pdf.cid_font(refs.glyphs);
        font.subtype(CidFontType::Type2)
            .base_font(NAME)
            .system_info(SYSTEM)
            .font_descriptor(refs.descriptor)
            .default_width(0.0)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        font.widths().consecutive(0, widths);
    }

    /// In thousandths of the size, as documents count.
    fn scaled(&self, units: f32) -> f32 {
        units * 1000.0 / f32::from(self.face.units_per_em())
    }

    fn advance(&self, glyph: GlyphId) -> u16 {
        self.face.glyph_hor_advance(glyph).unwrap_or_default()
    }

    /// Its first glyph is for what it lacks.
    fn glyph(&self, c: char) -> GlyphId {
        self.face.glyph_index(c).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l8_a_name_takes_no_more_room_than_there_is() {
        let font = Font::new().unwrap();
        let wide = "ﷺ".repeat(50);
        for name in [
            "Berlin",
            &"W".repeat(50),
            &wide,
            "😀👩‍👩‍👧 株式会社",
            "",
            "\u{202e}",
            &"a\u{301}".repeat(25),
        ] {
            for room in [0.0, 9.0, 60.0, 200.0] {
                let fitted = font.fitted(name, 8.0, room);
                let least = font.width("…", 8.0);
                assert!(
                    font.width(&fitted, 8.0) <= f32::max(room, least),
                    "{name:?} in {room}: {fitted:?}"
                );
            }
        }
        assert_eq!(font.fitted("Berlin", 8.0, 200.0), "Berlin");
        assert!(font.fitted("Berlin-Mitte", 8.0, 30.0).ends_with('…'));
    }

    #[test]
    fn l8_what_the_font_lacks_is_a_box() {
        let font = Font::new().unwrap();
        for name in [
            "Zürich",
            "Ελλάδα",
            "Київ",
            "بيت",
            "תל אביב",
            "a\u{200b}b",
            "Đà Nẵng",
        ] {
            assert!(!font.lacks(name), "{name}");
        }
        assert!(font.lacks("東京"));
        assert_eq!(font.fitted("東京 HQ", 8.0, 200.0), "□□ HQ");
    }
}
