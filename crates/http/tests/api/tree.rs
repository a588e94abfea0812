use serde_json::{Value, json};

use crate::support::World;

fn ids(list: &Value) -> Vec<&str> {
    list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}

#[actix_web::test]
async fn relatives_are_listed_in_the_order_of_their_creation() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let root = world.root(&workspace, "Root").await;
    let (a, b) = (
        world.child(&workspace, &root, "A").await,
        world.child(&workspace, &root, "B").await,
    );
    let leaf = world.child(&workspace, &a, "Leaf").await;
    let organizations = format!("{workspace}/organizations");
    let list = |of: String| {
        let world = &world;
        async move { world.get("alice", &of).await.expect(200) }
    };
    assert_eq!(ids(&list(organizations.clone()).await), [&root, &a, &b, &leaf]);
    assert_eq!(
        ids(&list(format!("{organizations}/{root}/children")).await),
        [&a, &b]
    );
    assert_eq!(
        ids(&list(format!("{organizations}/{root}/descendants")).await),
        [&a, &b, &leaf]
    );
    assert_eq!(
        ids(&list(format!("{organizations}/{leaf}/ancestors")).await),
        [&root, &a]
    );
    assert!(ids(&list(format!("{organizations}/{leaf}/children")).await).is_empty());
    let parent = world
        .get("alice", &format!("{organizations}/{leaf}/parent"))
        .await
        .expect(200);
    assert_eq!(parent["id"], a);
    let none = world
        .get("alice", &format!("{organizations}/{root}/parent"))
        .await;
    assert_eq!((none.status, none.bytes.len()), (204, 0));
    for relation in ["children", "descendants", "ancestors", "parent"] {
        let nobody = format!("{organizations}/org_0000000000000000000001/{relation}");
        world.get("alice", &nobody).await.refused(404, "not_found");
    }
}

#[actix_web::test]
async fn the_whole_tree_comes_in_one_answer() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    assert_eq!(
        world.get("alice", &format!("{workspace}/tree")).await.expect(200),
        json!({ "organizations": [] })
    );
    let first = world.root(&workspace, "First").await;
    let second = world.root(&workspace, "Second").await;
    let (a, b) = (
        world.child(&workspace, &first, "A").await,
        world.child(&workspace, &first, "B").await,
    );
    let leaf = world.child(&workspace, &a, "Leaf").await;
    world.charge("sso/x", &leaf, 4).await;
    let tree = world.get("alice", &format!("{workspace}/tree")).await.expect(200);
    let names = |branches: &Value| -> Vec<String> {
        branches
            .as_array()
            .unwrap()
            .iter()
            .map(|branch| branch["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&tree["organizations"]), [first.clone(), second]);
    let top = &tree["organizations"][0];
    assert_eq!(names(&top["children"]), [a, b]);
    assert_eq!(names(&top["children"][0]["children"]), [leaf]);
    assert_eq!(top["usage"]["subtree_usage"]["sso"], 4);
    assert_eq!(top["children"][0]["children"][0]["children"], json!([]));
}
