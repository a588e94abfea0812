use serde_json::json;
use tenantry_application::Settings;
use tenantry_domain::billing::BillingEnforcement;
use tenantry_domain::organization::HierarchyCaps;

use crate::support::{World, keys};

const FIELDS: [&str; 15] = [
    "billing_account_id",
    "branding",
    "created_at",
    "depth",
    "external_id",
    "id",
    "limits",
    "name",
    "over_limit",
    "parent_org_id",
    "path",
    "picture",
    "updated_at",
    "usage",
    "workspace_id",
];

#[actix_web::test]
async fn the_example_of_the_reference_works() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    world
        .subscription(&workspace, &account, json!({ "locations": 5, "users": 20 }))
        .await;
    let body = json!({
        "name": "Marketing Team",
        "billing_account_id": account,
        "limits": { "locations": 5, "users": 20 },
        "branding": { "display_name": "ACME Inc.", "login_hint": "acme-inc", "colors": { "primary": "#007bff" } },
    });
    let made = world
        .post("alice", &format!("{workspace}/organizations"), body)
        .await
        .expect(201);
    assert_eq!(keys(&made), FIELDS);
    let (id, external) = (
        made["id"].as_str().unwrap(),
        made["external_id"].as_str().unwrap(),
    );
    assert!(id.starts_with("org_"));
    let expected = json!({
        "id": id, "name": "Marketing Team", "workspace_id": workspace.rsplit('/').next().unwrap(),
        "external_id": external, "parent_org_id": null, "path": null, "depth": 0, "billing_account_id": account,
        "picture": null,
        "usage": {
            "usage": { "locations": 0, "users": 0, "sso": 0 },
            "subtree_usage": { "locations": 0, "users": 0, "sso": 0 },
        },
        "limits": { "locations": 5, "users": 20, "sso": null },
        "branding": {
            "display_name": "ACME Inc.", "login_hint": "acme-inc",
            "colors": { "primary": "#007bff", "page_background": null },
        },
        "created_at": "2026-01-31T12:00:00.000000Z", "updated_at": "2026-01-31T12:00:00.000000Z", "over_limit": false,
    });
    assert_eq!(made, expected);
    for name in [id, external] {
        let found = world
            .get("alice", &format!("{workspace}/organizations/{name}"))
            .await
            .expect(200);
        assert_eq!(found, expected, "I1");
    }
}

#[actix_web::test]
async fn o2_a_child_knows_its_ancestors_and_usage_rolls_up() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let root = world.root(&workspace, "Root").await;
    let child = world.child(&workspace, &root, "Child").await;
    let leaf = world.child(&workspace, &child, "Leaf").await;
    world.charge("users/a", &leaf, 3).await;
    world.charge("users/b", &child, 2).await;
    let found = world
        .get("alice", &format!("{workspace}/organizations/{leaf}"))
        .await
        .expect(200);
    assert_eq!(found["path"], format!("{root}#{child}"));
    assert_eq!(
        (&found["depth"], &found["parent_org_id"]),
        (&json!(2), &json!(child))
    );
    let found = world
        .get("alice", &format!("{workspace}/organizations/{child}"))
        .await
        .expect(200);
    assert_eq!(
        (
            &found["usage"]["usage"]["users"],
            &found["usage"]["subtree_usage"]["users"]
        ),
        (&json!(2), &json!(5))
    );
}

#[actix_web::test]
async fn o3_who_has_a_billing_account_of_their_own() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let organizations = format!("{workspace}/organizations");
    let account = world.account(&workspace).await;
    let at = "/billing_account_id";
    let none = world
        .post("alice", &organizations, json!({ "name": "Root" }))
        .await;
    none.invalid(&[(at, "billing_account_required")]);
    let body = json!({ "name": "Root", "billing_account_id": account });
    let root = world.organization(&organizations, body.clone()).await;
    let children = format!("{organizations}/{root}/children");
    world
        .post("alice", &children, body.clone())
        .await
        .invalid(&[(at, "billing_account_inherited")]);
    let unlinked = world
        .patch(
            "alice",
            &format!("{organizations}/{root}"),
            json!({ "billing_account_id": null }),
        )
        .await;
    unlinked.invalid(&[(at, "billing_account_required")]);
    let pooled = world.workspace("pooled").await;
    let refused = world
        .post("alice", &format!("{pooled}/organizations"), body)
        .await;
    refused.invalid(&[(at, "billing_account_not_allowed")]);
    let nowhere = json!({ "name": "Root", "billing_account_id": "cus_00000000000000000000AA" });
    let refused = world
        .post("alice", &organizations, nowhere)
        .await
        .refused(404, "not_found");
    assert_eq!(refused["errors"][0]["pointer"], at);
    let nonsense = json!({ "name": "Root", "billing_account_id": "acme" });
    world
        .post("alice", &organizations, nonsense)
        .await
        .invalid(&[(at, "invalid_id")]);
}

#[actix_web::test]
async fn o1_the_tree_has_its_caps() {
    let hierarchy = HierarchyCaps {
        organizations: 4,
        levels: 2,
        children: 2,
    };
    let settings = Settings {
        hierarchy,
        enforcement: BillingEnforcement::Off,
        ..Settings::default()
    };
    let world = World::with(settings).await;
    let workspace = world.workspace("pooled").await;
    let root = world.root(&workspace, "Root").await;
    let child = world.child(&workspace, &root, "Child").await;
    let children = |id: &str| format!("{workspace}/organizations/{id}/children");
    let body = json!({ "name": "More" });
    world
        .post("alice", &children(&child), body.clone())
        .await
        .refused(409, "depth_limit_reached");
    world.child(&workspace, &root, "Child").await;
    world
        .post("alice", &children(&root), body.clone())
        .await
        .refused(409, "children_limit_reached");
    world.root(&workspace, "Root").await;
    world
        .post("alice", &format!("{workspace}/organizations"), body)
        .await
        .refused(409, "organization_limit_reached");
}

#[actix_web::test]
async fn o5_a_patch_merges_branding_and_null_empties() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let root = world.root(&workspace, "Root").await;
    let one = format!("{workspace}/organizations/{root}");
    let body = json!({ "branding": { "display_name": "Acme", "login_hint": "acme", "colors": { "primary": "#000000" } } });
    world.patch("alice", &one, body).await.expect(200);
    let body = json!({ "branding": { "display_name": null, "colors": { "page_background": "#FFFFFF" } } });
    let merged = world.patch("alice", &one, body).await.expect(200);
    assert_eq!(
        merged["branding"],
        json!({
            "display_name": null, "login_hint": "acme",
            "colors": { "primary": "#000000", "page_background": "#FFFFFF" },
        })
    );
    let emptied = world
        .patch("alice", &one, json!({ "branding": null }))
        .await
        .expect(200);
    assert_eq!(
        emptied["branding"],
        json!({ "display_name": null, "login_hint": null, "colors": { "primary": null, "page_background": null } })
    );
    let bad =
        json!({ "branding": { "login_hint": "A b", "display_name": "", "colors": { "primary": "red" } } });
    world.patch("alice", &one, bad).await.invalid(&[
        ("/branding/colors/primary", "malformed"),
        ("/branding/display_name", "blank"),
        ("/branding/login_hint", "malformed"),
    ]);
}

#[actix_web::test]
async fn o5_a_login_hint_is_taken_once() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let organizations = format!("{workspace}/organizations");
    let body = json!({ "name": "Root", "branding": { "login_hint": "acme" } });
    world.organization(&organizations, body.clone()).await;
    world
        .post("alice", &organizations, body)
        .await
        .refused(409, "login_hint_taken");
    let other = world.root(&workspace, "Other").await;
    let hint = json!({ "branding": { "login_hint": "acme" } });
    world
        .patch("alice", &format!("{organizations}/{other}"), hint)
        .await
        .refused(409, "login_hint_taken");
}

#[actix_web::test]
async fn o6_deletion_needs_no_usage_and_says_whether_children_go_too() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let root = world.root(&workspace, "Root").await;
    let child = world.child(&workspace, &root, "Child").await;
    world.charge("users/a", &child, 1).await;
    let one = format!("{workspace}/organizations/{root}");
    world
        .delete("alice", &format!("{one}?cascade=true"))
        .await
        .refused(409, "organization_has_usage");
    world
        .delete("writer", &format!("/charges/users/a?organization_id={child}"))
        .await
        .expect(204);
    world
        .delete("alice", &one)
        .await
        .refused(409, "organization_has_children");
    world
        .delete("alice", &format!("{one}?cascade=false"))
        .await
        .refused(409, "organization_has_children");
    world
        .delete("alice", &format!("{one}?cascade=yes"))
        .await
        .invalid(&[("?cascade", "invalid_type")]);
    world
        .delete("alice", &format!("{one}?cascade=true"))
        .await
        .expect(204);
    world
        .get("alice", &format!("{workspace}/organizations/{child}"))
        .await
        .refused(404, "not_found");
    world.delete("alice", &one).await.refused(404, "not_found");
}

#[actix_web::test]
async fn b5_a_root_moves_to_another_account_when_that_one_has_room() {
    let world = World::new().await;
    world.switches.set_payable(true);
    let workspace = world.workspace("assigned").await;
    let (a, b) = (world.account(&workspace).await, world.account(&workspace).await);
    world
        .subscription(&workspace, &a, json!({ "locations": 5 }))
        .await;
    world
        .subscription(&workspace, &b, json!({ "locations": 2 }))
        .await;
    let body = json!({ "name": "Root", "billing_account_id": a });
    let root = world
        .organization(&format!("{workspace}/organizations"), body)
        .await;
    world.charge("locations/a", &root, 3).await;
    let one = format!("{workspace}/organizations/{root}");
    let refused = world
        .patch("alice", &one, json!({ "billing_account_id": b }))
        .await
        .refused(409, "limit_reached");
    assert_eq!(
        (&refused["binding"]["type"], &refused["binding"]["id"]),
        (&json!("pool"), &json!(b))
    );
    world.charge("locations/a", &root, 2).await;
    let moved = world
        .patch("alice", &one, json!({ "billing_account_id": b }))
        .await
        .expect(200);
    assert_eq!(moved["billing_account_id"], b);
}
