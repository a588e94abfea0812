//! Requests about the ledger that are decided together: what they all rest on is looked up at once, they are decided one after the other, and what
//! came of them is saved at once (ADRs 34, 42). Each gets its own answer, as if it had come alone.

mod entry;
mod free;
mod waiting;

use std::collections::BTreeSet;
use std::sync::Arc;

use tenantry_domain::charge::Charge;
use tenantry_domain::reservation::Reservation;
use tenantry_domain::{ReservationId, WorkspaceId};

use super::{ChargeRequest, Charged, ReleaseRequest, ReservationRequest};
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::idempotency::{KeyedRequest, WrittenAnswer};
use crate::ports::{Cause, StoreError};
use crate::service::Tenantry;

/// What can be asked of the ledger together with others.
#[derive(Debug, Clone)]
pub enum LedgerRequest {
    /// Charge a resource, or resize what it is charged with (C1, C2).
    Charge(ChargeRequest),
    /// Give back what a resource is charged or held with; nothing, when it is not (C4).
    Release(ReleaseRequest),
    /// Hold units of a resource that is not charged yet (C5). They count as used until the reservation ends.
    Reserve(ReservationRequest),
    /// Charge what a reservation holds, which is always admitted (C5); once, however often it is said.
    CommitReservation(ReservationId),
    /// Give back what a reservation holds; nothing, when that has been given back (C5).
    ReleaseReservation(ReservationId),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerAnswer {
    /// It is charged.
    Charged(Charged),
    /// Nothing is charged there.
    Released,
    /// The units are held.
    Reserved(Reservation),
    /// The units are charged.
    ReservationCommitted(Reservation),
    /// The units are given back.
    ReservationReleased(Reservation),
}

/// Somebody's request about the ledger.
pub trait Asked {
    /// Who asks.
    fn actor(&self) -> &Actor;
    /// What they ask.
    fn request(&self) -> &LedgerRequest;
    /// Whether what is charged for the resource, there and now, may be changed or released (RFC 9110 §13).
    fn allows(&self, current: Option<&Charge>) -> bool;
    /// The request's key, when it is to be done only once (R1).
    fn key(&self) -> Option<&KeyedRequest>;
    /// The answer as it is kept under that key.
    fn write(&self, answer: &LedgerAnswer) -> WrittenAnswer;
}

/// A request that was decided.
#[derive(Debug)]
pub struct Decided {
    /// The workspace that it turned out to be about; `None` while it is not found, or not the caller's to know.
    pub workspace: Option<WorkspaceId>,
    /// What came of it.
    pub answer: Result<LedgerAnswer>,
}

/// What there is to say of a request so far.
#[derive(Debug)]
pub enum Decision {
    /// It is decided.
    Made(Decided),
    /// It is not, such as when somebody is in the way; it is about this workspace, when that is known.
    Open(Option<WorkspaceId>),
}

impl Decision {
    fn made(self) -> Option<Decided> {
        match self {
            Self::Made(decided) => Some(decided),
            Self::Open(_) => None,
        }
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// Whatever was decided about one of these workspaces, was not.
    fn open_again(&mut self, workspaces: &BTreeSet<WorkspaceId>) {
        if let Self::Made(Decided {
            workspace: Some(id), ..
        }) = self
            && workspaces.contains(id)
        {
            *self = Self::Open(Some(*id));
        }
    }

    fn is_done(&self) -> bool {
        matches!(self, Self::Made(decided) if decided.answer.is_ok())
    }
}

/// A decision for each request, in their order.
pub type Decisions = Vec<Decision>;

impl Decided {
    /// Why nothing came of it.
    fn refused(error: Error) -> Self {
        Self {
            workspace: None,
            answer: Err(error),
        }
    }
}

/// No decision yet.
fn none(count: usize) -> Decisions {
    (0..count).map(|_| Decision::Open(None)).collect()
}

fn put(decisions: &mut Decisions, index: usize, decision: Decision) {
    if let Some(place) = decisions.get_mut(index) {
        *place = decision;
    }
}

/// One failure of all.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
struct Shared(Arc<Cause>);

fn all_unavailable(count: usize, cause: Cause) -> Decisions {
    let cause = Shared(Arc::new(cause));
    let unavailable = || StoreError::Unavailable(cause.clone().into());
    (0..count)
        .map(|_| Decision::Made(Decided::refused(unavailable().into())))
        .collect()
}

impl Tenantry {
    /// Decides requests about the ledgers of whichever workspaces, each as if it had come alone and after those before it.
    pub fn decide(&self, asked: &[&dyn Asked]) -> Vec<Decided> {
        let mut decisions = self.decide_free(asked);
        self.decide_open(asked, &mut decisions);
        decisions.into_iter().filter_map(Decision::made).collect()
    }

    /// Decides all of them, workspace by workspace, and waits for whoever is in the way.
    pub fn decide_waiting(&self, asked: &[&dyn Asked]) -> Decisions {
        let mut decisions = none(asked.len());
        self.decide_open(asked, &mut decisions);
        decisions
    }

    fn decide_open(&self, asked: &[&dyn Asked], decisions: &mut Decisions) {
        loop {
            let (indices, open): (Vec<usize>, Vec<&dyn Asked>) = (0..)
                .zip(asked.iter().copied())
                .filter(|(index, _)| decisions.get(*index).is_some_and(Decision::is_open))
                .unzip();
            if open.is_empty() {
                return;
            }
            for (index, decision) in indices.into_iter().zip(self.decide_one_workspace(&open)) {
                put(decisions, index, decision);
            }
        }
    }
}
