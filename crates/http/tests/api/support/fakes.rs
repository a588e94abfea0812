//! The world around the application, in the hands of the test.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tenantry_application::ports::{Clock, IdSource, LicenseSource, PaymentProvider, SecretSource};
use tenantry_application::{Actor, Machine, Scope, Tenantry};
use tenantry_domain::Timestamp;
use tenantry_domain::billing::BillingAccount;
use tenantry_domain::key::NotAKey;
use tenantry_domain::license::{Edition, License, LicenseLimits};
use tenantry_domain::user::{Identity, Profile, Said};
use tenantry_http::{AuthRefused, Authentication, Authenticator, Caller, Credential, CredentialKind};
use uuid::Uuid;

pub const PUBLIC_URL: &str = "https://tenantry.example.com";

/// 2026-01-31T12:00:00Z.
const START: i64 = 1_769_860_800_000_000;
const DAY: i64 = 86_400_000_000;

/// Time, payments, the licence and accidents.
pub struct Switches {
    now: AtomicI64,
    payable: AtomicBool,
    exploding: AtomicBool,
    away: AtomicBool,
    uptime: AtomicU64,
    license: Mutex<Option<Arc<License>>>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            now: AtomicI64::new(START),
            payable: AtomicBool::new(false),
            exploding: AtomicBool::new(false),
            away: AtomicBool::new(false),
            uptime: AtomicU64::new(0),
            license: Mutex::default(),
        }
    }
}

impl Switches {
    pub fn pass_days(&self, days: i64) {
        self.now.fetch_add(days * DAY, Ordering::SeqCst);
    }

    pub fn pass_seconds(&self, seconds: u64) {
        self.uptime.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn uptime(&self) -> Duration {
        Duration::from_secs(self.uptime.load(Ordering::SeqCst))
    }

    /// Whether accounts have a payment method.
    pub fn set_payable(&self, payable: bool) {
        self.payable.store(payable, Ordering::SeqCst);
    }

    /// Whether every use case panics as soon as it asks for the time.
    pub fn set_exploding(&self, exploding: bool) {
        self.exploding.store(exploding, Ordering::SeqCst);
    }

    /// Installs a licence for the enterprise edition that holds for 30 days.
    pub fn license(&self, limits: LicenseLimits) {
        let now = self.now();
        *self.license.lock().unwrap() = Some(Arc::new(License {
            id: Uuid::from_u128(1),
            holder: "ACME".parse().unwrap(),
            edition: Edition::Enterprise,
            limits,
            not_before: now,
            expires_at: now.plus_days(30),
        }));
    }

    /// Whether the store is away.
    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    pub fn is_away(&self) -> bool {
        self.away.load(Ordering::SeqCst)
    }
}

impl Clock for Switches {
    fn now(&self) -> Timestamp {
        assert!(
            !self.exploding.load(Ordering::SeqCst),
            "the clock exploded, as the test asked"
        );
        Timestamp::from_micros(self.now.load(Ordering::SeqCst)).unwrap()
    }
}

impl PaymentProvider for Switches {
    fn has_payment_method(&self, _: &BillingAccount) -> bool {
        self.payable.load(Ordering::SeqCst)
    }
}

impl LicenseSource for Switches {
    fn license(&self) -> Option<Arc<License>> {
        self.license.lock().unwrap().clone()
    }
}

/// Ids that grow and are the same in every run.
#[derive(Default)]
pub struct Ids(AtomicU64);

impl IdSource for Ids {
    fn fresh(&self) -> Uuid {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        Uuid::from_u128(0x019c_1000_0000_7000_8000_0000_0000_0000 + u128::from(number))
    }
}

/// A different secret every time.
impl SecretSource for Ids {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.fresh().into_bytes();
        bytes
            .iter_mut()
            .zip(number.into_iter().rev().cycle())
            .for_each(|(to, from)| *to = from);
    }
}

/// Everybody that the tests know; the token of somebody is their name. API keys are looked up.
#[derive(Clone)]
pub struct People {
    tenantry: Tenantry,
    actors: BTreeMap<&'static str, Actor>,
    remembered: Arc<Mutex<BTreeSet<String>>>,
}

/// People: an owner, an admin, a viewer, and five who are in none.
const PEOPLE: [&str; 8] = ["alice", "adam", "vera", "mallory", "bob", "ada", "dora", "eve"];
/// Machines and their scopes.
const MACHINES: [(&str, &[Scope]); 3] = [
    ("idle", &[]),
    ("reader", &[Scope::UsageRead]),
    ("writer", &[Scope::UsageWrite]),
];

impl People {
    pub fn arrive(tenantry: &Tenantry) -> Self {
        let person = |name: &'static str| {
            let identity = Identity {
                issuer: "https://issuer.example.com".into(),
                subject: name.into(),
            };
            let profile = Profile {
                email: format!("{name}@example.com").parse().ok(),
                // Nobody vouches for eve.
                email_verified: name != "eve",
                name: name.parse().ok(),
                ..Profile::default()
            };
            let said = Said { profile, at: None };
            (
                name,
                Actor::Person(tenantry.identify(&identity, &said).unwrap().id),
            )
        };
        let machine = |(name, scopes): (&'static str, &[Scope])| {
            let scopes = scopes.iter().copied().collect();
            (
                name,
                Actor::Machine(Machine {
                    issuer: "test".into(),
                    name: name.into(),
                    scopes,
                }),
            )
        };
        let machines = MACHINES.into_iter().map(machine);
        Self {
            tenantry: tenantry.clone(),
            actors: PEOPLE.into_iter().map(person).chain(machines).collect(),
            remembered: Arc::default(),
        }
    }

    pub fn id_of(&self, who: &str) -> String {
        match &self.actors[who] {
            Actor::Person(id) => id.to_string(),
            Actor::Machine(_) | Actor::Credential(_) => panic!("{who} is no person"),
        }
    }

    /// Machines come from another issuer, so that both kinds of tokens are there.
    fn caller(&self, who: &str) -> Option<Caller> {
        let actor = match who.parse() {
            Ok(key) => self.tenantry.authenticate_key(&key).unwrap()?.actor,
            Err(NotAKey) => self.actors.get(who)?.clone(),
        };
        let kind = match actor {
            Actor::Person(_) => CredentialKind::LocalToken,
            Actor::Machine(_) => CredentialKind::IssuerToken,
            Actor::Credential(_) => CredentialKind::TeamCredential,
        };
        let holder = who.to_owned();
        Some(Caller {
            actor,
            credential: Credential { kind, holder },
        })
    }
}

impl Authenticator for People {
    fn recall(&self, bearer: &str) -> Option<Caller> {
        let is_remembered = self.remembered.lock().unwrap().contains(bearer);
        is_remembered.then(|| self.caller(bearer)).flatten()
    }

    fn was_good(&self, bearer: &str) -> bool {
        self.remembered.lock().unwrap().contains(bearer)
    }

    fn authenticate<'a>(&'a self, bearer: &'a str) -> Authentication<'a> {
        Box::pin(async move {
            match bearer {
                "panic" => panic!("the authenticator panicked, as the test asked"),
                "away" => Err(AuthRefused::Unavailable),
                "stuck" => std::future::pending().await,
                name => {
                    let caller = self.caller(name);
                    if caller.is_some() {
                        self.remembered.lock().unwrap().insert(name.to_owned());
                    }
                    caller.ok_or_else(|| AuthRefused::Invalid("the token is not known".into()))
                }
            }
        })
    }
}
