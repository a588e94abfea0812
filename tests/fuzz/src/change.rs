//! One change.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What changes make at most, in bytes.
const LONGEST: usize = 128 * 1024;

/// What parsers trip over.
const WORDS: [&[u8]; 48] = [
    b"\0",
    b"\"",
    b"'",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\\u{110000}",
    b"1e400",
    b"-1e400",
    b"-0",
    b"-1",
    b"0.1",
    b"9223372036854775808",
    b"-9223372036854775809",
    b"99999999999999999999999999999999999999999",
    b"null",
    b"true",
    b"nan",
    b"[",
    b"]",
    b"{\"a\":",
    b"}",
    b",",
    b":",
    b"://",
    b"@",
    b"[::1]",
    b".",
    b"..",
    b"/",
    b"%",
    b"%00",
    b"%ff",
    b"%25",
    b"+",
    b"&",
    b"=",
    b"#",
    b"\r\n",
    b"\t",
    b" ",
    "\u{feff}".as_bytes(),
    "\u{202e}".as_bytes(),
    "İ".as_bytes(),
    "🦀".as_bytes(),
    b"\xff\xfe",
    b"\xc3\x28",
];

/// A part of some bytes, wherever they begin and end.
#[derive(Debug, Clone, Copy)]
pub struct Part(Index, Index);

impl Part {
    fn of(self, bytes: &[u8]) -> (usize, usize) {
        let (one, other) = (self.0.index(bytes.len() + 1), self.1.index(bytes.len() + 1));
        (one.min(other), one.max(other))
    }
}

/// What becomes of some bytes.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    /// A byte is another one.
    Flip(Index, u8),
    /// The end is missing.
    CutOff(Index),
    /// A part is missing.
    Remove(Part),
    /// A part is there so many times more.
    Repeat(Part, usize),
    /// A word is there so many times.
    Insert(Index, &'static [u8], usize),
    /// A word stands in the place of a part.
    Replace(Part, &'static [u8]),
    /// It goes on as another seed does.
    Cross(Index, Part),
}

fn any_times() -> impl Strategy<Value = usize> {
    prop_oneof![8 => Just(1_usize), 2 => 2..40_usize, 1 => 1_000..20_000_usize]
}

fn any_part() -> impl Strategy<Value = Part> {
    (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Part(one, other))
}

/// Any of them.
pub fn any_change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    let word = || select(WORDS.to_vec());
    prop_oneof![
        (at(), 1..=u8::MAX).prop_map(|(at, mask)| Change::Flip(at, mask)),
        at().prop_map(Change::CutOff),
        any_part().prop_map(Change::Remove),
        (any_part(), any_times()).prop_map(|(part, times)| Change::Repeat(part, times)),
        (at(), word(), any_times()).prop_map(|(at, word, times)| Change::Insert(at, word, times)),
        (any_part(), word()).prop_map(|(part, word)| Change::Replace(part, word)),
        (at(), any_part()).prop_map(|(at, part)| Change::Cross(at, part)),
    ]
}

/// Applies a change, for which another seed may be needed.
pub fn apply(change: Change, mut bytes: Vec<u8>, other: &[u8]) -> Vec<u8> {
    match change {
        Change::Flip(at, mask) => {
            let len = bytes.len().max(1);
            if let Some(byte) = bytes.get_mut(at.index(len)) {
                *byte ^= mask;
            }
        }
        Change::CutOff(at) => bytes.truncate(at.index(bytes.len() + 1)),
        Change::Remove(part) => replace(&mut bytes, part, Vec::new()),
        Change::Repeat(part, times) => {
            let (from, to) = part.of(&bytes);
            let repeated = bytes.get(from..to).unwrap_or_default();
            let repeated = repeated.repeat((times + 1).min(LONGEST / repeated.len().max(1)));
            replace(&mut bytes, part, repeated);
        }
        Change::Insert(at, word, times) => replace(&mut bytes, Part(at, at), word.repeat(times)),
        Change::Replace(part, word) => replace(&mut bytes, part, word.to_vec()),
        Change::Cross(at, part) => {
            let (from, to) = part.of(other);
            bytes.truncate(at.index(bytes.len() + 1));
            bytes.extend_from_slice(other.get(from..to).unwrap_or_default());
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

fn replace(bytes: &mut Vec<u8>, part: Part, by: Vec<u8>) {
    let (from, to) = part.of(bytes);
    bytes.splice(from..to, by);
}
