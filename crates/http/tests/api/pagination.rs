use serde_json::{Value, json};

use crate::support::World;

fn ids(list: &Value, key: &str) -> Vec<String> {
    list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item[key].as_str().unwrap().to_owned())
        .collect()
}

/// Reads a list forwards in parts of two, then back to its beginning.
async fn walk(world: &World, address: &str, key: &str) -> Vec<String> {
    let all = ids(&world.get("alice", address).await.expect(200), key);
    let (mut seen, mut pages, mut query) = (Vec::new(), Vec::new(), "limit=2".to_owned());
    loop {
        let page = world
            .get("alice", &format!("{address}?{query}"))
            .await
            .expect(200);
        let found = ids(&page, key);
        assert!(found.len() <= 2);
        seen.extend(found);
        assert_eq!(page["has_more"], page["next_cursor"].is_string());
        pages.push(page.clone());
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("limit=2&after={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, all, "{address} forwards");
    assert_eq!(pages[0]["previous_cursor"], json!(null));
    let mut page = pages.pop().unwrap();
    while let Some(cursor) = page["previous_cursor"].as_str() {
        let before = world
            .get("alice", &format!("{address}?limit=2&before={cursor}"))
            .await
            .expect(200);
        assert_eq!(
            ids(&before, key),
            ids(&pages.pop().unwrap(), key),
            "{address} backwards"
        );
        page = before;
    }
    assert!(pages.is_empty(), "{address} ends where it began");
    all
}

#[actix_web::test]
async fn every_list_is_read_forwards_and_backwards() {
    let world = World::new().await;
    world.switches.set_payable(true);
    let path = world.staffed_workspace("pooled").await;
    for _ in 0..4 {
        world.workspace("single").await;
    }
    let account = world.account(&path).await;
    for _ in 0..4 {
        world.account(&path).await;
    }
    let users = json!({ "users": 9 });
    let first = world.subscription(&path, &account, users.clone()).await;
    for _ in 0..2 {
        world.subscription(&path, &account, users.clone()).await;
    }
    world
        .patch("alice", &first, json!({ "action": "pause" }))
        .await
        .expect(200);
    world.delete("alice", &first).await.expect(200);
    world.subscription(&path, &account, users).await;
    let root = world.root(&path, "Root").await;
    let mut leaf = root.clone();
    for n in 0..5 {
        world.child(&path, &root, &format!("Child {n}")).await;
        leaf = world.child(&path, &leaf, "Deeper").await;
        world.charge(&format!("users/{n}%2F"), &root, 1).await;
    }
    let team = world.team(&path, &root, None);
    for n in 0..3 {
        let charge = json!({ "team_id": team });
        world
            .put("writer", &format!("/charges/users/of-team-{n}"), charge)
            .await
            .expect(201);
    }
    let organizations = format!("{path}/organizations");
    for (address, key, count) in [
        ("/workspaces".to_owned(), "id", 5),
        (format!("{path}/members"), "user_id", 3),
        (organizations.clone(), "id", 11),
        (format!("{organizations}/{root}/children"), "id", 6),
        (format!("{organizations}/{root}/descendants"), "id", 10),
        (format!("{organizations}/{leaf}/ancestors"), "id", 5),
        (format!("{organizations}/{root}/charges"), "resource_id", 8),
        (format!("/teams/{team}/charges"), "resource_id", 3),
        (format!("{path}/billing-accounts"), "id", 5),
        (
            format!("{path}/billing-accounts/{account}/subscriptions"),
            "id",
            4,
        ),
    ] {
        assert_eq!(walk(&world, &address, key).await.len(), count, "{address}");
    }
}

#[actix_web::test]
async fn a_cursor_belongs_to_its_list() {
    let world = World::without_billing().await;
    let path = world.workspace("pooled").await;
    let root = world.root(&path, "Root").await;
    for _ in 0..3 {
        world.child(&path, &root, "Child").await;
    }
    let organizations = format!("{path}/organizations");
    let page = world
        .get("alice", &format!("{organizations}?limit=1"))
        .await
        .expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    assert!(!cursor.contains(&root), "opaque");
    world
        .get("alice", &format!("{organizations}?after={cursor}"))
        .await
        .expect(200);
    let other = world.workspace("pooled").await;
    for address in [
        format!("{organizations}/{root}/children?after={cursor}"),
        format!("{organizations}/{root}/ancestors?after={cursor}"),
        format!("{organizations}?parent={root}&after={cursor}"),
        format!("{organizations}?parent=none&after={cursor}"),
        format!("{organizations}?depth=0&after={cursor}"),
        format!("{organizations}?name=r&after={cursor}"),
        format!("{other}/organizations?after={cursor}"),
        format!("{path}/members?after={cursor}"),
        format!("/workspaces?after={cursor}"),
        format!("{organizations}?after={cursor}x"),
        format!("{organizations}?before="),
        format!("{organizations}?after={cursor}&before={cursor}"),
    ] {
        world.get("alice", &address).await.refused(400, "invalid_cursor");
    }
    for limit in ["0", "201", "-1", "x", "1e2", "9223372036854775808"] {
        let reply = world
            .get("alice", &format!("{organizations}?limit={limit}"))
            .await;
        assert_eq!(
            reply.refused(422, "validation_failed")["errors"][0]["pointer"],
            "?limit",
            "{limit}"
        );
    }
}

#[actix_web::test]
async fn a_cursor_is_of_one_list_however_that_is_called() {
    let world = World::without_billing().await;
    let path = world.workspace("pooled").await;
    let root = world.root(&path, "Root").await;
    for _ in 0..3 {
        world.child(&path, &root, "Child").await;
    }
    let organizations = format!("{path}/organizations");
    let shown = world
        .get("alice", &format!("{organizations}/{root}"))
        .await
        .expect(200);
    let uuid = shown["external_id"].as_str().unwrap();
    let first = world
        .get("alice", &format!("{organizations}/{root}/children?limit=1"))
        .await
        .expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    for same in [
        format!("{organizations}/{uuid}/children?limit=1"),
        format!("{organizations}?parent={uuid}&limit=1"),
        format!("{organizations}?limit=2&parent={root}"),
    ] {
        let page = world
            .get("alice", &format!("{same}&after={cursor}"))
            .await
            .expect(200);
        assert!(page["previous_cursor"].is_string(), "{same}");
    }
}

#[actix_web::test]
async fn the_ends_of_a_list_are_told_as_they_are_now() {
    let world = World::without_billing().await;
    let path = world.workspace("pooled").await;
    let mut roots = Vec::new();
    for n in 0..4 {
        roots.push(world.root(&path, &format!("Root {n}")).await);
    }
    let organizations = format!("{path}/organizations");
    let page = async |query: String| {
        world
            .get("alice", &format!("{organizations}?limit=2{query}"))
            .await
            .expect(200)
    };
    let first = page(String::new()).await;
    let second = page(format!("&after={}", first["next_cursor"].as_str().unwrap())).await;
    let back = format!("&before={}", second["previous_cursor"].as_str().unwrap());
    assert_eq!(page(back.clone()).await, first);
    for gone in &roots[2..] {
        world
            .delete("alice", &format!("{organizations}/{gone}"))
            .await
            .expect(204);
    }
    let shortened = page(back).await;
    assert_eq!(ids(&shortened, "id"), roots[..2]);
    assert_eq!(
        (&shortened["has_more"], &shortened["next_cursor"]),
        (&json!(false), &json!(null))
    );

    let emptied = page(format!("&after={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!(
        (&emptied["data"], &emptied["has_more"]),
        (&json!([]), &json!(false))
    );
    let again = page(format!(
        "&before={}",
        emptied["previous_cursor"].as_str().unwrap()
    ))
    .await;
    assert_eq!(ids(&again, "id"), roots[..2]);
}
