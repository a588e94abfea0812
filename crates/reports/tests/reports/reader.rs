//! Reads the text of a PDF: the strings of each page, by what their glyphs mean.

use std::collections::BTreeMap;

use miniz_oxide::inflate::decompress_to_vec_zlib;

/// The texts of each page, in the order in which they are written.
pub fn texts(pdf: &[u8]) -> Vec<Vec<String>> {
    let streams = streams(pdf);
    let meaning = streams
        .iter()
        .find(|stream| find(stream, b"begincmap").is_some())
        .unwrap();
    let meaning = meaning_of(std::str::from_utf8(meaning).unwrap());
    let pages = streams
        .iter()
        .filter(|stream| find(stream, b"BT").is_some() && stream.starts_with(b"0."));
    pages.map(|page| strings(page, &meaning)).collect()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn streams(mut pdf: &[u8]) -> Vec<Vec<u8>> {
    let mut streams = Vec::new();
    while let Some(start) = find(pdf, b">>\nstream\n") {
        let body = &pdf[start + 10..];
        let end = find(body, b"\nendstream").unwrap();
        streams.push(decompress_to_vec_zlib(&body[..end]).unwrap());
        pdf = &body[end..];
    }
    streams
}

/// From lines such as `<0003> <0041>`.
fn meaning_of(cmap: &str) -> BTreeMap<u16, String> {
    let pairs = cmap.lines().filter_map(|line| {
        let (glyph, text) = line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <")?;
        let text: Vec<u16> = text
            .as_bytes()
            .chunks(4)
            .map(|digits| u16::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap())
            .collect();
        Some((
            u16::from_str_radix(glyph, 16).ok()?,
            String::from_utf16(&text).ok()?,
        ))
    });
    pairs.collect()
}

fn strings(page: &[u8], meaning: &BTreeMap<u16, String>) -> Vec<String> {
    let mut strings = Vec::new();
    let mut rest = page.iter().copied();
    while let Some(byte) = rest.next() {
        let bytes = match byte {
            b'(' => literal(&mut rest),
            b'<' => hex(&mut rest),
            _ => continue,
        };
        let glyphs = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        strings.push(glyphs.map(|glyph| meaning[&glyph].as_str()).collect());
    }
    strings
}

fn hex(rest: &mut impl Iterator<Item = u8>) -> Vec<u8> {
    let digits: Vec<u8> = rest.take_while(|byte| *byte != b'>').collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn literal(rest: &mut impl Iterator<Item = u8>) -> Vec<u8> {
    let (mut bytes, mut depth) = (Vec::new(), 0);
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => bytes.push(escaped(rest)),
            b')' if depth == 0 => break,
            _ => {
                depth += i32::from(byte == b'(') - i32::from(byte == b')');
                bytes.push(byte);
            }
        }
    }
    bytes
}

fn escaped(rest: &mut impl Iterator<Item = u8>) -> u8 {
    match rest.next().unwrap() {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        digit @ b'0'..=b'7' => {
            let digits = [digit, rest.next().unwrap(), rest.next().unwrap()];
            digits.iter().fold(0, |number, digit| number * 8 + (digit - b'0'))
        }
        other => other,
    }
}
