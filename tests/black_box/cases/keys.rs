use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tenantry_tests::{Answer, Caller, Service};

use super::start;

/// Where the API keys of somebody and the credentials of their personal team are.
fn places(who: &Caller) -> [String; 2] {
    let team = who.get("/teams").expect(200).text_at("/0/id");
    ["/api-keys".to_owned(), format!("/teams/{team}/api-credentials")]
}

fn make(who: &Caller, place: &str) -> Answer {
    let made = who.post(place, &json!({ "name": "deploy" }));
    assert!(matches!(made.status, 200 | 201), "{}", made.text);
    made
}

/// Whoever shows a key, at one of the processes.
fn with(service: &Service, issued: &Answer) -> Caller {
    service.anonymous().with_token(&issued.text_at("/api_key"))
}

#[test]
fn k3_what_is_taken_away_at_one_process_is_gone_at_the_other_at_once() {
    let first = start(&[]);
    let second = first.sibling();
    let ada = first.person("ada@example.com");
    for place in places(&ada) {
        for _ in 0..3 {
            let issued = make(&ada, &place);
            let one = format!("{place}/{}", issued.id());
            with(&second, &issued).get(&one).expect(200);
            let rotated = ada.post(&format!("{one}/rotate"), &json!({ "overlap_seconds": 0 }));
            with(&second, &issued).get(&one).expect(401);
            with(&second, &rotated).get(&one).expect(200);
            ada.delete(&one).expect(204);
            with(&second, &rotated).get(&one).expect(401);
        }
    }
}

#[test]
fn k1_a_use_is_noted_beside_the_request() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let end = Instant::now() + Duration::from_mins(1);
    for place in places(&ada) {
        let issued = make(&ada, &place);
        let one = format!("{place}/{}", issued.id());
        with(&service, &issued).get(&one).expect(200);
        while ada.get(&one).expect(200).at("/last_used_at") == &Value::Null {
            assert!(Instant::now() < end, "nobody noted that {one} was used");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

#[test]
fn k1_a_key_has_a_rate_of_its_own_and_a_guess_has_none() {
    let service = start(&[
        ("TENANTRY__RATE_LIMITS__API_KEYS_PER_MINUTE", "2"),
        ("TENANTRY__RATE_LIMITS__FAILED_AUTHENTICATIONS_PER_MINUTE", "2"),
    ]);
    let ada = service.person("ada@example.com");
    let [place, _] = places(&ada);
    let (one, other) = (make(&ada, &place), make(&ada, &place));
    let answers = [(); 3].map(|()| with(&service, &one).get(&place));
    assert_eq!(answers[0].headers["ratelimit-policy"], "\"credential\";q=2;w=60");
    assert_eq!(answers.map(|answer| answer.status), [200, 200, 429]);
    ada.delete(&format!("{place}/{}", one.id())).expect(204);
    let guesses = [(); 3].map(|()| with(&service, &one).get(&place).status);
    assert_eq!(guesses, [401, 401, 429]);
    // Nobody knows this one here yet.
    with(&service, &other).get(&place).expect(429);
}
