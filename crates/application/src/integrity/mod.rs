//! Recomputes what is derived and compares (`docs/rules.md` L6, B1).

mod balances;
mod chains;

use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::capacity::{Balance, NodeId, PoolId, TargetId};
use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{Meter, WorkspaceId};

use crate::error::{Error, Noun, Result};
use crate::ports::{ChainLinks, UnitOfWork, WorkspacePlace};
use crate::service::Tenantry;

/// How many workspaces are listed at once.
const BATCH: i64 = 100;

/// Something that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference<K, V> {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What in it.
    pub key: K,
    /// What is kept.
    pub kept: V,
    /// What follows from the rest.
    pub expected: V,
}

/// A balance that does not follow from the ledger and the subscriptions.
pub type WrongBalance = Difference<(NodeId, Meter), Balance>;

/// A chain that does not follow from the tree and the billing mode.
pub type WrongChain = Difference<TargetId, ChainLinks>;

/// What [`Tenantry::verify`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// How many workspaces were looked at.
    pub workspaces: u64,
    /// How many chains were compared.
    pub chains: u64,
    /// How many balances were compared.
    pub balances: u64,
    /// The chains that differ.
    pub wrong_chains: Vec<WrongChain>,
    /// The balances that differ.
    pub wrong_balances: Vec<WrongBalance>,
}

impl Verification {
    /// How many differences there are.
    pub fn differences(&self) -> usize {
        self.wrong_chains.len() + self.wrong_balances.len()
    }

    fn add(&mut self, (chains, wrong_chains): ComparedChains, (balances, wrong_balances): ComparedBalances) {
        self.workspaces += 1;
        self.chains += chains;
        self.balances += balances;
        self.wrong_chains.extend(wrong_chains);
        self.wrong_balances.extend(wrong_balances);
    }
}

/// How many things were compared, and those that differ.
type Compared<K, V> = (u64, Vec<Difference<K, V>>);
type ComparedChains = Compared<TargetId, ChainLinks>;
type ComparedBalances = Compared<(NodeId, Meter), Balance>;

impl Tenantry {
    /// Derives every chain from the tree, every balance from the ledger, and every pool's capacity from its subscriptions; mends what differs
    /// when asked to. Each workspace is looked at on its own; `progress` is told how many are done.
    pub fn verify(&self, repair: bool, progress: impl Fn(u64)) -> Result<Verification> {
        let mut report = Verification::default();
        let mut last = None;
        loop {
            let batch = self.read(|unit| Ok(unit.workspaces().list_all(last, BATCH)?))?;
            let Some(end) = batch.last() else {
                return Ok(report);
            };
            last = Some(end.id);
            for workspace in &batch {
                let (chains, balances) = if repair {
                    // Chains first and for good, so that charges go along them while the balances are counted.
                    (self.mend_chains(workspace.id)?, self.mend_balances(workspace.id)?)
                } else {
                    self.read(|unit| compare_all(unit, workspace.id))?
                };
                report.add(chains, balances);
                progress(report.workspaces);
            }
        }
    }
}

/// Both in one state.
fn compare_all(unit: &mut dyn UnitOfWork, id: WorkspaceId) -> Result<(ComparedChains, ComparedBalances)> {
    let workspace = find(unit, id)?;
    Ok((
        chains::compare(unit, &workspace)?,
        balances::compare(unit, &workspace)?,
    ))
}

/// Compares both sides as they read, also what only one of them has.
fn compare<K: Ord + Clone, V: PartialEq>(
    workspace: WorkspaceId,
    [kept, expected]: [&BTreeMap<K, V>; 2],
    read: impl Fn(&K, Option<&V>) -> V,
) -> Compared<K, V> {
    let keys: BTreeSet<&K> = kept.keys().chain(expected.keys()).collect();
    let compared = u64::try_from(keys.len()).unwrap_or(u64::MAX);
    let differences = keys.into_iter().filter_map(|key| {
        let [kept, expected] = [kept, expected].map(|side| read(key, side.get(key)));
        (kept != expected).then(|| Difference {
            workspace,
            key: key.clone(),
            kept,
            expected,
        })
    });
    (compared, differences.collect())
}

fn find(unit: &mut dyn UnitOfWork, id: WorkspaceId) -> Result<Workspace> {
    unit.workspaces()
        .find(WorkspacePlace::Id(id))?
        .ok_or(Error::NotFound(Noun::Workspace))
}

fn pool_of(workspace: &Workspace, root: &Organization) -> PoolId {
    workspace
        .billing_mode
        .pool_of(workspace.id, root.billing_account_id)
}
