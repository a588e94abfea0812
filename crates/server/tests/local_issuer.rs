//! The local issuer's key file and tokens.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tenantry_server::auth::{
    AuthError, Holder, IdentityKind, Issuance, LocalIssuer, LocalIssuerError, Reason, Verifier,
};
use tenantry_server::key_file::KeyFileError;

use crate::support::{ManualClock, NOW};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn ada() -> Holder {
    Holder::Person {
        subject: "ada".to_owned(),
        email: "ada@example.com".to_owned(),
        name: Some("Ada".to_owned()),
    }
}

fn metering() -> Holder {
    Holder::Machine {
        name: "metering".to_owned(),
        scopes: vec!["usage:read".to_owned(), "usage:write".to_owned()],
    }
}

fn issuance() -> Issuance {
    Issuance {
        token_id: "t1".to_owned(),
        issued_at: NOW,
        ttl: Duration::from_mins(1),
    }
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn refusal(directory: &TempDir) -> KeyFileError {
    match LocalIssuer::open(directory.path()) {
        Err(LocalIssuerError::KeyFile(error)) => error,
        other => panic!(
            "not refused: {:?}",
            other.map(|issuer| issuer.key_id().to_owned())
        ),
    }
}

#[test]
fn the_key_is_made_once_and_for_its_owner_alone() {
    let directory = TempDir::new().unwrap();
    let data_dir = directory.path().join("new/data");
    let first = LocalIssuer::open(&data_dir).unwrap();
    let file = data_dir.join("local-issuer.pem");
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&data_dir), 0o700);
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .starts_with("-----BEGIN PRIVATE KEY-----")
    );
    assert_eq!(
        fs::read_dir(&data_dir).unwrap().count(),
        1,
        "nothing is left over"
    );
    assert_eq!(LocalIssuer::open(&data_dir).unwrap().key_id(), first.key_id());
}

#[test]
fn sixteen_at_once_get_one_key() {
    let directory = TempDir::new().unwrap();
    let data_dir = directory.path().join("data");
    let barrier = Arc::new(Barrier::new(16));
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let (data_dir, barrier) = (data_dir.clone(), barrier.clone());
            thread::spawn(move || {
                barrier.wait();
                LocalIssuer::open(&data_dir).unwrap().key_id().to_owned()
            })
        })
        .collect();
    let mut ids: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(fs::read_dir(&data_dir).unwrap().count(), 1);
}

#[test]
fn a_key_from_elsewhere_has_the_thumbprint_of_rfc_7638() {
    // The key of RFC 8037, appendix A, in the form that `openssl genpkey -algorithm ed25519` writes.
    let pem = "-----BEGIN PRIVATE KEY-----\n\
               MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
               -----END PRIVATE KEY-----\n";
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("local-issuer.pem");
    fs::write(&file, pem).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o400)).unwrap();
    let issuer = LocalIssuer::open(directory.path()).unwrap();
    assert_eq!(issuer.key_id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn a_file_open_to_others_is_refused() {
    for exposed in [0o640, 0o604, 0o620, 0o602, 0o660, 0o666] {
        let directory = TempDir::new().unwrap();
        LocalIssuer::open(directory.path()).unwrap();
        let file = directory.path().join("local-issuer.pem");
        fs::set_permissions(&file, Permissions::from_mode(exposed)).unwrap();
        let error = refusal(&directory);
        assert!(matches!(error, KeyFileError::Exposed { mode, .. } if mode == exposed));
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
}

#[test]
fn a_file_that_is_no_key_is_refused_and_left_alone() {
    for content in [
        "",
        "not a key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n",
    ] {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("local-issuer.pem");
        fs::write(&file, content).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        let error = refusal(&directory);
        assert!(matches!(error, KeyFileError::NotAKey { .. }), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("local-issuer.pem");
    fs::create_dir(&file).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o700)).unwrap();
    assert!(matches!(refusal(&directory), KeyFileError::Read { .. }));
}

#[test]
fn a_directory_that_cannot_be_made_is_refused() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(LocalIssuer::open(&file.join("data")).is_err());
}

#[test]
fn a_persons_token_has_these_claims() {
    let directory = TempDir::new().unwrap();
    let issuer = LocalIssuer::open(directory.path()).unwrap();
    let token = issuer.issue(&ada(), &issuance()).unwrap();
    let header = json!({"typ": "JWT", "alg": "EdDSA", "kid": issuer.key_id()});
    assert_eq!(part(&token, 0), header);
    let claims = json!({
        "iss": "tenantry-local", "aud": "tenantry", "sub": "ada", "jti": "t1",
        "iat": NOW, "nbf": NOW, "exp": NOW + 60,
        "email": "ada@example.com", "email_verified": true, "name": "Ada",
    });
    assert_eq!(part(&token, 1), claims);
}

#[test]
fn a_machines_token_has_these_claims() {
    let directory = TempDir::new().unwrap();
    let issuer = LocalIssuer::open(directory.path()).unwrap();
    let token = issuer.issue(&metering(), &issuance()).unwrap();
    assert_eq!(part(&token, 0)["typ"], "at+jwt");
    let claims = json!({
        "iss": "tenantry-local", "aud": "tenantry", "sub": "metering", "jti": "t1",
        "iat": NOW, "nbf": NOW, "exp": NOW + 60,
        "client_id": "metering", "scope": "usage:read usage:write",
    });
    assert_eq!(part(&token, 1), claims);
}

#[tokio::test]
async fn its_tokens_verify_until_they_expire() {
    let directory = TempDir::new().unwrap();
    let issuer = LocalIssuer::open(directory.path()).unwrap();
    let clock = ManualClock::new();
    let verifier = Verifier::new(Some(&issuer), &[], clock.clone());
    let person = issuer.issue(&ada(), &issuance()).unwrap();
    let identity = verifier.verify(&person).await.unwrap();
    assert_eq!(identity.issuer, "tenantry-local");
    assert_eq!(identity.subject, "ada");
    assert_eq!(identity.expires_at, NOW + 60);
    let expected = IdentityKind::Person {
        email: Some("ada@example.com".to_owned()),
        email_verified: true,
        name: Some("Ada".to_owned()),
        picture: None,
        locale: None,
    };
    assert_eq!(identity.kind, expected);
    let machine = issuer.issue(&metering(), &issuance()).unwrap();
    let identity = verifier.verify(&machine).await.unwrap();
    assert!(matches!(&identity.kind, IdentityKind::Machine { scopes } if scopes.len() == 2));
    clock.advance(90);
    let late = verifier.verify(&person).await;
    assert_eq!(late, Err(AuthError::from(Reason::Expired)));
}

#[tokio::test]
async fn another_installations_tokens_do_not_verify() {
    let (mine, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mine = LocalIssuer::open(mine.path()).unwrap();
    let other = LocalIssuer::open(other.path()).unwrap();
    let verifier = Verifier::new(Some(&mine), &[], ManualClock::new());
    let token = other.issue(&ada(), &issuance()).unwrap();
    assert_eq!(
        verifier.verify(&token).await,
        Err(AuthError::from(Reason::UnknownKey))
    );
}

#[tokio::test]
async fn its_tokens_do_not_verify_when_it_is_switched_off() {
    let directory = TempDir::new().unwrap();
    let issuer = LocalIssuer::open(directory.path()).unwrap();
    let verifier = Verifier::new(None, &[], ManualClock::new());
    let token = issuer.issue(&ada(), &issuance()).unwrap();
    assert_eq!(
        verifier.verify(&token).await,
        Err(AuthError::from(Reason::UnknownIssuer))
    );
}
