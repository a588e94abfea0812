//! Damaged licences and keys.

use tenantry_license::{SigningKey, TrustedKeys};
use tenantry_test_fuzz::{changed, changed_text, hold};

use crate::support::{Issuer, license};

#[test]
fn fuzz_e1_a_licence_that_was_changed_says_what_was_signed_or_nothing() {
    let issuer = Issuer::new();
    let (token, keys) = (issuer.issue(&license()), issuer.trusted());
    let unsigned = issuer.sign(
        &issuer.header(&serde_json::json!({ "alg": "none" })),
        &serde_json::json!({}),
    );
    hold(&changed_text(&[&token, &unsigned]), |text| {
        if let Ok(read) = keys.verify(&text) {
            assert_eq!(read, license());
        }
    });
}

#[test]
fn fuzz_e1_whatever_a_good_signature_is_under_is_read_or_refused() {
    let issuer = Issuer::new();
    let (header, claims) = (
        issuer.header(&serde_json::json!({})),
        issuer.claims(&serde_json::json!({})).to_string(),
    );
    let keys = issuer.trusted();
    hold(&changed_text(&[&claims]), |claims| {
        drop(keys.verify(&issuer.sign_text(&header, &claims)));
    });
}

#[test]
fn fuzz_e1_a_key_file_is_read_or_refused() {
    let pem = Issuer::new().key.public_pem();
    hold(&changed([pem.as_str(), &pem.repeat(3)]), |bytes| {
        drop(TrustedKeys::from_pem(&bytes));
        drop(SigningKey::from_pkcs8(&bytes));
    });
}
