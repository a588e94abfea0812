use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::{Code, Patch, Problem};

fn written(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_patch_leaves_sets_and_clears() {
    assert_eq!(written(WorkspaceChanges::default()), json!({}));
    let description = |description| {
        written(WorkspaceChanges {
            description,
            ..WorkspaceChanges::default()
        })
    };
    assert_eq!(description(Patch::Clear), json!({ "description": null }));
    assert_eq!(
        description(Patch::Set("d".to_owned())),
        json!({ "description": "d" })
    );
    let limits = PerMeter::from([
        ("users".to_owned(), Some(0.into())),
        ("locations".to_owned(), Some(Limit::observed(3))),
        ("sso".to_owned(), None),
    ]);
    let changes = OrganizationChanges {
        limits,
        ..OrganizationChanges::default()
    };
    assert_eq!(
        written(changes),
        json!({
            "limits": { "users": 0, "locations": { "limit": 3, "mode": "observe" }, "sso": null },
            "allow_over_limit": false,
        })
    );
}

#[test]
fn s3_a_subscription_changes_in_one_way() {
    let pause = SubscriptionChanges::from(SubscriptionChange::Action(Action::Pause));
    assert_eq!(written(&pause), json!({ "action": "pause" }));
    let remove = SubscriptionChange::RemoveProducts(["sso".to_owned()].into());
    let noted = SubscriptionChanges {
        metadata: Some([("k".to_owned(), "v".to_owned())].into()),
        ..remove.into()
    };
    assert_eq!(
        written(noted),
        json!({ "remove_products": ["sso"], "metadata": { "k": "v" } })
    );
    assert_eq!(written(SubscriptionChanges::default()), json!({}));
}

#[test]
fn fields_of_a_newer_service_are_left_out_and_its_words_kept() {
    let member = json!({
        "workspace_id": "ws_1", "user_id": "u", "role": "auditor", "created_at": "t", "updated_at": "t", "mood": "good",
    });
    let read: Member = read(member);
    assert_eq!(read.role, Role::Other("auditor".to_owned()));
    assert_eq!(written(read.role), "auditor");
}

#[test]
fn problems_of_a_newer_service_are_problems() {
    let problem = json!({
        "type": "t", "code": "too_late", "title": "t", "status": 418, "detail": "d", "instance": "/", "request_id": "r", "hour": 5,
    });
    let read: Problem = read(problem.clone());
    assert_eq!(read.code, Code::Other("too_late".to_owned()));
    assert!(read.limit_reached().is_none() && read.charged_elsewhere().is_none());
    assert_eq!(written(read), problem);
}

#[test]
fn k1_the_text_of_a_key_shows_in_no_output() {
    let issued = json!({
        "id": "k", "name": "n", "expires_at": null, "last_used_at": null, "created_at": "t", "updated_at": "t",
        "api_key": "tnk_secret",
    });
    let read: Issued<ApiKey> = read(issued.clone());
    assert!(!format!("{read:?}").contains("tnk_secret"));
    assert_eq!(written(read), issued);
}
