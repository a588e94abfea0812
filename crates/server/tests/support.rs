//! Keys, tokens, a clock and an issuer's web server for the tests.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tenantry_application::ports;
use tenantry_domain::Timestamp;
use tenantry_server::config::{IssuerSettings, JwksLocation};
use tenantry_server::sources::Clock;

pub const NOW: u64 = 1_800_000_000;
pub const ISSUER: &str = "https://id.example.com";
pub const AUDIENCE: &str = "tenantry-test";

pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Stands still until it is moved.
pub struct ManualClock {
    now: AtomicU64,
    uptime: AtomicU64,
}

impl ManualClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            now: AtomicU64::new(NOW),
            uptime: AtomicU64::new(0),
        })
    }

    pub fn advance(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
        self.uptime.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    fn uptime(&self) -> Duration {
        Duration::from_secs(self.uptime.load(Ordering::SeqCst))
    }
}

impl ports::Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(Clock::now(self)))
    }
}

enum Material {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

/// An issuer's key pair, which signs without the library under test.
pub struct TestKey {
    pub id: &'static str,
    material: Material,
}

impl TestKey {
    pub fn rsa(id: &'static str) -> Self {
        let material = Material::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
        Self { id, material }
    }

    pub fn ec(id: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let material = Material::Ec(pair);
        Self { id, material }
    }

    pub fn ed(id: &'static str) -> Self {
        let material = Material::Ed(Ed25519KeyPair::generate().unwrap());
        Self { id, material }
    }

    pub fn algorithm(&self) -> &'static str {
        match self.material {
            Material::Rsa(_) => "RS256",
            Material::Ec(_) => "ES256",
            Material::Ed(_) => "EdDSA",
        }
    }

    pub fn public(&self) -> Vec<u8> {
        match &self.material {
            Material::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Material::Ec(pair) => pair.public_key().as_ref().to_vec(),
            Material::Ed(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.material {
            Material::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .unwrap();
                signature
            }
            Material::Ec(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Material::Ed(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.material {
            Material::Rsa(pair) => {
                let public = pair.public_key();
                json!({
                    "kty": "RSA",
                    "n": base64(public.modulus().big_endian_without_leading_zero()),
                    "e": base64(public.exponent().big_endian_without_leading_zero()),
                })
            }
            Material::Ec(_) => {
                let point = self.public();
                json!({"kty": "EC", "crv": "P-256", "x": base64(&point[1..33]), "y": base64(&point[33..])})
            }
            Material::Ed(_) => json!({"kty": "OKP", "crv": "Ed25519", "x": base64(self.public())}),
        };
        jwk["kid"] = self.id.into();
        jwk["use"] = "sig".into();
        jwk
    }

    pub fn header(&self) -> Value {
        json!({"typ": "JWT", "alg": self.algorithm(), "kid": self.id})
    }

    /// A good token but for the claims given.
    pub fn token(&self, claims: &Value) -> String {
        self.token_with(&self.header(), claims)
    }

    pub fn token_with(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = base64(self.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

/// Header and claims of a good token but for the claims given; null removes one.
pub fn message(header: &Value, overrides: &Value) -> String {
    let mut claims = json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": NOW + 3600});
    let claims_object = claims.as_object_mut().unwrap();
    for (name, value) in overrides.as_object().unwrap() {
        claims_object.insert(name.clone(), value.clone());
    }
    claims_object.retain(|_, value| !value.is_null());
    format!("{}.{}", base64(header.to_string()), base64(claims.to_string()))
}

pub fn jwks(keys: &[&TestKey]) -> String {
    let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
    json!({ "keys": keys }).to_string()
}

/// What the issuer's web server does next.
#[derive(Clone)]
pub enum Answer {
    Body(String),
    Status(&'static str),
    HangUp,
    Stall,
}

/// An issuer's web server, which counts the requests.
pub struct IssuerServer {
    pub address: String,
    answer: Arc<Mutex<Answer>>,
    requests: Arc<AtomicUsize>,
}

impl IssuerServer {
    pub fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answer = Arc::new(Mutex::new(answer));
        let requests = Arc::new(AtomicUsize::new(0));
        let server = Self {
            address,
            answer: Arc::clone(&answer),
            requests: Arc::clone(&requests),
        };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let answer = Arc::clone(&answer);
                let requests = Arc::clone(&requests);
                thread::spawn(move || serve(stream.unwrap(), &answer, &requests));
            }
        });
        server
    }

    pub fn now_answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    pub fn settings(&self) -> IssuerSettings {
        let url = format!("http://{}/jwks.json", self.address);
        settings(JwksLocation::Url(url.parse().unwrap()))
    }
}

pub fn settings(jwks: JwksLocation) -> IssuerSettings {
    IssuerSettings {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        jwks,
    }
}

fn serve(mut stream: TcpStream, answer: &Mutex<Answer>, requests: &AtomicUsize) {
    let head = BufReader::new(stream.try_clone().unwrap()).lines();
    for line in head {
        match line {
            Ok(line) if line.is_empty() => break,
            Ok(_) => {}
            Err(_) => return,
        }
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let answer = answer.lock().unwrap().clone();
    let (status, body) = match answer {
        Answer::Body(body) => ("200 OK", body),
        // A good body, so that only the status can be what is refused.
        Answer::Status(status) => (status, r#"{"keys": []}"#.to_owned()),
        Answer::HangUp => return,
        Answer::Stall => return thread::sleep(Duration::from_secs(20)),
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body.as_bytes());
}
