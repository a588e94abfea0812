//! Pictures (O4) in the real binary, from a real site over TLS.

use serde_json::json;
use tenantry_test_site::{Answer, Authority, Site, samples};
use tenantry_tests::{Answer as Told, Caller, Service, Wait};

fn answer(target: &str) -> Answer {
    match target {
        "/logo.png" => Answer::file(samples::png()),
        "/moved.png" => Answer::redirect("/logo.png"),
        "/large.png" => Answer::file(samples::large(2_000_001)),
        "/logo.svg" => Answer::file(samples::svg()),
        "/bomb.png" => Answer::file(samples::png_bomb()),
        "/half.jpg" => Answer::file(&samples::jpeg()[..300]),
        "/part.gif" => Answer::file(&samples::gif()[..60]),
        "/to-loopback" => Answer::redirect("https://127.0.0.1/logo.png"),
        "/to-localhost" => Answer::redirect("https://localhost/logo.png"),
        _ => Answer::status(404),
    }
}

/// A service that trusts this site's authority, and may fetch from the site.
fn service(authority: &Authority, site: &Site) -> Service {
    let certificate = authority.certificate().display().to_string();
    let addresses = site.addresses().map(|address| format!("\"{address}\""));
    Service::start(&[
        ("SSL_CERT_FILE", &certificate),
        (
            "TENANTRY__PICTURES__ALLOWED_ADDRESSES",
            &format!("[{}]", addresses.join(", ")),
        ),
        ("TENANTRY__BILLING__ENFORCEMENT", "off"),
    ])
}

fn create(ada: &Caller, organizations: &str, picture: &str) -> Told {
    ada.post(organizations, &json!({ "name": "Root", "picture": picture }))
}

#[test]
fn o4_pictures_are_fetched_hosted_and_refused() {
    let authority = Authority::new();
    let site = Site::tls(&authority, |request| answer(&request.target));
    let mut service = service(&authority, &site);
    let ada = service.person("ada@example.com");
    let made = ada
        .post("/workspaces", &json!({ "name": "W", "billing_mode": "pooled" }))
        .expect(201);
    let organizations = format!("/workspaces/{}/organizations", made.id());

    let first = create(&ada, &organizations, &site.url("/logo.png")).expect(201);
    let moved = create(&ada, &organizations, &site.url("/moved.png")).expect(201);
    assert_eq!(moved.at("/picture"), first.at("/picture"));
    let url = first.text_at("/picture");
    assert!(url.starts_with(&format!("{}/pictures/", service.base)), "{url}");
    let file = service
        .anonymous()
        .client()
        .picture(&url)
        .wait()
        .expect("a picture");
    assert!(file.starts_with(b"\x89PNG"));

    for (path, code) in [
        ("/large.png", "too_large"),
        ("/logo.svg", "unsupported_format"),
        ("/bomb.png", "too_many_pixels"),
        ("/half.jpg", "damaged"),
        ("/part.gif", "damaged"),
        ("/missing.png", "not_fetched"),
        ("/to-loopback", "address_not_public"),
        ("/to-localhost", "address_not_public"),
    ] {
        refused(&create(&ada, &organizations, &site.url(path)).expect(422), code);
    }
    for (picture, code) in [
        ("https://localhost/logo.png", "address_not_public"),
        ("https://169.254.169.254/latest/meta-data/", "address_not_public"),
        ("http://example.com/logo.png", "malformed"),
        ("data:image/svg+xml;base64,PHN2Zz4=", "unsupported_format"),
        ("data:image/png;base64,/9j/4AAQ", "wrong_format"),
    ] {
        refused(&create(&ada, &organizations, picture).expect(422), code);
    }
    let all = ada.get(&organizations).expect(200);
    assert_eq!(all.body["data"].as_array().map(Vec::len), Some(2));

    // What is hosted survives the process and the site.
    service.kill();
    service.restart();
    let file = service
        .anonymous()
        .client()
        .picture(&url)
        .wait()
        .expect("a picture");
    assert!(file.starts_with(b"\x89PNG"));
}

fn refused(answer: &Told, code: &str) {
    let error = &answer.body["errors"][0];
    assert_eq!(
        (&error["pointer"], &error["code"]),
        (&json!("/picture"), &json!(code)),
        "{answer:?}"
    );
}
