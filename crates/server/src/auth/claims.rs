//! What a token says, once its signature is known to be good.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::{LONGEST_EMAIL, LONGEST_SUBJECT, Reason};

/// Clocks may differ by this many seconds.
const LEEWAY: u64 = 30;

/// Who a verified token speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `iss`. A subject is unique only together with it.
    pub issuer: String,
    /// `sub`: 1 to 255 characters, none of them a control character.
    pub subject: String,
    /// A person or a machine.
    pub kind: IdentityKind,
    /// `exp`, in seconds since 1970-01-01T00:00:00Z.
    pub expires_at: u64,
    /// `iat` likewise, and at most the time at which the token was first seen; `None` when it has none.
    pub issued_at: Option<u64>,
}

/// A person or a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityKind {
    /// Somebody who signed in.
    Person {
        /// At most 254 bytes, as the issuer wrote it.
        email: Option<String>,
        /// Whether the issuer vouches for the address; false without one.
        email_verified: bool,
        /// For display.
        name: Option<String>,
        /// Where their picture is, as the issuer wrote it.
        picture: Option<String>,
        /// Their language, as the issuer wrote it.
        locale: Option<String>,
    },
    /// A service with its own credentials (RFC 9068 §2.2: `client_id` equals `sub`).
    Machine {
        /// What it may do; names unknown here included.
        scopes: Vec<String>,
    },
}

/// Refuses at `now` what has expired, give or take 30 seconds.
pub(super) fn check_expiry(expires_at: u64, now: u64) -> Result<(), Reason> {
    if now >= expires_at.saturating_add(LEEWAY) {
        return Err(Reason::Expired);
    }
    Ok(())
}

/// The claims that are read. `iss` and `aud` are checked together with the signature.
#[derive(Deserialize)]
pub(super) struct Claims {
    iss: String,
    sub: String,
    exp: NumericDate,
    iat: Option<NumericDate>,
    nbf: Option<NumericDate>,
    email: Option<String>,
    email_verified: Option<Flag>,
    name: Option<String>,
    picture: Option<Value>,
    locale: Option<Value>,
    client_id: Option<String>,
    gty: Option<Value>,
    scope: Option<Scope>,
}

impl Claims {
    /// The identity, when the claims are acceptable at `now` (seconds since 1970-01-01T00:00:00Z).
    pub(super) fn into_identity(self, now: u64) -> Result<Identity, Reason> {
        if self.nbf.is_some_and(|nbf| nbf.0 > now.saturating_add(LEEWAY)) {
            return Err(Reason::NotYetValid);
        }
        check_subject(&self.sub)?;
        let identity = Identity {
            issuer: self.iss.clone(),
            subject: self.sub.clone(),
            expires_at: self.exp.0,
            // No token says anything later than now, else what it says could not be taken back before that.
            issued_at: self.iat.map(|iat| iat.0.min(now)),
            kind: self.into_kind()?,
        };
        check_expiry(identity.expires_at, now)?;
        Ok(identity)
    }

    fn into_kind(self) -> Result<IdentityKind, Reason> {
        if self.is_machine() {
            let scopes = self.scope.map(Scope::into_names).unwrap_or_default();
            return Ok(IdentityKind::Machine { scopes });
        }
        let email = printable("email", self.email)?;
        if email.as_ref().is_some_and(|text| text.len() > LONGEST_EMAIL) {
            return Err(Reason::Claim("email"));
        }
        Ok(IdentityKind::Person {
            email_verified: email.is_some() && self.email_verified.is_some_and(|flag| flag.is_set()),
            email,
            name: printable("name", self.name)?,
            picture: text(self.picture),
            locale: text(self.locale),
        })
    }

    fn is_machine(&self) -> bool {
        self.client_id.as_ref() == Some(&self.sub)
            || self.gty.as_ref().is_some_and(|gty| gty == "client-credentials")
    }
}

fn check_subject(subject: &str) -> Result<(), Reason> {
    let length = subject.chars().count();
    if (1..=LONGEST_SUBJECT).contains(&length) && !subject.contains(char::is_control) {
        return Ok(());
    }
    Err(Reason::Claim("sub"))
}

/// Empty text, which some providers send for what they do not know, counts as absent.
fn printable(claim: &'static str, text: Option<String>) -> Result<Option<String>, Reason> {
    match text {
        Some(text) if text.contains(char::is_control) => Err(Reason::Claim(claim)),
        text => Ok(text.filter(|text| !text.is_empty())),
    }
}

/// What only makes things nicer is no reason to refuse a token, whatever an issuer writes there.
fn text(claim: Option<Value>) -> Option<String> {
    match claim {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// Seconds since 1970-01-01T00:00:00Z; RFC 7519 allows a fraction, which is cut off.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
struct NumericDate(u64);

impl TryFrom<f64> for NumericDate {
    type Error = std::time::TryFromFloatSecsError;

    fn try_from(seconds: f64) -> Result<Self, Self::Error> {
        Duration::try_from_secs_f64(seconds).map(|since_epoch| Self(since_epoch.as_secs()))
    }
}

/// Some providers write `email_verified` as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Flag {
    Bool(bool),
    Text(String),
}

impl Flag {
    fn is_set(&self) -> bool {
        match self {
            Self::Bool(flag) => *flag,
            Self::Text(text) => text == "true",
        }
    }
}

/// Names between spaces (RFC 9068); some providers write a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scope {
    Text(String),
    List(Vec<String>),
}

impl Scope {
    fn into_names(self) -> Vec<String> {
        match self {
            Self::Text(text) => text.split_ascii_whitespace().map(str::to_owned).collect(),
            Self::List(names) => names,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: u64 = 1_000_000;

    fn identity(overrides: &Value) -> Result<Identity, Reason> {
        let mut claims = json!({"iss": "i", "sub": "s", "exp": NOW + 60});
        for (name, value) in overrides.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let claims: Claims = serde_json::from_value(claims).map_err(|_| Reason::Claims)?;
        claims.into_identity(NOW)
    }

    fn kind(overrides: &Value) -> IdentityKind {
        identity(overrides).unwrap().kind
    }

    fn person(email: Option<&str>, email_verified: bool) -> IdentityKind {
        IdentityKind::Person {
            email: email.map(str::to_owned),
            email_verified,
            name: None,
            picture: None,
            locale: None,
        }
    }

    fn machine(scopes: &[&str]) -> IdentityKind {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        IdentityKind::Machine { scopes }
    }

    #[test]
    fn expiry_and_start_have_thirty_seconds_of_leeway() {
        assert!(identity(&json!({"exp": NOW - 29})).is_ok());
        assert_eq!(identity(&json!({"exp": NOW - 30})), Err(Reason::Expired));
        assert!(identity(&json!({"nbf": NOW + 30})).is_ok());
        assert_eq!(identity(&json!({"nbf": NOW + 31})), Err(Reason::NotYetValid));
    }

    #[test]
    fn nothing_is_issued_in_the_future() {
        let issued_at = |claims| identity(&claims).unwrap().issued_at;
        assert_eq!(issued_at(json!({})), None);
        assert_eq!(issued_at(json!({"iat": NOW - 7})), Some(NOW - 7));
        assert_eq!(issued_at(json!({"iat": NOW + 7})), Some(NOW));
    }

    #[test]
    fn dates_may_have_a_fraction_but_must_be_sane() {
        assert_eq!(
            identity(&json!({"exp": 1_000_060.75})).unwrap().expires_at,
            NOW + 60
        );
        for bad in [json!(-1), json!(1e300), json!("1000060"), json!(null)] {
            assert_eq!(identity(&json!({"exp": bad})), Err(Reason::Claims), "{bad}");
        }
    }

    #[test]
    fn a_machine_is_its_own_client() {
        assert_eq!(kind(&json!({"client_id": "s"})), machine(&[]));
        assert_eq!(
            kind(&json!({"client_id": "s", "scope": "a  b"})),
            machine(&["a", "b"])
        );
        assert_eq!(
            kind(&json!({"gty": "client-credentials", "scope": ["a"]})),
            machine(&["a"])
        );
    }

    #[test]
    fn anything_else_is_a_person() {
        assert_eq!(
            kind(&json!({"client_id": "app", "scope": "usage:write"})),
            person(None, false)
        );
        assert_eq!(kind(&json!({"gty": "password"})), person(None, false));
        assert_eq!(kind(&json!({"gty": ["client-credentials"]})), person(None, false));
    }

    #[test]
    fn only_a_vouched_for_address_is_verified() {
        let email = "ada@example.com";
        assert_eq!(
            kind(&json!({"email": email, "email_verified": true})),
            person(Some(email), true)
        );
        assert_eq!(
            kind(&json!({"email": email, "email_verified": "true"})),
            person(Some(email), true)
        );
        assert_eq!(
            kind(&json!({"email": email, "email_verified": "false"})),
            person(Some(email), false)
        );
        assert_eq!(kind(&json!({"email": email})), person(Some(email), false));
        assert_eq!(
            kind(&json!({"email": "", "email_verified": true})),
            person(None, false)
        );
    }

    #[test]
    fn picture_and_locale_are_read_and_never_refused() {
        let IdentityKind::Person { picture, locale, .. } =
            kind(&json!({"picture": "https://example.com/a.png", "locale": "en-GB"}))
        else {
            panic!("a person");
        };
        assert_eq!(picture.as_deref(), Some("https://example.com/a.png"));
        assert_eq!(locale.as_deref(), Some("en-GB"));
        let odd = kind(&json!({"picture": {"url": "https://example.com"}, "locale": 7}));
        assert_eq!(odd, person(None, false));
    }

    #[test]
    fn texts_are_bounded_and_printable() {
        let refused = |claims| identity(&claims).unwrap_err();
        assert!(identity(&json!({"sub": "ä".repeat(255)})).is_ok());
        assert_eq!(refused(json!({"sub": "ä".repeat(256)})), Reason::Claim("sub"));
        assert_eq!(refused(json!({"sub": ""})), Reason::Claim("sub"));
        assert_eq!(refused(json!({"sub": "a\u{0}b"})), Reason::Claim("sub"));
        assert_eq!(refused(json!({"email": "a\nb@c"})), Reason::Claim("email"));
        assert!(identity(&json!({"email": "a".repeat(254)})).is_ok());
        assert_eq!(refused(json!({"email": "a".repeat(255)})), Reason::Claim("email"));
        assert_eq!(refused(json!({"name": "a\u{7f}"})), Reason::Claim("name"));
    }
}
