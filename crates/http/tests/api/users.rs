use serde_json::json;

use crate::support::World;

#[actix_web::test]
async fn somebody_learns_who_they_are() {
    let world = World::new().await;
    let expected = json!({
        "id": world.id_of("alice"), "name": "alice", "email": "alice@example.com", "email_verified": true,
        "idp": "local", "mobile": null, "mobile_verified": false, "allow_login": true, "country": null, "timezone": "UTC",
        "date_format": "d M Y", "time_format": "H:i:s", "locale": "en", "picture": null, "mfa_enabled": false,
        "mfa_verified": false, "teams": null,
        "created_at": "2026-01-31T12:00:00.000000Z", "updated_at": "2026-01-31T12:00:00.000000Z",
    });
    let mut info = world.get("alice", "/oauth/userinfo").await.expect(200);
    let teams = info["teams"].take();
    assert_eq!(info["picture"].as_str().unwrap().split(':').next(), Some("data"));
    info["picture"].take();
    assert_eq!(info, expected);
    assert_eq!(teams.as_array().unwrap().len(), 1);
    assert_eq!(teams[0]["personal_team"], true);
    world
        .get("reader", "/oauth/userinfo")
        .await
        .refused(403, "people_only");
}
