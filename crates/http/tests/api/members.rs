use serde_json::json;
use tenantry_application::Settings;
use tenantry_domain::workspace::MemberCaps;

use crate::support::{World, keys};

#[actix_web::test]
async fn w5_a_member_is_added_changed_and_removed() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let members = format!("{workspace}/members");
    let bob = world.id_of("bob");
    let made = world
        .post("alice", &members, json!({ "user_id": bob, "role": "viewer" }))
        .await
        .expect(201);
    assert_eq!(
        keys(&made),
        ["created_at", "role", "updated_at", "user_id", "workspace_id"]
    );
    assert_eq!((&made["user_id"], &made["role"]), (&json!(bob), &json!("viewer")));
    assert_eq!(
        format!("/workspaces/{}", made["workspace_id"].as_str().unwrap()),
        workspace
    );
    world.switches.pass_days(1);
    let one = format!("{members}/{bob}");
    let changed = world
        .patch("alice", &one, json!({ "role": "admin" }))
        .await
        .expect(200);
    assert_eq!(
        (&changed["role"], &changed["updated_at"]),
        (&json!("admin"), &json!("2026-02-01T12:00:00.000000Z"))
    );
    assert_eq!(changed["created_at"], made["created_at"]);
    assert_eq!(
        world.get("bob", &members).await.expect(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    world.delete("alice", &one).await.expect(204);
    world.delete("alice", &one).await.refused(404, "not_found");
    world
        .patch("alice", &one, json!({ "role": "admin" }))
        .await
        .refused(404, "not_found");
    world.get("bob", &members).await.refused(404, "not_found");
}

#[actix_web::test]
async fn w5_only_owners_touch_owners_and_one_stays() {
    let world = World::new().await;
    let workspace = world.staffed_workspace("single").await;
    let members = format!("{workspace}/members");
    let of = |who: &str| format!("{members}/{}", world.id_of(who));
    let owner = json!({ "role": "owner" });
    world
        .patch("adam", &of("vera"), owner.clone())
        .await
        .refused(403, "owner_required");
    world
        .delete("adam", &of("alice"))
        .await
        .refused(403, "owner_required");
    let body = json!({ "user_id": world.id_of("bob"), "role": "owner" });
    world
        .post("adam", &members, body)
        .await
        .refused(403, "owner_required");
    let admin = json!({ "role": "admin" });
    world
        .patch("alice", &of("alice"), admin.clone())
        .await
        .refused(409, "cannot_remove_last_owner");
    world
        .delete("alice", &of("alice"))
        .await
        .refused(409, "cannot_remove_last_owner");
    world.patch("alice", &of("adam"), owner).await.expect(200);
    world.patch("adam", &of("alice"), admin).await.expect(200);
}

#[actix_web::test]
async fn w5_anyone_may_leave() {
    let world = World::new().await;
    let workspace = world.staffed_workspace("single").await;
    world
        .delete("vera", &format!("{workspace}/members/{}", world.id_of("adam")))
        .await
        .refused(403, "role_required");
    world
        .delete("vera", &format!("{workspace}/members/{}", world.id_of("vera")))
        .await
        .expect(204);
    world.get("vera", &workspace).await.refused(404, "not_found");
}

#[actix_web::test]
async fn w5_a_member_is_somebody_known_and_not_in_yet() {
    let world = World::with(Settings {
        members: MemberCaps { members: 2 },
        ..Settings::default()
    })
    .await;
    let workspace = world.workspace("single").await;
    let members = format!("{workspace}/members");
    let nobody = json!({ "user_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "role": "viewer" });
    let refused = world
        .post("alice", &members, nobody)
        .await
        .refused(404, "not_found");
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!("/user_id"), &json!("not_found"))
    );
    let alice = json!({ "user_id": world.id_of("alice"), "role": "viewer" });
    world
        .post("alice", &members, alice)
        .await
        .refused(409, "already_member");
    let add = |who: &str| json!({ "user_id": world.id_of(who), "role": "viewer" });
    world.post("alice", &members, add("bob")).await.expect(201);
    world
        .post("alice", &members, add("vera"))
        .await
        .refused(409, "member_limit_reached");
    let nonsense = json!({ "user_id": "bob", "role": "king" });
    world
        .post("alice", &members, nonsense)
        .await
        .invalid(&[("/role", "unknown_value"), ("/user_id", "invalid_id")]);
}
