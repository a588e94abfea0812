//! The examples of the API that `/v1/teams` speaks, run as they are documented: by curl, with nothing but the address and the key put in.

use std::process::Command;

use serde_json::{Value, json};
use tenantry_tests::{Caller, LicenseIssuer, Service};

use super::start;

const LIST: &str = r"curl -X GET \
     -H 'Authorization: <user_api_key>' \
     'https://api.example.com/v1/teams'";
const CREATE: &str = r#"curl -X POST \
     -H 'Authorization: <user_api_key>' \
     -H 'Content-Type: application/json' \
     -d '{"name":"Acme Corp"}' \
     'https://api.example.com/v1/teams'"#;

/// What the examples answer.
fn documented_list() -> Value {
    json!({
        "teams": [
            { "id": "7", "name": "Personal", "slug": "personal", "isDefault": true, "currentUserRole": "owner" },
            { "id": "42", "name": "Acme Corp", "slug": "acme-corp", "isDefault": false, "currentUserRole": "admin" }
        ]
    })
}

fn documented_team() -> Value {
    json!({
        "team": { "id": "42", "name": "Acme Corp", "slug": "acme-corp", "isDefault": false, "currentUserRole": "owner" }
    })
}

/// The status and body that an example gets.
fn curl(example: &str, service: &Service, key: &str) -> (u16, Value) {
    let line = example
        .replace("https://api.example.com", &service.base)
        .replace("<user_api_key>", key);
    let line = format!("{line} --silent --show-error --write-out '\n%{{http_code}}'");
    let done = Command::new("bash").args(["-c", &line]).output();
    let done = done.expect("bash is there");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8(done.stdout).expect("it is text");
    let (body, status) = text.rsplit_once('\n').expect("the status comes last");
    let body = serde_json::from_str(body).expect("it is JSON");
    (status.parse().expect("it is a status"), body)
}

fn key(who: &Caller) -> String {
    let made = who.post("/api-keys", &json!({ "name": "curl" }));
    made.expect(201).text_at("/api_key")
}

/// A service of the enterprise edition.
fn enterprise() -> (LicenseIssuer, Service) {
    let issuer = LicenseIssuer::create();
    issuer.install(&issuer.issue("ACME", "--days 365"));
    let [key, file] = issuer.settings();
    let service = start(&[(key.0, &key.1), (file.0, &file.1)]);
    (issuer, service)
}

/// What is documented, with the ids and roles that are here.
fn as_documented(mut documented: Value, shown: &Value, places: &[&str]) -> Value {
    for place in places {
        *documented.pointer_mut(place).expect("it is documented") =
            shown.pointer(place).cloned().unwrap_or_default();
    }
    documented
}

#[test]
fn e2_the_documented_examples_get_the_documented_answers() {
    let (_issuer, service) = enterprise();
    let key = key(&service.person("ada@example.com"));
    let (status, made) = curl(CREATE, &service, &key);
    let expected = as_documented(documented_team(), &made, &["/team/id"]);
    assert_eq!((status, &made), (201, &expected));
    let (status, listed) = curl(LIST, &service, &key);
    let ours = ["/teams/0/id", "/teams/1/id", "/teams/1/currentUserRole"];
    let expected = as_documented(documented_list(), &listed, &ours);
    assert_eq!((status, &listed), (200, &expected));
    assert_eq!(listed.pointer("/teams/1/id"), made.pointer("/team/id"));
}

#[test]
fn e2_the_documented_refusals_have_the_documented_statuses() {
    let (_issuer, service) = enterprise();
    let ada = service.person("ada@example.com");
    let key = key(&ada);
    let refused = |example: &str, key: &str, status: u16, code: &str| {
        let (found, problem) = curl(example, &service, key);
        assert_eq!(
            (found, problem["code"].as_str()),
            (status, Some(code)),
            "{problem:#}"
        );
        assert!(problem["error"].is_string(), "{problem:#}");
    };
    for example in [LIST, CREATE] {
        refused(example, "nobody", 403, "unauthenticated");
        // However the address is written.
        refused(
            &example.replace("/v1/", "/%761/"),
            "nobody",
            403,
            "unauthenticated",
        );
        refused(
            &example.replace("-H 'Authorization: <user_api_key>'", ""),
            "",
            403,
            "unauthenticated",
        );
        refused(example, &key.replacen("tnk_", "tnk_0", 1), 403, "unauthenticated");
    }
    refused(
        &CREATE.replace("\"name\"", "\"title\""),
        &key,
        400,
        "unknown_field",
    );
    refused(
        &CREATE.replace("{\"name\":\"Acme Corp\"}", "{}"),
        &key,
        400,
        "validation_failed",
    );
    for n in 1..25 {
        ada.post("/teams", &json!({ "name": n.to_string() })).expect(201);
    }
    refused(CREATE, &key, 400, "team_limit_reached");
    let community = start(&[]);
    let key = self::key(&community.person("ada@example.com"));
    let (status, problem) = curl(CREATE, &community, &key);
    assert_eq!(
        (status, problem["code"].as_str()),
        (402, Some("enterprise_required"))
    );
    let (status, listed) = curl(LIST, &community, &key);
    assert_eq!((status, listed["teams"].as_array().map(Vec::len)), (200, Some(1)));
}

#[test]
fn e3_both_dialects_show_the_same_teams_at_every_process() {
    let (_issuer, first) = enterprise();
    let second = first.sibling();
    let ada = first.person("ada@example.com");
    let key = key(&ada);
    for n in 0..3 {
        if n % 2 == 0 {
            assert_eq!(curl(CREATE, &first, &key).0, 201);
        } else {
            ada.post("/teams", &json!({ "name": "Acme Corp" })).expect(201);
        }
        let (_, listed) = curl(LIST, &second, &key);
        let whole = second.anonymous().with_token(&key).get("/teams").expect(200).body;
        let shown = |teams: &Value| {
            let teams = teams.as_array().expect("a list").iter();
            teams
                .map(|team| ["id", "name", "slug"].map(|field| team[field].clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(&listed["teams"]), shown(&whole));
        assert_eq!(shown(&whole).len(), n + 2);
    }
}
