use proptest::prelude::*;
use serde_json::json;
use tenantry_domain::license::{Edition, License, LicenseLimits};
use uuid::Uuid;

use crate::support::{DAY, Issuer, at, license, part};

/// The first second of the year 0, and the last one of the year 9999.
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;

fn any_license() -> impl Strategy<Value = License> {
    let edition = prop::sample::select(Edition::ALL.to_vec());
    let limit = prop::option::of(any::<u32>());
    let moments = (FIRST..=LAST, FIRST..=LAST);
    (any::<u128>(), "[^\\p{C}\\s]{1,200}", edition, limit, moments).prop_map(
        |(id, holder, edition, teams_per_person, (begin, end))| License {
            id: Uuid::from_u128(id),
            holder: holder.parse().unwrap(),
            edition,
            limits: LicenseLimits { teams_per_person },
            not_before: at(begin),
            expires_at: at(end),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn e1_a_licence_says_what_it_was_issued_with(license in any_license()) {
        let issuer = Issuer::new();
        let token = issuer.issue(&license);
        prop_assert_eq!(issuer.trusted().verify(&token), Ok(license));
    }
}

#[test]
fn e1_a_licence_is_this_token() {
    let token = Issuer::new().issue(&license());
    let header = part(&token, 0);
    assert_eq!(header["alg"], "EdDSA");
    assert_eq!(header["typ"], "tenantry-license+jwt");
    assert_eq!(header["kid"].as_str().unwrap().len(), 43);
    assert_eq!(header.as_object().unwrap().len(), 3);
    let claims = json!({
        "iss": "tenantry-license", "jti": "00000000-0000-0000-0000-000000000007", "sub": "ACME",
        "iat": 0, "nbf": DAY, "exp": 10 * DAY,
        "edition": "enterprise", "limits": {"teams_per_person": 50},
    });
    assert_eq!(part(&token, 1), claims);
}

#[test]
fn e1_a_licence_is_read_whether_or_not_it_holds() {
    let issuer = Issuer::new();
    for (begin, end) in [(0, 1), (LAST - 1, LAST), (2, 1)] {
        let license = License {
            not_before: at(begin),
            expires_at: at(end),
            ..license()
        };
        assert_eq!(issuer.trusted().verify(&issuer.issue(&license)), Ok(license));
    }
}

#[test]
fn e1_a_file_may_have_blanks_around_the_licence() {
    let issuer = Issuer::new();
    let token = issuer.issue(&license());
    for text in [
        format!("{token}\n"),
        format!("\n\t {token} \r\n\n"),
        format!("\u{feff}{token}\r\n"),
    ] {
        assert_eq!(issuer.trusted().verify(&text), Ok(license()));
    }
}

#[test]
fn e1_claims_that_nobody_knows_are_ignored_and_limits_may_be_left_out() {
    let issuer = Issuer::new();
    assert_eq!(
        issuer.verdict(&json!({"x": 1}), &json!({"note": "hello", "aud": "somebody"})),
        Ok(license())
    );
    let unlimited = License {
        limits: LicenseLimits::default(),
        ..license()
    };
    for claims in [json!({"limits": null}), json!({"limits": {}})] {
        assert_eq!(
            issuer.verdict(&json!({}), &claims),
            Ok(unlimited.clone()),
            "{claims}"
        );
    }
}
