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
                { "type": "locations", "used": 0, "direct": 0, "free": 1, "org_limit": null, "observed_limit": null, "total": 10, "context": pool },
                { "type": "users", "used": 8, "direct": 2, "free": 42, "org_limit": null, "observed_limit": null, "total": 50, "context": parent },
                { "type": "sso", "used": 0, "direct": 0, "free": 0, "org_limit": null, "observed_limit": null, "total": 0, "context": pool },
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
    let row = json!({ "type": "users", "used": 0, "direct": 0, "free": null, "org_limit": null, "observed_limit": null, "total": null, "context": null });
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

#[actix_web::test]
async fn l8_a_limit_that_only_observes_is_shown_as_it_is_sent() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let limits = json!({ "locations": { "limit": 2, "mode": "observe" }, "users": { "limit": 3, "mode": "enforce" }, "sso": null });
    let body = json!({ "name": "Root", "limits": limits });
    let root = world
        .organization(&format!("{workspace}/organizations"), body)
        .await;
    let one = format!("{workspace}/organizations/{root}");
    let shown = world.get("alice", &one).await.expect(200);
    let expected = json!({ "locations": { "limit": 2, "mode": "observe" }, "users": 3, "sso": null });
    assert_eq!(shown["limits"], expected);
    let body = json!({ "limits": shown["limits"] });
    let again = world.patch("alice", &one, body).await.expect(200);
    assert_eq!(again, shown);
    let tree = world.get("alice", &format!("{workspace}/tree")).await.expect(200);
    assert_eq!(tree["organizations"][0]["limits"], expected);
}

#[actix_web::test]
async fn l8_a_limit_that_only_observes_admits_and_says_so() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let body =
        json!({ "name": "Root", "limits": { "locations": { "limit": 2, "mode": "observe" }, "users": 1 } });
    let root = world
        .organization(&format!("{workspace}/organizations"), body)
        .await;
    world.charge("locations/a", &root, 5).await;
    let one = format!("{workspace}/organizations/{root}");
    let row = json!({
        "type": "locations", "used": 5, "direct": 5, "free": null, "org_limit": null, "observed_limit": 2, "total": null, "context": null
    });
    let view = world.get("alice", &format!("{one}/limits")).await.expect(200);
    assert_eq!(view["limits"][0], row);
    assert_eq!(world.get("alice", &one).await.expect(200)["over_limit"], false);
    let questions = ["locations", "users", "sso"]
        .map(|meter| json!({ "meter": meter, "quantity": 1, "organization_id": root }));
    let answers = world
        .post("alice", "/charges/check", json!({ "questions": questions }))
        .await
        .expect(200);
    let shown = |index: usize| {
        let answer = &answers["answers"][index];
        let node = &answer["chain"][0];
        json!([
            answer["admitted"],
            node["limit"],
            node["mode"],
            node["free"],
            node["admits"]
        ])
    };
    assert_eq!(shown(0), json!([true, 2, "observe", 0, true]));
    assert_eq!(shown(1), json!([true, 1, "enforce", 1, true]));
    assert_eq!(shown(2), json!([true, null, null, null, true]));
    let events = |kind: &str| format!("{workspace}/events?type={kind}");
    let told = world
        .get("alice", &events("limit.would_refuse"))
        .await
        .expect(200);
    let changes = json!({ "meter": "locations", "requested": 5, "node": root, "limit": 2, "used": 0 });
    assert_eq!(told["data"][0]["changes"], changes);
    let told = world
        .get("alice", &events("limit.threshold_reached"))
        .await
        .expect(200);
    let changes = json!({ "meter": "locations", "node": root, "threshold": 80, "used": 5, "limit": 2 });
    assert_eq!(told["data"][0]["changes"], changes);
    assert_eq!(told["data"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn l8_what_is_wrong_with_a_limit_is_pointed_at() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let organizations = format!("{workspace}/organizations");
    let create = |limit: serde_json::Value| {
        let body = json!({ "name": "Root", "limits": { "users": limit } });
        world.post("alice", &organizations, body)
    };
    create(json!({ "limit": -1, "mode": "watch" })).await.invalid(&[
        ("/limits/users/limit", "out_of_range"),
        ("/limits/users/mode", "unknown_value"),
    ]);
    create(json!({ "limit": 1 }))
        .await
        .invalid(&[("/limits/users/mode", "required")]);
    create(json!("1"))
        .await
        .invalid(&[("/limits/users", "invalid_type")]);
    create(json!({ "limit": 1, "mode": "observe", "soft": true }))
        .await
        .refused(400, "unknown_field");
}

#[actix_web::test]
async fn o9_the_effective_view_tells_where_everything_comes_from() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let account = world.account(&workspace).await;
    world
        .subscription(&workspace, &account, json!({ "users": 9, "locations": 10 }))
        .await;
    let organizations = format!("{workspace}/organizations");
    let body = json!({
        "name": "Root", "billing_account_id": account, "limits": { "locations": 5 },
        "branding": { "display_name": "ACME", "login_hint": "acme", "colors": { "primary": "#000001" } }
    });
    let root = world.organization(&organizations, body).await;
    let body = json!({
        "name": "Child", "limits": { "locations": { "limit": 2, "mode": "observe" } },
        "branding": { "colors": { "primary": "#000002" } }
    });
    let child = world
        .post("alice", &format!("{organizations}/{root}/children"), body)
        .await
        .expect(201)["id"]
        .clone();
    let child = child.as_str().unwrap();
    world.charge("locations/a", child, 3).await;
    let address = format!("{organizations}/{child}/effective");
    let view = world.get("alice", &address).await.expect(200);
    assert_eq!(
        keys(&view),
        [
            "access",
            "billing_account",
            "branding",
            "limits",
            "organization_id"
        ]
    );
    let from_root = json!({ "type": "organization", "id": root, "name": "Root" });
    let from_child = json!({ "type": "organization", "id": child, "name": "Child" });
    let pool = json!({ "type": "pool", "id": workspace.rsplit('/').next().unwrap(), "name": "ACME" });
    let applied = |limit: i64, mode: &str, free: i64, from: &serde_json::Value| json!({ "limit": limit, "mode": mode, "used": 3, "free": free, "from": from });
    assert_eq!(
        view["limits"]["locations"],
        json!({ "total": 5, "free": 2, "applied": [
            applied(10, "enforce", 7, &pool), applied(5, "enforce", 2, &from_root), applied(2, "observe", 0, &from_child)
        ] })
    );
    assert_eq!(
        view["branding"],
        json!({
            "display_name": { "value": "ACME", "from": from_root },
            "colors": { "primary": { "value": "#000002", "from": from_child }, "page_background": null },
        })
    );
    assert_eq!(view["billing_account"]["id"], account);
    assert_eq!(view["billing_account"]["from"], from_root);
    let alice = &view["access"]["data"][0];
    assert_eq!(
        alice["through"],
        json!([{ "type": "workspace_role", "role": "owner" }])
    );
    let of_machine = world.get("reader", &address).await.expect(200);
    assert_eq!(of_machine["limits"], view["limits"]);
    assert_eq!(
        (&of_machine["access"], &of_machine["billing_account"]),
        (&json!(null), &json!(null))
    );
}

#[actix_web::test]
async fn o9_people_with_access_are_a_part_of_a_list() {
    let world = World::new().await;
    let workspace = world.workspace("pooled").await;
    let account = world.account(&workspace).await;
    world
        .subscription(&workspace, &account, json!({ "users": 9 }))
        .await;
    let root = world.root(&workspace, "Root").await;
    let body = json!({ "name": "Crew", "organization_id": root });
    let team = world.post("alice", "/teams", body).await.expect(201);
    let address = format!("{workspace}/organizations/{root}/effective");
    let view = world
        .get("alice", &format!("{address}?limit=1"))
        .await
        .expect(200);
    let person = &view["access"]["data"][0];
    assert_eq!(keys(person), ["email", "name", "through", "user_id"]);
    assert_eq!(person["through"][1]["type"], "team_roles");
    assert_eq!(person["through"][1]["team_id"], team["id"]);
    assert_eq!(person["through"][1]["roles"][0]["name"], "Owner");
    assert_eq!(view["access"]["has_more"], false);
    world
        .get("alice", &format!("{address}?after=nothing"))
        .await
        .refused(400, "invalid_cursor");
}
