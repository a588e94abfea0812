use serde_json::json;

use crate::support::{World, keys};

#[actix_web::test]
async fn l7_the_limits_view_names_what_binds() {
    let world = World::new().await;
    let workspace = world.workspace("pooled").await;
    let account = world.account(&workspace).await;
    world
        .subscription(&workspace, &account, json!({ "users": 100, "locations": 10 }))
        .await;
    let organizations = format!("{workspace}/organizations");
    let body = json!({ "name": "ACME Corporation", "limits": { "users": 50 } });
    let root = world.organization(&organizations, body).await;
    let child = world.child(&workspace, &root, "Child").await;
    let leaf = world.child(&workspace, &child, "Leaf").await;
    world.charge("users/a", &leaf, 6).await;
    world.charge("users/b", &child, 2).await;
    world.charge("locations/a", &root, 9).await;
    let view = world
        .get("alice", &format!("{organizations}/{child}/limits"))
        .await
        .expect(200);
    assert_eq!(
        keys(&view),
        ["context", "limits", "organization_id", "organization_name"]
    );
    let parent = json!({ "type": "parent", "id": root, "name": "ACME Corporation" });
    let pool = json!({ "type": "pool", "id": workspace.rsplit('/').next().unwrap(), "name": "ACME" });
    assert_eq!(
        view,
        json!({
            "organization_id": child, "organization_name": "Child",
            "limits": [
                { "type": "locations", "used": 0, "direct": 0, "free": 1, "org_limit": null, "total": 10, "context": pool },
                { "type": "users", "used": 8, "direct": 2, "free": 42, "org_limit": null, "total": 50, "context": parent },
                { "type": "sso", "used": 0, "direct": 0, "free": 0, "org_limit": null, "total": 0, "context": pool },
            ],
            "context": pool,
        })
    );
    let of_leaf = world
        .get("alice", &format!("{organizations}/{leaf}/limits"))
        .await
        .expect(200);
    assert_eq!(of_leaf["limits"][1]["context"]["type"], "ancestor");
    let of_root = world
        .get("reader", &format!("{organizations}/{root}/limits"))
        .await
        .expect(200);
    assert_eq!(of_root["limits"][1]["context"]["type"], "organization");
}

#[actix_web::test]
async fn l7_nothing_binds_where_nothing_limits() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let root = world.root(&workspace, "Root").await;
    let view = world
        .get("alice", &format!("{workspace}/organizations/{root}/limits"))
        .await
        .expect(200);
    assert_eq!(view["context"], json!(null));
    let row = json!({ "type": "users", "used": 0, "direct": 0, "free": null, "org_limit": null, "total": null, "context": null });
    assert_eq!(view["limits"][1], row);
}

#[actix_web::test]
async fn l5_a_patch_merges_limits_and_null_removes_one() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let root = world.root(&workspace, "Root").await;
    let one = format!("{workspace}/organizations/{root}");
    world
        .patch("alice", &one, json!({ "limits": { "users": 5, "sso": 0 } }))
        .await
        .expect(200);
    let merged = world
        .patch(
            "alice",
            &one,
            json!({ "limits": { "users": null, "locations": 3 } }),
        )
        .await
        .expect(200);
    assert_eq!(
        merged["limits"],
        json!({ "locations": 3, "users": null, "sso": 0 })
    );
}

#[actix_web::test]
async fn l3_l4_a_limit_that_does_not_fit_is_pointed_at() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let organizations = format!("{workspace}/organizations");
    let root = world
        .organization(
            &organizations,
            json!({ "name": "Root", "limits": { "users": 5 } }),
        )
        .await;
    let body = json!({ "name": "Child", "limits": { "users": 6 } });
    let refused = world
        .post("alice", &format!("{organizations}/{root}/children"), body)
        .await;
    let refused = refused.refused(409, "limit_exceeds_capacity");
    assert_eq!(refused["errors"][0]["pointer"], "/limits/users");
    world.charge("users/a", &root, 4).await;
    let one = format!("{organizations}/{root}");
    let refused = world
        .patch("alice", &one, json!({ "limits": { "users": 3 } }))
        .await
        .refused(409, "limit_below_usage");
    assert_eq!(refused["errors"][0]["pointer"], "/limits/users");
    let body = json!({ "limits": { "users": 3 }, "allow_over_limit": true });
    let over = world.patch("alice", &one, body).await.expect(200);
    assert_eq!(
        (&over["over_limit"], &over["limits"]["users"]),
        (&json!(true), &json!(3))
    );
}

#[actix_web::test]
async fn l1_every_bad_limit_is_named_at_once() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let body = json!({ "name": "", "limits": { "users": -1, "cars": 1, "a/b": 2, "sso": 9_007_199_254_740_992_i64 } });
    world
        .post("alice", &format!("{workspace}/organizations"), body)
        .await
        .invalid(&[
            ("/limits/a~1b", "unknown_meter"),
            ("/limits/cars", "unknown_meter"),
            ("/limits/sso", "out_of_range"),
            ("/limits/users", "out_of_range"),
            ("/name", "blank"),
        ]);
}
