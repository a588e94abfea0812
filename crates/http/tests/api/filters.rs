use serde_json::{Value, json};

use crate::support::World;

fn names(list: &Value) -> Vec<&str> {
    let items = list["data"].as_array().unwrap().iter();
    items.map(|item| item["name"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn organizations_are_found_by_name_parent_and_depth() {
    let world = World::without_billing().await;
    let path = world.workspace("pooled").await;
    let europe = world.root(&path, "Europe").await;
    let germany = world.child(&path, &europe, "Germany").await;
    world.child(&path, &germany, "Berlin").await;
    world.child(&path, &europe, "Zürich").await;
    let asia = world.root(&path, "Asia").await;
    world.child(&path, &asia, "Berlin-Straße 100%").await;
    let found = async |address: String| {
        let list = world
            .get("alice", &format!("{path}/organizations{address}"))
            .await
            .expect(200);
        names(&list).join(", ")
    };
    for (query, expected) in [
        ("name=BERLIN", "Berlin, Berlin-Straße 100%"),
        ("name=strasse", "Berlin-Straße 100%"),
        ("name=%C3%9C", "Zürich"),
        ("name=%20berlin%20", "Berlin, Berlin-Straße 100%"),
        ("name=%25", "Berlin-Straße 100%"),
        ("name=_", ""),
        ("parent=none", "Europe, Asia"),
        ("parent=none&name=e", "Europe"),
        ("depth=1", "Germany, Zürich, Berlin-Straße 100%"),
        ("depth=1&name=berlin", "Berlin-Straße 100%"),
        ("depth=9", ""),
        ("parent=none&depth=1", ""),
    ] {
        assert_eq!(found(format!("?{query}")).await, expected, "{query}");
    }
    assert_eq!(found(format!("?parent={europe}")).await, "Germany, Zürich");
    assert_eq!(
        found(format!("?parent={europe}&name=ger&depth=1")).await,
        "Germany"
    );
    assert_eq!(found(format!("/{europe}/children?name=z")).await, "Zürich");
    assert_eq!(found(format!("/{europe}/descendants?name=BER")).await, "Berlin");
    assert_eq!(found(format!("/{europe}/descendants?depth=2")).await, "Berlin");
    let limited = format!("{path}/organizations?name=berlin&limit=1");
    let first = world.get("alice", &limited).await.expect(200);
    assert_eq!(
        (names(&first), &first["has_more"]),
        (vec!["Berlin"], &json!(true))
    );
    let next = format!("{limited}&after={}", first["next_cursor"].as_str().unwrap());
    let last = world.get("alice", &next).await.expect(200);
    assert_eq!(
        (names(&last), &last["has_more"]),
        (vec!["Berlin-Straße 100%"], &json!(false))
    );
}

#[actix_web::test]
async fn workspaces_are_found_by_name_and_members_by_role() {
    let world = World::new().await;
    let path = world.staffed_workspace("pooled").await;
    for name in ["Globex", "Initech", "ACME Europe"] {
        let body = json!({ "name": name, "billing_mode": "single" });
        world.post("alice", "/workspaces", body).await.expect(201);
    }
    let acme = world.get("alice", "/workspaces?name=acme").await.expect(200);
    assert_eq!(names(&acme), ["ACME", "ACME Europe"]);
    let nobodys = world.get("vera", "/workspaces?name=globex").await.expect(200);
    assert_eq!(nobodys["data"], json!([]));
    let admins = world
        .get("vera", &format!("{path}/members?role=admin"))
        .await
        .expect(200);
    assert_eq!(admins["data"].as_array().unwrap().len(), 1);
    assert_eq!(admins["data"][0]["user_id"], world.id_of("adam"));
}

#[actix_web::test]
async fn a_parent_that_is_not_there_is_not_found() {
    let world = World::without_billing().await;
    let (path, other) = (world.workspace("pooled").await, world.workspace("pooled").await);
    let elsewhere = world.root(&other, "Root").await;
    for parent in [elsewhere.as_str(), "ffffffff-ffff-7fff-bfff-ffffffffffff"] {
        world
            .get("alice", &format!("{path}/organizations?parent={parent}"))
            .await
            .refused(404, "not_found");
    }
}

#[actix_web::test]
async fn nonsense_in_a_filter_is_pointed_at() {
    let world = World::without_billing().await;
    let path = world.workspace("pooled").await;
    let root = world.root(&path, "Root").await;
    let organizations = format!("{path}/organizations");
    let long = format!("name={}", "x".repeat(51));
    let of_names = [
        ("name=", "?name", "blank"),
        ("name=%20", "?name", "blank"),
        ("name=a%00b", "?name", "control_character"),
        ("name=a%0Ab", "?name", "control_character"),
        (&long, "?name", "too_long"),
    ];
    let of_depths = [
        ("depth=", "?depth", "invalid_type"),
        ("depth=x", "?depth", "invalid_type"),
        ("depth=1.0", "?depth", "invalid_type"),
        ("depth=-1", "?depth", "out_of_range"),
        ("depth=32", "?depth", "out_of_range"),
        ("depth=9223372036854775807", "?depth", "out_of_range"),
        ("depth=9223372036854775808", "?depth", "invalid_type"),
    ];
    let of_parents = [
        ("parent=", "?parent", "invalid_id"),
        ("parent=None", "?parent", "invalid_id"),
        ("parent=null", "?parent", "invalid_id"),
        ("parent=org_1", "?parent", "invalid_id"),
    ];
    let of_roles = [
        ("role=", "?role", "unknown_value"),
        ("role=Owner", "?role", "unknown_value"),
    ];
    let named: &[_] = &[&of_names[..], &of_depths[..]].concat();
    for (list, wrong) in [
        (organizations.clone(), &[named, &of_parents[..]].concat()[..]),
        (format!("{organizations}/{root}/children"), named),
        (format!("{organizations}/{root}/descendants"), named),
        ("/workspaces".to_owned(), &of_names[..]),
        (format!("{path}/members"), &of_roles[..]),
    ] {
        for (query, pointer, code) in wrong {
            let reply = world.get("alice", &format!("{list}?{query}")).await;
            reply.invalid(&[(*pointer, *code)]);
        }
    }
    for (list, query) in [
        (format!("{organizations}/{root}/children"), "parent=none"),
        (format!("{organizations}/{root}/ancestors"), "name=x"),
        (format!("{path}/members"), "name=x"),
    ] {
        let reply = world.get("alice", &format!("{list}?{query}")).await;
        reply.refused(400, "unknown_parameter");
    }
}
