use aws_lc_rs::hmac;
use serde_json::{Value, json};
use tenantry_license::Refused;

use crate::support::{DAY, Issuer, base64, license, message, part};

#[test]
fn e1_no_character_of_a_licence_can_be_another_one() {
    let issuer = Issuer::new();
    let (token, trusted) = (issuer.issue(&license()), issuer.trusted());
    let others = "Ab9-_.=+/ \n\u{e9}";
    for (index, own) in token.char_indices() {
        for other in others.chars().filter(|other| *other != own) {
            let mut forged = token.clone();
            forged.replace_range(index..=index, &other.to_string());
            // Blanks at the ends are no part of a licence; then it is one that lacks a character.
            assert!(trusted.verify(&forged).is_err(), "{index} {other:?}");
        }
        // The next one in the alphabet differs in the last bits, which the end of a signature does not all use.
        let mut forged = token.clone();
        let next = char::from_u32(u32::from(own) + 1).unwrap();
        forged.replace_range(index..=index, &next.to_string());
        assert!(trusted.verify(&forged).is_err(), "{index} {next:?}");
    }
}

#[test]
fn e1_a_licence_of_another_issuer_is_forged_even_with_the_name_of_the_key() {
    let (issuer, other) = (Issuer::new(), Issuer::new());
    let forged = other.issue(&license());
    assert_eq!(issuer.trusted().verify(&forged), Err(Refused::UnknownKey));
    let forged = other.sign(&issuer.header(&json!({})), &issuer.claims(&json!({})));
    assert_eq!(issuer.trusted().verify(&forged), Err(Refused::Signature));
    assert_eq!(
        issuer.verdict(&json!({"kid": null}), &json!({})),
        Err(Refused::UnknownKey)
    );
}

#[test]
fn e1_what_a_licence_says_cannot_be_changed() {
    let issuer = Issuer::new();
    let good = issuer.issue(&license());
    let signature = good.rsplit('.').next().unwrap();
    let longer = message(&part(&good, 0), &issuer.claims(&json!({"exp": 99 * DAY})));
    let forged = format!("{longer}.{signature}");
    assert_eq!(issuer.trusted().verify(&forged), Err(Refused::Signature));
}

#[test]
fn e1_no_signature_and_one_by_another_method_are_none() {
    let issuer = Issuer::new();
    let claims = issuer.claims(&json!({}));
    for none in ["none", "None", "NONE", "RS256", "HS256", "ES256"] {
        let message = message(&issuer.header(&json!({ "alg": none })), &claims);
        for token in [format!("{message}."), message] {
            assert_eq!(
                issuer.trusted().verify(&token),
                Err(Refused::NotALicense),
                "{none}"
            );
        }
    }
    let unsigned = message(&issuer.header(&json!({})), &claims);
    assert_eq!(
        issuer.trusted().verify(&format!("{unsigned}.")),
        Err(Refused::Signature)
    );
}

#[test]
fn e1_hs256_with_a_public_key_as_the_secret_is_refused() {
    let issuer = Issuer::new();
    let pem = issuer.key.public_pem();
    let raw = pem::parse(&pem).unwrap().contents()[12..].to_vec();
    for secret in [pem.into_bytes(), raw] {
        let message = message(
            &issuer.header(&json!({"alg": "HS256"})),
            &issuer.claims(&json!({})),
        );
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let signature = base64(hmac::sign(&secret, message.as_bytes()));
        assert_eq!(
            issuer.trusted().verify(&format!("{message}.{signature}")),
            Err(Refused::NotALicense)
        );
    }
}

#[test]
fn e1_a_token_for_another_purpose_is_no_licence() {
    let issuer = Issuer::new();
    for typ in [
        json!("JWT"),
        json!("at+jwt"),
        json!(null),
        json!("application/jwt"),
    ] {
        let verdict = issuer.verdict(&json!({ "typ": typ }), &json!({}));
        assert_eq!(verdict, Err(Refused::NotALicense), "{typ}");
    }
    let verdict = issuer.verdict(&json!({}), &json!({"iss": "tenantry-local"}));
    assert_eq!(verdict, Err(Refused::Issuer));
    let header = json!({"crit": ["b64"], "b64": false});
    assert_eq!(issuer.verdict(&header, &json!({})), Err(Refused::NotALicense));
}

#[test]
fn e1_a_key_in_the_header_is_not_trusted() {
    let (issuer, other) = (Issuer::new(), Issuer::new());
    let pem = other.key.public_pem();
    let x = base64(&pem::parse(&pem).unwrap().contents()[12..]);
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": x});
    let forged = other.sign(&issuer.header(&json!({ "jwk": jwk })), &issuer.claims(&json!({})));
    assert_eq!(issuer.trusted().verify(&forged), Err(Refused::Signature));
}

#[test]
fn e1_an_edition_or_a_limit_that_nobody_knows_is_refused_by_its_kind() {
    let issuer = Issuer::new();
    for (claims, reason) in [
        (json!({"edition": "platinum"}), Refused::Edition),
        (json!({"edition": ""}), Refused::Edition),
        (json!({"limits": {"sites": 1}}), Refused::Limits),
        (json!({"limits": 50}), Refused::Claims),
        (json!({"limits": [3]}), Refused::Claims),
    ] {
        assert_eq!(issuer.verdict(&json!({}), &claims), Err(reason), "{claims}");
    }
}

#[test]
fn e1_a_limit_is_a_number_that_is_there_once() {
    let issuer = Issuer::new();
    for value in [
        json!(-1),
        json!(4_294_967_296_u64),
        json!("50"),
        json!(5.0),
        json!(null),
    ] {
        let claims = json!({"limits": {"teams_per_person": value}});
        assert_eq!(
            issuer.verdict(&json!({}), &claims),
            Err(Refused::Limit),
            "{claims}"
        );
    }
    let claims = issuer.claims(&json!({})).to_string();
    let twice = claims.replace("{\"teams", "{\"teams_per_person\":1,\"teams");
    assert_ne!(twice, claims);
    let token = issuer.sign_text(&issuer.header(&json!({})), &twice);
    assert_eq!(issuer.trusted().verify(&token), Err(Refused::Limit));
}

#[test]
fn e1_a_licence_says_who_when_and_what() {
    let issuer = Issuer::new();
    for name in ["iss", "jti", "sub", "iat", "nbf", "exp", "edition"] {
        let verdict = issuer.verdict(&json!({}), &json!({ name: null }));
        assert_eq!(verdict, Err(Refused::Claims), "{name}");
    }
    for claims in [
        json!({"jti": "7"}),
        json!({"sub": " "}),
        json!({"sub": "a\nb"}),
        json!({"sub": "x".repeat(201)}),
        json!({"exp": "tomorrow"}),
        json!({"exp": 1.5}),
        json!({"exp": i64::MAX}),
        json!({"nbf": i64::MIN}),
        json!({"exp": 253_402_300_800_i64}),
        json!({"nbf": -62_167_219_201_i64}),
        json!({"edition": 1}),
    ] {
        assert_eq!(
            issuer.verdict(&json!({}), &claims),
            Err(Refused::Claims),
            "{claims}"
        );
    }
}

#[test]
fn e1_what_is_no_token_is_refused() {
    let issuer = Issuer::new();
    let good = issuer.issue(&license());
    for bad in [
        "",
        ".",
        "..",
        "a.b.c",
        "{}",
        "e30.e30.e30",
        "-----BEGIN PUBLIC KEY-----",
        &format!("{good}.e30"),
        &format!("{good}\n{good}"),
    ] {
        assert_eq!(issuer.trusted().verify(bad), Err(Refused::NotALicense), "{bad}");
    }
}

#[test]
fn e1_a_licence_is_16_kib_at_most() {
    let issuer = Issuer::new();
    let padded = |size| issuer.verdict(&json!({}), &json!({ "padding": "x".repeat(size) }));
    assert_eq!(padded(11_000), Ok(license()));
    assert_eq!(padded(13_000), Err(Refused::TooLong));
}

#[test]
fn the_reasons_repeat_nothing_of_the_licence() {
    let issuer = Issuer::new();
    let secret = Value::from("s3cret");
    for claims in [
        json!({"edition": secret}),
        json!({"limits": {"s3cret": 1}}),
        json!({"exp": secret}),
    ] {
        let reason = issuer.verdict(&json!({}), &claims).unwrap_err();
        assert!(!format!("{reason} {reason:?}").contains("s3cret"));
    }
}
