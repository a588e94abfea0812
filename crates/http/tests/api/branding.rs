use serde_json::json;

use crate::support::World;

#[actix_web::test]
async fn o5_branding_is_public_by_id_external_id_and_login_hint() {
    let world = World::without_billing().await;
    let workspace = world.workspace("pooled").await;
    let body = json!({ "name": "Root", "branding": { "display_name": "Acme", "login_hint": "acme" } });
    let made = world
        .post("alice", &format!("{workspace}/organizations"), body)
        .await
        .expect(201);
    let (id, external) = (
        made["id"].as_str().unwrap(),
        made["external_id"].as_str().unwrap(),
    );
    let expected = json!({
        "organization_id": id, "external_id": external, "picture": null, "display_name": "Acme", "login_hint": "acme",
        "colors": { "primary": null, "page_background": null },
    });
    for address in [
        format!("/organizations/{id}/branding"),
        format!("/organizations/{external}/branding"),
        "/branding?login_hint=acme".to_owned(),
    ] {
        assert_eq!(world.get("", &address).await.expect(200), expected, "{address}");
    }
}

#[actix_web::test]
async fn o5_what_is_not_there_is_not_found() {
    let world = World::new().await;
    for address in [
        "/organizations/org_0000000000000000000001/branding",
        "/organizations/nonsense/branding",
        "/organizations/%FF/branding",
        "/branding?login_hint=nobody",
    ] {
        world.get("", address).await.refused(404, "not_found");
    }
    world
        .get("", "/branding")
        .await
        .invalid(&[("?login_hint", "required")]);
    world
        .get("", "/branding?login_hint=A%20b")
        .await
        .invalid(&[("?login_hint", "malformed")]);
    world
        .get("", "/branding?login_hint=a&login_hint=b")
        .await
        .refused(400, "duplicate_field");
}
