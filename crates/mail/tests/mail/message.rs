//! A mail as its reader's program understands it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quoted_printable::ParseMode;
use tempfile::TempDir;
use tenantry_application::ports::InvitationMail;
use tenantry_mail::{Outbox, Stationery};

use crate::support::send;

/// A mail, taken apart.
pub struct Message {
    pub raw: String,
    pub text: String,
    pub html: String,
}

impl Message {
    /// What is written of a mail.
    pub fn of(mail: &InvitationMail, stationery: Stationery) -> Self {
        let directory = TempDir::new().unwrap();
        let outbox = Outbox::open(directory.path().to_owned(), stationery).unwrap();
        send(&outbox, mail).unwrap();
        let file = directory.path().join(format!("{}.eml", mail.id));
        Self::read(&std::fs::read_to_string(file).unwrap())
    }

    pub fn read(raw: &str) -> Self {
        let raw = raw.replace("\r\n", "\n").trim_end().to_owned();
        let (_, rest) = raw.split_once("boundary=\"").unwrap();
        let (boundary, _) = rest.split_once('"').unwrap();
        let parts: Vec<_> = raw.split(&format!("--{boundary}")).map(decoded).collect();
        let [_, text, html, end] = parts.try_into().unwrap();
        assert_eq!(end, "--");
        Self { raw, text, html }
    }

    /// The lines of a header, each once.
    pub fn header(&self, name: &str) -> String {
        let (head, _) = self.raw.split_once("\n\n").unwrap();
        let unfolded = head.replace("\n ", " ");
        let prefix = format!("{name}: ");
        let mut lines = unfolded.lines().filter_map(|line| line.strip_prefix(&prefix));
        let line = lines.next().unwrap_or_else(|| panic!("no {name} in {head}"));
        assert_eq!(lines.next(), None, "{name} twice in {head}");
        words(line)
    }
}

fn decoded(part: &str) -> String {
    let Some((head, body)) = part.split_once("\n\n") else {
        return part.to_owned();
    };
    let is = |encoding| head.contains(&format!("Content-Transfer-Encoding: {encoding}"));
    let bytes = if is("quoted-printable") {
        quoted_printable::decode(body, ParseMode::Robust).unwrap()
    } else if is("base64") {
        STANDARD.decode(body.replace('\n', "")).unwrap()
    } else {
        body.as_bytes().to_vec()
    };
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

/// Text with the encoded words of RFC 2047 read.
fn words(line: &str) -> String {
    let read = |word: &str| {
        let encoded = word.strip_prefix("=?utf-8?b?")?.strip_suffix("?=")?;
        Some(String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap())
    };
    let mut text = String::new();
    let mut was_encoded = false;
    for word in line.split(' ') {
        let encoded = read(word);
        // Blanks between encoded words are none.
        let is_glued = was_encoded && encoded.is_some();
        if !text.is_empty() && !is_glued {
            text.push(' ');
        }
        was_encoded = encoded.is_some();
        text.push_str(&encoded.unwrap_or_else(|| word.to_owned()));
    }
    text
}
