//! An issuer's public keys.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use super::Reason;

/// An issuer's public keys, each for the one accepted algorithm that its type allows.
pub(super) struct KeySet {
    keys: Vec<Key>,
}

struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    material: DecodingKey,
}

/// A JWKS document whose keys have not been looked at yet.
#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// The local issuer's set.
    pub(super) fn of_ed25519(id: String, material: DecodingKey) -> Self {
        let key = Key {
            id: Some(id),
            algorithm: Algorithm::EdDSA,
            material,
        };
        Self { keys: vec![key] }
    }

    /// The usable keys of a JWKS document. Keys of other types and for other uses are left out.
    ///
    /// # Errors
    /// When it is not JSON with a list `keys`.
    pub(super) fn from_jwks(document: &[u8]) -> Result<Self, serde_json::Error> {
        let document: Document = serde_json::from_slice(document)?;
        let keys = document.keys.into_iter().filter_map(usable).collect();
        Ok(Self { keys })
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The key for a token's `kid` and `alg`. Without a `kid` it is the only key of that algorithm.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<DecodingKey, Reason> {
        match id {
            Some(id) => self.named(id, algorithm),
            None => self.only(algorithm),
        }
    }

    fn named(&self, id: &str, algorithm: Algorithm) -> Result<DecodingKey, Reason> {
        let mut miss = Reason::UnknownKey;
        for key in self.keys.iter().filter(|key| key.id.as_deref() == Some(id)) {
            if key.algorithm == algorithm {
                return Ok(key.material.clone());
            }
            miss = Reason::KeyMismatch;
        }
        Err(miss)
    }

    fn only(&self, algorithm: Algorithm) -> Result<DecodingKey, Reason> {
        let mut fitting = self.keys.iter().filter(|key| key.algorithm == algorithm);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key.material.clone()),
            (None, _) => Err(Reason::UnknownKey),
            (Some(_), Some(_)) => Err(Reason::UnnamedKey),
        }
    }
}

fn usable(entry: Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(entry).ok()?;
    let algorithm = algorithm_of(&jwk)?;
    if !verifies(&jwk, algorithm) {
        return None;
    }
    Some(Key {
        algorithm,
        material: DecodingKey::from_jwk(&jwk).ok()?,
        id: jwk.common.key_id,
    })
}

/// A key's type decides its algorithm; a token's header cannot.
fn algorithm_of(jwk: &Jwk) -> Option<Algorithm> {
    match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Some(Algorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Some(Algorithm::ES256),
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            Some(Algorithm::EdDSA)
        }
        _ => None,
    }
}

/// Whether what the key says about itself allows it to verify signatures of `algorithm`.
fn verifies(jwk: &Jwk, algorithm: Algorithm) -> bool {
    let about = &jwk.common;
    let use_fits = about
        .public_key_use
        .as_ref()
        .is_none_or(|use_| *use_ == PublicKeyUse::Signature);
    let operation_fits = about
        .key_operations
        .as_ref()
        .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    let algorithm_fits = about.key_algorithm.is_none_or(|own| own == algorithm.into());
    use_fits && operation_fits && algorithm_fits
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ED: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn ed(overrides: &Value) -> Value {
        let mut key = json!({"kty": "OKP", "crv": "Ed25519", "x": ED, "kid": "k"});
        for (name, value) in overrides.as_object().unwrap() {
            key[name] = value.clone();
        }
        key
    }

    fn set(keys: &[Value]) -> KeySet {
        KeySet::from_jwks(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    fn found(keys: &KeySet, id: Option<&str>, algorithm: Algorithm) -> Result<(), Reason> {
        keys.find(id, algorithm).map(|_| ())
    }

    #[test]
    fn keys_that_cannot_verify_are_left_out() {
        let keys = set(&[
            ed(&json!({"use": "enc"})),
            ed(&json!({"key_ops": ["sign"]})),
            ed(&json!({"alg": "ES256"})),
            ed(&json!({"alg": "EdDSA-of-tomorrow"})),
            ed(&json!({"crv": "X25519"})),
            ed(&json!({"x": "not base64!"})),
            json!({"kty": "oct", "k": "c2VjcmV0", "kid": "k"}),
            json!({"kty": "EC", "crv": "P-384", "x": ED, "y": ED, "kid": "k"}),
            json!({"kty": "RSA", "kid": "k"}),
            json!({"kty": "lattice", "kid": "k"}),
            json!("nonsense"),
        ]);
        assert_eq!(keys.len(), 0);
    }

    #[test]
    fn keys_that_may_verify_are_kept() {
        let keys = set(&[
            ed(&json!({})),
            ed(&json!({"use": "sig", "alg": "EdDSA", "key_ops": ["verify"]})),
            json!({"kty": "RSA", "n": ED, "e": "AQAB"}),
            json!({"kty": "EC", "crv": "P-256", "x": ED, "y": ED}),
        ]);
        assert_eq!(keys.len(), 4);
    }

    #[test]
    fn a_document_without_keys_is_refused() {
        for bad in ["", "[]", "{}", r#"{"keys": {}}"#, "<html>"] {
            assert!(KeySet::from_jwks(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_named_key_must_fit_the_algorithm() {
        let keys = set(&[ed(&json!({}))]);
        assert_eq!(found(&keys, Some("k"), Algorithm::EdDSA), Ok(()));
        assert_eq!(
            found(&keys, Some("k"), Algorithm::RS256),
            Err(Reason::KeyMismatch)
        );
        assert_eq!(
            found(&keys, Some("other"), Algorithm::EdDSA),
            Err(Reason::UnknownKey)
        );
    }

    #[test]
    fn two_types_may_share_a_name() {
        let keys = set(&[
            json!({"kty": "RSA", "n": ED, "e": "AQAB", "kid": "k"}),
            ed(&json!({})),
        ]);
        assert_eq!(found(&keys, Some("k"), Algorithm::EdDSA), Ok(()));
        assert_eq!(found(&keys, Some("k"), Algorithm::RS256), Ok(()));
    }

    #[test]
    fn an_unnamed_key_must_be_the_only_one_of_its_algorithm() {
        let rsa = json!({"kty": "RSA", "n": ED, "e": "AQAB", "kid": "r"});
        let one = set(&[ed(&json!({})), rsa]);
        assert_eq!(found(&one, None, Algorithm::EdDSA), Ok(()));
        assert_eq!(found(&one, None, Algorithm::ES256), Err(Reason::UnknownKey));
        let two = set(&[ed(&json!({})), ed(&json!({"kid": "l"}))]);
        assert_eq!(found(&two, None, Algorithm::EdDSA), Err(Reason::UnnamedKey));
    }
}
