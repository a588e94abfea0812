use tenantry_domain::capacity::TargetId;
use tenantry_domain::charge::Charge;

use super::{Desk, Wanted};
use crate::access::{UsageAct, authorize_usage};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::idempotency::{Once, keep};
use crate::ports::ChargeKey;
use crate::precondition::Precondition;
use crate::service::{Attempt, Tenantry};

/// Where a resource is to be charged instead (C11).
#[derive(Debug, Clone)]
pub struct TransferRequest {
    /// The resource.
    pub key: ChargeKey,
    /// The organization or team that uses it from now on.
    pub to: TargetId,
    /// Whether it is only asked what would become of it.
    pub dry_run: bool,
}

impl Tenantry {
    /// Charges a resource to another organization or team of its workspace, when that admits it (C11). Whoever may not release it where it is
    /// learns nothing about it.
    pub fn move_charge(
        &self,
        actor: &Actor,
        request: &TransferRequest,
        precondition: &Precondition<'_, Charge>,
        once: &Once<'_, Charge>,
    ) -> Result<Charge> {
        let TransferRequest { key, to, dry_run } = request;
        self.settled(|now| {
            self.write_unless(*dry_run, |unit| {
                self.claim(unit, actor, once)?;
                let access = authorize_usage(unit, actor, *to, UsageAct::Charge)?;
                let workspace = &access.workspace;
                if workspace.has_due_transition(now) {
                    return Ok(Attempt::Due(workspace.id));
                }
                key.resource_id.check_callers_own()?;
                self.check_meter(unit, workspace.id, key)?;
                let found = unit.charges().find(workspace.id, key)?;
                let from = found.ok_or(Error::NotFound(Noun::Charge))?.target.id();
                authorize_usage(unit, actor, from, UsageAct::Release).map_err(no_charge)?;
                let mut wanted = Wanted::one(*to, key);
                wanted.targets.insert(from);
                let mut desk = Desk::open(self, unit, actor, (workspace, &wanted))?;
                desk.check_locked(key)?;
                precondition.check(|| Ok(desk.book().charge(key).cloned()))?;
                let charge = desk.transfer(access.sight, key, *to)?;
                desk.save()?;
                keep(unit, actor, once, &charge)?;
                Ok(Attempt::Done(charge))
            })
        })
    }
}

/// What is charged where the caller may not look is not there (I3).
pub(super) fn no_charge(error: Error) -> Error {
    match error {
        Error::NotFound(_) => Error::NotFound(Noun::Charge),
        other => other,
    }
}
