use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::capacity::TargetId;
use tenantry_domain::charge::Charge;
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{Meter, Timestamp};

use super::chains::LockedChains;
use crate::error::{Error, Noun, Result};
use crate::ports::{ChangedCharge, ChargeKey, LedgerChange, Standing, StoreError, UnitOfWork};

/// What of a ledger is to be locked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// The ends of the chains.
    pub targets: BTreeSet<TargetId>,
    /// The resources.
    pub keys: BTreeSet<ChargeKey>,
}

impl Wanted {
    /// One more resource, at this organization or team.
    pub fn add(&mut self, target: TargetId, key: &ChargeKey) {
        self.targets.insert(target);
        self.keys.insert(key.clone());
    }

    /// One resource, at this organization or team.
    pub fn one(target: TargetId, key: &ChargeKey) -> Self {
        let mut wanted = Self::default();
        wanted.add(target, key);
        wanted
    }
}

/// The part of a workspace's ledger that a transaction has locked. What it decides stands here first, one after another, and is written at
/// once.
pub(crate) struct Book {
    workspace: Workspace,
    owns_workspace: bool,
    chains: LockedChains,
    stored: BTreeMap<ChargeKey, Charge>,
    rows: BTreeMap<ChargeKey, Charge>,
}

#[derive(Debug, thiserror::Error)]
#[error("the chain is another one meanwhile")]
struct Moved;

#[derive(Debug, thiserror::Error)]
#[error("the workspace has to be locked before its chains")]
struct Foreign;

impl Book {
    /// Locks chains and reads what is charged for resources. Read before, it could be outdated by the time that the chains are locked.
    pub fn open(unit: &mut dyn UnitOfWork, workspace: &Workspace, wanted: &Wanted) -> Result<Self> {
        let meters: BTreeSet<Meter> = wanted.keys.iter().map(|key| key.meter.clone()).collect();
        let (targets, meters): (Vec<_>, Vec<_>) = (
            wanted.targets.iter().copied().collect(),
            meters.into_iter().collect(),
        );
        let chains = LockedChains::lock(unit, workspace.id, (&targets, &meters))?;
        let keys: Vec<ChargeKey> = wanted.keys.iter().cloned().collect();
        let standing = unit.charges().standing(workspace.id, &keys)?;
        let standing = standing.ok_or(Error::NotFound(Noun::Workspace))?;
        // The chains could have been outdated by the time that they were locked.
        if standing.workspace.tree_version != workspace.tree_version {
            return Err(StoreError::Retry(Moved.into()).into());
        }
        Ok(Self::of(chains, standing))
    }

    /// With chains that are locked, and what was read since.
    pub fn of(chains: LockedChains, standing: Standing) -> Self {
        let charges = standing.charges.into_iter();
        let stored: BTreeMap<_, _> = charges.map(|charge| (ChargeKey::of(&charge), charge)).collect();
        Self {
            workspace: standing.workspace,
            owns_workspace: false,
            chains,
            rows: stored.clone(),
            stored,
        }
    }

    /// The workspace, as it is since the chains are locked.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The same where the workspace itself was locked before the chains.
    #[must_use]
    pub fn owning_workspace(self) -> Self {
        Self {
            owns_workspace: true,
            ..self
        }
    }

    /// Notes that the workspace is to be looked at then; says whether that has to be stored.
    pub fn wake_at(&mut self, at: Timestamp) -> Result<bool> {
        let is_sooner = self.workspace.wake_at(at);
        if is_sooner && !self.owns_workspace {
            return Err(StoreError::Retry(Foreign.into()).into());
        }
        Ok(is_sooner)
    }

    /// The chains that are locked, and what is used at them from now on.
    pub fn chains(&mut self) -> &mut LockedChains {
        &mut self.chains
    }

    /// What a resource is charged with, wherever.
    pub fn charge(&self, key: &ChargeKey) -> Option<&Charge> {
        self.rows.get(key)
    }

    /// What a resource is charged with at an organization or team.
    pub fn charge_at(&self, target: TargetId, key: &ChargeKey) -> Option<&Charge> {
        self.charge(key).filter(|charge| charge.target.id() == target)
    }

    /// Has a row of the ledger stand from now on.
    pub fn put(&mut self, charge: Charge) {
        self.rows.insert(ChargeKey::of(&charge), charge);
    }

    /// Has no row of the ledger stand for a resource from now on.
    pub fn remove(&mut self, key: &ChargeKey) {
        self.rows.remove(key);
    }

    /// What differs from what is stored; `None` when nothing does.
    pub fn changes(&self) -> Option<LedgerChange> {
        let mut change = LedgerChange::new(self.workspace.id);
        change.usage = self.chains.usage();
        for (key, charge) in &self.rows {
            match self.stored.get(key) {
                Some(stored) if stored == charge => {}
                Some(stored) => change.changed.push(ChangedCharge {
                    charge: charge.clone(),
                    was_at: stored.target,
                }),
                None => change.charged.push(charge.clone()),
            }
        }
        let gone = self.stored.keys().filter(|key| !self.rows.contains_key(key));
        change.released.extend(gone.cloned());
        // What was used and given back again is told by events, which hold only if nobody was there meanwhile.
        let is_same = change.usage.is_empty()
            && change.charged.is_empty()
            && change.changed.is_empty()
            && change.released.is_empty();
        (!is_same).then_some(change)
    }
}
