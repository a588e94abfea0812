use serde_json::json;

use crate::support::World;

#[actix_web::test]
async fn somebody_learns_who_they_are() {
    let world = World::new().await;
    let expected = json!({
        "id": world.id_of("alice"), "name": "alice", "email": "alice@example.com", "email_verified": true,
        "created_at": "2026-01-31T12:00:00.000000Z", "updated_at": "2026-01-31T12:00:00.000000Z",
    });
    assert_eq!(world.get("alice", "/oauth/userinfo").await.expect(200), expected);
    world
        .get("reader", "/oauth/userinfo")
        .await
        .refused(403, "people_only");
}
