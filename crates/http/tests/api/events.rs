use serde_json::json;

use crate::support::{World, keys};

#[actix_web::test]
async fn v1_the_feed_is_followed_with_the_cursor_of_its_last_answer() {
    let world = World::new().await;
    let workspace = world.workspace("pooled").await;
    let feed = format!("{workspace}/events");
    let first = world.get("alice", &feed).await.expect(200);
    assert_eq!(first["data"].as_array().unwrap().len(), 1);
    let event = &first["data"][0];
    assert_eq!(keys(event), ["actor", "at", "changes", "id", "subject", "type"]);
    assert_eq!(event["type"], "workspace.created");
    assert_eq!(event["subject"], workspace.rsplit('/').next().unwrap());
    assert_eq!(event["actor"], format!("user:{}", world.id_of("alice")));
    assert!(event["id"].as_str().unwrap().starts_with("evt_"));
    assert_eq!(first["has_more"], false);

    let next = |list: &serde_json::Value| format!("{feed}?after={}", list["next_cursor"].as_str().unwrap());
    let nothing = world.get("alice", &next(&first)).await.expect(200);
    assert_eq!(nothing["data"], json!([]));
    assert_eq!(nothing["next_cursor"], first["next_cursor"]);
    world.root(&workspace, "Root").await;
    world.root(&workspace, "Other").await;
    let one = world
        .get("alice", &format!("{}&limit=1", next(&nothing)))
        .await
        .expect(200);
    assert_eq!(one["data"][0]["changes"]["name"], "Root");
    assert_eq!(one["has_more"], true);
    let last = world.get("alice", &next(&one)).await.expect(200);
    assert_eq!(last["data"][0]["changes"]["name"], "Other");
    assert_eq!(last["has_more"], false);
}

#[actix_web::test]
async fn v1_the_feed_is_filtered_by_type() {
    let world = World::new().await;
    let workspace = world.workspace("pooled").await;
    world.root(&workspace, "Root").await;
    let feed = format!("{workspace}/events");
    let created = world
        .get("alice", &format!("{feed}?type=organization.created"))
        .await
        .expect(200);
    assert_eq!(created["data"].as_array().unwrap().len(), 1);
    let none = world
        .get("alice", &format!("{feed}?type=charge.created"))
        .await
        .expect(200);
    assert_eq!(none["data"], json!([]));
    let later = format!(
        "{feed}?type=charge.created&after={}",
        none["next_cursor"].as_str().unwrap()
    );
    assert_eq!(world.get("alice", &later).await.expect(200)["data"], json!([]));
    let refused = world
        .get("alice", &format!("{feed}?type=organization"))
        .await
        .refused(422, "validation_failed");
    assert_eq!(refused["errors"][0]["pointer"], "?type");
}
