//! Trees that are made from one document, and documents that are trees (O8).

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::support::{Reply, World, keys};

/// A workspace without billing.
struct Garden {
    world: World,
    workspace: String,
}

impl Garden {
    async fn new() -> Self {
        let world = World::without_billing().await;
        let workspace = world.staffed_workspace("pooled").await;
        Self { world, workspace }
    }

    async fn send(&self, body: &Value) -> Reply {
        self.send_with(&[], body).await
    }

    async fn send_with(&self, headers: &[(&'static str, &str)], body: &Value) -> Reply {
        let target = format!("{}/organizations/batch", self.workspace);
        self.world
            .call_with(headers, "adam", Method::POST, &target, Some(body))
            .await
    }

    async fn tree(&self) -> Value {
        let target = format!("{}/tree", self.workspace);
        self.world.get("vera", &target).await.expect(200)
    }
}

/// What a client can set of organizations and of those below them.
fn essence(organizations: &Value) -> Value {
    let branch = |shown: &Value| {
        json!({
            "name": shown["name"], "limits": shown["limits"], "branding": shown["branding"],
            "billing_account_id": shown["billing_account_id"], "children": essence(&shown["children"]),
        })
    };
    organizations.as_array().unwrap().iter().map(branch).collect()
}

fn document() -> Value {
    let colors = json!({ "primary": "#007bff", "page_background": null });
    let branding = json!({ "display_name": "ACME Inc.", "login_hint": "acme-inc", "colors": colors });
    let berlin = json!({ "name": "Berlin", "limits": { "locations": 2, "users": 0 }, "branding": branding });
    json!({ "organizations": [
        { "name": "Europe", "limits": { "locations": 5 }, "children": [berlin, { "name": "Paris" }] },
        { "name": "Asia" },
    ]})
}

#[actix_web::test]
async fn o8_what_is_shown_of_a_tree_makes_it_again() {
    let garden = Garden::new().await;
    let made = garden.send(&document()).await;
    assert!(made.header("etag").is_some());
    let made = made.expect(201);
    let shown = garden.tree().await;
    assert_eq!(made, shown);
    let berlin = &shown["organizations"][0]["children"][0];
    assert_eq!(
        (&berlin["limits"]["locations"], &berlin["branding"]["login_hint"]),
        (&json!(2), &json!("acme-inc"))
    );
    assert_eq!(berlin["path"], shown["organizations"][0]["id"]);
    for organization in shown["organizations"].as_array().unwrap() {
        let one = format!(
            "{}/organizations/{}?cascade=true",
            garden.workspace,
            organization["id"].as_str().unwrap()
        );
        garden.world.delete("alice", &one).await.expect(204);
    }
    let elsewhere = Garden {
        workspace: garden.world.staffed_workspace("pooled").await,
        world: garden.world,
    };
    elsewhere.send(&shown).await.expect(201);
    let again = elsewhere.tree().await;
    assert_ne!(again["organizations"][0]["id"], shown["organizations"][0]["id"]);
    assert_eq!(essence(&again["organizations"]), essence(&shown["organizations"]));
}

#[actix_web::test]
async fn o8_members_that_are_only_answered_are_ignored_and_others_are_not_known() {
    let garden = Garden::new().await;
    garden.send(&document()).await.expect(201);
    let shown = garden.tree().await;
    let shown = &shown["organizations"][1];
    let settable = ["billing_account_id", "branding", "children", "limits", "name"];
    for key in keys(shown).into_iter().filter(|key| !settable.contains(key)) {
        for nonsense in [json!(null), json!(-1.5), json!({ "x": [{}] })] {
            let body = json!({ "organizations": [{ "name": "A", key: nonsense }], "dry_run": true });
            let planned = garden.send(&body).await.expect(200);
            assert_eq!(planned["errors"], json!([]), "{key}");
        }
    }
    let body = json!({ "organizations": [{ "name": "A", "children": [{ "name": "B", "parent": null }] }] });
    let refused = garden.send(&body).await.refused(400, "unknown_field");
    assert_eq!(
        refused["errors"][0]["pointer"],
        "/organizations/0/children/0/parent"
    );
}

#[actix_web::test]
async fn o8_a_dry_run_tells_the_tree_and_changes_nothing() {
    let garden = Garden::new().await;
    let root = garden.world.root(&garden.workspace, "Root").await;
    let before = garden.tree().await;
    let mut body = document();
    body["parent_org_id"] = json!(root);
    body["dry_run"] = json!(true);
    let planned = garden.send(&body).await.expect(200);
    assert_eq!(keys(&planned), ["errors", "organizations"]);
    let branch = [
        "billing_account_id",
        "branding",
        "children",
        "depth",
        "limits",
        "name",
    ];
    assert_eq!(keys(&planned["organizations"][0]), branch);
    assert_eq!(planned["organizations"][0]["children"][1]["depth"], 2);
    assert_eq!(garden.tree().await, before);
    body["dry_run"] = json!(false);
    let made = garden.send(&body).await.expect(201);
    assert_eq!(
        essence(&made["organizations"]),
        essence(&planned["organizations"])
    );
    assert_eq!(made["organizations"][0]["parent_org_id"], root);
}

#[actix_web::test]
async fn o8_everything_in_the_way_is_pointed_at_and_nothing_is_made() {
    let garden = Garden::new().await;
    garden.send(&document()).await.expect(201);
    let account = garden.world.account(&garden.workspace).await;
    let hint = json!({ "login_hint": "acme-inc" });
    let children = json!([
        { "name": "A", "limits": { "users": 4, "locations": 9 } },
        { "name": "B", "branding": hint, "billing_account_id": account },
    ]);
    let mut deep = json!({ "name": "Deep" });
    for _ in 0..11 {
        deep = json!({ "name": "Deep", "children": [deep] });
    }
    let body = json!({ "organizations": [
        { "name": "Root", "limits": { "users": 3 }, "children": children },
        { "name": "Wide", "children": vec![json!({ "name": "Child" }); 103] },
        deep,
    ]});
    let before = garden.tree().await;
    let refused = garden.send(&body).await.refused(409, "tree_refused");
    let told = refused["errors"].as_array().unwrap().iter();
    let told: Vec<(&str, &str)> = told
        .map(|error| {
            (
                error["pointer"].as_str().unwrap(),
                error["code"].as_str().unwrap(),
            )
        })
        .collect();
    let deepest = format!("/organizations/2{}", "/children/0".repeat(10));
    let expected = [
        (
            "/organizations/0/children/0/limits/users",
            "limit_exceeds_capacity",
        ),
        (
            "/organizations/0/children/1/billing_account_id",
            "billing_account_not_allowed",
        ),
        (
            "/organizations/0/children/1/branding/login_hint",
            "login_hint_taken",
        ),
        ("/organizations/1/children/100", "children_limit_reached"),
        (deepest.as_str(), "depth_limit_reached"),
    ];
    assert_eq!(told, expected);
    assert_eq!(garden.tree().await, before);
    let mut dry = body;
    dry["dry_run"] = json!(true);
    assert_eq!(garden.send(&dry).await.expect(200)["errors"], refused["errors"]);
    let many = json!({ "organizations": vec![json!({ "name": "Root" }); 1_100] });
    let refused = garden.send(&many).await.refused(409, "tree_refused");
    let errors = refused["errors"].as_array().unwrap();
    assert_eq!(
        (errors.len(), &errors[0]["pointer"], &errors[0]["code"]),
        (
            1,
            &json!("/organizations/996"),
            &json!("organization_limit_reached")
        )
    );
}

#[actix_web::test]
async fn o8_every_bad_value_is_pointed_at_wherever_it_is() {
    let garden = Garden::new().await;
    let leaf = json!({ "name": "", "limits": { "sites": 1, "users": -1 } });
    let body = json!({
        "organizations": [
            { "name": "Root", "children": [{ "name": "A" }, leaf] },
            { "name": "Root", "branding": { "colors": { "primary": "red" } }, "limits": { "sites": 2 } },
        ],
        "parent_org_id": "x",
    });
    garden.send(&body).await.invalid(&[
        ("/organizations/0/children/1/limits/sites", "unknown_meter"),
        ("/organizations/0/children/1/limits/users", "out_of_range"),
        ("/organizations/0/children/1/name", "blank"),
        ("/organizations/1/branding/colors/primary", "malformed"),
        ("/organizations/1/limits/sites", "unknown_meter"),
        ("/parent_org_id", "invalid_id"),
    ]);
    let nowhere = json!({ "organizations": [], "parent_org_id": "org_0000000000000000000001" });
    let refused = garden.send(&nowhere).await.refused(404, "not_found");
    assert_eq!(refused["errors"][0]["pointer"], "/parent_org_id");
    let unknown =
        json!({ "organizations": [{ "name": "Root", "billing_account_id": "cus_0000000000000000000001" }] });
    let single = Garden {
        workspace: garden.world.staffed_workspace("single").await,
        world: garden.world,
    };
    let refused = single.send(&unknown).await.refused(409, "tree_refused");
    let error = &refused["errors"][0];
    let expected = (&json!("/organizations/0/billing_account_id"), &json!("not_found"));
    assert_eq!((&error["pointer"], &error["code"]), expected);
}

#[actix_web::test]
async fn o8_a_tree_is_made_once_for_a_key() {
    let garden = Garden::new().await;
    let key = [("Idempotency-Key", "once")];
    let first = garden.send_with(&key, &document()).await.expect(201);
    let again = garden.send_with(&key, &document()).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), first);
    assert_eq!(garden.tree().await, first);
}

#[actix_web::test]
async fn o8_a_large_document_is_taken_and_no_crowded_or_deep_one() {
    let garden = Garden::new().await;
    let region = json!({ "name": "Region", "children": vec![json!({ "name": "Site" }); 99] });
    let body = json!({ "organizations": vec![region; 10] });
    garden.send(&body).await.expect(201);
    let shown = garden.tree().await;
    assert!(shown.to_string().len() > 512 * 1024);
    for root in shown["organizations"].as_array().unwrap() {
        let one = format!(
            "{}/organizations/{}?cascade=true",
            garden.workspace,
            root["id"].as_str().unwrap()
        );
        garden.world.delete("alice", &one).await.expect(204);
    }
    garden.send(&shown).await.expect(201);
    let raw = async |body: String| {
        let request = TestRequest::post()
            .uri(&format!("{}/organizations/batch", garden.workspace))
            .insert_header(("Authorization", "Bearer adam"))
            .insert_header(("Content-Type", "application/json"));
        garden.world.send(request.set_payload(body)).await
    };
    let crowded = format!("{{\"organizations\": [{}]}}", "{},".repeat(150_000));
    raw(crowded).await.refused(413, "body_too_large");
    let deep = format!(
        "{}{}",
        "{\"name\": \"A\", \"children\": [".repeat(20_000),
        "]}".repeat(20_000)
    );
    raw(format!("{{\"organizations\": [{deep}]}}"))
        .await
        .refused(400, "malformed_json");
}
