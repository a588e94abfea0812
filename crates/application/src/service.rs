use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tenantry_domain::team::TeamScope;
use tenantry_domain::workspace::Permission;
use tenantry_domain::{EventId, TeamId, Timestamp, UserId, WorkspaceId};
use tracing::field::display;

use crate::access::{Access, TeamAccess, admit, authorize, authorize_team, viewer};
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::event::{Event, EventKind, EventPlace};
use crate::idempotency::{Once, keep};
use crate::mails::Mails;
use crate::ports::{
    Clock, Glances, IdSource, LicenseSource, Look, PaymentProvider, PictureHost, SecretSource, Store,
    StoreError, UnitOfWork, Viewer, WorkspacePlace,
};
use crate::settings::Settings;

/// How often a transaction that was in another one's way is run before the caller is asked to come back later.
const ATTEMPTS: u32 = 12;
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

/// How often a workspace is settled before its work. Once does, unless something becomes due in between.
const SETTLEMENTS: u32 = 4;

/// What came of an attempt at some work in a workspace.
pub(crate) enum Attempt<T> {
    /// It is done.
    Done(T),
    /// Nothing was done: this workspace has to be settled first.
    Due(WorkspaceId),
}

impl<T> Attempt<T> {
    /// Goes on, unless something is due.
    fn map<U>(self, work: impl FnOnce(T) -> Result<U>) -> Result<Attempt<U>> {
        match self {
            Self::Done(outcome) => work(outcome).map(Attempt::Done),
            Self::Due(workspace) => Ok(Attempt::Due(workspace)),
        }
    }
}

/// What [`Tenantry`] is made of.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub ids: Arc<dyn IdSource>,
    /// Randomness for secrets.
    pub secrets: Arc<dyn SecretSource>,
    /// Whoever collects the money.
    pub payments: Arc<dyn PaymentProvider>,
    /// Where pictures are hosted.
    pub pictures: Arc<dyn PictureHost>,
    /// The licence.
    pub licenses: Arc<dyn LicenseSource>,
    /// What the deployment has set.
    pub settings: Settings,
}

/// Every use case. Cheap to clone.
#[derive(Clone)]
pub struct Tenantry {
    pub(crate) parts: Arc<Parts>,
    pub(crate) mails: Arc<Mails>,
    retries: Arc<AtomicU64>,
}

impl Tenantry {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self {
            parts: Arc::new(parts),
            mails: Arc::default(),
            retries: Arc::default(),
        }
    }

    /// How often a transaction was run again because another one was in its way, since the parts were put together.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// What the deployment has set.
    pub fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// Runs some reading in one transaction.
    pub(crate) fn read<T>(&self, work: impl Fn(&mut dyn UnitOfWork) -> Result<T>) -> Result<T> {
        self.retrying(|| work(&mut *self.parts.store.begin_read()?))
    }

    /// Runs some work in one transaction and saves it when it succeeds. It is run again when another transaction was in the way, so it
    /// must have no effect beside the transaction.
    pub(crate) fn write<T>(&self, work: impl Fn(&mut dyn UnitOfWork) -> Result<T>) -> Result<T> {
        self.retrying(|| {
            let mut unit = self.parts.store.begin_write()?;
            let outcome = work(&mut *unit)?;
            unit.commit()?;
            Ok(outcome)
        })
    }

    /// The same, but saves nothing when it is only asked what would come of it.
    pub(crate) fn write_unless<T>(
        &self,
        only_asked: bool,
        work: impl Fn(&mut dyn UnitOfWork) -> Result<T>,
    ) -> Result<T> {
        if !only_asked {
            return self.write(work);
        }
        self.retrying(|| work(&mut *self.parts.store.begin_write()?))
    }

    /// Reads in a workspace, for somebody who may.
    pub(crate) fn read_in<T>(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        permission: Permission,
        work: impl Fn(&mut dyn UnitOfWork, &Access) -> Result<T>,
    ) -> Result<T> {
        self.settled(|now| {
            self.read(|unit| {
                let access = authorize(unit, actor, WorkspacePlace::Id(workspace), permission)?;
                if access.workspace.has_due_transition(now) {
                    return Ok(Attempt::Due(workspace));
                }
                work(unit, &access).map(Attempt::Done)
            })
        })
    }

    /// Looks at something in a workspace, in one statement, for somebody who may. Without a transaction there is nothing to begin and to end,
    /// which on a server are two journeys out of three.
    pub(crate) fn glance<T>(
        &self,
        actor: &Actor,
        (place, permission): (WorkspacePlace, Permission),
        look: impl Fn(&dyn Glances, Viewer) -> Look<T>,
    ) -> Result<T> {
        let viewer = viewer(actor, place, permission)?;
        self.settled(|now| {
            let glance = self.retrying(|| Ok(look(&*self.parts.store, viewer)?))?;
            let glance = admit(glance, place, permission)?;
            if glance.has_due_transition(now) {
                return Ok(Attempt::Due(glance.workspace_id));
            }
            if matches!(place, WorkspacePlace::Of(_)) {
                tracing::Span::current().record("workspace_id", display(glance.workspace_id));
            }
            Ok(Attempt::Done(glance.seen))
        })
    }

    /// The same for what members alone see.
    pub(crate) fn glance_as_member<T>(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        look: impl Fn(&dyn Glances, UserId) -> Look<T>,
    ) -> Result<T> {
        let place = (WorkspacePlace::Id(workspace), Permission::Read);
        self.glance(actor, place, |store, viewer| match viewer {
            Viewer::Member(user) => look(store, user),
            Viewer::Machine => Ok(None),
        })
    }

    /// Changes something in a workspace that is not archived, unless that may be changed there too (W3), for somebody who may; other changes of
    /// the workspace wait.
    pub(crate) fn change_in<T>(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        permission: Permission,
        work: impl Fn(&mut dyn UnitOfWork, Access) -> Result<T>,
    ) -> Result<T> {
        self.change_once_in(&Once::default(), actor, workspace, permission, work)
    }

    /// The same, only once when the request has a key (R1).
    pub(crate) fn change_once_in<T>(
        &self,
        once: &Once<'_, T>,
        actor: &Actor,
        workspace: WorkspaceId,
        permission: Permission,
        work: impl Fn(&mut dyn UnitOfWork, Access) -> Result<T>,
    ) -> Result<T> {
        self.settled(|now| {
            self.write(|unit| {
                self.claim(unit, actor, once)?;
                let access = enter(unit, actor, (workspace, permission), now)?;
                access.map(|access| {
                    let outcome = work(unit, access)?;
                    keep(unit, actor, once, &outcome)?;
                    Ok(outcome)
                })
            })
        })
    }

    /// Reads in a team, for somebody who may.
    pub(crate) fn read_team<T>(
        &self,
        actor: &Actor,
        team: TeamId,
        scope: Option<TeamScope>,
        work: impl Fn(&mut dyn UnitOfWork, &TeamAccess) -> Result<T>,
    ) -> Result<T> {
        self.settled(|now| {
            self.read(|unit| {
                let access = authorize_team(unit, actor, team, scope)?;
                if access.workspace.has_due_transition(now) {
                    return Ok(Attempt::Due(access.workspace.id));
                }
                work(unit, &access).map(Attempt::Done)
            })
        })
    }

    /// Changes something in a team whose workspace is not archived, for somebody who may; other changes of the workspace wait.
    pub(crate) fn change_team<T>(
        &self,
        actor: &Actor,
        team: TeamId,
        scope: Option<TeamScope>,
        work: impl Fn(&mut dyn UnitOfWork, TeamAccess) -> Result<T>,
    ) -> Result<T> {
        self.change_team_once(&Once::default(), actor, (team, scope), work)
    }

    /// The same, only once when the request has a key (R1).
    pub(crate) fn change_team_once<T>(
        &self,
        once: &Once<'_, T>,
        actor: &Actor,
        (team, scope): (TeamId, Option<TeamScope>),
        work: impl Fn(&mut dyn UnitOfWork, TeamAccess) -> Result<T>,
    ) -> Result<T> {
        self.settled(|now| {
            self.write(|unit| {
                self.claim(unit, actor, once)?;
                let access = enter_team(unit, actor, (team, scope), now)?;
                access.map(|access| {
                    let outcome = work(unit, access)?;
                    keep(unit, actor, once, &outcome)?;
                    Ok(outcome)
                })
            })
        })
    }

    /// Settles what time has brought to a workspace before anything is done in it. In a transaction of its own, so that it stays settled when
    /// the work is refused. The attempt is told by which moment to judge what is due: where something becomes due all the time, that is no later
    /// than the last settling, or nobody would ever get to work.
    pub(crate) fn settled<T>(&self, attempt: impl Fn(Timestamp) -> Result<Attempt<T>>) -> Result<T> {
        let mut now = self.now();
        for _ in 0..SETTLEMENTS {
            match attempt(now)? {
                Attempt::Done(outcome) => return Ok(outcome),
                Attempt::Due(workspace) => {
                    now = self.now();
                    self.settle(workspace)?;
                }
            }
        }
        Err(Error::Inconsistent(
            "a workspace stays due however often it is settled".into(),
        ))
    }

    /// Appends an event (V1).
    pub(crate) fn record(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        place: impl Into<EventPlace>,
        (kind, subject): (EventKind, &dyn ToString),
        changes: impl Into<Value>,
    ) -> Result<()> {
        let id = EventId::from_uuid(self.parts.ids.fresh());
        let (actor, subject) = (by.to_string(), subject.to_string());
        let EventPlace { workspace, team } = place.into();
        let event = Event {
            id,
            at: self.now(),
            actor,
            workspace_id: workspace,
            team_id: team,
            kind,
            subject,
            changes: changes.into(),
        };
        Ok(unit.events().append(&event)?)
    }

    /// Half of the patience is for trying again, and half for the last attempt, which may wait for a lock.
    fn retrying<T>(&self, attempt: impl Fn() -> Result<T>) -> Result<T> {
        let begun = Instant::now();
        let mut number = 1;
        loop {
            match attempt() {
                Err(Error::Store(cause @ StoreError::Retry(_))) => {
                    if number >= ATTEMPTS || begun.elapsed() >= self.parts.settings.patience / 2 {
                        return Err(StoreError::Unavailable(cause.into()).into());
                    }
                    self.retries.fetch_add(1, Ordering::Relaxed);
                    tracing::debug!(attempt = number, %cause, "another transaction was in the way, trying again");
                    std::thread::sleep(self.pause(number));
                    number += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// A random part of a time that doubles with every attempt, so that rivals do not meet again.
    fn pause(&self, attempt: u32) -> Duration {
        let longest = LONGEST_PAUSE.min(Duration::from_millis(1 << attempt.min(10)));
        let [.., a, b] = self.parts.ids.fresh().into_bytes();
        longest * u32::from(u16::from_be_bytes([a, b])) / u32::from(u16::MAX)
    }
}

/// Lets somebody change a workspace, while others wait.
fn enter(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    (workspace, permission): (WorkspaceId, Permission),
    now: Timestamp,
) -> Result<Attempt<Access>> {
    // Asked before the lock, so that a stranger does not hold it, and after it, since the answer may have changed meanwhile.
    authorize(unit, actor, WorkspacePlace::Id(workspace), permission)?;
    unit.workspaces().lock(workspace)?;
    let access = authorize(unit, actor, WorkspacePlace::Id(workspace), permission)?;
    if !permission.reaches_archived() {
        access.workspace.check_changeable()?;
    }
    if access.workspace.has_due_transition(now) {
        Ok(Attempt::Due(workspace))
    } else {
        Ok(Attempt::Done(access))
    }
}

/// Lets somebody change a team, while others wait who change its workspace.
fn enter_team(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    (team, scope): (TeamId, Option<TeamScope>),
    now: Timestamp,
) -> Result<Attempt<TeamAccess>> {
    // Asked before the lock and after it, as in a workspace.
    let before = authorize_team(unit, actor, team, scope)?;
    unit.workspaces().lock(before.workspace.id)?;
    let access = authorize_team(unit, actor, team, scope)?;
    access.workspace.check_changeable()?;
    if access.workspace.has_due_transition(now) {
        Ok(Attempt::Due(access.workspace.id))
    } else {
        Ok(Attempt::Done(access))
    }
}
