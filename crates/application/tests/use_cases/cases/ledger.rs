//! Requests about the ledger, as tests make them.

use tenantry_application::charges::{
    Asked, ChargeRequest, Charged, Decision, LedgerAnswer, LedgerRequest, ReleaseRequest,
};
use tenantry_application::idempotency::{KeyedRequest, WrittenAnswer};
use tenantry_application::{Actor, Error};
use tenantry_domain::Quantity;
use tenantry_domain::capacity::TargetId;
use tenantry_domain::charge::Charge;
use tenantry_domain::reservation::Reservation;

use super::world::{World, key};

/// What a caller expects to be charged.
pub type Expected<'a> = &'a dyn Fn(Option<&Charge>) -> bool;

/// A request, alone or one of a group.
pub struct Ask<'a> {
    pub actor: &'a Actor,
    pub request: LedgerRequest,
    pub expected: Option<Expected<'a>>,
    pub key: Option<KeyedRequest>,
}

impl Asked for Ask<'_> {
    fn actor(&self) -> &Actor {
        self.actor
    }

    fn request(&self) -> &LedgerRequest {
        &self.request
    }

    fn allows(&self, current: Option<&Charge>) -> bool {
        self.expected.is_none_or(|expected| expected(current))
    }

    fn key(&self) -> Option<&KeyedRequest> {
        self.key.as_ref()
    }

    fn write(&self, answer: &LedgerAnswer) -> WrittenAnswer {
        WrittenAnswer(format!("{answer:?}").into_bytes())
    }
}

impl<'a> Ask<'a> {
    pub fn new(actor: &'a Actor, request: LedgerRequest) -> Self {
        Self {
            actor,
            request,
            expected: None,
            key: None,
        }
    }

    pub fn charge(actor: &'a Actor, target: impl Into<TargetId>, resource: &str, n: i64) -> Self {
        let request = ChargeRequest {
            key: key(resource),
            target: target.into(),
            quantity: Quantity::try_from(n).unwrap(),
        };
        Self::new(actor, LedgerRequest::Charge(request))
    }

    pub fn release(actor: &'a Actor, target: impl Into<TargetId>, resource: &str) -> Self {
        let (key, target) = (key(resource), target.into());
        Self::new(actor, LedgerRequest::Release(ReleaseRequest { key, target }))
    }
}

/// The charge that an answer tells.
pub fn charged(answer: LedgerAnswer) -> Charged {
    match answer {
        LedgerAnswer::Charged(charged) => charged,
        other => panic!("{other:?}"),
    }
}

/// The reservation that an answer tells.
pub fn reservation(answer: LedgerAnswer) -> Reservation {
    match answer {
        LedgerAnswer::Reserved(reservation)
        | LedgerAnswer::ReservationCommitted(reservation)
        | LedgerAnswer::ReservationReleased(reservation) => reservation,
        other => panic!("{other:?}"),
    }
}

impl World {
    /// Asks alone.
    pub fn ask(&self, ask: &Ask<'_>) -> Result<LedgerAnswer, Error> {
        self.ask_all(std::slice::from_ref(ask)).pop().unwrap()
    }

    /// Asks as one group.
    pub fn ask_all(&self, asks: &[Ask<'_>]) -> Vec<Result<LedgerAnswer, Error>> {
        let asked: Vec<&dyn Asked> = asks.iter().map(|ask| -> &dyn Asked { ask }).collect();
        let decided = self.app.decide(&asked);
        assert_eq!(decided.len(), asks.len(), "everybody is answered");
        decided.into_iter().map(|decided| decided.answer).collect()
    }

    /// As whoever waits for others: with the chain locked from when it is decided until it is saved.
    pub fn ask_waiting(&self, ask: &Ask<'_>) -> Result<LedgerAnswer, Error> {
        match self.app.decide_waiting(&[ask]).remove(0) {
            Decision::Made(decided) => decided.answer,
            Decision::Open(_) => panic!("it is decided in the end"),
        }
    }

    pub fn try_release(
        &self,
        actor: &Actor,
        target: impl Into<TargetId>,
        resource: &str,
    ) -> Result<(), Error> {
        self.ask(&Ask::release(actor, target, resource)).map(drop)
    }
}
