use quick_cache::sync::Cache;
use tenantry_application::charges::{LedgerAnswer, LedgerRequest};
use tenantry_domain::capacity::TargetId;
use tenantry_domain::{ReservationId, WorkspaceId};

/// How many places are remembered: a few megabytes.
const REMEMBERED: usize = 16_384;

/// Whose line a request stands in: that of its workspace once that is known, which decides nothing but the order of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tree {
    Workspace(WorkspaceId),
    Unknown(LedgerSpot),
}

/// What a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum LedgerSpot {
    Target(TargetId),
    Reservation(ReservationId),
}

/// Which workspaces the organizations, teams and reservations are of that were asked about lately. They never change it.
pub(super) struct Homes(Cache<LedgerSpot, WorkspaceId>);

impl Default for Homes {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl Homes {
    /// The line for a request.
    pub fn tree_of(&self, request: &LedgerRequest) -> Tree {
        let spot = spot_of(request);
        self.0.get(&spot).map_or(Tree::Unknown(spot), Tree::Workspace)
    }

    /// Remembers where a request led, and a reservation that it made.
    pub fn learn(&self, request: &LedgerRequest, workspace: WorkspaceId, answer: Option<&LedgerAnswer>) {
        self.0.insert(spot_of(request), workspace);
        if let Some(LedgerAnswer::Reserved(reservation)) = answer {
            self.0.insert(LedgerSpot::Reservation(reservation.id), workspace);
        }
    }
}

fn spot_of(request: &LedgerRequest) -> LedgerSpot {
    match request {
        LedgerRequest::Charge(request) => LedgerSpot::Target(request.target),
        LedgerRequest::Release(request) => LedgerSpot::Target(request.target),
        LedgerRequest::Reserve(request) => LedgerSpot::Target(request.charge.target),
        LedgerRequest::CommitReservation(id) | LedgerRequest::ReleaseReservation(id) => {
            LedgerSpot::Reservation(*id)
        }
    }
}
