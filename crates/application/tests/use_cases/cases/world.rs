//! A deployment, and shortcuts to the states that tests start from.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tenantry_application::charges::{
    Batch, BatchRow, ChargeRequest, Charged, LedgerRequest, Operation, ReservationRequest, RowOutcome,
    TransferRequest,
};
use tenantry_application::event::{EventKind, EventPlace};
use tenantry_application::idempotency::Once;
use tenantry_application::page::{PageRequest, PageSize, Position};
use tenantry_application::ports::{
    ChargeKey, Clock, IdSource, LicenseSource, PaymentProvider, SecretSource, Store,
};
use tenantry_application::precondition::Precondition;
use tenantry_application::teams::NewTeam;
use tenantry_application::{
    Actor, Error, Machine, NewBillingAccount, NewOrganization, NewWorkspace, OrganizationChanges,
    OrganizationView, Parts, Patch, Scope, Settings, Tenantry,
};
use tenantry_domain::billing::{BillingAccount, BillingMode, Currency, Metadata, Quantities, Subscription};
use tenantry_domain::capacity::TargetId;
use tenantry_domain::charge::Charge;
use tenantry_domain::license::License;
use tenantry_domain::organization::Branding;
use tenantry_domain::reservation::{Reservation, TimeToLive};
use tenantry_domain::team::{SystemRole, TeamMember};
use tenantry_domain::user::{Identity, Said};
use tenantry_domain::{
    BillingAccountId, BillingEnforcement, Limit, Meter, OrganizationId, Quantity, ReservationId, TeamId,
    Timestamp, Units, WorkspaceId,
};
use uuid::Uuid;

use super::ledger::{Ask, charged, reservation};
use super::pictures::Gallery;
use crate::database::Database;
use crate::recorder::{Stop, stop_before_saving};

/// How long transactions may take to get into one another's way.
const PATIENCE: Duration = Duration::from_secs(20);
const MOMENT: Duration = Duration::from_millis(20);

pub struct World {
    pub app: Tenantry,
    pub store: Arc<dyn Store>,
    clock: Arc<StoppedClock>,
    payments: Arc<Payments>,
    pub licenses: Arc<Licenses>,
    pub pictures: Arc<Gallery>,
    pub database: Database,
}

/// The licence that is installed.
#[derive(Default)]
pub struct Licenses(pub Mutex<Option<Arc<License>>>);

impl LicenseSource for Licenses {
    fn license(&self) -> Option<Arc<License>> {
        self.0.lock().unwrap().clone()
    }
}

/// Goes on only when it is told to, unless it is told to go on whenever it is looked at.
struct StoppedClock {
    now: Mutex<Timestamp>,
    tick: Mutex<Duration>,
}

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        let mut now = self.now.lock().unwrap();
        *now = now.plus(*self.tick.lock().unwrap());
        *now
    }
}

struct Payments(AtomicBool);

impl PaymentProvider for Payments {
    fn has_payment_method(&self, _account: &BillingAccount) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Every deployment counts from elsewhere, also over the same data.
static FIRST_ID: AtomicU64 = AtomicU64::new(1);

struct Counter(AtomicU64);

impl IdSource for Counter {
    fn fresh(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst) + 1))
    }
}

/// A different secret every time.
impl SecretSource for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.fresh().into_bytes();
        bytes
            .iter_mut()
            .zip(number.into_iter().rev().cycle())
            .for_each(|(to, from)| *to = from);
    }
}

impl World {
    /// Everybody can pay, and billing binds.
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    pub fn enforcing(enforcement: BillingEnforcement) -> Self {
        Self::with(Settings {
            enforcement,
            ..Settings::default()
        })
    }

    pub fn with(settings: Settings) -> Self {
        Self::over(super::database(), settings)
    }

    /// The same data, with other settings.
    pub fn restarted_with(&self, settings: Settings) -> Self {
        Self::over(self.database.clone(), settings)
    }

    fn over(database: Database, settings: Settings) -> Self {
        let store = database.store.clone();
        let clock = Arc::new(StoppedClock {
            now: Mutex::new(Timestamp::EPOCH.plus_days(20_000)),
            tick: Mutex::default(),
        });
        let payments = Arc::new(Payments(AtomicBool::new(true)));
        let licenses = Arc::<Licenses>::default();
        let pictures = Arc::<Gallery>::default();
        let first_id = FIRST_ID.fetch_add(1 << 32, Ordering::SeqCst);
        let counter = Arc::new(Counter(AtomicU64::new(first_id)));
        let app = Tenantry::new(Parts {
            store: store.clone(),
            clock: clock.clone(),
            ids: counter.clone(),
            secrets: counter,
            payments: payments.clone(),
            pictures: pictures.clone(),
            licenses: licenses.clone(),
            settings,
        });
        Self {
            app,
            store,
            clock,
            payments,
            licenses,
            pictures,
            database,
        }
    }

    /// Runs the first until it has done everything but saved it, then the second until it waits for the first or is done, and then both to
    /// their ends.
    pub fn interleave<A: Send, B: Send>(
        &self,
        first: impl FnOnce() -> A + Send,
        second: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        let (arrived, has_arrived) = channel();
        let (go_on, may_go_on) = channel();
        thread::scope(|scope| {
            let first = scope.spawn(move || {
                stop_before_saving(Stop { arrived, may_go_on });
                first()
            });
            has_arrived.recv().unwrap();
            let second = scope.spawn(second);
            self.until(|| second.is_finished());
            go_on.send(()).unwrap();
            (first.join().unwrap(), second.join().unwrap())
        })
    }

    /// Waits until a transaction waits for another, or something else is so; for a moment, where the former cannot be told.
    fn until(&self, otherwise: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            thread::sleep(MOMENT);
            if (self.database.waiting)().is_none_or(|waiting| waiting > 0) || otherwise() {
                return;
            }
            assert!(Instant::now() < end, "nobody waits");
        }
    }

    /// Every chain follows from the tree, and every balance from the ledger and the subscriptions.
    pub fn is_exact(&self) {
        let report = self.app.verify(false, |_| {}).unwrap();
        assert_eq!((report.wrong_chains, report.wrong_balances), (vec![], vec![]));
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn pass(&self, time: Duration) {
        let mut now = self.clock.now.lock().unwrap();
        *now = now.plus(time);
    }

    pub fn pass_days(&self, days: u32) {
        let mut now = self.clock.now.lock().unwrap();
        *now = now.plus_days(days);
    }

    pub fn pass_months(&self, months: u32) {
        let mut now = self.clock.now.lock().unwrap();
        *now = now.plus_months(months);
    }

    /// Has so much time pass whenever somebody looks at the clock.
    pub fn tick(&self, time: Duration) {
        *self.clock.tick.lock().unwrap() = time;
    }

    pub fn nobody_can_pay(&self) {
        self.payments.0.store(false, Ordering::SeqCst);
    }

    pub fn person(&self, name: &str) -> Actor {
        let identity = Identity {
            issuer: "test".into(),
            subject: name.into(),
        };
        Actor::Person(self.app.identify(&identity, &Said::default()).unwrap().id)
    }

    pub fn workspace(&self, owner: &Actor, mode: BillingMode) -> WorkspaceId {
        let new = NewWorkspace {
            name: "ACME".parse().unwrap(),
            description: None,
            billing_mode: mode,
        };
        self.app
            .create_workspace(owner, &new, &Once::default())
            .unwrap()
            .workspace
            .id
    }

    pub fn account(&self, owner: &Actor, workspace: WorkspaceId) -> BillingAccountId {
        self.try_account(owner, workspace).unwrap()
    }

    pub fn try_account(&self, owner: &Actor, workspace: WorkspaceId) -> Result<BillingAccountId, Error> {
        let new = NewBillingAccount {
            name: "Payer".parse().unwrap(),
            email: "billing@example.com".parse().unwrap(),
            phone: None,
            description: None,
            currency: Currency::Eur,
            address: None,
        };
        self.app
            .create_billing_account(owner, workspace, &new, &Once::default())
            .map(|account| account.id)
    }

    /// Gives a root to another account (B5).
    pub fn relink(
        &self,
        owner: &Actor,
        workspace: WorkspaceId,
        root: OrganizationId,
        account: BillingAccountId,
    ) -> Result<(), Error> {
        let changes = OrganizationChanges {
            billing_account_id: Patch::Set(account),
            ..OrganizationChanges::default()
        };
        self.app
            .update_organization(owner, workspace, root, &changes, &Precondition::default())
            .map(drop)
    }

    pub fn subscribe(
        &self,
        owner: &Actor,
        workspace: WorkspaceId,
        account: BillingAccountId,
        pairs: &[(&str, i64)],
    ) -> Subscription {
        let terms = (&quantities(pairs), &Metadata::default());
        self.app
            .create_subscription(owner, workspace, account, terms, &Once::default())
            .unwrap()
            .subscription
    }

    pub fn root(
        &self,
        owner: &Actor,
        workspace: WorkspaceId,
        account: Option<BillingAccountId>,
        limits: &[(&str, u64)],
    ) -> OrganizationId {
        self.app
            .create_root(
                owner,
                workspace,
                &new_organization(account, limits),
                &Once::default(),
            )
            .unwrap()
            .organization
            .id
    }

    pub fn child(
        &self,
        owner: &Actor,
        workspace: WorkspaceId,
        parent: OrganizationId,
        limits: &[(&str, u64)],
    ) -> OrganizationId {
        self.app
            .create_child(
                owner,
                workspace,
                parent,
                &new_organization(None, limits),
                &Once::default(),
            )
            .unwrap()
            .organization
            .id
    }

    /// A team of somebody's in an organization; without one, outside all of them.
    pub fn team(
        &self,
        owner: &Actor,
        organization: Option<OrganizationId>,
        site_limit: Option<u64>,
    ) -> TeamId {
        let new = NewTeam {
            name: "Crew".parse().unwrap(),
            site_limit: site_limit.map(|n| Units::new(n).unwrap()),
            organization_id: organization,
        };
        let made = self.app.create_team(owner, &new, &Once::default()).unwrap();
        made.team.id
    }

    /// Puts somebody into a team who need not be in its workspace.
    pub fn join(&self, team: TeamId, somebody: &Actor, roles: &[SystemRole]) {
        let Actor::Person(user_id) = *somebody else {
            panic!("a person")
        };
        let mut unit = self.store.begin_write().unwrap();
        let workspace = unit.teams().find(team).unwrap().unwrap().workspace_id;
        let member = TeamMember {
            team_id: team,
            user_id,
            roles: roles.iter().map(|role| role.id()).collect(),
            created_at: Timestamp::EPOCH,
        };
        unit.team_members().insert(workspace, &member).unwrap();
        unit.commit().unwrap();
    }

    /// A `single` workspace with this capacity of `locations` and one root.
    pub fn small(&self, owner: &Actor, capacity: i64) -> Small {
        let workspace = self.workspace(owner, BillingMode::Single);
        let account = self.account(owner, workspace);
        let subscription = self.subscribe(owner, workspace, account, &[("locations", capacity)]);
        let root = self.root(owner, workspace, Some(account), &[]);
        Small {
            workspace,
            account,
            subscription,
            root,
        }
    }

    /// Sets limits of an organization, none below what is used.
    pub fn set_limits(
        &self,
        actor: &Actor,
        (workspace, id): (WorkspaceId, OrganizationId),
        limits: &[(&str, Limit)],
    ) -> Result<OrganizationView, Error> {
        let limit = |(name, limit): &(&str, Limit)| (name.parse().unwrap(), *limit);
        let changes = OrganizationChanges {
            limits: limits.iter().map(limit).collect(),
            ..OrganizationChanges::default()
        };
        self.app
            .update_organization(actor, workspace, id, &changes, &Precondition::default())
    }

    /// All that happened of one kind in a workspace or team: to what, and what is told of it.
    pub fn told(&self, place: impl Into<EventPlace>, kind: EventKind) -> Vec<(String, Value)> {
        let page = PageRequest {
            size: PageSize::MAX,
            position: Position::Start,
        };
        let mut unit = self.store.begin_read().unwrap();
        let events = unit.events().list(place.into(), Some(kind), &page).unwrap();
        events
            .items
            .into_iter()
            .map(|event| (event.subject, event.changes))
            .collect()
    }

    pub fn charge(
        &self,
        actor: &Actor,
        target: impl Into<TargetId>,
        resource: &str,
        n: i64,
    ) -> Result<Charged, Error> {
        self.ask(&Ask::charge(actor, target, resource, n)).map(charged)
    }

    /// With the chain locked from when it is decided until it is saved.
    pub fn charge_waiting(
        &self,
        actor: &Actor,
        target: impl Into<TargetId>,
        resource: &str,
        n: i64,
    ) -> Result<Charged, Error> {
        self.ask_waiting(&Ask::charge(actor, target, resource, n))
            .map(charged)
    }

    pub fn release(&self, actor: &Actor, target: impl Into<TargetId>, resource: &str) {
        self.try_release(actor, target, resource).unwrap();
    }

    pub fn try_reserve(
        &self,
        actor: &Actor,
        target: impl Into<TargetId>,
        resource: &str,
        (n, seconds): (i64, i64),
    ) -> Result<Reservation, Error> {
        let request = ReservationRequest {
            charge: ChargeRequest {
                key: key(resource),
                target: target.into(),
                quantity: Quantity::try_from(n).unwrap(),
            },
            ttl: TimeToLive::try_from(seconds).unwrap(),
        };
        let ask = Ask::new(actor, LedgerRequest::Reserve(request));
        self.ask(&ask).map(reservation)
    }

    pub fn commit(&self, actor: &Actor, id: ReservationId) -> Result<Reservation, Error> {
        let ask = Ask::new(actor, LedgerRequest::CommitReservation(id));
        self.ask(&ask).map(reservation)
    }

    pub fn give_back(&self, actor: &Actor, id: ReservationId) -> Result<Reservation, Error> {
        let ask = Ask::new(actor, LedgerRequest::ReleaseReservation(id));
        self.ask(&ask).map(reservation)
    }

    pub fn move_charge(
        &self,
        actor: &Actor,
        resource: &str,
        to: impl Into<TargetId>,
        dry_run: bool,
    ) -> Result<Charge, Error> {
        let request = TransferRequest {
            key: key(resource),
            to: to.into(),
            dry_run,
        };
        self.app
            .move_charge(actor, &request, &Precondition::default(), &Once::default())
    }

    pub fn batch(&self, actor: &Actor, rows: &[BatchRow]) -> Vec<RowOutcome> {
        self.try_batch(actor, rows, false, false).unwrap()
    }

    pub fn try_batch(
        &self,
        actor: &Actor,
        rows: &[BatchRow],
        atomic: bool,
        dry_run: bool,
    ) -> Result<Vec<RowOutcome>, Error> {
        let batch = Batch {
            rows: rows.to_vec(),
            atomic,
            dry_run,
        };
        self.app.batch(actor, &batch, &Once::default())
    }

    pub fn used(&self, actor: &Actor, workspace: WorkspaceId, organization: OrganizationId) -> u64 {
        let view = self.app.organization(actor, workspace, organization).unwrap();
        view.balances
            .get(&locations())
            .map_or(0, |balance| balance.subtree.get())
    }

    pub fn free(&self, actor: &Actor, workspace: WorkspaceId, organization: OrganizationId) -> Option<u64> {
        let limits = self
            .app
            .organization_limits(actor, workspace, organization)
            .unwrap();
        limits.meters[0].free().map(Units::get)
    }
}

pub struct Small {
    pub workspace: WorkspaceId,
    pub account: BillingAccountId,
    pub subscription: Subscription,
    pub root: OrganizationId,
}

pub fn new_organization(account: Option<BillingAccountId>, limits: &[(&str, u64)]) -> NewOrganization {
    NewOrganization {
        name: "Organization".parse().unwrap(),
        billing_account_id: account,
        limits: self::limits(limits),
        picture: None,
        branding: Branding::default(),
    }
}

pub fn limits(pairs: &[(&str, u64)]) -> BTreeMap<Meter, Limit> {
    pairs
        .iter()
        .map(|(name, n)| (name.parse().unwrap(), Limit::AtMost(Units::new(*n).unwrap())))
        .collect()
}

pub fn quantities(pairs: &[(&str, i64)]) -> Quantities {
    let pair = |(name, n): &(&str, i64)| (name.parse().unwrap(), Quantity::try_from(*n).unwrap());
    Quantities::new(pairs.iter().map(pair).collect()).unwrap()
}

pub fn locations() -> Meter {
    "locations".parse().unwrap()
}

pub fn key(resource: &str) -> ChargeKey {
    ChargeKey {
        meter: locations(),
        resource_id: resource.parse().unwrap(),
    }
}

/// A row of a batch.
pub fn row(operation: Operation, target: impl Into<TargetId>, resource: &str) -> BatchRow {
    BatchRow {
        key: key(resource),
        operation,
        target: target.into(),
    }
}

/// Charges so many units.
pub fn charging(n: i64) -> Operation {
    Operation::Charge(Quantity::try_from(n).unwrap())
}

pub fn machine(scopes: &[Scope]) -> Actor {
    Actor::Machine(Machine {
        issuer: "test".into(),
        name: "metering".into(),
        scopes: scopes.iter().copied().collect(),
    })
}
