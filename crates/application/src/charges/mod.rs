//! Charging usage to the tree, and asking whether it would fit (`docs/rules.md` C1–C7, C11).

mod batch;
mod book;
mod chains;
mod check;
mod desk;
mod group;
mod reservations;
mod transfer;

use std::cell::Cell;

use tenantry_domain::capacity::TargetId;
use tenantry_domain::charge::Charge;
use tenantry_domain::workspace::Permission;
use tenantry_domain::{OrganizationId, Quantity, TeamId, WorkspaceId};

pub use self::batch::{Batch, BatchRow, MAX_ROWS, Operation, RefusedRow, RowOutcome};
use self::book::{Book, Wanted};
pub(crate) use self::chains::LockedChains;
pub use self::check::{Answer, MAX_QUESTIONS, Question};
use self::desk::Desk;
pub use self::group::{Asked, Decided, Decision, Decisions, LedgerAnswer, LedgerRequest};
pub use self::reservations::ReservationRequest;
pub use self::transfer::TransferRequest;
use crate::access::{UsageAccess, UsageAct, authorize_usage, is_by_place_in_team};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::page::{Page, PageRequest};
use crate::ports::{ChargeKey, UnitOfWork, WorkspacePlace};
use crate::service::{Attempt, Tenantry};
use crate::settings::Settings;

/// What is to be charged (C1).
#[derive(Debug, Clone)]
pub struct ChargeRequest {
    /// What is counted, and for which resource.
    pub key: ChargeKey,
    /// The organization or team that uses it.
    pub target: TargetId,
    /// How many units.
    pub quantity: Quantity,
}

impl ChargeRequest {
    /// Lets pass what callers may charge here (L1, C9).
    fn check(&self, settings: &Settings) -> Result<()> {
        settings.meters.get(self.key.meter.as_str())?;
        Ok(self.key.resource_id.check_callers_own()?)
    }
}

/// What is no longer to be charged (C4).
#[derive(Debug, Clone)]
pub struct ReleaseRequest {
    /// What is counted, and for which resource.
    pub key: ChargeKey,
    /// The organization or team that used it.
    pub target: TargetId,
}

/// A charge that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    /// The row of the ledger.
    pub charge: Charge,
    /// Whether it is the first of its resource.
    pub created: bool,
}

impl Tenantry {
    /// What a resource is charged or held with at an organization or team.
    pub fn find_charge(&self, actor: &Actor, id: TargetId, key: &ChargeKey) -> Result<Charge> {
        let charge = if is_by_place_in_team(actor, id) {
            self.read_at(actor, id, |unit, access| {
                Ok(unit.charges().find(access.workspace.id, key)?)
            })?
        } else {
            let place = (WorkspacePlace::Of(id), UsageAct::Read.permission());
            self.glance(actor, place, |store, viewer| store.charge(viewer, id, key))?
        };
        if charge.is_none() {
            self.settings().meters.get(key.meter.as_str())?;
        }
        let charge = charge.filter(|charge| charge.target.id() == id);
        charge.ok_or(Error::NotFound(Noun::Charge))
    }

    /// The ledger of an organization, its teams included (L6).
    pub fn list_charges(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
        page: &PageRequest<ChargeKey>,
    ) -> Result<Page<Charge, ChargeKey>> {
        self.read_in(actor, workspace, Permission::ReadUsage, |unit, _| {
            let found = unit.charges().list(workspace, id.into(), page)?;
            if found.items.is_empty() && unit.organizations().find(workspace, id)?.is_none() {
                return Err(Error::NotFound(Noun::Organization));
            }
            Ok(found)
        })
    }

    /// The ledger of a team.
    pub fn list_team_charges(
        &self,
        actor: &Actor,
        id: TeamId,
        page: &PageRequest<ChargeKey>,
    ) -> Result<Page<Charge, ChargeKey>> {
        self.read_at(actor, id.into(), |unit, access| {
            Ok(unit.charges().list(access.workspace.id, id.into(), page)?)
        })
    }

    /// A meter that the deployment does not know, or no longer: only what is still charged on it can be seen and released (L1, C4).
    fn check_meter(&self, unit: &mut dyn UnitOfWork, workspace: WorkspaceId, key: &ChargeKey) -> Result<()> {
        match self.settings().meters.get(key.meter.as_str()) {
            Err(unknown) if unit.charges().find(workspace, key)?.is_none() => Err(unknown.into()),
            _ => Ok(()),
        }
    }

    /// Reads usage at an organization or team, whichever workspace it is in.
    fn read_at<T>(
        &self,
        actor: &Actor,
        id: TargetId,
        work: impl Fn(&mut dyn UnitOfWork, &UsageAccess) -> Result<T>,
    ) -> Result<T> {
        let told = Told::default();
        self.settled(|now| {
            self.read(|unit| {
                let access = authorize_usage(unit, actor, id, UsageAct::Read)?;
                told.about(access.workspace.id);
                if access.workspace.has_due_transition(now) {
                    return Ok(Attempt::Due(access.workspace.id));
                }
                work(unit, &access).map(Attempt::Done)
            })
        })
    }
}

/// Whether the span of the request was told which workspace it turned out to be about: once is enough, however often the work is run.
#[derive(Default)]
struct Told(Cell<bool>);

impl Told {
    fn about(&self, workspace: WorkspaceId) {
        if !self.0.replace(true) {
            tracing::Span::current().record("workspace_id", tracing::field::display(workspace));
        }
    }
}
