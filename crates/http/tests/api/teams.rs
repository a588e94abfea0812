//! Teams, and the people in them.

use serde_json::{Value, json};
use tenantry_application::Settings;
use tenantry_domain::billing::BillingEnforcement;
use tenantry_domain::team::{SystemRole, TeamCaps};

use crate::support::World;

/// Without billing; nobody is in more than three teams, which have at most five people and one role of their own.
async fn small_world() -> World {
    World::with(Settings {
        enforcement: BillingEnforcement::Off,
        teams: TeamCaps {
            teams: 3,
            people: 5,
            roles: 1,
            keys: 1,
        },
        ..Settings::default()
    })
    .await
}

/// The path of a team of bob's in an organization of alice's, with ada as administrator and dora as developer.
async fn crew(world: &World) -> (String, String) {
    let workspace = world.staffed_workspace("pooled").await;
    let root = world.root(&workspace, "Root").await;
    let team = world.team(&workspace, &root, None);
    world.join(&workspace, &team, "ada", SystemRole::Administrator);
    world.join(&workspace, &team, "dora", SystemRole::Developer);
    (workspace, format!("/teams/{team}"))
}

fn names(shape: &Value) -> Vec<&String> {
    shape.as_object().unwrap().keys().collect()
}

/// The kind of JSON that each field holds.
fn kinds(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), kinds(value)))
            .collect(),
        Value::Array(items) => items.iter().map(kinds).take(1).collect(),
        Value::String(_) => json!("string"),
        Value::Bool(_) => json!("boolean"),
        Value::Number(_) => json!("number"),
        Value::Null => json!("null"),
    }
}

#[actix_web::test]
async fn t2_a_team_has_the_documented_shape_field_by_field() {
    let world = small_world().await;
    let (_, team) = crew(&world).await;
    let invite = json!({ "email": "new@example.com" });
    world
        .post("ada", &format!("{team}/invites"), invite)
        .await
        .expect(202);
    let person = json!({
        "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a", "name": "<string>", "email": "jsmith@example.com", "picture": "<string>"
    });
    let documented = json!({
        "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a", "name": "<string>", "owner": person, "personal_team": true,
        "members": [person],
        "invites": [{
            "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a", "team_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
            "email": "jsmith@example.com", "role": "<string>",
            "created_at": "2023-11-07T05:31:56Z", "updated_at": "2023-11-07T05:31:56Z"
        }],
        "current": true, "site_count": 123, "site_limit": 123,
        "roles": [{
            "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a", "name": "<string>", "guard_name": "<string>",
            "team_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
            "created_at": "2023-11-07T05:31:56Z", "updated_at": "2023-11-07T05:31:56Z"
        }]
    });
    let mut shown = world.get("ada", &team).await.expect(200);
    let fields = shown.as_object_mut().unwrap();
    let ours = [fields.remove("slug"), fields.remove("organization_id")];
    assert!(ours.iter().all(Option::is_some));
    assert_eq!(kinds(&shown), kinds(&documented));
    let body = json!({ "name": "Field Crew", "site_limit": 1 });
    for answer in [
        world.post("ada", "/teams", body.clone()).await.expect(201),
        world.put("ada", &team, body).await.expect(200),
    ] {
        let documented = names(&documented);
        assert!(documented.iter().all(|name| answer.get(name).is_some()));
        assert_eq!(
            (&answer["name"], &answer["site_limit"]),
            (&json!("Field Crew"), &json!(1))
        );
    }
}

#[actix_web::test]
async fn t2_a_site_limit_of_null_or_0_leaves_it_to_the_organization() {
    let world = small_world().await;
    let (_, team) = crew(&world).await;
    let put = async |limit: Value| {
        let body = json!({ "name": "Crew", "site_limit": limit });
        world.put("ada", &team, body).await
    };
    assert_eq!(put(json!(5)).await.expect(200)["site_limit"], 5);
    let renamed = world
        .put("ada", &team, json!({ "name": "Crew 2" }))
        .await
        .expect(200);
    assert_eq!(renamed["site_limit"], 5);
    assert_eq!(put(json!(null)).await.expect(200)["site_limit"], 0);
    assert_eq!(put(json!(0)).await.expect(200)["site_limit"], 0);
    put(json!(-1)).await.refused(422, "validation_failed");
    let id = team.strip_prefix("/teams/").unwrap();
    let two = json!({ "team_id": id, "quantity": 2 });
    world.put("dora", "/charges/locations/a", two).await.expect(201);
    assert_eq!(world.get("ada", &team).await.expect(200)["site_count"], 2);
    put(json!(1)).await.refused(409, "limit_below_usage");
    let over = json!({ "name": "Crew", "site_limit": 1, "allow_over_limit": true });
    assert_eq!(world.put("ada", &team, over).await.expect(200)["site_limit"], 1);
    let three = json!({ "team_id": id, "quantity": 3 });
    let refused = world
        .put("dora", "/charges/locations/a", three)
        .await
        .refused(409, "limit_reached");
    assert_eq!(refused["binding"]["type"], "team");
    world.delete("alice", &team).await.refused(409, "team_has_sites");
}

#[actix_web::test]
async fn t4_nobody_is_in_more_teams_than_the_deployment_allows() {
    let world = small_world().await;
    for name in ["One", "Two"] {
        world
            .post("mallory", "/teams", json!({ "name": name }))
            .await
            .expect(201);
    }
    world
        .post("mallory", "/teams", json!({ "name": "Three" }))
        .await
        .refused(409, "team_limit_reached");
    assert_eq!(
        world
            .get("mallory", "/teams")
            .await
            .expect(200)
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[actix_web::test]
async fn t5_a_personal_team_stays_as_it_is() {
    let world = small_world().await;
    let teams = world.get("alice", "/teams").await.expect(200);
    let team = format!("/teams/{}", teams[0]["id"].as_str().unwrap());
    let rename = json!({ "name": "Mine" });
    world
        .put("alice", &team, rename)
        .await
        .refused(409, "personal_team");
    world.delete("alice", &team).await.refused(409, "personal_team");
    let invite = json!({ "email": "new@example.com" });
    let invites = format!("{team}/invites");
    world
        .post("alice", &invites, invite)
        .await
        .refused(409, "personal_team");
    let add = json!({ "email": "new@example.com", "name": "New" });
    world
        .post("alice", "/users", add)
        .await
        .refused(409, "personal_team");
    assert_eq!(
        (&teams[0]["name"], &teams[0]["slug"]),
        (&json!("Personal"), &json!("personal"))
    );
}

#[actix_web::test]
async fn t7_the_owner_stays_until_the_team_is_given_away() {
    let world = small_world().await;
    let (_, team) = crew(&world).await;
    let bob = format!("{team}/members/{}", world.id_of("bob"));
    world.delete("ada", &bob).await.refused(409, "owner_stays");
    world.delete("bob", &bob).await.refused(409, "owner_stays");
    let transfer = format!("{team}/transfer");
    let to = |who: &str| json!({ "user_id": world.id_of(who) });
    world
        .post("ada", &transfer, to("ada"))
        .await
        .refused(403, "team_owner_required");
    world
        .post("bob", &transfer, to("mallory"))
        .await
        .refused(409, "cannot_own_team");
    let given = world.post("bob", &transfer, to("dora")).await.expect(200);
    assert_eq!(given["owner"]["id"], json!(world.id_of("dora")));
    world.delete("bob", &bob).await.expect(204);
    world.get("bob", &team).await.refused(404, "not_found");
}

#[actix_web::test]
async fn t8_people_work_in_the_team_that_they_switch_to() {
    let world = small_world().await;
    let (_, team) = crew(&world).await;
    let current = |teams: &Value| {
        let teams = teams.as_array().unwrap().clone();
        let current: Vec<_> = teams.into_iter().filter(|team| team["current"] == true).collect();
        assert_eq!(current.len(), 1);
        format!("/teams/{}", current[0]["id"].as_str().unwrap())
    };
    assert_ne!(current(&world.get("bob", "/teams").await.expect(200)), team);
    let switched = world
        .put("bob", &format!("{team}/switch"), json!({}))
        .await
        .expect(200);
    assert_eq!(current(&switched), team);
    let elsewhere = world.put("mallory", &format!("{team}/switch"), json!({})).await;
    elsewhere.refused(404, "not_found");
    world.delete("bob", &team).await.expect(204);
    assert_ne!(current(&world.get("bob", "/teams").await.expect(200)), team);
}

#[actix_web::test]
async fn t10_roles_of_a_team_are_made_given_and_deleted() {
    let world = small_world().await;
    let (_, team) = crew(&world).await;
    let scopes = world.get("dora", "/scopes").await.expect(200);
    let view = scopes
        .as_array()
        .unwrap()
        .iter()
        .find(|scope| scope["name"] == "site:view");
    let body = json!({ "name": "Auditor", "scopes": [view.unwrap()["id"]] });
    let role = world.post("ada", "/team_roles", body.clone()).await.expect(200);
    let fields: Vec<_> = names(&role).into_iter().map(String::as_str).collect();
    assert_eq!(fields, ["id", "name", "scopes", "team_id"]);
    let path = format!("/team_roles/{}", role["id"].as_str().unwrap());
    assert_eq!(world.get("dora", &path).await.expect(200), role);
    world
        .post("ada", "/team_roles", json!({ "name": "Other", "scopes": [] }))
        .await
        .refused(409, "role_limit_reached");
    world
        .put("ada", &path, json!({ "name": "developer", "scopes": [] }))
        .await
        .refused(409, "role_name_taken");
    world
        .put(
            "ada",
            &path,
            json!({ "name": "Auditor", "scopes": ["team:delete"] }),
        )
        .await
        .refused(403, "scope_required");
    let dora = format!("{team}/members/{}/roles", world.id_of("dora"));
    let held = json!({ "roles": [role["id"]] });
    world.put("ada", &dora, held).await.expect(200);
    world.delete("ada", &path).await.refused(409, "role_in_use");
    let owner = json!({ "roles": [SystemRole::Owner.id().to_string()] });
    world.put("ada", &dora, owner).await.refused(409, "owner_role");
    let none = json!({ "roles": [] });
    assert_eq!(
        world.put("ada", &dora, none).await.expect(200)["roles"],
        json!([])
    );
    world.delete("ada", &path).await.expect(204);
    let system = format!("/team_roles/{}", SystemRole::Developer.id());
    world.put("ada", &system, body).await.refused(409, "system_role");
    world.delete("ada", &system).await.refused(409, "system_role");
}

#[actix_web::test]
async fn t12_an_invitation_is_for_one_address_and_works_once() {
    let world = small_world().await;
    let (workspace, team) = crew(&world).await;
    let id = team.strip_prefix("/teams/").unwrap();
    let (_, token) = world.invitation(&workspace, id, "mallory");
    let invites = format!("{team}/invites");
    let invite = |email: &str| json!({ "email": email });
    let again = world.post("ada", &invites, invite("MALLORY@example.com")).await;
    again.refused(409, "already_invited");
    let member = world.post("ada", &invites, invite("dora@example.com")).await;
    member.refused(409, "already_member");
    let last = world.post("ada", &invites, invite("last@example.com")).await;
    last.expect(202);
    let full = world.post("ada", &invites, invite("new@example.com")).await;
    full.refused(409, "people_limit_reached");
    let answer = json!({ "token": token });
    let accept = "/invites/accept";
    world
        .post("vera", accept, answer.clone())
        .await
        .refused(403, "not_the_recipient");
    let joined = world.post("mallory", accept, answer.clone()).await.expect(200);
    assert_eq!(joined["id"], json!(id));
    world
        .post("mallory", accept, answer)
        .await
        .refused(404, "not_found");
}

#[actix_web::test]
async fn t12_an_address_that_nobody_vouches_for_accepts_nothing() {
    let world = small_world().await;
    let (workspace, team) = crew(&world).await;
    let id = team.strip_prefix("/teams/").unwrap();
    let (_, token) = world.invitation(&workspace, id, "eve");
    assert_eq!(world.get("eve", "/invites").await.expect(200), json!([]));
    for act in ["accept", "decline"] {
        world
            .post("eve", &format!("/invites/{act}"), json!({ "token": token }))
            .await
            .refused(403, "email_not_verified");
    }
}

#[actix_web::test]
async fn t13_people_are_added_and_changed_within_bounds() {
    let world = small_world().await;
    crew(&world).await;
    let add = |email: &str| json!({ "email": email, "name": "New", "roles": [SystemRole::Developer.id().to_string()] });
    world
        .post("ada", "/users", add("mallory@example.com"))
        .await
        .refused(409, "invitation_required");
    let nameless = json!({ "email": "new@example.com" });
    let refused = world
        .post("ada", "/users", nameless)
        .await
        .refused(422, "validation_failed");
    assert_eq!(refused["errors"][0]["pointer"], "/name");
    let added = world
        .post("ada", "/users", add("new@example.com"))
        .await
        .expect(201);
    assert_eq!(added["password"], Value::Null);
    let fields: Vec<_> = names(&added["user"]).into_iter().map(String::as_str).collect();
    let documented = [
        "allow_login",
        "country",
        "date_format",
        "email",
        "email_verified",
        "id",
        "idp",
        "locale",
        "mfa_enabled",
        "mobile",
        "mobile_verified",
        "name",
        "picture",
        "roles",
        "time_format",
        "timezone",
    ];
    assert_eq!(fields, documented);
    let terms = |name: &str, email: &str| {
        json!({
            "name": name, "email": email, "allow_login": false, "timezone": "Europe/Berlin", "date_format": "Y-m-d",
            "time_format": "H:i"
        })
    };
    let new = format!("/users/{}", added["user"]["id"].as_str().unwrap());
    world
        .put("ada", &new, terms("Newer", "mallory@example.com"))
        .await
        .refused(409, "invitation_required");
    let changed = world
        .put("ada", &new, terms("Newer", "newer@example.com"))
        .await
        .expect(200);
    assert_eq!(
        (&changed["name"], &changed["timezone"]),
        (&json!("Newer"), &json!("Europe/Berlin"))
    );
    let dora = format!("/users/{}", world.id_of("dora"));
    world
        .put("ada", &dora, terms("Dora", "dora@example.com"))
        .await
        .refused(409, "profile_not_yours");
    world.delete("ada", &new).await.expect(204);
    world.get("ada", &new).await.refused(404, "not_found");
}

#[actix_web::test]
async fn o6_an_organization_that_has_teams_stays() {
    let world = World::with(Settings {
        enforcement: BillingEnforcement::Off,
        meters: tenantry_domain::Meters::new(["locations"]).unwrap(),
        ..Settings::default()
    })
    .await;
    let (workspace, team) = crew(&world).await;
    let shown = world.get("alice", &team).await.expect(200);
    let organization = format!(
        "{workspace}/organizations/{}",
        shown["organization_id"].as_str().unwrap()
    );
    world
        .delete("alice", &organization)
        .await
        .refused(409, "organization_has_teams");
}

#[actix_web::test]
async fn v1_a_team_has_a_feed_of_its_own() {
    let world = small_world().await;
    let (_, team) = crew(&world).await;
    world
        .put("ada", &team, json!({ "name": "Other" }))
        .await
        .expect(200);
    let feed = world.get("ada", &format!("{team}/events")).await.expect(200);
    let kinds: Vec<_> = feed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["type"])
        .collect();
    assert_eq!(kinds, [&json!("team.updated")]);
    world
        .get("dora", &format!("{team}/events"))
        .await
        .refused(403, "scope_required");
}
