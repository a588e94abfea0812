//! What teams use, as it is charged, refused, checked and listed.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{World, keys};

/// A pool of 10 locations, a root with 4, and a team of bob's in it with 3.
async fn scene(world: &World) -> (String, String, String) {
    let workspace = world.staffed_workspace("pooled").await;
    let account = world.account(&workspace).await;
    world
        .subscription(&workspace, &account, json!({ "locations": 10 }))
        .await;
    let body = json!({ "name": "Root", "limits": { "locations": 4 } });
    let root = world
        .organization(&format!("{workspace}/organizations"), body)
        .await;
    let team = world.team(&workspace, &root, Some(3));
    (workspace, root, team)
}

const SITE: &str = "/charges/locations/site-1";

#[actix_web::test]
async fn c1_a_team_is_charged_as_an_organization_is() {
    let world = World::new().await;
    let (workspace, root, team) = scene(&world).await;
    let body = |quantity: i64| json!({ "team_id": team, "quantity": quantity });
    let made = world.put("bob", SITE, body(2)).await.expect(201);
    let expected = json!({
        "meter": "locations", "resource_id": "site-1", "organization_id": root, "team_id": team,
        "workspace_id": workspace.rsplit('/').next().unwrap(), "quantity": 2, "reservation_id": null,
        "created_at": "2026-01-31T12:00:00.000000Z", "updated_at": "2026-01-31T12:00:00.000000Z",
    });
    assert_eq!(made, expected);
    assert_eq!(world.put("writer", SITE, body(2)).await.expect(200), expected);
    let at = format!("{SITE}?team_id={team}");
    for who in ["bob", "reader", "vera", "adam"] {
        assert_eq!(world.get(who, &at).await.expect(200), expected, "{who}");
    }
    let elsewhere = json!({ "organization_id": root });
    let refused = world
        .put("adam", SITE, elsewhere)
        .await
        .refused(409, "charged_elsewhere");
    assert_eq!(
        (&refused["organization_id"], &refused["team_id"]),
        (&json!(root), &json!(team))
    );
    world
        .get("adam", &format!("{SITE}?organization_id={root}"))
        .await
        .refused(404, "not_found");
    world.delete("bob", &at).await.expect(204);
    world.get("bob", &at).await.refused(404, "not_found");
    world.delete("bob", &at).await.expect(204);
}

#[actix_web::test]
async fn c3_a_refusal_names_the_team_and_tells_its_people_nothing_of_what_is_above() {
    let world = World::new().await;
    let (_, root, team) = scene(&world).await;
    let ask = |quantity: i64| json!({ "team_id": team, "quantity": quantity });
    let own = json!({
        "type": "team", "id": team, "name": "Crew", "limit": 3, "mode": "enforce", "used": 0, "free": 3, "admits": false
    });
    let refused = world.put("bob", SITE, ask(4)).await.refused(409, "limit_reached");
    assert_eq!(refused["binding"], own);
    let veiled = |kind: &str| json!({ "type": kind, "admits": true });
    assert_eq!(
        refused["chain"],
        json!([veiled("pool"), veiled("organization"), own])
    );
    world.charge("locations/other", &root, 3).await;
    let refused = world.put("bob", SITE, ask(2)).await.refused(409, "limit_reached");
    assert_eq!(
        refused["binding"],
        json!({ "type": "organization", "admits": false })
    );
    assert!(!refused.to_string().contains(&root), "{refused}");
    assert!(!refused.to_string().contains("Root"), "{refused}");
    let refused = world
        .put("adam", SITE, ask(2))
        .await
        .refused(409, "limit_reached");
    assert_eq!(
        refused["binding"],
        json!({ "type": "organization", "id": root, "name": "Root", "limit": 4, "mode": "enforce", "used": 3, "free": 1, "admits": false })
    );
    let taken = json!({ "team_id": team });
    let refused = world
        .put("bob", "/charges/locations/other", taken)
        .await
        .refused(409, "charged_elsewhere");
    assert_eq!(
        (&refused["organization_id"], &refused["team_id"]),
        (&Value::Null, &Value::Null)
    );
}

#[actix_web::test]
async fn c6_a_team_is_asked_about_as_an_organization_is() {
    let world = World::new().await;
    let (_, root, team) = scene(&world).await;
    let ask = |targets: &[(&str, &str)]| {
        let question = |(name, id): &(&str, &str)| json!({ "meter": "locations", *name: id, "quantity": 4 });
        json!({ "questions": targets.iter().map(question).collect::<Vec<_>>() })
    };
    let both = ask(&[("team_id", &team), ("organization_id", &root)]);
    let answers = world
        .post("reader", "/charges/check", both.clone())
        .await
        .expect(200);
    let admitted = |n: usize| answers["answers"][n]["admitted"].clone();
    assert_eq!((admitted(0), admitted(1)), (json!(false), json!(true)));
    let own = world
        .post("bob", "/charges/check", ask(&[("team_id", &team)]))
        .await
        .expect(200);
    let chain = own["answers"][0]["chain"].as_array().unwrap();
    assert_eq!(keys(&chain[1]), ["admits", "type"]);
    assert_eq!(chain[2]["name"], "Crew");
    let refused = world
        .post("bob", "/charges/check", both)
        .await
        .refused(404, "not_found");
    assert_eq!(refused["errors"][0]["pointer"], "/questions/1/organization_id");
}

#[actix_web::test]
async fn exactly_one_target_is_named() {
    let world = World::new().await;
    let (_, root, team) = scene(&world).await;
    let both = json!({ "organization_id": root, "team_id": team });
    for body in [json!({}), both.clone()] {
        world
            .put("writer", SITE, body)
            .await
            .invalid(&[("", "exactly_one")]);
    }
    let null = json!({ "organization_id": null, "team_id": team });
    let wrong = [("/organization_id", "invalid_type")];
    world.put("writer", SITE, null).await.invalid(&wrong);
    let mut question = both;
    question["meter"] = json!("locations");
    let questions = json!({ "questions": [{ "meter": "locations" }, question] });
    let wrong = [("/questions/0", "exactly_one"), ("/questions/1", "exactly_one")];
    world
        .post("reader", "/charges/check", questions)
        .await
        .invalid(&wrong);
    for query in ["", &format!("?organization_id={root}&team_id={team}")] {
        let at = format!("{SITE}{query}");
        let wrong = [("?organization_id", "exactly_one")];
        world.get("reader", &at).await.invalid(&wrong);
        world.delete("writer", &at).await.invalid(&wrong);
    }
    let wrong = [("/team_id", "invalid_id")];
    let malformed = json!({ "team_id": "crew" });
    world.put("writer", SITE, malformed).await.invalid(&wrong);
}

#[actix_web::test]
async fn c9_seats_are_charged_by_nobody_but_what_people_do() {
    let world = World::new().await;
    let (_, root, _) = scene(&world).await;
    let (seat, wrong) = ("/charges/users/seat%3Aada", [("{resource_id}", "reserved")]);
    let body = json!({ "organization_id": root });
    let at = format!("{seat}?organization_id={root}");
    world.put("writer", seat, body).await.invalid(&wrong);
    world.delete("writer", &at).await.invalid(&wrong);
    world.get("reader", &at).await.refused(404, "not_found");
}

#[actix_web::test]
async fn l6_the_ledger_of_a_team_is_part_of_its_organizations() {
    let world = World::new().await;
    let (workspace, root, team) = scene(&world).await;
    for (site, target, id) in [("a", "team_id", &team), ("b", "organization_id", &root)] {
        let charge = json!({ target: id });
        world
            .put("writer", &format!("/charges/locations/{site}"), charge)
            .await
            .expect(201);
    }
    let resources = |list: Value| -> Vec<String> {
        let rows = list["data"].as_array().unwrap().iter();
        rows.map(|row| row["resource_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let of_team = format!("/teams/{team}/charges");
    for who in ["bob", "vera", "reader"] {
        let listed = world.get(who, &of_team).await.expect(200);
        assert_eq!(resources(listed), ["a"], "{who}");
    }
    world.get("mallory", &of_team).await.refused(404, "not_found");
    world
        .get("mallory", "/teams/nonsense/charges")
        .await
        .refused(404, "not_found");
    world.get("idle", &of_team).await.refused(403, "scope_required");
    let of_root = format!("{workspace}/organizations/{root}/charges");
    let listed = world.get("vera", &of_root).await.expect(200);
    assert_eq!(resources(listed), ["a", "b"]);
}

#[actix_web::test]
async fn i3_a_team_that_is_there_and_one_that_is_not_are_the_same_to_a_stranger() {
    let world = World::new().await;
    let (_, _, team) = scene(&world).await;
    world
        .put("bob", SITE, json!({ "team_id": team }))
        .await
        .expect(201);
    let missing = "018f0c2e-7a3b-7c4d-8e5f-0123456789ab".to_owned();
    let seen = async |team: &str| {
        let question = json!({ "meter": "locations", "team_id": team });
        let requests = [
            (Method::PUT, SITE.to_owned(), Some(json!({ "team_id": team }))),
            (Method::GET, format!("{SITE}?team_id={team}"), None),
            (Method::DELETE, format!("{SITE}?team_id={team}"), None),
            (
                Method::POST,
                "/charges/check".to_owned(),
                Some(json!({ "questions": [question] })),
            ),
        ];
        let mut answers = Vec::new();
        for (method, target, body) in requests {
            world.trace.take();
            let reply = world.call("mallory", method, &target, body.as_ref()).await;
            let mut problem = reply.refused(404, "not_found");
            problem.as_object_mut().unwrap().remove("request_id");
            answers.push((problem, world.trace.take()));
        }
        answers
    };
    assert_eq!(seen(&team).await, seen(&missing).await);
}
