//! Teams as programs of another API know them (E2, T9, T16).

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};
use tenantry_domain::license::LicenseLimits;
use tenantry_domain::team::SystemRole;

use crate::support::{Reply, World, keys};

/// Names that make the same slug, none, or one that looks like another's with its id.
const HOSTILE: [&str; 9] = [
    "Crew",
    "crew",
    "CREW!",
    "Personal",
    "___",
    "🦀",
    "team",
    "Ärzte & Söhne",
    "Arzte Sohne",
];

async fn enterprise() -> World {
    let world = World::without_billing().await;
    world.switches.license(LicenseLimits::default());
    world
}

async fn teams(world: &World, who: &str) -> Vec<Value> {
    let answer = world.get(who, "/v1/teams").await.expect(200);
    assert_eq!(keys(&answer), ["teams"]);
    answer["teams"].as_array().unwrap().clone()
}

async fn create(world: &World, who: &str, name: &str) -> Value {
    let body = json!({ "name": name });
    let answer = world.post(who, "/v1/teams", body).await.expect(201);
    assert_eq!(keys(&answer), ["team"]);
    answer["team"].clone()
}

fn all<'a>(teams: &'a [Value], field: &str) -> Vec<&'a Value> {
    teams.iter().map(|team| &team[field]).collect()
}

async fn ask(world: &World, method: Method, authorization: &str) -> Reply {
    let request = TestRequest::default()
        .method(method)
        .uri("/v1/teams")
        .insert_header(("Authorization", authorization))
        .set_json(json!({ "name": "Crew" }));
    world.send(request).await
}

async fn user_key(world: &World, who: &str) -> Value {
    let body = json!({ "name": "laptop" });
    world.post(who, "/api-keys", body).await.expect(201)
}

#[actix_web::test]
async fn e2_a_team_has_the_documented_shape() {
    let world = enterprise().await;
    let created = create(&world, "bob", "Acme Corp").await;
    let expected = json!({
        "id": created["id"], "name": "Acme Corp", "slug": "acme-corp", "isDefault": false, "currentUserRole": "owner"
    });
    assert_eq!(created, expected);
    let listed = teams(&world, "bob").await;
    let personal = json!({
        "id": listed[0]["id"], "name": "Personal", "slug": "personal", "isDefault": true, "currentUserRole": "owner"
    });
    assert_eq!(listed, [personal, created]);
}

#[actix_web::test]
async fn e2_the_community_edition_lists_the_personal_team_alone_and_makes_none() {
    let world = World::without_billing().await;
    world
        .post("bob", "/teams", json!({ "name": "Personal" }))
        .await
        .expect(201);
    let listed = teams(&world, "bob").await;
    // What is not listed collides with nothing.
    assert_eq!(all(&listed, "slug"), ["personal"]);
    assert_eq!(all(&listed, "isDefault"), [true]);
    let body = json!({ "name": "Crew" });
    let refused = world.post("bob", "/v1/teams", body.clone()).await;
    refused.refused(402, "enterprise_required");
    world.switches.license(LicenseLimits::default());
    world.post("bob", "/v1/teams", body.clone()).await.expect(201);
    assert_eq!(teams(&world, "bob").await.len(), 3);
    world.switches.pass_days(30);
    let refused = world.post("bob", "/v1/teams", body).await;
    refused.refused(402, "enterprise_required");
    assert_eq!(teams(&world, "bob").await.len(), 1);
}

#[actix_web::test]
async fn e2_who_asks_goes_before_the_edition_and_the_edition_before_what_is_asked() {
    let world = World::without_billing().await;
    let send = async |who: &str, body: &'static str| {
        let request = TestRequest::post()
            .uri("/v1/teams?x=1")
            .insert_header(("Authorization", who.to_owned()))
            .insert_header(("Content-Type", "application/json"))
            .set_payload(body);
        world.send(request).await
    };
    send("nobody", "{").await.refused(403, "unauthenticated");
    send("writer", "{").await.refused(403, "people_only");
    send("bob", "{").await.refused(402, "enterprise_required");
    world.switches.license(LicenseLimits::default());
    send("bob", "{").await.refused(400, "unknown_parameter");
}

#[actix_web::test]
async fn e2_a_missing_or_wrong_name_is_400() {
    let world = enterprise().await;
    for (body, code) in [
        (json!({}), "required"),
        (json!({ "name": null }), "invalid_type"),
        (json!({ "name": 7 }), "invalid_type"),
        (json!({ "name": "" }), "blank"),
        (json!({ "name": " \u{2003} " }), "blank"),
        (json!({ "name": "x".repeat(201) }), "too_long"),
        (json!({ "name": "a\u{0}b" }), "control_character"),
    ] {
        let reply = world.post("bob", "/v1/teams", body.clone()).await;
        reply.invalid(&[("/name", code)]);
    }
    let unknown = json!({ "name": "Crew", "site_limit": 1 });
    world
        .post("bob", "/v1/teams", unknown)
        .await
        .refused(400, "unknown_field");
    assert_eq!(teams(&world, "bob").await.len(), 1);
}

#[actix_web::test]
async fn t4_the_team_limit_is_400_and_a_licence_may_lower_it() {
    let world = enterprise().await;
    let limits = |teams| LicenseLimits {
        teams_per_person: Some(teams),
    };
    world.switches.license(limits(2));
    create(&world, "bob", "Crew").await;
    let body = json!({ "name": "Other" });
    let refused = world.post("bob", "/v1/teams", body.clone()).await;
    let problem = refused.refused(400, "team_limit_reached");
    assert!(
        problem["detail"].as_str().unwrap().contains("at most 2 teams"),
        "{problem:#}"
    );
    // The licence is about this dialect alone (E3).
    world.post("bob", "/teams", body.clone()).await.expect(201);
    // Nor does it allow more than the deployment.
    world.switches.license(limits(99));
    for n in 3..25 {
        create(&world, "bob", &n.to_string()).await;
    }
    let refused = world.post("bob", "/v1/teams", body.clone()).await;
    refused.refused(400, "team_limit_reached");
    world
        .post("bob", "/teams", body)
        .await
        .refused(409, "team_limit_reached");
}

#[actix_web::test]
async fn k1_a_key_of_a_person_is_the_whole_header_or_a_bearer() {
    let world = enterprise().await;
    let key = user_key(&world, "bob").await;
    let text = key["api_key"].as_str().unwrap();
    for header in [text.to_owned(), format!("Bearer {text}"), format!(" {text} ")] {
        let listed = ask(&world, Method::GET, &header).await.expect(200);
        assert_eq!(listed["teams"][0]["isDefault"], true, "{header}");
        ask(&world, Method::POST, &header).await.expect(201);
    }
    // Everywhere else a scheme is needed.
    let elsewhere = TestRequest::get()
        .uri("/teams")
        .insert_header(("Authorization", text));
    world.send(elsewhere).await.refused(401, "unauthenticated");
    let place = format!("/api-keys/{}", key["id"].as_str().unwrap());
    world.delete("bob", &place).await.expect(204);
    for method in [Method::GET, Method::POST] {
        ask(&world, method, text).await.refused(403, "unauthenticated");
    }
}

#[actix_web::test]
async fn k1_whatever_is_no_key_of_a_person_is_forbidden() {
    let world = enterprise().await;
    let team = world.own_team().await;
    let body = json!({ "name": "deploy", "abilities": ["team:create"] });
    let credentials = format!("{team}/api-credentials");
    let credential = world.post("alice", &credentials, body).await.expect(200);
    let narrow = credential["api_key"].as_str().unwrap();
    let typo = user_key(&world, "bob").await["api_key"]
        .as_str()
        .unwrap()
        .replacen("tnk_", "tnk-", 1);
    for method in [Method::GET, Method::POST] {
        for (header, code) in [
            ("", "unauthenticated"),
            ("nobody", "unauthenticated"),
            ("Basic Ym9iOmJvYg==", "unauthenticated"),
            ("Bearer", "unauthenticated"),
            (&typo, "unauthenticated"),
            (narrow, "people_only"),
            ("writer", "people_only"),
        ] {
            ask(&world, method.clone(), header).await.refused(403, code);
        }
        let without = TestRequest::default().method(method).uri("/v1/teams");
        world.send(without).await.refused(403, "unauthenticated");
    }
}

#[actix_web::test]
async fn t9_slugs_are_unique_and_only_those_that_collide_have_ids() {
    let world = enterprise().await;
    for name in HOSTILE {
        create(&world, "bob", name).await;
    }
    let listed = teams(&world, "bob").await;
    let slugs: BTreeSet<&str> = listed.iter().filter_map(|team| team["slug"].as_str()).collect();
    assert_eq!(slugs.len(), HOSTILE.len() + 1);
    let marked = |team: &&Value| {
        let (slug, id) = (team["slug"].as_str().unwrap(), team["id"].as_str().unwrap());
        slug.ends_with(id)
    };
    let (with_ids, without): (Vec<_>, Vec<_>) = listed.iter().partition(marked);
    assert_eq!(with_ids.len(), 9, "{listed:#?}");
    assert_eq!(without.len(), 1);
    assert_eq!(without[0]["slug"], "crab");
}

#[actix_web::test]
async fn t16_the_list_says_what_somebody_is_in_each_team() {
    let world = enterprise().await;
    let workspace = world.staffed_workspace("pooled").await;
    let root = world.root(&workspace, "Root").await;
    let team = world.team(&workspace, &root, None);
    world.join(&workspace, &team, "ada", SystemRole::Administrator);
    world.join(&workspace, &team, "dora", SystemRole::Developer);
    for (who, role) in [("bob", "owner"), ("ada", "admin"), ("dora", "developer")] {
        let listed = teams(&world, who).await;
        assert_eq!(all(&listed, "isDefault"), [true, false], "{who}");
        assert_eq!(all(&listed, "currentUserRole"), ["owner", role], "{who}");
        assert_eq!(listed[1]["id"], team, "{who}");
    }
    // Whoever administers the workspace is in no team of it.
    assert_eq!(teams(&world, "alice").await.len(), 1);
}

#[actix_web::test]
async fn e3_both_dialects_show_the_same_teams() {
    let world = enterprise().await;
    let here = create(&world, "bob", "Here").await;
    let there = world.post("bob", "/teams", json!({ "name": "There" })).await;
    let there = there.expect(201);
    assert_eq!(there["slug"], "there");
    let place = format!("/teams/{}", here["id"].as_str().unwrap());
    let same = async || {
        let ours = world.get("bob", "/teams").await.expect(200);
        let ours = ours.as_array().unwrap().clone();
        let theirs = teams(&world, "bob").await;
        for field in ["id", "name", "slug"] {
            assert_eq!(all(&ours, field), all(&theirs, field), "{field}");
        }
        assert_eq!(all(&ours, "personal_team"), all(&theirs, "isDefault"));
        theirs
    };
    assert_eq!(same().await.len(), 3);
    let renamed = json!({ "name": "There", "site_limit": null });
    world.put("bob", &place, renamed).await.expect(200);
    let slugs = same().await;
    assert_ne!(slugs[1]["slug"], "there");
    world.delete("bob", &place).await.expect(204);
    assert_eq!(all(&same().await, "slug"), ["personal", "there"]);
}

#[actix_web::test]
async fn t3_a_team_is_made_where_its_maker_works() {
    let world = enterprise().await;
    let workspace = world.staffed_workspace("pooled").await;
    let root = world.root(&workspace, "Root").await;
    let team = world.team(&workspace, &root, None);
    world.join(&workspace, &team, "dora", SystemRole::Developer);
    for who in ["bob", "dora"] {
        let switch = format!("/teams/{team}/switch");
        world.put(who, &switch, Value::Null).await.expect(200);
    }
    let made = create(&world, "bob", "Crew").await;
    let place = format!("/teams/{}", made["id"].as_str().unwrap());
    let shown = world.get("bob", &place).await.expect(200);
    assert_eq!(shown["organization_id"], root);
    let refused = world.post("dora", "/v1/teams", json!({ "name": "Crew" })).await;
    refused.refused(403, "scope_required");
}

#[actix_web::test]
async fn r1_a_team_is_made_once_for_a_key_of_a_request() {
    let world = enterprise().await;
    let send = async || {
        let request = TestRequest::post()
            .uri("/v1/teams")
            .insert_header(("Authorization", "bob"))
            .insert_header(("Idempotency-Key", "once"))
            .set_json(json!({ "name": "Crew" }));
        world.send(request).await
    };
    let (first, second) = (send().await, send().await);
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(first.expect(201), second.expect(201));
    assert_eq!(teams(&world, "bob").await.len(), 2);
}

#[actix_web::test]
async fn the_list_is_read_in_one_statement_and_not_sent_twice() {
    let world = enterprise().await;
    let first = world.get("bob", "/v1/teams").await;
    let tag = first.header("etag").unwrap().to_owned();
    first.expect(200);
    let again = TestRequest::get()
        .uri("/v1/teams")
        .insert_header(("Authorization", "bob"))
        .insert_header(("If-None-Match", tag));
    world.trace.take();
    world.send(again).await.expect(304);
    assert_eq!(world.trace.take(), ["begin_read", "teams.held_by"]);
}

#[actix_web::test]
async fn whatever_goes_wrong_under_v1_says_so_as_there() {
    let world = enterprise().await;
    let nowhere = world.get("bob", "/v1/nowhere").await;
    assert!(nowhere.refused(404, "route_not_found")["error"].is_string());
    let put = world.put("bob", "/v1/teams", json!({})).await;
    assert!(put.refused(405, "method_not_allowed")["error"].is_string());
    let elsewhere = world.get("bob", "/nowhere").await;
    assert!(elsewhere.refused(404, "route_not_found").get("error").is_none());
}
