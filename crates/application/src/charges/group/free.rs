use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::workspace::Workspace;
use tenantry_domain::{Timestamp, WorkspaceId};

use super::entry::{Entry, LedgerPlace, is_fatal};
use super::{Asked, Decided, Decisions, LedgerRequest, all_unavailable, none, put};
use crate::access::sight_of_usage;
use crate::charges::{Book, LockedChains};
use crate::error::{Error, Result};
use crate::ports::{ChargeKey, Standing, StoreError, UnitOfWork};
use crate::service::Tenantry;

/// The requests about one workspace, with their chains.
#[derive(Default)]
struct Tree<'a> {
    chains: LockedChains,
    version: u32,
    entries: Vec<Entry<'a>>,
}

type Trees<'a> = BTreeMap<WorkspaceId, Tree<'a>>;

impl Tenantry {
    /// Decides those requests that nothing is in the way of, of however many workspaces, in one transaction that waits for nobody: so no tree waits
    /// for another. The others are left.
    pub fn decide_free(&self, asked: &[&dyn Asked]) -> Decisions {
        match self.try_free(asked) {
            Ok(decisions) => decisions,
            // Whether it was done is unknown, so it is not tried again.
            Err(Error::Store(StoreError::Unavailable(cause))) => all_unavailable(asked.len(), cause),
            Err(error) => {
                tracing::debug!(%error, requests = asked.len(), "a group could not be decided at once, so its requests wait for whoever is in the way");
                none(asked.len())
            }
        }
    }

    fn try_free(&self, asked: &[&dyn Asked]) -> Result<Decisions> {
        let mut decisions = none(asked.len());
        if !asked.iter().any(|asked| self.is_plain(asked.request())) {
            return Ok(decisions);
        }
        let now = self.now();
        let mut unit = self.parts.store.begin_write()?;
        let entries = self.plain_entries(&mut *unit, asked, &mut decisions)?;
        if entries.is_empty() {
            return Ok(decisions);
        }
        let mut changes = Vec::new();
        let mut trees = lock(&mut *unit, entries)?;
        for standing in standings(&mut *unit, &trees)? {
            let Some(mut tree) = trees.remove(&standing.workspace.id) else {
                continue;
            };
            if standing.workspace.has_due_transition(now) {
                continue;
            }
            tree.entries
                .retain(|entry| !must_wake(entry, &standing.workspace, now));
            let book = Book::of(tree.chains, standing, tree.version)?;
            changes.extend(self.decide_entries(&mut *unit, book, &tree.entries, &mut decisions)?);
        }
        let is_done = |decided: &Decided| decided.answer.is_ok();
        if decisions.iter().flatten().any(is_done) {
            unit.charges().save(&changes)?;
            unit.commit()?;
        }
        Ok(decisions)
    }

    /// Those requests that are in order and that their callers may make. Whoever may not is told, unless it may have been done before, by somebody
    /// who might do it then (R1).
    fn plain_entries<'a>(
        &self,
        unit: &mut dyn UnitOfWork,
        asked: &[&'a dyn Asked],
        decisions: &mut Decisions,
    ) -> Result<Vec<Entry<'a>>> {
        let mut entries = Vec::with_capacity(asked.len());
        for (index, asked) in asked.iter().copied().enumerate() {
            if !self.is_plain(asked.request()) {
                continue;
            }
            match entry(unit, index, asked) {
                Ok(entry) => entries.extend(entry),
                Err(error) if is_fatal(&error) => return Err(error),
                Err(_) if asked.key().is_some() => {}
                Err(error) => put(decisions, index, Decided::refused(asked.request().refused(error))),
            }
        }
        Ok(entries)
    }

    /// Whether a request is in order as far as can be told without a look at anything.
    fn is_plain(&self, request: &LedgerRequest) -> bool {
        let is_plain = |key: &ChargeKey| {
            let meter = self.settings().meters.get(key.meter.as_str());
            meter.is_ok() && key.resource_id.check_callers_own().is_ok()
        };
        match request {
            LedgerRequest::Charge(request) => is_plain(&request.key),
            LedgerRequest::Release(request) => is_plain(&request.key),
            LedgerRequest::Reserve(request) => is_plain(&request.charge.key),
            LedgerRequest::CommitReservation(_) | LedgerRequest::ReleaseReservation(_) => true,
        }
    }
}

/// The request, when its caller may make it; `None` when it leads nowhere.
fn entry<'a>(unit: &mut dyn UnitOfWork, index: usize, asked: &'a dyn Asked) -> Result<Option<Entry<'a>>> {
    let LedgerPlace { target, key, act } = LedgerPlace::of(unit, asked.request())?;
    let sight = sight_of_usage(unit, asked.actor(), target, act)?;
    let Some(key) = key else { return Ok(None) };
    Ok(Some(Entry {
        index,
        asked,
        target,
        key,
        sight,
    }))
}

/// Locks the chains of those entries that nobody else has locked, and leaves the others out.
fn lock<'a>(unit: &mut dyn UnitOfWork, entries: Vec<Entry<'a>>) -> Result<Trees<'a>> {
    let wanted = entries
        .iter()
        .map(|entry| (entry.target, entry.key.meter.clone()));
    let wanted: Vec<_> = wanted.collect::<BTreeSet<_>>().into_iter().collect();
    let mut trees = Trees::new();
    let mut locked = BTreeMap::new();
    for chain in unit.balances().lock_free_chains(&wanted)? {
        let tree = trees.entry(chain.workspace).or_default();
        tree.version = chain.tree_version;
        locked.insert((chain.target, chain.meter.clone()), chain.workspace);
        tree.chains.add(chain);
    }
    for entry in entries {
        let workspace = locked.get(&(entry.target, entry.key.meter.clone()));
        if let Some(tree) = workspace.and_then(|workspace| trees.get_mut(workspace)) {
            tree.entries.push(entry);
        }
    }
    Ok(trees)
}

fn standings(unit: &mut dyn UnitOfWork, trees: &Trees<'_>) -> Result<Vec<Standing>> {
    let keys: Vec<(WorkspaceId, Vec<ChargeKey>)> = trees
        .iter()
        .map(|(workspace, tree)| {
            let keys: BTreeSet<&ChargeKey> = tree.entries.iter().map(|entry| &entry.key).collect();
            (*workspace, keys.into_iter().cloned().collect())
        })
        .collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let asked: Vec<_> = keys
        .iter()
        .map(|(workspace, keys)| (*workspace, keys.as_slice()))
        .collect();
    Ok(unit.charges().standings(&asked)?)
}

/// Whether a request changes when its workspace is to be looked at, for which it must be locked before chains are.
fn must_wake(entry: &Entry<'_>, workspace: &Workspace, now: Timestamp) -> bool {
    match entry.asked.request() {
        LedgerRequest::Reserve(request) => !workspace.has_due_transition(request.ttl.after(now)),
        _ => false,
    }
}
