//! Names as they can be shown.

use unicode_bidi::ParagraphBidiInfo;

/// Stands for a character that cannot be shown.
pub const BOX: char = '□';

/// A name without what has no look of its own: marks of direction, joiners, variation selectors, tags. They could turn around what is beside
/// the name.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| !is_invisible(*c)).collect()
}

/// The characters in the order in which they stand on paper, from the left.
pub fn from_the_left(text: &str) -> String {
    ParagraphBidiInfo::new(text, None)
        .reorder_line(0..text.len())
        .into_owned()
}

const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l8_nothing_in_a_name_turns_around_what_is_beside_it() {
        assert_eq!(plain("a\u{202e}b\u{200b}\u{2067}c\u{feff}"), "abc");
        assert_eq!(from_the_left("Haus בית"), "Haus תיב");
        assert_eq!(from_the_left("שלום"), "םולש");
        assert_eq!(from_the_left(""), "");
    }
}
