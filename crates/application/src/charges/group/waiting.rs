use tenantry_domain::workspace::Workspace;
use tenantry_domain::{Timestamp, WorkspaceId};

use super::entry::{Entry, LedgerPlace, is_fatal};
use super::{Asked, Decided, Decision, Decisions, LedgerRequest, all_unavailable, none, put};
use crate::access::authorize_usage;
use crate::charges::{Book, ReleaseRequest, Wanted};
use crate::error::{Error, Noun, Result};
use crate::ports::{StoreError, UnitOfWork, WorkspacePlace};
use crate::service::{Attempt, Tenantry};

/// The requests about one workspace, as it was before its chains are locked.
struct Queue<'a> {
    workspace: Workspace,
    entries: Vec<Entry<'a>>,
}

impl Tenantry {
    /// Decides the first of these requests and the others about its workspace, in one transaction that waits for whoever is in the way. What time has
    /// brought to the workspace is settled before.
    pub(super) fn decide_one_workspace(&self, asked: &[&dyn Asked]) -> Decisions {
        let decided = self.settled(|now| self.write(|unit| self.try_waiting(unit, asked, now)));
        match (decided, asked) {
            (Ok(decisions), _) => decisions,
            (Err(error), [_]) => vec![Decision::Made(Decided::refused(error))],
            (Err(Error::Store(StoreError::Unavailable(cause))), _) => all_unavailable(asked.len(), cause),
            // What is wrong with one of them is nothing to the others.
            (Err(_), _) => asked
                .iter()
                .flat_map(|one| self.decide_one_workspace(&[*one]))
                .collect(),
        }
    }

    fn try_waiting(
        &self,
        unit: &mut dyn UnitOfWork,
        asked: &[&dyn Asked],
        now: Timestamp,
    ) -> Result<Attempt<Decisions>> {
        let mut decisions = none(asked.len());
        let Some(queue) = self.queue(unit, asked, &mut decisions)? else {
            return Ok(Attempt::Done(decisions));
        };
        if queue.workspace.has_due_transition(now) {
            return Ok(Attempt::Due(queue.workspace.id));
        }
        let workspace = queue.workspace.clone();
        let entries = self.in_order(unit, queue, &mut decisions)?;
        if entries.is_empty() {
            return Ok(Attempt::Done(decisions));
        }
        let book = open(unit, &workspace, &entries)?;
        if let Some(change) = self.decide_entries(unit, book, &entries, &mut decisions)? {
            unit.charges().save(&[change])?;
        }
        Ok(Attempt::Done(decisions))
    }

    /// The requests about the workspace of the first whose caller may make it. Those about others are left.
    fn queue<'a>(
        &self,
        unit: &mut dyn UnitOfWork,
        asked: &[&'a dyn Asked],
        decisions: &mut Decisions,
    ) -> Result<Option<Queue<'a>>> {
        let mut queue: Option<Queue<'a>> = None;
        for (index, asked) in asked.iter().copied().enumerate() {
            match self.enter(unit, index, asked) {
                Ok((workspace, entry)) => {
                    let queue = queue.get_or_insert_with(|| Queue::of(workspace.clone()));
                    if queue.workspace.id == workspace.id {
                        queue.entries.push(entry);
                    }
                }
                Err(error) if is_fatal(&error) => return Err(error),
                Err(error) => put(
                    decisions,
                    index,
                    Decision::Made(Decided::refused(asked.request().refused(error))),
                ),
            }
        }
        Ok(queue)
    }

    /// A request with the workspace that it is about, unless it was done before (R1).
    fn enter<'a>(
        &self,
        unit: &mut dyn UnitOfWork,
        index: usize,
        asked: &'a dyn Asked,
    ) -> Result<(Workspace, Entry<'a>)> {
        if let Some(request) = asked.key() {
            self.recall(unit, asked.actor(), request)?;
        }
        let LedgerPlace { target, key, act } = LedgerPlace::of(unit, asked.request())?;
        let access = authorize_usage(unit, asked.actor(), target, act)?;
        let entry = Entry {
            index,
            asked,
            target,
            key: key.ok_or(Error::NotFound(Noun::Reservation))?,
            sight: access.sight,
        };
        Ok((access.workspace, entry))
    }

    /// Those entries that are in order.
    fn in_order<'a>(
        &self,
        unit: &mut dyn UnitOfWork,
        Queue { workspace, entries }: Queue<'a>,
        decisions: &mut Decisions,
    ) -> Result<Vec<Entry<'a>>> {
        let mut in_order = Vec::with_capacity(entries.len());
        for entry in entries {
            match self.check_request(unit, workspace.id, entry.asked.request()) {
                Ok(()) => in_order.push(entry),
                Err(error) if is_fatal(&error) => return Err(error),
                Err(error) => put(
                    decisions,
                    entry.index,
                    Decision::Made(Decided {
                        workspace: Some(workspace.id),
                        answer: Err(error),
                    }),
                ),
            }
        }
        Ok(in_order)
    }

    fn check_request(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: WorkspaceId,
        request: &LedgerRequest,
    ) -> Result<()> {
        match request {
            LedgerRequest::Charge(request) => request.check(self.settings()),
            LedgerRequest::Reserve(request) => request.charge.check(self.settings()),
            LedgerRequest::Release(ReleaseRequest { key, .. }) => {
                key.resource_id.check_callers_own()?;
                self.check_meter(unit, workspace, key)
            }
            LedgerRequest::CommitReservation(_) | LedgerRequest::ReleaseReservation(_) => Ok(()),
        }
    }
}

impl Queue<'_> {
    fn of(workspace: Workspace) -> Self {
        Self {
            workspace,
            entries: Vec::new(),
        }
    }
}

/// Locks what the entries need. The workspace is where the next expiry is noted, and is locked before chains are; looked at again, since it may
/// have changed.
fn open(unit: &mut dyn UnitOfWork, workspace: &Workspace, entries: &[Entry<'_>]) -> Result<Book> {
    let mut wanted = Wanted::default();
    for entry in entries {
        wanted.add(entry.target, &entry.key);
    }
    let reserves = |entry: &Entry<'_>| matches!(entry.asked.request(), LedgerRequest::Reserve(_));
    if !entries.iter().any(reserves) {
        return Book::open(unit, workspace, &wanted);
    }
    unit.workspaces().lock(workspace.id)?;
    let locked = unit.workspaces().find(WorkspacePlace::Id(workspace.id))?;
    let locked = locked.ok_or(Error::NotFound(Noun::Workspace))?;
    Ok(Book::open(unit, &locked, &wanted)?.owning_workspace())
}
