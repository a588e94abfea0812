use serde_json::{Value, json};

use crate::support::{World, keys};

/// A pool of 10 locations, a root with 8, a child with 3.
async fn chain(world: &World) -> (String, String, String) {
    let workspace = world.staffed_workspace("pooled").await;
    let account = world.account(&workspace).await;
    world
        .subscription(&workspace, &account, json!({ "locations": 10 }))
        .await;
    let organizations = format!("{workspace}/organizations");
    let root = world
        .organization(
            &organizations,
            json!({ "name": "Root", "limits": { "locations": 8 } }),
        )
        .await;
    let body = json!({ "name": "Child", "limits": { "locations": 3 } });
    let child = world
        .organization(&format!("{organizations}/{root}/children"), body)
        .await;
    (workspace, root, child)
}

#[actix_web::test]
async fn a_quantity_without_a_fraction_is_an_integer_however_it_is_written() {
    let world = World::new().await;
    let (_, _, child) = chain(&world).await;
    let body = |quantity: f64| json!({ "organization_id": child, "quantity": quantity });
    let site = "/charges/locations/site-1";
    let made = world.put("writer", site, body(2.0)).await.expect(201);
    assert_eq!(made["quantity"], 2);
    let wrong = [("/quantity", "invalid_type")];
    world.put("writer", site, body(2.5)).await.invalid(&wrong);
}

#[actix_web::test]
async fn c1_a_charge_is_made_repeated_resized_and_released() {
    let world = World::new().await;
    let (workspace, _, child) = chain(&world).await;
    let body = |quantity: i64| json!({ "organization_id": child, "quantity": quantity });
    let made = world
        .put("writer", "/charges/locations/site-1", body(2))
        .await
        .expect(201);
    let expected = json!({
        "meter": "locations", "resource_id": "site-1", "organization_id": child, "team_id": null,
        "workspace_id": workspace.rsplit('/').next().unwrap(), "quantity": 2, "reservation_id": null,
        "created_at": "2026-01-31T12:00:00.000000Z", "updated_at": "2026-01-31T12:00:00.000000Z",
    });
    assert_eq!(made, expected);
    world.switches.pass_days(1);
    assert_eq!(
        world
            .put("adam", "/charges/locations/site-1", body(2))
            .await
            .expect(200),
        expected
    );
    let resized = world
        .put("alice", "/charges/locations/site-1", body(3))
        .await
        .expect(200);
    assert_eq!(
        (&resized["quantity"], &resized["updated_at"]),
        (&json!(3), &json!("2026-02-01T12:00:00.000000Z"))
    );
    let at = format!("/charges/locations/site-1?organization_id={child}");
    assert_eq!(world.get("reader", &at).await.expect(200), resized);
    assert_eq!(world.get("vera", &at).await.expect(200), resized);
    world.delete("writer", &at).await.expect(204);
    world.get("reader", &at).await.refused(404, "not_found");
    world.delete("writer", &at).await.expect(204);
}

#[actix_web::test]
async fn c1_one_unit_is_charged_when_no_quantity_is_given() {
    let world = World::new().await;
    let (_, root, _) = chain(&world).await;
    let made = world
        .put(
            "writer",
            "/charges/locations/a",
            json!({ "organization_id": root }),
        )
        .await
        .expect(201);
    assert_eq!(made["quantity"], 1);
}

#[actix_web::test]
async fn c1_a_resource_is_charged_in_one_place() {
    let world = World::new().await;
    let (_, root, child) = chain(&world).await;
    world.charge("locations/a", &child, 1).await;
    let refused = world
        .put(
            "writer",
            "/charges/locations/a",
            json!({ "organization_id": root }),
        )
        .await;
    assert_eq!(
        refused.refused(409, "charged_elsewhere")["organization_id"],
        child
    );
    world
        .get("reader", &format!("/charges/locations/a?organization_id={root}"))
        .await
        .refused(404, "not_found");
}

#[actix_web::test]
async fn c3_a_refusal_explains_itself() {
    let world = World::new().await;
    let (workspace, root, child) = chain(&world).await;
    world.charge("locations/a", &child, 3).await;
    let refused = world
        .put(
            "writer",
            "/charges/locations/b",
            json!({ "organization_id": child, "quantity": 2 }),
        )
        .await;
    let refused = refused.refused(409, "limit_reached");
    assert_eq!(
        (&refused["meter"], &refused["requested"]),
        (&json!("locations"), &json!(2))
    );
    let node = |kind: &str, id: &str, name: &str, limit: i64, free: i64, admits: bool| json!({ "type": kind, "id": id, "name": name, "limit": limit, "mode": "enforce", "used": 3, "free": free, "admits": admits });
    let binding = node("organization", &child, "Child", 3, 0, false);
    assert_eq!(refused["binding"], binding);
    let chain = json!([
        node("pool", workspace.rsplit('/').next().unwrap(), "ACME", 10, 7, true),
        node("organization", &root, "Root", 8, 5, true),
        binding,
    ]);
    assert_eq!(refused["chain"], chain);
}

#[actix_web::test]
async fn c1_a_resource_has_any_name_that_can_be_encoded() {
    let world = World::new().await;
    let (workspace, root, _) = chain(&world).await;
    let names = [
        ("a%2Fb", "a/b"),
        ("a%2fb%2Fc", "a/b/c"),
        ("100%25", "100%"),
        ("%252F", "%2F"),
        ("a+b", "a+b"),
        ("a%2Bb", "a+b"),
        ("a%20b", "a b"),
        ("%F0%9F%A6%80", "🦀"),
        ("%C3%BC", "ü"),
        ("%3F%23", "?#"),
        ("..", ".."),
    ];
    let body = json!({ "organization_id": root });
    for (encoded, name) in names {
        let address = format!("/charges/sso/{encoded}");
        let made = world
            .put("writer", &address.replace("sso", "locations"), body.clone())
            .await;
        if made.status == 409 {
            break;
        }
        assert_eq!(made.text("resource_id"), name);
        let found = world
            .get(
                "reader",
                &format!("/charges/locations/{encoded}?organization_id={root}"),
            )
            .await;
        assert_eq!(found.text("resource_id"), name);
        world
            .delete(
                "writer",
                &format!("/charges/locations/{encoded}?organization_id={root}"),
            )
            .await
            .expect(204);
    }
    let ledger = world
        .get("alice", &format!("{workspace}/organizations/{root}/charges"))
        .await
        .expect(200);
    assert_eq!(ledger["data"], json!([]));
}

#[actix_web::test]
async fn c1_what_stands_in_the_path_is_checked_too() {
    let world = World::new().await;
    let (_, root, _) = chain(&world).await;
    let body = json!({ "organization_id": root });
    let long = "x".repeat(201);
    for (address, pointer, code) in [
        ("/charges/cars/a", "{meter}", "unknown_meter"),
        ("/charges/%FF/a", "{meter}", "unknown_meter"),
        ("/charges/locations/%20", "{resource_id}", "blank"),
        ("/charges/locations/%00", "{resource_id}", "control_character"),
        ("/charges/locations/%FF", "{resource_id}", "malformed"),
        (&format!("/charges/locations/{long}"), "{resource_id}", "too_long"),
    ] {
        world
            .put("writer", address, body.clone())
            .await
            .invalid(&[(pointer, code)]);
        let at = format!("{address}?organization_id={root}");
        world.get("reader", &at).await.invalid(&[(pointer, code)]);
        world.delete("writer", &at).await.invalid(&[(pointer, code)]);
    }
    world
        .put("writer", "/charges/locations/", body)
        .await
        .refused(404, "route_not_found");
    world
        .get("reader", "/charges/locations/a")
        .await
        .invalid(&[("?organization_id", "exactly_one")]);
    world
        .get("reader", "/charges/locations/a?organization_id=acme")
        .await
        .invalid(&[("?organization_id", "invalid_id")]);
    world
        .delete("writer", "/charges/locations/a")
        .await
        .invalid(&[("?organization_id", "exactly_one")]);
}

#[actix_web::test]
async fn the_ledger_of_an_organization_is_listed() {
    let world = World::new().await;
    let (workspace, root, child) = chain(&world).await;
    for (resource, organization) in [
        ("locations/b", &root),
        ("locations/a", &root),
        ("locations/c", &child),
    ] {
        world.charge(resource, organization, 1).await;
    }
    let ledger = world
        .get("reader", &format!("{workspace}/organizations/{root}/charges"))
        .await
        .expect(200);
    let names: Vec<&str> = ledger["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["resource_id"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a", "b"]);
}

#[actix_web::test]
async fn c6_questions_are_answered_with_the_chain_and_nothing_is_written() {
    let world = World::new().await;
    let (_, root, child) = chain(&world).await;
    let question = |organization: &str, quantity: i64| json!({ "meter": "locations", "organization_id": organization, "quantity": quantity });
    let body = json!({ "questions": [question(&child, 3), question(&child, 4), question(&root, 8)] });
    for who in ["reader", "vera"] {
        let answers = world.post(who, "/charges/check", body.clone()).await.expect(200);
        assert_eq!(keys(&answers), ["answers"]);
        let answers = answers["answers"].as_array().unwrap();
        let admitted: Vec<&Value> = answers.iter().map(|answer| &answer["admitted"]).collect();
        assert_eq!(admitted, [true, false, true]);
        assert_eq!(keys(&answers[0]), ["admitted", "binding", "chain"]);
        assert_eq!(answers[0]["chain"].as_array().unwrap().len(), 3);
        assert_eq!(
            (&answers[1]["binding"]["id"], &answers[1]["binding"]["admits"]),
            (&json!(child), &json!(false))
        );
        assert_eq!(
            (&answers[2]["binding"]["id"], &answers[2]["binding"]["admits"]),
            (&json!(root), &json!(true))
        );
    }
}

#[actix_web::test]
async fn c6_one_to_a_hundred_questions_each_checked() {
    let world = World::new().await;
    let (_, root, _) = chain(&world).await;
    let question = json!({ "meter": "locations", "organization_id": root, "quantity": 1 });
    let ask = |questions: Vec<Value>| json!({ "questions": questions });
    world
        .post("reader", "/charges/check", ask(vec![]))
        .await
        .invalid(&[("/questions", "empty")]);
    world
        .post("reader", "/charges/check", ask(vec![question.clone(); 100]))
        .await
        .expect(200);
    world
        .post("reader", "/charges/check", ask(vec![question.clone(); 101]))
        .await
        .invalid(&[("/questions", "too_many")]);
    let bad = json!({ "meter": "cars", "organization_id": "acme", "quantity": 0 });
    world
        .post("reader", "/charges/check", ask(vec![question.clone(), bad]))
        .await
        .invalid(&[
            ("/questions/1/meter", "unknown_meter"),
            ("/questions/1/organization_id", "invalid_id"),
            ("/questions/1/quantity", "out_of_range"),
        ]);
    let nowhere =
        json!({ "meter": "locations", "organization_id": "org_0000000000000000000001", "quantity": 1 });
    let refused = world
        .post("reader", "/charges/check", ask(vec![question, nowhere]))
        .await
        .refused(404, "not_found");
    assert_eq!(refused["errors"][0]["pointer"], "/questions/1/organization_id");
}
