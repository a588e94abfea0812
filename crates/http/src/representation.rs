//! A resource as it is written, and the entity tag that follows from it (RFC 9110 §8.8).
//!
//! The tag is a digest of the body, so it is strong, needs no version in any table, and changes exactly when what is shown does: with a
//! charge as well as with a change of name.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ContentType, ETAG};
use actix_web::web::Bytes;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tenantry_application::idempotency::WrittenAnswer;

use crate::deployment::Deployment;

/// How many bytes of the digest are enough to tell any two bodies apart.
const TAG_BYTES: usize = 16;

/// Something with an address of its own, as it is shown.
pub(crate) trait Resource: Serialize {
    /// What a use case answers.
    type Of: Clone + Send + 'static;

    /// Shows it. Only some look different in another deployment.
    fn show(of: Self::Of, deployment: &Deployment) -> Self;
}

/// An answer, written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Representation {
    status: StatusCode,
    tag: Option<String>,
    body: Bytes,
    /// What is kept instead of a body that is told once.
    kept: Option<Bytes>,
    /// What it is when it is not JSON.
    file: Option<File>,
}

/// A file to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Its media type.
    pub media_type: &'static str,
    /// What to call it, in letters, digits, dots, lines and dashes.
    pub name: String,
}

/// What stands before the body of an answer that is kept.
#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    tag: Option<String>,
}

impl Representation {
    /// Of something that has an entity tag.
    pub fn tagged(status: StatusCode, shown: &impl Serialize) -> Self {
        let untagged = Self::untagged(status, shown);
        Self {
            tag: Some(tag(&untagged.body)),
            ..untagged
        }
    }

    /// Of a file with this content, which has an entity tag.
    pub fn file(file: File, content: Vec<u8>) -> Self {
        Self {
            status: StatusCode::OK,
            tag: Some(tag(&content)),
            body: content.into(),
            kept: None,
            file: Some(file),
        }
    }

    /// Of something that is only answered.
    pub fn untagged(status: StatusCode, shown: &impl Serialize) -> Self {
        Self {
            status,
            tag: None,
            body: written(shown),
            kept: None,
            file: None,
        }
    }

    /// Of nothing: it is done.
    pub fn empty() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            tag: None,
            body: Bytes::new(),
            kept: None,
            file: None,
        }
    }

    /// With another body, which is told once, and one that is kept in its place: a secret is stored nowhere.
    pub fn told_once(self, told: &impl Serialize, kept: &impl Serialize) -> Self {
        Self {
            body: written(told),
            kept: Some(written(kept)),
            ..self
        }
    }

    /// The entity tag, without quotes.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// As it is kept under the key of a request.
    pub fn write(&self) -> WrittenAnswer {
        let head = Head {
            status: self.status.as_u16(),
            tag: self.tag.clone(),
        };
        let mut written = serde_json::to_vec(&head).unwrap_or_default();
        written.push(b'\n');
        written.extend_from_slice(self.kept.as_ref().unwrap_or(&self.body));
        WrittenAnswer(written)
    }

    /// What was kept; `None` when it makes no sense.
    pub fn read(written: &WrittenAnswer) -> Option<Self> {
        let end = written.0.iter().position(|byte| *byte == b'\n')?;
        let (head, body) = written.0.split_at_checked(end)?;
        let head: Head = serde_json::from_slice(head).ok()?;
        Some(Self {
            status: StatusCode::from_u16(head.status).ok()?,
            tag: head.tag,
            body: Bytes::copy_from_slice(body.strip_prefix(b"\n")?),
            kept: None,
            file: None,
        })
    }

    /// The answer.
    pub fn respond(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        self.head(&mut response);
        if self.body.is_empty() {
            return response.finish();
        }
        match self.file {
            Some(File { media_type, name }) => {
                let disposition = format!("attachment; filename=\"{name}\"");
                response.content_type(media_type);
                response.insert_header((CONTENT_DISPOSITION, disposition));
            }
            None => {
                response.content_type(ContentType::json());
            }
        }
        response.body(self.body)
    }

    /// The answer to somebody who has it already (RFC 9110 §15.4.5).
    pub fn not_modified(&self) -> HttpResponse {
        let mut response = HttpResponse::NotModified();
        self.head(&mut response);
        response.finish()
    }

    /// Callers may keep what is theirs, and have to ask whether it is still so.
    fn head(&self, response: &mut actix_web::HttpResponseBuilder) {
        if let Some(tag) = &self.tag {
            response.insert_header((ETAG, format!("\"{tag}\"")));
            response.insert_header((CACHE_CONTROL, "private, no-cache"));
        }
    }
}

fn written(shown: &impl Serialize) -> Bytes {
    serde_json::to_vec(shown).unwrap_or_default().into()
}

fn tag(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let start: &[u8] = digest.get(..TAG_BYTES).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(start)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tag_tells_bodies_apart() {
        let of = |value| Representation::tagged(StatusCode::OK, &value).tag.unwrap();
        assert_eq!(of(json!({ "a": 1 })), of(json!({ "a": 1 })));
        assert_ne!(of(json!({ "a": 1 })), of(json!({ "a": 2 })));
        assert_eq!(of(json!(null)).len(), 22);
    }

    #[test]
    fn k1_what_is_told_once_is_not_kept() {
        let tagged = Representation::tagged(StatusCode::OK, &json!({ "id": 1 }));
        let tag = tagged.tag.clone();
        let told = tagged.told_once(&json!({ "secret": "s" }), &json!({ "secret": null }));
        assert_eq!(&told.body[..], br#"{"secret":"s"}"#);
        let kept = Representation::read(&told.write()).unwrap();
        assert_eq!(&kept.body[..], br#"{"secret":null}"#);
        assert_eq!(kept.tag, tag);
    }

    #[test]
    fn r1_an_answer_survives_being_kept() {
        let line = json!({ "name": "a\nb" });
        let answers = [
            Representation::tagged(StatusCode::CREATED, &line),
            Representation::untagged(StatusCode::OK, &line),
        ];
        for answer in answers {
            assert_eq!(Representation::read(&answer.write()), Some(answer));
        }
        for nonsense in [
            "",
            "\n",
            "{}\n",
            "{\"status\":9,\"tag\":null}\nx",
            "{\"status\":200,\"tag\":null}",
        ] {
            assert_eq!(
                Representation::read(&WrittenAnswer(nonsense.into())),
                None,
                "{nonsense:?}"
            );
        }
    }
}
