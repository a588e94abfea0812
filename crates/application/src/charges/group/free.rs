use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::capacity::{NodeId, TargetId};
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{Meter, Timestamp};

use super::entry::{Entry, LedgerPlace, is_fatal};
use super::{Asked, Decided, Decision, Decisions, LedgerRequest, all_unavailable, none, put};
use crate::access::sight_of_usage;
use crate::charges::{Book, LockedChains};
use crate::error::{Error, Result};
use crate::ports::{ChargeKey, LedgerChange, MeterChain, Standing, StoreError, UnitOfWork};
use crate::service::Tenantry;

/// What keeps others from what is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Nothing until it is saved, and it is saved where nobody was there meanwhile. Two journeys to a database elsewhere.
    Look,
    /// Where the chains begin is locked first.
    Lock,
}

impl Way {
    /// The shortest that does for all of them.
    fn of(asked: &[&dyn Asked]) -> Self {
        if asked.iter().all(|asked| is_simple(*asked)) {
            Self::Look
        } else {
            Self::Lock
        }
    }
}

/// What was decided, and is not saved yet.
struct Draft {
    way: Way,
    unit: Box<dyn UnitOfWork>,
    changes: Vec<LedgerChange>,
    decisions: Decisions,
}

impl Draft {
    /// Saves it, and opens again what others were in the way of.
    fn save(mut self) -> Result<Decisions> {
        if self.decisions.iter().any(Decision::is_done) {
            let left_out = match self.way {
                Way::Look => self.unit.charges().save_free(&self.changes)?,
                Way::Lock => {
                    self.unit.charges().save(&self.changes)?;
                    BTreeSet::new()
                }
            };
            self.unit.commit()?;
            for decision in &mut self.decisions {
                decision.open_again(&left_out);
            }
        }
        Ok(self.decisions)
    }
}

/// The requests about one workspace, with what they rest on.
type Opened<'a> = (Book, Vec<Entry<'a>>);

/// The first nodes of chains that are locked, each for a meter.
type Firsts = BTreeSet<(NodeId, Meter)>;

impl Tenantry {
    /// Decides those requests that nothing is in the way of, of however many workspaces, at once and without waiting for anybody: so no tree waits for
    /// another. The others are left.
    pub fn decide_free(&self, asked: &[&dyn Asked]) -> Decisions {
        if !asked.iter().any(|asked| self.is_plain(asked.request())) {
            return none(asked.len());
        }
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
        let store = &self.parts.store;
        if Way::of(asked) == Way::Look {
            let unit = store.begin_decision()?;
            match self.draft(unit, asked, Way::Look) {
                // A connection that was idle may be dead, which beginning a transaction finds out. Nothing was saved yet.
                Err(Error::Store(StoreError::Unavailable(_))) => {}
                draft => return draft?.save(),
            }
        }
        self.draft(store.begin_write()?, asked, Way::Lock)?.save()
    }

    fn draft(&self, mut unit: Box<dyn UnitOfWork>, asked: &[&dyn Asked], way: Way) -> Result<Draft> {
        let now = self.now();
        let mut decisions = none(asked.len());
        let entries = self.plain_entries(&mut *unit, asked, &mut decisions)?;
        let opened = match way {
            Way::Look => look(&mut *unit, entries, now)?,
            Way::Lock => lock(&mut *unit, entries, (now, &mut decisions))?,
        };
        let mut changes = Vec::new();
        for (book, entries) in opened {
            changes.extend(self.decide_entries(&mut *unit, book, &entries, &mut decisions)?);
        }
        Ok(Draft {
            way,
            unit,
            changes,
            decisions,
        })
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
                Err(error) => {
                    let refused = Decided::refused(asked.request().refused(error));
                    put(decisions, index, Decision::Made(refused));
                }
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

/// Whether all that a request changes is saved with what is decided about the ledger.
fn is_simple(asked: &dyn Asked) -> bool {
    let is_of_ledger = matches!(
        asked.request(),
        LedgerRequest::Charge(_) | LedgerRequest::Release(_)
    );
    is_of_ledger && asked.key().is_none()
}

/// Reads what requests rest on. Those are left that are about a reservation: that is more than what is saved of the ledger.
fn look<'a>(unit: &mut dyn UnitOfWork, entries: Vec<Entry<'a>>, now: Timestamp) -> Result<Vec<Opened<'a>>> {
    let standings = look_up(unit, &entries)?;
    let mut opened = open(standings, entries, now);
    for (book, entries) in &mut opened {
        let is_held = |entry: &Entry<'_>| {
            book.charge(&entry.key)
                .is_some_and(|charge| charge.held_by.is_some())
        };
        entries.retain(|entry| !is_held(entry));
    }
    Ok(opened)
}

/// Locks where the chains begin, and reads what requests rest on. Those are left of which somebody else has locked that, and their workspaces told.
fn lock<'a>(
    unit: &mut dyn UnitOfWork,
    entries: Vec<Entry<'a>>,
    (now, decisions): (Timestamp, &mut Decisions),
) -> Result<Vec<Opened<'a>>> {
    let (entries, firsts) = lock_firsts(unit, entries, decisions)?;
    let mut standings = look_up(unit, &entries)?;
    for standing in &mut standings {
        standing.chains.retain(|chain| begins_at(chain, &firsts));
    }
    Ok(open(standings, entries, now))
}

fn lock_firsts<'a>(
    unit: &mut dyn UnitOfWork,
    entries: Vec<Entry<'a>>,
    decisions: &mut Decisions,
) -> Result<(Vec<Entry<'a>>, Firsts)> {
    let wanted: BTreeSet<_> = entries.iter().map(Entry::chain).collect();
    let wanted: Vec<_> = wanted.into_iter().collect();
    let mut heads = BTreeMap::new();
    if !wanted.is_empty() {
        for head in unit.balances().lock_free_heads(&wanted)? {
            heads.insert((head.target, head.meter.clone()), head);
        }
    }
    let (mut free, mut firsts) = (Vec::with_capacity(entries.len()), Firsts::new());
    for entry in entries {
        match heads.get(&entry.chain()) {
            Some(head) if head.is_held => {
                firsts.insert((head.node, head.meter.clone()));
                free.push(entry);
            }
            Some(head) => put(decisions, entry.index, Decision::Open(Some(head.workspace))),
            None => {}
        }
    }
    Ok((free, firsts))
}

/// Whether nobody else changes what the chain is like: one that was moved in the last moment begins elsewhere.
fn begins_at(chain: &MeterChain, firsts: &Firsts) -> bool {
    let first = chain.nodes.first();
    first.is_some_and(|(node, _)| firsts.contains(&(*node, chain.meter.clone())))
}

fn look_up(unit: &mut dyn UnitOfWork, entries: &[Entry<'_>]) -> Result<Vec<Standing>> {
    let asked: BTreeSet<_> = entries.iter().map(|entry| (entry.target, &entry.key)).collect();
    let asked: Vec<_> = asked
        .into_iter()
        .map(|(target, key)| (target, key.clone()))
        .collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    Ok(unit.charges().look_up(&asked)?)
}

/// Puts requests and what they rest on together. Those are left of which the chain is not there, or the workspace is to be looked at first.
fn open(standings: Vec<Standing>, entries: Vec<Entry<'_>>, now: Timestamp) -> Vec<Opened<'_>> {
    let mut waiting: BTreeMap<(TargetId, Meter), Vec<Entry<'_>>> = BTreeMap::new();
    for entry in entries {
        waiting.entry(entry.chain()).or_default().push(entry);
    }
    let is_due = |standing: &Standing| standing.workspace.has_due_transition(now);
    let standings = standings.into_iter().filter(|standing| !is_due(standing));
    let opened = standings.map(|mut standing| {
        let (mut chains, mut entries) = (LockedChains::default(), Vec::new());
        for chain in std::mem::take(&mut standing.chains) {
            let place = (chain.target, chain.meter.clone());
            entries.extend(waiting.remove(&place).into_iter().flatten());
            chains.add(chain);
        }
        entries.retain(|entry| !must_wake(entry, &standing.workspace, now));
        entries.sort_by_key(|entry| entry.index);
        (Book::of(chains, standing), entries)
    });
    opened.collect()
}

/// Whether a request changes when its workspace is to be looked at, for which it must be locked before chains are.
fn must_wake(entry: &Entry<'_>, workspace: &Workspace, now: Timestamp) -> bool {
    match entry.asked.request() {
        LedgerRequest::Reserve(request) => !workspace.has_due_transition(request.ttl.after(now)),
        _ => false,
    }
}
