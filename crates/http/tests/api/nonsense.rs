//! Whatever is sent to an operation with a body: it is refused with a problem, and never breaks anything.

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::test::TestRequest;
use serde_json::{Value, json};
use tenantry_domain::license::LicenseLimits;

use crate::support::{Operation, Reply, World, operations};

/// Values that no field takes, or that some field takes; which one does not matter, as long as nothing breaks.
const VALUES: [&str; 25] = [
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e400",
    "-1e400",
    "1e30",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "99999999999999999999999999",
    "\"\"",
    "\"x\"",
    "\"\\u0000\"",
    "\"🦀\"",
    "\"\\u202e\"",
    "[]",
    "[null]",
    "[[[]]]",
    "{}",
    "{\"x\": 1}",
    "{\"\": null}",
    "{\"users\": 9223372036854775807}",
    "{\"users\": -1}",
];

/// A world with one of everything, to which any operation can be sent.
pub struct Target {
    pub world: World,
    ids: Vec<(&'static str, String)>,
}

impl Target {
    pub async fn new() -> Self {
        let world = World::new().await;
        world.switches.license(LicenseLimits::default());
        world.switches.set_payable(true);
        let path = world.workspace("pooled").await;
        let account = world.account(&path).await;
        let subscription = world.subscription(&path, &account, json!({ "users": 9 })).await;
        let root = world.root(&path, "Root").await;
        let last = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let team = world.team(&path, &root, None);
        let key = world
            .post("alice", "/api-keys", json!({ "name": "k" }))
            .await
            .expect(201);
        let held = json!({ "meter": "users", "resource_id": "held", "organization_id": root });
        let held = world.post("alice", "/reservations", held).await.expect(201);
        let ids = vec![
            ("{workspace_id}", last(&path)),
            ("{role_id}", world.role(&path, &team)),
            ("{invite_id}", world.invitation(&path, &team, "mallory").0),
            ("{organization_id}", root),
            ("{billing_account_id}", account),
            ("{subscription_id}", last(&subscription)),
            ("{user_id}", world.id_of("alice")),
            ("{credential_id}", world.credential(&path, &team)),
            ("{api_key_id}", key["id"].as_str().unwrap().to_owned()),
            ("{team_id}", team),
            ("{meter}", "users".to_owned()),
            ("{resource_id}", "seat".to_owned()),
            ("{reservation_id}", held["id"].as_str().unwrap().to_owned()),
        ];
        Self { world, ids }
    }

    /// The path of an operation, with the ids of what is there.
    pub fn address(&self, operation: &Operation) -> String {
        let ids = self.ids.iter();
        ids.fold(operation.path.to_owned(), |path, (name, id)| {
            path.replace(name, id)
        })
    }

    async fn send(&self, operation: &Operation, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
        let address = self.address(operation);
        let who = if operation.id() == "put_charge" {
            "writer"
        } else {
            "alice"
        };
        let request = TestRequest::default()
            .method(operation.method())
            .uri(&address)
            .insert_header(("Authorization", format!("Bearer {who}")))
            .insert_header((CONTENT_TYPE, content_type))
            .set_payload(body.into());
        self.world.send(request).await
    }

    pub async fn json(&self, operation: &Operation, body: impl Into<Vec<u8>>) -> Reply {
        self.send(operation, "application/json", body).await
    }
}

/// The operations that take a body.
pub fn with_body() -> Vec<Operation> {
    let operations: Vec<_> = operations()
        .into_iter()
        .filter(|operation| operation.body_example().is_some())
        .collect();
    assert!(operations.len() >= 13, "{}", operations.len());
    operations
}

/// Every place of a document.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(entries) => entries
            .iter()
            .for_each(|(key, inner)| places(inner, &format!("{at}/{key}"), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(i, inner)| places(inner, &format!("{at}/{i}"), found)),
        _ => {}
    }
}

/// Writes a document with one value replaced by other text.
fn replaced(example: &Value, place: &str, text: &str) -> String {
    let mark = "the place in question";
    let mut changed = example.clone();
    match changed.pointer_mut(place) {
        Some(value) => *value = json!(mark),
        None => panic!("no {place}"),
    }
    changed.to_string().replacen(&format!("\"{mark}\""), text, 1)
}

#[actix_web::test]
async fn no_value_in_any_place_breaks_anything() {
    let target = Target::new().await;
    for operation in with_body() {
        let example = operation.body_example().unwrap();
        let mut found = Vec::new();
        places(example, "", &mut found);
        for place in found {
            for value in VALUES {
                let reply = target.json(&operation, replaced(example, &place, value)).await;
                let context = format!("{} {place} {value}: {:#}", operation.id(), reply.json);
                assert!(reply.status < 500, "{context}");
                if reply.json["code"] == "validation_failed" {
                    let errors = reply.json["errors"].as_array().unwrap();
                    assert!(
                        !errors.is_empty() && errors.iter().all(|error| error["pointer"].is_string()),
                        "{context}"
                    );
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_wrong_type_is_pointed_at_in_every_place() {
    let target = Target::new().await;
    for operation in with_body() {
        let example = operation.body_example().unwrap();
        let mut found = Vec::new();
        places(example, "", &mut found);
        for place in found {
            let here = example.pointer(&place).unwrap();
            let wrong = if here.is_boolean() { "\"x\"" } else { "true" };
            let reply = target.json(&operation, replaced(example, &place, wrong)).await;
            reply.invalid(&[(place.as_str(), "invalid_type")]);
        }
    }
}

#[actix_web::test]
async fn numbers_without_a_representation_are_out_of_range() {
    let target = Target::new().await;
    for operation in with_body() {
        let example = operation.body_example().unwrap();
        let mut found = Vec::new();
        places(example, "", &mut found);
        for place in found
            .into_iter()
            .filter(|place| example.pointer(place).is_some_and(Value::is_number))
        {
            for number in [
                "1e400",
                "1e30",
                "9223372036854775807",
                "9223372036854775808",
                "-1",
                "-9223372036854775808",
            ] {
                let reply = target.json(&operation, replaced(example, &place, number)).await;
                reply.invalid(&[(place.as_str(), "out_of_range")]);
            }
            target
                .json(&operation, replaced(example, &place, "1.5"))
                .await
                .invalid(&[(place.as_str(), "invalid_type")]);
        }
    }
}

#[actix_web::test]
async fn what_is_not_json_is_malformed() {
    let target = Target::new().await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_object = format!(
        "{{\"name\": {}1{}}}",
        "{\"a\":".repeat(10_000),
        "}".repeat(10_000)
    );
    let bodies: [&[u8]; 13] = [
        b"",
        b" ",
        b"{",
        b"}",
        b"nope",
        b"{\"name\": \"x\",}",
        b"{} {}",
        b"\xff\xfe{}",
        b"{\"name\": \"\xc3\x28\"}",
        b"{\"name\": \"a\0b\"}",
        b"\xef\xbb\xbf{}",
        deep.as_bytes(),
        deep_object.as_bytes(),
    ];
    for operation in with_body() {
        for body in bodies {
            target.json(&operation, body).await.refused(400, "malformed_json");
        }
    }
}

#[actix_web::test]
async fn what_is_no_object_is_refused() {
    let target = Target::new().await;
    for operation in with_body() {
        for body in [
            "[]",
            "null",
            "1",
            "\"x\"",
            "true",
            "[{}]",
            "[\"ACME\", null, \"single\"]",
        ] {
            target
                .json(&operation, body)
                .await
                .invalid(&[("", "invalid_type")]);
        }
    }
}

#[actix_web::test]
async fn a_field_is_known_and_given_once_in_every_object() {
    let target = Target::new().await;
    for operation in with_body() {
        let example = operation.body_example().unwrap();
        let mut found = Vec::new();
        places(example, "", &mut found);
        for place in found {
            let Some(object) = example.pointer(&place).and_then(Value::as_object) else {
                continue;
            };
            let is_map = ["limits", "metadata", "product_quantities"]
                .iter()
                .any(|map| place.ends_with(map));
            if !is_map {
                let mut more = object.clone();
                more.insert("picture~/".to_owned(), json!(1));
                let body = replaced(example, &place, &json!(more).to_string());
                let refused = target.json(&operation, body).await.refused(400, "unknown_field");
                assert_eq!(
                    refused["errors"][0]["pointer"],
                    format!("{place}/picture~0~1"),
                    "{}",
                    operation.id()
                );
            }
            let (key, value) = object.iter().next().unwrap();
            let inner = json!(object).to_string();
            let twice = format!("{},{}:{value}}}", inner.strip_suffix('}').unwrap(), json!(key));
            let refused = target.json(&operation, replaced(example, &place, &twice)).await;
            let refused = refused.refused(400, "duplicate_field");
            assert_eq!(
                refused["errors"][0]["pointer"],
                format!("{place}/{key}"),
                "{}",
                operation.id()
            );
        }
    }
}

#[actix_web::test]
async fn only_plain_json_is_taken() {
    let target = Target::new().await;
    for operation in with_body() {
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=utf-16",
            "x",
            "",
        ] {
            target
                .send(&operation, content_type, "{}")
                .await
                .refused(415, "unsupported_media_type");
        }
        let address = target.address(&operation);
        let request = || {
            let request = TestRequest::default()
                .method(operation.method())
                .uri(&address)
                .set_payload("{}");
            request.insert_header(("Authorization", "Bearer alice"))
        };
        target
            .world
            .send(request())
            .await
            .refused(415, "unsupported_media_type");
        let packed = request()
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((CONTENT_ENCODING, "gzip"));
        target
            .world
            .send(packed)
            .await
            .refused(415, "unsupported_media_type");
    }
}

/// How many bytes the body of an operation may have.
fn longest(operation: &Operation) -> usize {
    match operation.id() {
        "change_charges"
        | "create_organizations"
        | "create_organization"
        | "create_child_organization"
        | "update_organization" => 4 * 1024 * 1024,
        _ => 64 * 1024,
    }
}

#[actix_web::test]
async fn a_body_has_at_most_64_kib_where_no_more_is_said() {
    let target = Target::new().await;
    let huge = vec![b' '; 10 * 1024 * 1024];
    for operation in with_body() {
        let longest = longest(&operation);
        let (mut full, mut over) = (vec![b' '; longest], vec![b' '; longest + 1]);
        (full[0], over[0]) = (b'[', b'[');
        target
            .json(&operation, huge.clone())
            .await
            .refused(413, "body_too_large");
        target.json(&operation, over).await.refused(413, "body_too_large");
        target.json(&operation, full).await.refused(400, "malformed_json");
    }
}

#[actix_web::test]
async fn a_parameter_is_known_and_given_once_everywhere() {
    let target = Target::new().await;
    for operation in operations() {
        let address = target.address(&operation);
        let address = address
            .replace("{id}", &target.ids[1].1)
            .replace("{picture_id}", &format!("{}.png", "0".repeat(64)))
            .replace("{code}", "not_found")
            .replace("{file}", "");
        let needed = match operation.id() {
            "get_charge" | "release_charge" => format!("organization_id={}&", target.ids[1].1),
            "find_branding" => "login_hint=x&".to_owned(),
            _ => String::new(),
        };
        let body = operation.body_example();
        let ask = async |query: &str| {
            target
                .world
                .call(
                    "alice",
                    operation.method(),
                    &format!("{address}?{needed}{query}"),
                    body,
                )
                .await
        };
        let refused = ask("Limit=1").await.refused(400, "unknown_parameter");
        assert_eq!(refused["errors"][0]["pointer"], "?Limit", "{}", operation.id());
        ask("x=1&x=1").await.refused(400, "duplicate_field");
    }
}
