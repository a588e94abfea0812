use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tenantry_domain::Timestamp;
use tenantry_domain::license::{Edition, License, LicenseLimits};
use tenantry_license::{Refused, SigningKey, TrustedKeys};
use uuid::Uuid;

pub const DAY: i64 = 86_400;

/// Somebody who issues licences, by the library or by hand.
pub struct Issuer {
    pub key: SigningKey,
    pair: Ed25519KeyPair,
}

impl Issuer {
    pub fn new() -> Self {
        let der = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
        Self {
            key: SigningKey::from_pkcs8(der.as_ref()).unwrap(),
            pair: Ed25519KeyPair::from_pkcs8(der.as_ref()).unwrap(),
        }
    }

    pub fn trusted(&self) -> TrustedKeys {
        TrustedKeys::from_pem(self.key.public_pem().as_bytes()).unwrap()
    }

    pub fn issue(&self, license: &License) -> String {
        self.key.sign(license, at(0)).unwrap()
    }

    /// The header of its licences but for these fields; null removes one.
    pub fn header(&self, overrides: &Value) -> Value {
        changed(part(&self.issue(&license()), 0), overrides)
    }

    /// What its licences say but for these claims.
    pub fn claims(&self, overrides: &Value) -> Value {
        changed(part(&self.issue(&license()), 1), overrides)
    }

    /// A token with a good signature, whatever it says.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(header, &claims.to_string())
    }

    /// The same with claims as no `Value` can be.
    pub fn sign_text(&self, header: &Value, claims: &str) -> String {
        let message = format!("{}.{}", base64(header.to_string()), base64(claims));
        let signature = base64(self.pair.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    /// What is said of a licence with this header and these claims, of which the rest is as it should be.
    pub fn verdict(&self, header: &Value, claims: &Value) -> Result<License, Refused> {
        let token = self.sign(&self.header(header), &self.claims(claims));
        self.trusted().verify(&token)
    }
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000).unwrap()
}

pub fn license() -> License {
    License {
        id: Uuid::from_u128(7),
        holder: "ACME".parse().unwrap(),
        edition: Edition::Enterprise,
        limits: LicenseLimits {
            teams_per_person: Some(50),
        },
        not_before: at(DAY),
        expires_at: at(10 * DAY),
    }
}

pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", base64(header.to_string()), base64(claims.to_string()))
}

/// Header or claims of a token.
pub fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn changed(mut object: Value, overrides: &Value) -> Value {
    for (name, value) in overrides.as_object().unwrap() {
        object[name] = value.clone();
    }
    let Value::Object(mut fields) = object else {
        panic!("an object");
    };
    fields.retain(|_, value| !value.is_null());
    json!(fields)
}
