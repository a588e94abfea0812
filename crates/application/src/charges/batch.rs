use std::collections::BTreeSet;

use tenantry_domain::capacity::TargetId;
use tenantry_domain::charge::Charge;
use tenantry_domain::{Quantity, WorkspaceId};

use super::transfer::no_charge;
use super::{ChargeRequest, Charged, Desk, Wanted};
use crate::access::{UsageAct, UsageRights, noun_of, usage_rights};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::idempotency::{Once, keep};
use crate::ports::{ChargeKey, UnitOfWork};
use crate::service::{Attempt, Tenantry};

/// The most rows of one batch (C7).
pub const MAX_ROWS: usize = 1_000;

/// Changes of one workspace's ledger, one after another (C7).
#[derive(Debug, Clone)]
pub struct Batch {
    /// At least one, at most [`MAX_ROWS`]: callers see to that.
    pub rows: Vec<BatchRow>,
    /// Whether one that is refused refuses them all.
    pub atomic: bool,
    /// Whether it is only asked what would become of them.
    pub dry_run: bool,
}

/// What is to become of one resource.
#[derive(Debug, Clone)]
pub struct BatchRow {
    /// The resource.
    pub key: ChargeKey,
    /// What is to become of it.
    pub operation: Operation,
    /// The organization or team: the one that it is charged to, released at, or moved to.
    pub target: TargetId,
}

/// What a row of a batch does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Charges so many units (C1).
    Charge(Quantity),
    /// Releases what is charged there (C4).
    Release,
    /// Charges there what is charged elsewhere (C11).
    Move,
}

/// What came of a row.
#[derive(Debug)]
pub enum RowOutcome {
    /// It is charged.
    Charged(Charged),
    /// Nothing is charged there.
    Released,
    /// It is charged there now.
    Moved(Charge),
    /// It is as it was.
    Refused(Error),
}

/// A row that is refused.
#[derive(Debug)]
pub struct RefusedRow {
    /// Which one, from 0.
    pub index: usize,
    /// Why.
    pub error: Error,
}

/// Where a batch is worked on.
struct RowsPlace {
    rights: UsageRights,
    wanted: Wanted,
}

impl Tenantry {
    /// Changes the ledger of one workspace in one transaction, each row as if it came alone and after those before it (C7).
    ///
    /// The workspace is that of the first row that the caller may know; organizations and teams of others are not there.
    ///
    /// # Errors
    /// [`Error::BatchRefused`] when the batch is atomic and some rows are refused.
    pub fn batch(
        &self,
        actor: &Actor,
        batch: &Batch,
        once: &Once<'_, Vec<RowOutcome>>,
    ) -> Result<Vec<RowOutcome>> {
        self.settled(|now| {
            self.write_unless(batch.dry_run, |unit| {
                self.claim(unit, actor, once)?;
                let outcomes = match self.place_of_rows(unit, actor, &batch.rows)? {
                    Some(place) if place.rights.workspace.has_due_transition(now) => {
                        return Ok(Attempt::Due(place.rights.workspace.id));
                    }
                    Some(place) => self.decide_rows(unit, actor, &place, &batch.rows)?,
                    None => batch.rows.iter().map(nowhere).collect(),
                };
                let outcomes = if batch.atomic { all(outcomes)? } else { outcomes };
                keep(unit, actor, once, &outcomes)?;
                Ok(Attempt::Done(outcomes))
            })
        })
    }

    /// The first workspace of the rows that the caller may know; `None` when there is none.
    fn place_of_rows(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        rows: &[BatchRow],
    ) -> Result<Option<RowsPlace>> {
        let targets: BTreeSet<TargetId> = rows.iter().map(|row| row.target).collect();
        let targets: Vec<TargetId> = targets.into_iter().collect();
        let workspaces = unit.workspaces().of_targets(&targets)?;
        let mut asked = BTreeSet::new();
        for row in rows {
            let Some(workspace) = workspaces.get(&row.target) else {
                continue;
            };
            if !asked.insert(*workspace) {
                continue;
            }
            let wanted = self.wanted(unit, *workspace, rows)?;
            let targets: Vec<TargetId> = wanted.targets.iter().copied().collect();
            if let Some(rights) = usage_rights(unit, actor, *workspace, &targets)? {
                return Ok(Some(RowsPlace { rights, wanted }));
            }
        }
        Ok(None)
    }

    fn decide_rows(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        RowsPlace { rights, wanted }: &RowsPlace,
        rows: &[BatchRow],
    ) -> Result<Vec<RowOutcome>> {
        let mut desk = Desk::open(self, unit, actor, (&rights.workspace, wanted))?;
        for row in rows.iter().filter(|row| row.operation == Operation::Move) {
            desk.check_locked(&row.key)?;
        }
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            outcomes.push(match self.decide_row(&mut desk, rights, row) {
                Ok(outcome) => outcome,
                Err(error @ (Error::Store(_) | Error::Inconsistent(_))) => return Err(error),
                Err(refused) => RowOutcome::Refused(refused),
            });
        }
        desk.save()?;
        Ok(outcomes)
    }

    /// What is to be locked: where the rows lead, and where what they move is charged now. What is charged on a meter that the deployment does
    /// not know, or no longer, is only looked at when there is something.
    fn wanted(&self, unit: &mut dyn UnitOfWork, workspace: WorkspaceId, rows: &[BatchRow]) -> Result<Wanted> {
        let is_known = |key: &ChargeKey| self.settings().meters.get(key.meter.as_str()).is_ok();
        let looked_up = rows
            .iter()
            .filter(|row| row.operation == Operation::Move || !is_known(&row.key));
        let keys: BTreeSet<ChargeKey> = looked_up.map(|row| row.key.clone()).collect();
        let found = if keys.is_empty() {
            Vec::new()
        } else {
            let keys: Vec<_> = keys.into_iter().collect();
            let standing = unit.charges().standing(workspace, &keys)?;
            standing.map(|standing| standing.charges).unwrap_or_default()
        };
        let mut wanted = Wanted::default();
        for row in rows {
            wanted.targets.insert(row.target);
            if is_known(&row.key) {
                wanted.keys.insert(row.key.clone());
            }
        }
        for charge in found {
            wanted.add(charge.target.id(), &ChargeKey::of(&charge));
        }
        Ok(wanted)
    }

    fn decide_row(&self, desk: &mut Desk<'_>, rights: &UsageRights, row: &BatchRow) -> Result<RowOutcome> {
        let BatchRow { key, target, .. } = row;
        key.resource_id.check_callers_own()?;
        let meter = self.settings().meters.get(key.meter.as_str());
        if meter.is_ok() || desk.book().charge(key).is_some() {
            desk.book().chains().target(*target)?;
        }
        match row.operation {
            Operation::Charge(quantity) => {
                let sight = rights.check(*target, UsageAct::Charge)?;
                meter?;
                let request = ChargeRequest {
                    key: key.clone(),
                    target: *target,
                    quantity,
                };
                desk.charge(sight, &request).map(RowOutcome::Charged)
            }
            Operation::Release => {
                rights.check(*target, UsageAct::Release)?;
                if desk.book().charge(key).is_none() {
                    meter?;
                }
                desk.release(*target, key).map(|()| RowOutcome::Released)
            }
            Operation::Move => {
                let sight = rights.check(*target, UsageAct::Charge)?;
                let Some(charge) = desk.book().charge(key) else {
                    meter?;
                    return Err(Error::NotFound(Noun::Charge));
                };
                let from = charge.target.id();
                rights.check(from, UsageAct::Release).map_err(no_charge)?;
                desk.transfer(sight, key, *target).map(RowOutcome::Moved)
            }
        }
    }
}

fn nowhere(row: &BatchRow) -> RowOutcome {
    RowOutcome::Refused(Error::NotFound(noun_of(row.target)))
}

/// The outcomes, when none is a refusal.
fn all(outcomes: Vec<RowOutcome>) -> Result<Vec<RowOutcome>> {
    let mut refused = Vec::new();
    let mut done = Vec::with_capacity(outcomes.len());
    for (index, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            RowOutcome::Refused(error) => refused.push(RefusedRow { index, error }),
            outcome => done.push(outcome),
        }
    }
    if refused.is_empty() {
        Ok(done)
    } else {
        Err(Error::BatchRefused(refused))
    }
}
