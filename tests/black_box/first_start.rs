use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use tenantry_tests::Service;

#[test]
fn a_first_start_says_where_it_listens_how_to_get_a_token_and_where_the_docs_are() {
    let service = Service::start(&[]);
    for word in [
        "listening on http://127.0.0.1:",
        "tenantry token --email",
        "/docs",
    ] {
        // The lines after the first arrive a moment later, so the whole greeting is asked for.
        assert!(
            service.greeting().contains(word),
            "{word:?} is missing in:\n{}",
            service.greeting()
        );
    }
    assert!(service.data_dir().join("tenantry.db").is_file());
}

#[test]
fn the_signing_key_is_for_its_owner_alone() {
    let service = Service::start(&[]);
    let key = service
        .data_dir()
        .join("local-issuer.pem")
        .metadata()
        .expect("a key");
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_docs_page_asks_nobody_else() {
    let service = Service::start(&[]);
    let caller = service.anonymous();
    let page = caller.get("/docs/").expect(200);
    let policy = page
        .headers
        .get("content-security-policy")
        .expect("a policy")
        .to_str()
        .expect("ASCII");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert_eq!(
        caller.get("/openapi.json").expect(200).text_at("/openapi"),
        "3.1.0"
    );
}

#[test]
fn a_stopped_service_ends_well_and_starts_again_with_its_data() {
    let mut service = Service::start(&[]);
    let ada = service.person("ada@example.com");
    let acme = json!({ "name": "ACME", "billing_mode": "pooled" });
    let workspace = format!("/workspaces/{}", ada.post("/workspaces", &acme).expect(201).id());
    assert_eq!(service.stop(), Some(0));
    service.restart();
    service.person("ada@example.com").get(&workspace).expect(200);
}
