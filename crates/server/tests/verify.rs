//! Which tokens are accepted. The keys come from a file.

use std::fs;
use std::sync::{Arc, LazyLock};

use aws_lc_rs::hmac;
use serde_json::{Value, json};
use tempfile::TempDir;
use tenantry_server::auth::{AuthError, Identity, IdentityKind, Reason, Verifier};
use tenantry_server::config::JwksLocation;

use crate::support::{AUDIENCE, ISSUER, ManualClock, NOW, TestKey, base64, jwks, message, settings};

static RSA: LazyLock<TestKey> = LazyLock::new(|| TestKey::rsa("rsa"));
static EC: LazyLock<TestKey> = LazyLock::new(|| TestKey::ec("ec"));
static ED: LazyLock<TestKey> = LazyLock::new(|| TestKey::ed("ed"));

struct Setup {
    verifier: Verifier,
    clock: Arc<ManualClock>,
    directory: TempDir,
}

impl Setup {
    fn new(keys: &[&TestKey]) -> Self {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("jwks.json");
        fs::write(&file, jwks(keys)).unwrap();
        let clock = ManualClock::new();
        let issuers = [settings(JwksLocation::File(file))];
        let verifier = Verifier::new(None, &issuers, clock.clone());
        Self {
            verifier,
            clock,
            directory,
        }
    }

    fn all_keys() -> Self {
        Self::new(&[&RSA, &EC, &ED])
    }

    async fn refused(&self, token: &str) -> Reason {
        match self.verifier.verify(token).await {
            Err(AuthError::Invalid { reason }) => reason,
            other => panic!("not refused: {other:?}"),
        }
    }
}

async fn refused(token: &str) -> Reason {
    Setup::all_keys().refused(token).await
}

#[tokio::test]
async fn each_algorithm_is_accepted() {
    let setup = Setup::all_keys();
    for key in [&*RSA, &*EC, &*ED] {
        let identity = setup.verifier.verify(&key.token(&json!({}))).await;
        let expected = Identity {
            issuer: ISSUER.to_owned(),
            subject: "ada".to_owned(),
            kind: IdentityKind::Person {
                email: None,
                email_verified: false,
                name: None,
                picture: None,
                locale: None,
            },
            expires_at: NOW + 3600,
            issued_at: None,
        };
        assert_eq!(identity, Ok(Arc::new(expected)), "{}", key.algorithm());
    }
}

#[tokio::test]
async fn a_machine_is_told_from_a_person() {
    let setup = Setup::all_keys();
    let claims = json!({"sub": "metering", "client_id": "metering", "scope": "usage:read usage:write"});
    let identity = setup.verifier.verify(&ED.token(&claims)).await.unwrap();
    let scopes = vec!["usage:read".to_owned(), "usage:write".to_owned()];
    assert_eq!(identity.kind, IdentityKind::Machine { scopes });
}

#[tokio::test]
async fn an_audience_may_be_one_of_several() {
    let setup = Setup::all_keys();
    let token = ED.token(&json!({"aud": ["other", AUDIENCE]}));
    assert!(setup.verifier.verify(&token).await.is_ok());
}

#[tokio::test]
async fn claims_are_checked() {
    for (claims, reason) in [
        (json!({"exp": NOW - 31}), Reason::Expired),
        (json!({"exp": null}), Reason::Claims),
        (json!({"nbf": NOW + 60}), Reason::NotYetValid),
        (json!({"aud": "other"}), Reason::Audience),
        (json!({"aud": ["other"]}), Reason::Audience),
        (json!({"aud": null}), Reason::Audience),
        (json!({"iss": "https://evil.example.com"}), Reason::UnknownIssuer),
        (json!({"iss": "tenantry-local"}), Reason::UnknownIssuer),
        (json!({"iss": [ISSUER]}), Reason::UnknownIssuer),
        (json!({"iss": null}), Reason::UnknownIssuer),
        (json!({"sub": null}), Reason::Claims),
        (json!({"sub": 7}), Reason::Claims),
        (json!({"sub": ""}), Reason::Claim("sub")),
        (json!({"email": "a\r\nb@c"}), Reason::Claim("email")),
    ] {
        assert_eq!(refused(&ED.token(&claims)).await, reason, "{claims}");
    }
}

#[tokio::test]
async fn a_signature_by_another_key_is_refused() {
    for (other, mine) in [
        (TestKey::rsa("rsa"), &*RSA),
        (TestKey::ec("ec"), &*EC),
        (TestKey::ed("ed"), &*ED),
    ] {
        let token = other.token(&json!({}));
        assert_eq!(refused(&token).await, Reason::Signature, "{}", mine.id);
    }
}

#[tokio::test]
async fn a_tampered_payload_is_refused() {
    let good = ED.token(&json!({}));
    let signature = good.rsplit('.').next().unwrap();
    let forged = message(&ED.header(), &json!({"sub": "eve"}));
    assert_eq!(refused(&format!("{forged}.{signature}")).await, Reason::Signature);
}

#[tokio::test]
async fn a_missing_signature_is_refused() {
    let unsigned = message(&ED.header(), &json!({}));
    assert_eq!(refused(&format!("{unsigned}.")).await, Reason::Signature);
}

#[tokio::test]
async fn algorithm_none_is_refused() {
    for none in ["none", "None", "NONE"] {
        let unsigned = message(&json!({"alg": none, "kid": "ed"}), &json!({}));
        assert_eq!(refused(&format!("{unsigned}.")).await, Reason::Malformed);
    }
}

#[tokio::test]
async fn hs256_with_a_public_key_as_the_secret_is_refused() {
    for key in [&*RSA, &*EC, &*ED] {
        let message = message(&json!({"alg": "HS256", "kid": key.id}), &json!({}));
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &key.public());
        let signature = base64(hmac::sign(&secret, message.as_bytes()));
        assert_eq!(
            refused(&format!("{message}.{signature}")).await,
            Reason::Malformed
        );
    }
}

#[tokio::test]
async fn an_algorithm_that_is_not_the_keys_is_refused() {
    for (key, claimed) in [
        (&*EC, "RS256"),
        (&*RSA, "ES256"),
        (&*RSA, "EdDSA"),
        (&*ED, "ES256"),
    ] {
        let token = key.token_with(&json!({"alg": claimed, "kid": key.id}), &json!({}));
        assert_eq!(refused(&token).await, Reason::KeyMismatch, "{claimed}");
    }
}

#[tokio::test]
async fn other_algorithms_of_a_good_key_are_refused() {
    for claimed in ["RS384", "RS512", "PS256", "ES384"] {
        let token = RSA.token_with(&json!({"alg": claimed, "kid": "rsa"}), &json!({}));
        assert_eq!(refused(&token).await, Reason::Malformed, "{claimed}");
    }
}

#[tokio::test]
async fn an_extension_that_must_be_understood_is_refused() {
    let header = json!({"alg": "EdDSA", "kid": "ed", "crit": ["b64"], "b64": false});
    assert_eq!(
        refused(&ED.token_with(&header, &json!({}))).await,
        Reason::Malformed
    );
}

#[tokio::test]
async fn a_key_in_the_header_is_not_trusted() {
    let own = TestKey::ed("mine");
    let header = json!({"alg": "EdDSA", "kid": "mine", "jwk": own.jwk()});
    assert_eq!(
        refused(&own.token_with(&header, &json!({}))).await,
        Reason::UnknownKey
    );
    let header = json!({"alg": "EdDSA", "kid": "ed", "jwk": own.jwk()});
    assert_eq!(
        refused(&own.token_with(&header, &json!({}))).await,
        Reason::Signature
    );
}

#[tokio::test]
async fn an_unknown_key_is_refused() {
    assert_eq!(
        refused(&TestKey::ed("other").token(&json!({}))).await,
        Reason::UnknownKey
    );
}

#[tokio::test]
async fn without_a_key_id_only_a_single_key_is_tried() {
    let header = json!({"alg": "EdDSA"});
    let token = ED.token_with(&header, &json!({}));
    assert!(Setup::all_keys().verifier.verify(&token).await.is_ok());
    let two = Setup::new(&[&ED, &TestKey::ed("second")]);
    assert_eq!(two.refused(&token).await, Reason::UnnamedKey);
    let none = Setup::new(&[&RSA]);
    assert_eq!(none.refused(&token).await, Reason::UnknownKey);
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let good = ED.token(&json!({}));
    let extra = format!("{good}.e30");
    let padded = format!("{good}=");
    for bad in [
        "",
        ".",
        "..",
        "a.b.c",
        "Bearer",
        "e30.e30",
        &extra,
        &format!(" {good}"),
    ] {
        assert!(Setup::all_keys().verifier.verify(bad).await.is_err(), "{bad}");
    }
    assert_eq!(refused("nonsense").await, Reason::Malformed);
    assert_eq!(refused(&padded).await, Reason::Malformed);
}

#[tokio::test]
async fn a_huge_token_is_refused() {
    let token = |size| ED.token(&json!({ "padding": "x".repeat(size) }));
    let fits = token(5_800);
    assert!(fits.len() > 7_500 && fits.len() <= 8_192);
    assert!(Setup::all_keys().verifier.verify(&fits).await.is_ok());
    assert_eq!(refused(&token(6_200)).await, Reason::TooLong);
}

#[tokio::test]
async fn deep_nesting_does_no_harm() {
    let claims = format!(r#"{{"iss":"{ISSUER}","x":{}"#, "[".repeat(4_000));
    let token = format!("{}.{}.x", base64(ED.header().to_string()), base64(claims));
    assert_eq!(refused(&token).await, Reason::UnknownIssuer);
}

#[tokio::test]
async fn a_remembered_token_still_expires() {
    let setup = Setup::all_keys();
    let token = ED.token(&json!({"exp": NOW + 60}));
    assert!(setup.verifier.verify(&token).await.is_ok());
    setup.clock.advance(89);
    assert!(setup.verifier.verify(&token).await.is_ok());
    setup.clock.advance(1);
    assert_eq!(setup.refused(&token).await, Reason::Expired);
}

#[tokio::test]
async fn a_token_that_was_good_is_no_guess_until_it_expires() {
    let setup = Setup::all_keys();
    let token = ED.token(&json!({"exp": NOW + 1_000}));
    assert!(!setup.verifier.was_good(&token));
    assert!(setup.verifier.verify(&token).await.is_ok());
    setup.clock.advance(900);
    assert!(setup.verifier.recall(&token).is_none() && setup.verifier.was_good(&token));
    setup.clock.advance(200);
    assert!(!setup.verifier.was_good(&token));
}

#[tokio::test]
async fn a_withdrawn_key_stops_working() {
    let setup = Setup::new(&[&ED]);
    let token = ED.token(&json!({}));
    assert!(setup.verifier.verify(&token).await.is_ok());
    fs::write(setup.directory.path().join("jwks.json"), jwks(&[&EC])).unwrap();
    assert!(setup.verifier.verify(&token).await.is_ok(), "remembered");
    setup.clock.advance(600);
    assert!(
        setup.verifier.verify(&EC.token(&json!({}))).await.is_ok(),
        "refreshed"
    );
    assert_eq!(setup.refused(&token).await, Reason::UnknownKey);
}

#[tokio::test]
async fn the_reasons_repeat_nothing_of_the_token() {
    let setup = Setup::all_keys();
    let claims: Value = json!({"sub": "secret-subject\u{1}", "email": "secret@example.com"});
    let error = setup.verifier.verify(&ED.token(&claims)).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"));
}
