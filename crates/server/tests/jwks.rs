//! How an issuer's keys are fetched, kept and refreshed. The server is real; the clock is not.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use background::{any_refused, fetches_become};
use serde_json::json;
use tempfile::TempDir;
use tenantry_server::auth::{AuthError, Reason, Verifier};
use tenantry_server::config::JwksLocation;

use crate::support::{Answer, IssuerServer, ManualClock, TestKey, jwks, settings};

const UNKNOWN_KEY: Option<AuthError> = Some(AuthError::Invalid {
    reason: Reason::UnknownKey,
});
const UNAVAILABLE: Option<AuthError> = Some(AuthError::IssuerUnavailable);

struct Setup {
    server: IssuerServer,
    clock: Arc<ManualClock>,
    verifier: Arc<Verifier>,
    key: TestKey,
}

impl Setup {
    fn new() -> Self {
        let key = TestKey::ed("first");
        let server = IssuerServer::start(Answer::Body(jwks(&[&key])));
        let clock = ManualClock::new();
        let verifier = Arc::new(Verifier::new(None, &[server.settings()], clock.clone()));
        Self {
            server,
            clock,
            verifier,
            key,
        }
    }

    /// What is wrong with a token that nobody has seen yet, so that no cache of tokens answers.
    async fn error(&self, key: &TestKey) -> Option<AuthError> {
        self.verifier.verify(&fresh_token(key)).await.err()
    }
}

fn fresh_token(key: &TestKey) -> String {
    let id = tenantry_server::sources::token_id().unwrap();
    key.token(&json!({ "jti": id }))
}

/// Waits for what happens in the background.
mod background {
    use super::{AuthError, Duration, Setup, fresh_token};
    use crate::support::TestKey;

    pub async fn fetches_become(setup: &Setup, count: usize) {
        for _ in 0..500 {
            if setup.server.requests() == count {
                // Long enough for the answer to be taken in, or for a fetch too many to show.
                tokio::time::sleep(Duration::from_millis(100)).await;
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(setup.server.requests(), count);
    }

    pub async fn any_refused(setup: &Setup, count: usize, expected: AuthError) {
        let key = TestKey::ed("unknown");
        let tasks: Vec<_> = (0..count)
            .map(|_| {
                let token = fresh_token(&key);
                let verifier = setup.verifier.clone();
                tokio::spawn(async move { verifier.verify(&token).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), Err(expected));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_first_requests_share_one_fetch() {
    let setup = Setup::new();
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let token = fresh_token(&setup.key);
            let verifier = setup.verifier.clone();
            tokio::spawn(async move { verifier.verify(&token).await })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().is_ok());
    }
    assert_eq!(setup.server.requests(), 1);
}

#[tokio::test]
async fn a_rotated_key_is_picked_up() {
    let setup = Setup::new();
    assert_eq!(setup.error(&setup.key).await, None);
    let second = TestKey::ec("second");
    setup
        .server
        .now_answers(Answer::Body(jwks(&[&setup.key, &second])));
    setup.clock.advance(30);
    assert_eq!(setup.error(&second).await, None);
    assert_eq!(setup.error(&setup.key).await, None);
    assert_eq!(setup.server.requests(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_unknown_keys_fetches_once_an_interval() {
    let setup = Setup::new();
    assert_eq!(setup.error(&setup.key).await, None);
    let unknown = UNKNOWN_KEY.unwrap();
    any_refused(&setup, 100, unknown).await;
    assert_eq!(setup.server.requests(), 1, "the first fetch is too recent");
    setup.clock.advance(29);
    any_refused(&setup, 100, unknown).await;
    assert_eq!(setup.server.requests(), 1);
    setup.clock.advance(1);
    any_refused(&setup, 100, unknown).await;
    assert_eq!(setup.server.requests(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_while_the_issuer_is_down_fetches_once_an_interval() {
    let setup = Setup::new();
    setup.server.now_answers(Answer::HangUp);
    any_refused(&setup, 100, AuthError::IssuerUnavailable).await;
    assert_eq!(setup.server.requests(), 1);
}

#[tokio::test]
async fn an_issuer_that_is_down_at_start_is_unavailable_until_it_recovers() {
    let setup = Setup::new();
    setup.server.now_answers(Answer::HangUp);
    assert_eq!(setup.error(&setup.key).await, UNAVAILABLE);
    setup.server.now_answers(Answer::Body(jwks(&[&setup.key])));
    setup.clock.advance(4);
    assert_eq!(setup.error(&setup.key).await, UNAVAILABLE);
    assert_eq!(setup.server.requests(), 1);
    setup.clock.advance(1);
    assert_eq!(setup.error(&setup.key).await, None);
    assert_eq!(setup.server.requests(), 2);
}

#[tokio::test]
async fn an_issuer_that_nobody_listens_for_is_unavailable() {
    let server = IssuerServer::start(Answer::HangUp);
    let mut settings = server.settings();
    settings.jwks = JwksLocation::Url("http://127.0.0.1:1/".parse().unwrap());
    let verifier = Verifier::new(None, &[settings], ManualClock::new());
    let token = fresh_token(&TestKey::ed("k"));
    assert_eq!(verifier.verify(&token).await, Err(AuthError::IssuerUnavailable));
}

#[tokio::test]
async fn answers_that_are_no_key_set_are_unavailable() {
    let large = format!("{{\"keys\": [], \"x\": \"{}\"}}", "x".repeat(1024 * 1024));
    for answer in [
        Answer::Status("404 Not Found"),
        Answer::Status("500 Oops"),
        Answer::Status("204 No Content"),
        Answer::Body("<html>".to_owned()),
        Answer::Body(large),
    ] {
        let setup = Setup::new();
        setup.server.now_answers(answer);
        assert_eq!(setup.error(&setup.key).await, UNAVAILABLE);
        assert_eq!(setup.server.requests(), 1);
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let setup = Setup::new();
    let elsewhere = IssuerServer::start(Answer::Body(jwks(&[&setup.key])));
    let status = format!("302 Found\r\nLocation: http://{}/", elsewhere.address);
    setup.server.now_answers(Answer::Status(status.leak()));
    assert_eq!(setup.error(&setup.key).await, UNAVAILABLE);
    assert_eq!(setup.server.requests(), 1);
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn old_keys_are_refreshed_in_the_background() {
    let setup = Setup::new();
    assert_eq!(setup.error(&setup.key).await, None);
    let second = TestKey::ed("second");
    setup.server.now_answers(Answer::Body(jwks(&[&second])));
    setup.clock.advance(599);
    assert_eq!(setup.error(&setup.key).await, None);
    fetches_become(&setup, 1).await;
    setup.clock.advance(1);
    assert_eq!(setup.error(&setup.key).await, None, "served from the old keys");
    fetches_become(&setup, 2).await;
    assert_eq!(setup.error(&setup.key).await, UNKNOWN_KEY);
    assert_eq!(setup.error(&second).await, None);
    assert_eq!(setup.server.requests(), 2);
}

#[tokio::test]
async fn old_keys_are_served_while_the_issuer_is_down() {
    let setup = Setup::new();
    assert_eq!(setup.error(&setup.key).await, None);
    setup.server.now_answers(Answer::Status("503 Down"));
    setup.clock.advance(3_000);
    assert_eq!(setup.error(&setup.key).await, None);
    fetches_become(&setup, 2).await;
    assert_eq!(setup.error(&setup.key).await, None);
    fetches_become(&setup, 2).await;
    setup.clock.advance(30);
    assert_eq!(setup.error(&setup.key).await, None);
    fetches_become(&setup, 3).await;
    let unknown = TestKey::ed("unknown");
    assert_eq!(setup.error(&unknown).await, UNAVAILABLE, "it may be a new key");
    assert_eq!(setup.server.requests(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_issuer_delays_nobody_else_and_is_given_up() {
    let setup = Setup::new();
    assert_eq!(setup.error(&setup.key).await, None);
    setup.server.now_answers(Answer::Stall);
    setup.clock.advance(30);
    let unknown = TestKey::ed("unknown");
    let impatient = tokio::time::timeout(Duration::from_millis(300), setup.error(&unknown)).await;
    assert!(impatient.is_err(), "waits for the fetch");
    let others = tokio::time::timeout(Duration::from_millis(300), setup.error(&setup.key)).await;
    assert_eq!(others, Ok(None), "has its key");
    let patient = tokio::time::timeout(Duration::from_secs(10), setup.error(&unknown)).await;
    assert_eq!(patient, Ok(UNAVAILABLE), "gives up after 5 s");
    assert_eq!(setup.server.requests(), 2, "the fetch outlived its first caller");
}

#[tokio::test]
async fn a_file_is_read_again_for_an_unknown_key() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("jwks.json");
    let clock = ManualClock::new();
    let issuers = [settings(JwksLocation::File(file.clone()))];
    let verifier = Verifier::new(None, &issuers, clock.clone());
    let key = TestKey::ed("k");
    assert_eq!(
        verifier.verify(&fresh_token(&key)).await,
        Err(AuthError::IssuerUnavailable)
    );
    fs::write(&file, jwks(&[&key])).unwrap();
    clock.advance(5);
    assert!(verifier.verify(&fresh_token(&key)).await.is_ok());
    fs::write(&file, vec![b' '; 1024 * 1024 + 1]).unwrap();
    clock.advance(30);
    let other = fresh_token(&TestKey::ed("other"));
    assert_eq!(
        verifier.verify(&other).await,
        Err(AuthError::IssuerUnavailable),
        "too large"
    );
}

#[tokio::test]
async fn issuers_are_kept_apart() {
    let setup = Setup::new();
    let theirs = TestKey::ed("first");
    let their_server = IssuerServer::start(Answer::Body(jwks(&[&theirs])));
    let mut their_settings = their_server.settings();
    their_settings.issuer = "https://other.example.com".to_owned();
    let issuers = [setup.server.settings(), their_settings];
    let verifier = Verifier::new(None, &issuers, ManualClock::new());
    let wrong = Err(AuthError::Invalid {
        reason: Reason::Signature,
    });
    assert_eq!(verifier.verify(&theirs.token(&json!({}))).await, wrong);
    let own = theirs.token(&json!({"iss": "https://other.example.com"}));
    assert!(verifier.verify(&own).await.is_ok());
    let stolen = setup.key.token(&json!({"iss": "https://other.example.com"}));
    assert_eq!(verifier.verify(&stolen).await, wrong);
}
