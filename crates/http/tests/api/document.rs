use std::collections::BTreeSet;

use serde_json::Value;
use tenantry_http::{Code, openapi};

use crate::support::{DOCUMENT, Operation, followed, operations};

#[test]
fn the_committed_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let current = openapi(None).to_pretty_json().unwrap() + "\n";
    assert!(
        committed == current,
        "docs/openapi.json is not current; write it anew with `make openapi`"
    );
}

#[test]
fn the_document_does_not_change_between_runs_and_names_the_server_only_when_asked() {
    let write = |url| openapi(url).to_json().unwrap();
    assert_eq!(write(None), write(None));
    assert!(DOCUMENT.get("servers").is_none());
    let deployed: Value = serde_json::from_str(&write(Some("https://tenantry.example.com"))).unwrap();
    assert_eq!(deployed["servers"][0]["url"], "./");
    assert_eq!(deployed["servers"][1]["url"], "https://tenantry.example.com");
}

#[test]
fn every_operation_is_complete() {
    let ids: BTreeSet<_> = operations().iter().map(Operation::id).collect();
    assert_eq!(ids.len(), operations().len(), "operation ids are unique");
    let tags: Vec<_> = DOCUMENT["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].clone())
        .collect();
    for operation in operations() {
        let (id, detail) = (operation.id(), operation.detail);
        assert!(
            detail["summary"]
                .as_str()
                .is_some_and(|summary| summary.ends_with('.')),
            "{id}: summary"
        );
        assert!(tags.contains(&detail["tags"][0]), "{id}: tag");
        let in_path: Vec<&str> = operation
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let parameters: Vec<&Value> = detail["parameters"].as_array().into_iter().flatten().collect();
        for parameter in &parameters {
            assert!(
                parameter["description"].is_string() && parameter["schema"].is_object(),
                "{id}: {parameter}"
            );
        }
        let named: Vec<&str> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        assert_eq!(named, in_path, "{id}");
        let takes_body =
            ["post", "put", "patch"].contains(&operation.method) && !BODILESS.contains(&operation.id());
        assert_eq!(
            operation.body_example().is_some(),
            takes_body,
            "{id}: request body with an example"
        );
        for (status, response) in detail["responses"].as_object().unwrap() {
            let response = followed(response);
            assert!(
                response["headers"].get("X-Request-Id").is_some(),
                "{id} {status}: X-Request-Id"
            );
            assert!(response["description"].is_string(), "{id} {status}: description");
            for (kind, content) in response["content"].as_object().into_iter().flatten() {
                let has_example = content.get("example").is_some() || content.get("examples").is_some();
                assert!(has_example || !kind.contains("json"), "{id} {status}: example");
            }
        }
        assert_eq!(
            detail["responses"].get("401").is_none(),
            operation.is_public() || operation.path.starts_with("/v1/"),
            "{id}: 401"
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn follow(value: &Value) {
        match value {
            Value::Object(entries) => {
                if let Some(place) = entries.get("$ref").and_then(Value::as_str) {
                    assert!(
                        DOCUMENT.pointer(place.trim_start_matches('#')).is_some(),
                        "{place}"
                    );
                }
                entries.values().for_each(follow);
            }
            Value::Array(items) => items.iter().for_each(follow),
            _ => {}
        }
    }
    follow(&DOCUMENT);
}

#[test]
fn every_link_says_what_its_operation_needs() {
    for operation in operations() {
        let answers = operation.detail["responses"].as_object().unwrap().values();
        for link in answers.flat_map(|answer| {
            answer["links"]
                .as_object()
                .into_iter()
                .flat_map(|links| links.values())
        }) {
            let target = operations()
                .into_iter()
                .find(|target| link["operationId"] == target.id())
                .unwrap();
            let needed = target.detail["parameters"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|parameter| parameter["required"] == true);
            let needed: BTreeSet<&str> = needed
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            let said: BTreeSet<&str> = link["parameters"]
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(said, needed, "{} to {}", operation.id(), target.id());
        }
    }
}

#[test]
fn what_is_made_links_to_what_can_be_done_with_it() {
    let links = |id: &str| {
        let operation = operations()
            .into_iter()
            .find(|operation| operation.id() == id)
            .unwrap();
        operation.detail["responses"]["201"]["links"].clone()
    };
    let parameters = serde_json::json!({
        "workspace_id": "$request.path.workspace_id",
        "billing_account_id": "$response.body#/billing_account_id",
        "subscription_id": "$response.body#/id",
    });
    assert_eq!(
        links("create_subscription")["get_subscription"]["parameters"],
        parameters
    );
    assert_eq!(
        links("create_workspace")["add_member"]["parameters"]["workspace_id"],
        "$response.body#/id"
    );
    assert_eq!(
        links("put_charge")["release_charge"]["parameters"]["meter"],
        "$response.body#/meter"
    );
}

#[test]
fn every_problem_is_named_by_some_operation_or_by_the_framework() {
    let named: BTreeSet<&str> = operations()
        .iter()
        .flat_map(|operation| operation.detail["x-problems"].as_array().unwrap())
        .map(|name| name.as_str().unwrap())
        .collect();
    for name in &named {
        assert!(Code::named(name).is_some(), "{name} is not in the catalogue");
    }
    let framework = ["method_not_allowed"];
    for code in Code::ALL {
        let name = code.entry().code;
        assert!(
            named.contains(name) || framework.contains(&name),
            "no operation names {name}"
        );
    }
}

/// Operations that have nothing more to say than their address does.
const BODILESS: [&str; 5] = [
    "resend_invite",
    "switch_team",
    "unarchive_workspace",
    "commit_reservation",
    "release_reservation",
];

/// Problems that no request brings about: only an outside payment provider puts a subscription into such a state.
const UNPROVOKED: [&str; 2] = ["subscription_not_pausable", "subscription_not_paused"];

#[test]
fn every_problem_is_provoked_by_some_test() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api");
    let files = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let sources: String = files
        .filter(|file| file.is_file() && !file.ends_with("document.rs"))
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    for code in Code::ALL {
        let name = code.entry().code;
        let is_provoked = sources.contains(&format!("\"{name}\""));
        assert!(is_provoked != UNPROVOKED.contains(&name), "{name}");
    }
}
