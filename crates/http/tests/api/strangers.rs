//! I3: whoever is not in a workspace learns nothing about it.

use serde_json::{Value, json};

use crate::support::{Operation, World, operations};

const NOWHERE: [(&str, &str); 11] = [
    ("{workspace_id}", "ws_0000000000000000000001"),
    ("{organization_id}", "org_0000000000000000000001"),
    ("{billing_account_id}", "cus_0000000000000000000001"),
    ("{subscription_id}", "sub_0000000000000000000001"),
    ("{user_id}", "018f0c2e-7a3b-7c4d-8e5f-0123456789ab"),
    ("{team_id}", "018f0c2e-7a3b-7c4d-8e5f-0123456789ab"),
    ("{role_id}", "018f0c2e-7a3b-7c4d-8e5f-0123456789ab"),
    ("{invite_id}", "018f0c2e-7a3b-7c4d-8e5f-0123456789ab"),
    ("{credential_id}", "018f0c2e-7a3b-7c4d-8e5f-0123456789ab"),
    ("{api_key_id}", "018f0c2e-7a3b-7c4d-8e5f-0123456789ab"),
    ("{reservation_id}", "rsv_0000000000000000000001"),
];

/// Ids of things that are there, in the order of [`NOWHERE`].
async fn somewhere(world: &World) -> Vec<String> {
    world.switches.set_payable(true);
    let path = world.workspace("pooled").await;
    let account = world.account(&path).await;
    let subscription = world.subscription(&path, &account, json!({ "users": 9 })).await;
    let root = world.root(&path, "Root").await;
    world.charge("users/seat", &root, 1).await;
    let last = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let team = world.team(&path, &root, None);
    let key = world
        .post("alice", "/api-keys", json!({ "name": "k" }))
        .await
        .expect(201);
    let held = json!({ "meter": "users", "resource_id": "held", "organization_id": root });
    let reservation = world.post("alice", "/reservations", held).await.expect(201);
    vec![
        last(&path),
        root,
        account,
        last(&subscription),
        world.id_of("alice"),
        team.clone(),
        world.role(&path, &team),
        world.invitation(&path, &team, "bob").0,
        world.credential(&path, &team),
        key["id"].as_str().unwrap().to_owned(),
        reservation["id"].as_str().unwrap().to_owned(),
    ]
}

fn fill(text: &str, ids: &[String]) -> String {
    let filled = NOWHERE
        .iter()
        .zip(ids)
        .fold(text.to_owned(), |text, ((name, _), id)| text.replace(name, id));
    filled
        .replace("{meter}", "users")
        .replace("{resource_id}", "seat")
}

/// A request that would succeed for the owner, and does not depend on what is there.
fn body(operation: &Operation, ids: &[String]) -> Option<Value> {
    let text = match operation.id() {
        "create_workspace" => return None,
        "add_member" => r#"{"user_id": "{user_id}", "role": "viewer"}"#.to_owned(),
        "put_charge" | "move_charge" => r#"{"organization_id": "{organization_id}"}"#.to_owned(),
        "create_reservation" => {
            r#"{"meter": "users", "resource_id": "x", "organization_id": "{organization_id}"}"#.to_owned()
        }

        "check_charges" => {
            r#"{"questions": [{"meter": "users", "organization_id": "{organization_id}", "quantity": 1}]}"#
                .to_owned()
        }
        _ => operation.body_example()?.to_string(),
    };
    Some(serde_json::from_str(&fill(&text, ids)).unwrap())
}

fn names_something(operation: &Operation) -> bool {
    !operation.is_public()
        && (operation.path.contains("_id}")
            || ["put_charge", "check_charges", "create_reservation"].contains(&operation.id()))
}

#[actix_web::test]
async fn i3_what_is_there_and_what_is_not_are_the_same_to_a_stranger() {
    let world = World::new().await;
    let there = somewhere(&world).await;
    let nowhere: Vec<String> = NOWHERE.iter().map(|(_, id)| (*id).to_owned()).collect();
    let mut seen = 0;
    for operation in operations().into_iter().filter(names_something) {
        let look = async |ids: &[String]| {
            let mut address = fill(operation.path, ids);
            if ["get_charge", "release_charge"].contains(&operation.id()) {
                address = fill(&format!("{address}?organization_id={{organization_id}}"), ids);
            }
            world.trace.take();
            let reply = world
                .call(
                    "mallory",
                    operation.method(),
                    &address,
                    body(&operation, ids).as_ref(),
                )
                .await;
            let calls = world.trace.take();
            let mut problem = reply.refused(404, "not_found");
            let fields = problem.as_object_mut().unwrap();
            fields.remove("request_id");
            fields.remove("instance");
            (problem.to_string(), calls)
        };
        let (existing, missing) = (look(&there).await, look(&nowhere).await);
        assert_eq!(existing, missing, "{}", operation.id());
        assert!(
            !existing.1.is_empty(),
            "{} asked the store nothing",
            operation.id()
        );
        seen += 1;
    }
    assert!(seen > 25, "only {seen} operations were looked at");
}

#[actix_web::test]
async fn i3_an_id_that_cannot_be_is_like_one_that_is_not() {
    let world = World::new().await;
    let there = somewhere(&world).await;
    let nowhere: Vec<String> = NOWHERE.iter().map(|(_, id)| (*id).to_owned()).collect();
    let nonsense = [
        "x",
        "org_",
        "ws_zzzzzzzzzzzzzzzzzzzzzz",
        "%00",
        "%FF",
        "..",
        "0",
        "ws_0000000000000000000001x",
        "%F0%9F%A6%80",
    ];
    for operation in operations().into_iter().filter(names_something) {
        // Only the last id of the path is wrong: what is before it is there.
        let Some((place, _)) = NOWHERE
            .iter()
            .enumerate()
            .filter(|(_, (name, _))| operation.path.contains(name))
            .max_by_key(|(_, (name, _))| operation.path.find(name))
        else {
            continue;
        };
        let essence = async |id: &str| {
            let mut ids = there.clone();
            id.clone_into(&mut ids[place]);
            let address = fill(operation.path, &ids);
            let reply = world
                .call(
                    "alice",
                    operation.method(),
                    &address,
                    body(&operation, &there).as_ref(),
                )
                .await;
            let problem = reply.refused(404, "not_found");
            (
                problem["code"].clone(),
                problem["detail"].clone(),
                problem["errors"].clone(),
            )
        };
        let missing = essence(&nowhere[place]).await;
        for id in nonsense {
            assert_eq!(essence(id).await, missing, "{} with {id}", operation.id());
        }
    }
}

#[actix_web::test]
async fn i3_things_of_another_workspace_are_not_there() {
    let world = World::new().await;
    let theirs = somewhere(&world).await;
    let body = json!({ "name": "Mine", "billing_mode": "assigned" });
    let mine = world.post("mallory", "/workspaces", body).await.expect(201);
    let mine = mine["id"].as_str().unwrap();
    for address in [
        format!("/workspaces/{mine}/organizations/{}", theirs[1]),
        format!("/workspaces/{mine}/organizations/{}/children", theirs[1]),
        format!("/workspaces/{mine}/organizations/{}/limits", theirs[1]),
        format!("/workspaces/{mine}/organizations/{}/effective", theirs[1]),
        format!("/workspaces/{mine}/organizations/{}/charges", theirs[1]),
        format!("/workspaces/{mine}/billing-accounts/{}", theirs[2]),
        format!("/workspaces/{mine}/billing-accounts/{}/subscriptions", theirs[2]),
        format!("/workspaces/{mine}/members/{}", theirs[4]),
    ] {
        let method = if address.contains("/members/") {
            actix_web::http::Method::DELETE
        } else {
            actix_web::http::Method::GET
        };
        world
            .call("mallory", method, &address, None)
            .await
            .refused(404, "not_found");
    }
    let body = json!({ "name": "Root", "billing_account_id": theirs[2] });
    let refused = world
        .post("mallory", &format!("/workspaces/{mine}/organizations"), body)
        .await;
    refused.refused(404, "not_found");
}
