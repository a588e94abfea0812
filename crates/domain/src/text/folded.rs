use std::fmt;

/// A text in which upper and lower case are the same, to find names by parts of them (X2).
///
/// Each character is folded on its own, whatever stands beside it. So a part of a text, folded, is a part of the folded text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Folded(String);

impl Folded {
    /// Folds a text.
    pub fn of(text: &str) -> Self {
        Self(text.chars().flat_map(fold).collect())
    }

    /// The text, folded.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Folded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Lower case alone leaves some letters apart whose upper case is the same, such as the two small sigmas; upper case alone leaves those apart
/// that are upper case already, such as the large sharp s.
fn fold(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn x2_upper_and_lower_case_are_the_same_in_every_script() {
        for (one, other) in [
            ("ACME", "acme"),
            ("ZÜRICH", "zürich"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("ΟΔΟΣ", "οδος"),
            ("ΟΔΟΣ", "οδοσ"),
            ("МОСКВА", "москва"),
            ("ԵՐԵՎԱՆ", "երեվան"),
            ("\u{212a}elvin", "kelvin"),
            ("ﬁve", "FIVE"),
            ("İ", "i\u{307}"),
        ] {
            assert_eq!(Folded::of(one), Folded::of(other), "{one} {other}");
        }
    }

    #[test]
    fn x2_all_else_is_kept_letter_by_letter() {
        for text in [r"100%_\'", "é", "e\u{301}", "ａ", "東京 🦀", " a  b "] {
            assert_eq!(Folded::of(text).as_str(), text);
        }
    }

    #[test]
    fn x2_every_character_is_the_same_in_either_case_and_folded_once_for_all() {
        let has_case = |c: &char| !c.to_lowercase().eq(c.to_uppercase());
        for c in ('\0'..=char::MAX).filter(has_case) {
            let folded = Folded::of(&c.to_string());
            for same in [
                c.to_uppercase().to_string(),
                c.to_lowercase().to_string(),
                folded.to_string(),
            ] {
                assert_eq!(Folded::of(&same), folded, "{c:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn x2_a_text_is_found_by_each_of_its_parts_in_either_case(before: String, part: String, after: String) {
            let text = Folded::of(&format!("{before}{part}{after}"));
            for part in [&part, &part.to_uppercase(), &part.chars().flat_map(char::to_lowercase).collect()] {
                prop_assert!(text.as_str().contains(Folded::of(part).as_str()));
            }
        }
    }
}
