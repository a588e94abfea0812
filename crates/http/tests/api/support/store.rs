//! A store that keeps a list of what is asked of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use tenantry_application::event::{Event, EventKind, EventPlace, EventPosition, RecordedEvent};
use tenantry_application::idempotency::WrittenAnswer;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::*;
use tenantry_domain::billing::{BillingAccount, Subscription};
use tenantry_domain::capacity::{Balance, ChargeTarget, NodeId, PoolId, TargetId};
use tenantry_domain::charge::Charge;
use tenantry_domain::key::{Credential, UserKey};
use tenantry_domain::organization::{Organization, TreeSize};
use tenantry_domain::reservation::Reservation;
use tenantry_domain::team::{CustomRole, Invitation, Team, TeamMember};
use tenantry_domain::text::{EmailKey, Folded, LoginHint};
use tenantry_domain::user::{Identity, User};
use tenantry_domain::workspace::{Member, Role, Workspace};
use tenantry_domain::*;
use tenantry_persistence::MigratableStore;

type Calls = Arc<Mutex<Vec<&'static str>>>;
type Failure = Arc<Mutex<Option<fn() -> StoreError>>>;

/// Passes everything on, and remembers the names.
#[derive(Clone)]
pub struct Traced {
    store: Arc<dyn MigratableStore>,
    calls: Calls,
    failure: Failure,
}

impl Traced {
    pub fn new(store: Arc<dyn MigratableStore>) -> Self {
        Self {
            store,
            calls: Calls::default(),
            failure: Arc::default(),
        }
    }

    /// What was asked since this was last called.
    pub fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    /// Has every transaction fail from now on, or work again.
    pub fn fail(&self, failure: Option<fn() -> StoreError>) {
        *self.failure.lock().unwrap() = failure;
    }

    fn note(&self, name: &'static str) -> StoreResult<()> {
        self.calls.lock().unwrap().push(name);
        match *self.failure.lock().unwrap() {
            Some(failure) => Err(failure()),
            None => Ok(()),
        }
    }

    fn begin(
        &self,
        name: &'static str,
        inner: StoreResult<Box<dyn UnitOfWork>>,
    ) -> StoreResult<Box<dyn UnitOfWork>> {
        self.note(name)?;
        Ok(Box::new(TracedUnit {
            inner: inner?,
            calls: Arc::clone(&self.calls),
        }))
    }
}

impl Store for Traced {
    fn begin_read(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        self.begin("begin_read", self.store.begin_read())
    }

    fn begin_write(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        self.begin("begin_write", self.store.begin_write())
    }

    fn begin_decision(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        self.begin("begin_decision", self.store.begin_decision())
    }
}

/// Passes a look on that is all that is asked.
macro_rules! looked {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        impl Glances for Traced {$(
            fn $name(&self, $($argument: $type),*) -> $answer {
                self.note(concat!("look.", stringify!($name)))?;
                self.store.$name($($argument),*)
            }
        )*}
    };
}

looked! {
    fn workspace(user: UserId, id: WorkspaceId) -> Look<(Workspace, KeptBalances)>;
    fn organizations(asked: &[AskedOrganization]) -> StoreResult<Vec<SeenOrganization>>;
    fn chain(viewer: Viewer, workspace: WorkspaceId, id: OrganizationId) -> Look<Option<ChainRecord>>;
    fn charge(viewer: Viewer, place: TargetId, key: &ChargeKey) -> Look<Option<Charge>>;
}

struct TracedUnit {
    inner: Box<dyn UnitOfWork>,
    calls: Calls,
}

impl UnitOfWork for TracedUnit {
    fn commit(self: Box<Self>) -> StoreResult<()> {
        self.calls.lock().unwrap().push("commit");
        self.inner.commit()
    }
}

macro_rules! traced {
    ($($repository:ident via $accessor:ident {
        $(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*
    })*) => {$(
        impl $repository for TracedUnit {$(
            fn $name(&mut self, $($argument: $type),*) -> StoreResult<$answer> {
                self.calls.lock().unwrap().push(concat!(stringify!($accessor), ".", stringify!($name)));
                self.inner.$accessor().$name($($argument),*)
            }
        )*}
    )*};
}

type ByNode = BTreeMap<NodeId, BTreeMap<Meter, Balance>>;

traced! {
    Users via users {
        fn find(id: UserId) -> Option<User>;
        fn find_by_identity(identity: &Identity) -> Option<User>;
        fn insert(user: &User) -> ();
        fn update(user: &User) -> ();
        fn find_for_update(id: UserId) -> Option<User>;
        fn of_addresses(addresses: &[EmailKey]) -> Vec<User>;
        fn forget(ids: &[UserId]) -> ();
    }
    Teams via teams {
        fn insert(team: &Team) -> ();
        fn update(team: &Team) -> ();
        fn delete(team: &Team) -> ();
        fn find(id: TeamId) -> Option<Team>;
        fn standings(ids: &[TeamId], user: Option<UserId>) -> Vec<TeamStanding>;
        fn of_user(user: UserId) -> Vec<Team>;
        fn held_by(user: UserId) -> Vec<(Team, Vec<RoleId>)>;
        fn count_of_user(user: UserId) -> u32;
        fn sites(teams: &[Team], meter: &Meter) -> BTreeMap<TeamId, Balance>;
        fn of_organization(workspace: WorkspaceId, organization: OrganizationId, page: &PageRequest<TeamId>) -> Page<Team, TeamId>;
        fn is_any_below(workspace: WorkspaceId, organization: OrganizationId) -> bool;
        fn all(workspace: WorkspaceId) -> Vec<Team>;
    }
    TeamMembers via team_members {
        fn insert(workspace: WorkspaceId, member: &TeamMember) -> ();
        fn set_roles(workspace: WorkspaceId, member: &TeamMember) -> ();
        fn delete(workspace: WorkspaceId, team: TeamId, user: UserId) -> ();
        fn find(workspace: WorkspaceId, team: TeamId, user: UserId) -> Option<TeamMember>;
        fn list(workspace: WorkspaceId, team: TeamId, page: &PageRequest<UserId>) -> Page<(TeamMember, User), UserId>;
        fn all(workspace: WorkspaceId, team: TeamId) -> Vec<(TeamMember, User)>;
        fn people_of(teams: &[Team]) -> Vec<(TeamId, User)>;
        fn involved(workspace: WorkspaceId, organization: OrganizationId, page: &PageRequest<UserId>) -> Page<Involved, UserId>;
        fn count_people(workspace: WorkspaceId, team: TeamId) -> u32;
        fn seated(workspace: WorkspaceId, organization: OrganizationId, users: &[UserId]) -> BTreeSet<UserId>;
    }
    TeamRoles via team_roles {
        fn insert(workspace: WorkspaceId, role: &CustomRole) -> ();
        fn update(workspace: WorkspaceId, role: &CustomRole) -> ();
        fn delete(workspace: WorkspaceId, id: RoleId) -> ();
        fn of_teams(teams: &[Team]) -> BTreeMap<TeamId, Vec<CustomRole>>;
        fn is_used(workspace: WorkspaceId, id: RoleId) -> bool;
    }
    Credentials via credentials {
        fn insert(workspace: WorkspaceId, credential: &Credential) -> ();
        fn update(workspace: WorkspaceId, credential: &Credential) -> ();
        fn delete(workspace: WorkspaceId, id: CredentialId) -> ();
        fn list(workspace: WorkspaceId, team: TeamId) -> Vec<Credential>;
        fn find(workspace: WorkspaceId, team: TeamId, id: CredentialId) -> Option<Credential>;
        fn find_shown(id: CredentialId) -> Option<FoundKey<Credential>>;
        fn note_use(id: CredentialId, at: Timestamp) -> ();
    }
    UserKeys via user_keys {
        fn insert(key: &UserKey) -> ();
        fn update(key: &UserKey) -> ();
        fn delete(id: UserKeyId) -> ();
        fn list(user: UserId) -> Vec<UserKey>;
        fn find(user: UserId, id: UserKeyId) -> Option<UserKey>;
        fn find_shown(id: UserKeyId) -> Option<FoundKey<UserKey>>;
        fn note_use(id: UserKeyId, at: Timestamp) -> ();
    }
    Invitations via invitations {
        fn insert(workspace: WorkspaceId, invitation: &Invitation) -> ();
        fn renew(workspace: WorkspaceId, invitation: &Invitation) -> ();
        fn add_token(workspace: WorkspaceId, id: InvitationId, hash: &[u8; 32]) -> ();
        fn remove_tokens(workspace: WorkspaceId, id: InvitationId, hashes: &[[u8; 32]]) -> ();
        fn delete(workspace: WorkspaceId, id: InvitationId) -> ();
        fn find(id: InvitationId) -> Option<FoundInvitation>;
        fn of_teams(teams: &[Team]) -> BTreeMap<TeamId, Vec<Invitation>>;
        fn addressed_to(address: &EmailKey) -> Vec<(Invitation, Team)>;
        fn invited(workspace: WorkspaceId, organization: OrganizationId, addresses: &[EmailKey]) -> BTreeSet<EmailKey>;
        fn list(workspace: WorkspaceId, team: TeamId, page: &PageRequest<InvitationId>) -> Page<Invitation, InvitationId>;
        fn expired(workspace: WorkspaceId, now: Timestamp) -> Vec<(Invitation, Team)>;
        fn next_expiry(workspace: WorkspaceId) -> Option<Timestamp>;
    }
    MailQueue via mails {
        fn insert(mail: &QueuedMail) -> ();
        fn first_due(state: MailState, now: Timestamp) -> Option<QueuedMail>;
        fn advance(was: &QueuedMail, becomes: &QueuedMail) -> bool;
        fn take(was: &QueuedMail) -> bool;
    }
    Workspaces via workspaces {
        fn insert(workspace: &Workspace) -> ();
        fn update(workspace: &Workspace) -> ();
        fn find(place: WorkspacePlace) -> Option<Workspace>;
        fn find_as_member(place: WorkspacePlace, user: UserId) -> Option<(Workspace, Role)>;
        fn of_targets(ids: &[TargetId]) -> BTreeMap<TargetId, WorkspaceId>;
        fn lock(id: WorkspaceId) -> ();
        fn list_of_member(user: UserId, name: Option<&Folded>, page: &PageRequest<WorkspaceKey>) -> Page<Workspace, WorkspaceKey>;
        fn due(now: Timestamp, count: i64) -> Vec<WorkspaceId>;
        fn list_all(after: Option<WorkspaceId>, count: i64) -> Vec<Workspace>;
    }
    Members via members {
        fn insert(member: &Member) -> ();
        fn update(member: &Member) -> ();
        fn delete(workspace: WorkspaceId, user: UserId) -> ();
        fn find(workspace: WorkspaceId, user: UserId) -> Option<Member>;
        fn list(workspace: WorkspaceId, role: Option<Role>, page: &PageRequest<UserId>) -> Page<Member, UserId>;
        fn count(workspace: WorkspaceId) -> u32;
        fn count_role(workspace: WorkspaceId, role: Role) -> u32;
    }
    Organizations via organizations {
        fn insert(new: &[NewNode]) -> ();
        fn update(organization: &Organization) -> ();
        fn relocate(moved: &[Organization], replaced: usize, above: &[NodeId]) -> ();
        fn subtree(workspace: WorkspaceId, id: OrganizationId) -> Vec<Organization>;
        fn delete_subtree(workspace: WorkspaceId, id: OrganizationId) -> Vec<OrganizationId>;
        fn find(workspace: WorkspaceId, id: OrganizationId) -> Option<Organization>;
        fn taken_login_hints(hints: &[LoginHint]) -> BTreeSet<LoginHint>;
        fn find_public(key: &PublicKey) -> Option<Organization>;
        fn list(workspace: WorkspaceId, selection: &OrganizationSelection, page: &PageRequest<OrganizationId>) -> Page<Organization, OrganizationId>;
        fn all(workspace: WorkspaceId) -> Vec<Organization>;
        fn tree_size(workspace: WorkspaceId, parent: Option<OrganizationId>) -> TreeSize;
        fn with_usage(workspace: WorkspaceId, count: i64) -> Vec<OrganizationId>;
        fn count_linked(workspace: WorkspaceId, account: BillingAccountId) -> u32;
    }
    Balances via balances {
        fn of_nodes(workspace: WorkspaceId, nodes: &[NodeId]) -> ByNode;
        fn of_nodes_for_update(workspace: WorkspaceId, nodes: &[NodeId], meters: &Meters) -> ByNode;
        fn of_workspace(workspace: WorkspaceId) -> ByNode;
        fn pool_capacities(workspaces: &[WorkspaceId], meter: &Meter) -> BTreeMap<WorkspaceId, Units>;
        fn chains(workspace: WorkspaceId, targets: &[TargetId]) -> BTreeMap<TargetId, ChainRecord>;
        fn chains_for_update(workspace: WorkspaceId, targets: &[TargetId], meters: &[Meter]) -> BTreeMap<TargetId, ChainRecord>;
        fn lock_free_heads(wanted: &[(TargetId, Meter)]) -> Vec<ChainHead>;
        fn chain_links(workspace: WorkspaceId) -> BTreeMap<TargetId, ChainLinks>;
        fn replace_chain(workspace: WorkspaceId, target: TargetId, links: &ChainLinks) -> ();
        fn set_limit(workspace: WorkspaceId, target: TargetId, meter: &Meter, limit: Limit) -> ();
        fn set_capacity(workspace: WorkspaceId, pool: PoolId, meter: &Meter, units: Units) -> ();
        fn save_usage(workspace: WorkspaceId, usage: &[NodeUsage]) -> ();
        fn repair(workspace: WorkspaceId, node: NodeId, meter: &Meter, balance: Balance) -> ();
    }
    Charges via charges {
        fn find(workspace: WorkspaceId, key: &ChargeKey) -> Option<Charge>;
        fn look_up(asked: &[(TargetId, ChargeKey)]) -> Vec<Standing>;
        fn standing(workspace: WorkspaceId, keys: &[ChargeKey]) -> Option<Standing>;
        fn save_free(changes: &[LedgerChange]) -> BTreeSet<WorkspaceId>;
        fn list(workspace: WorkspaceId, target: TargetId, page: &PageRequest<ChargeKey>) -> Page<Charge, ChargeKey>;
        fn totals(workspace: WorkspaceId) -> Vec<(ChargeTarget, Meter, Units)>;
    }
    Reservations via reservations {
        fn save(new: &[Reservation], ended: &[Reservation]) -> ();
        fn find(id: ReservationId) -> Option<Reservation>;
        fn expired(workspace: WorkspaceId, now: Timestamp) -> Vec<Reservation>;
        fn next_expiry(workspace: WorkspaceId) -> Option<Timestamp>;
        fn forget(before: Timestamp) -> u32;
    }
    BillingAccounts via billing_accounts {
        fn insert(account: &BillingAccount) -> ();
        fn update(account: &BillingAccount) -> ();
        fn delete(workspace: WorkspaceId, id: BillingAccountId) -> ();
        fn find(workspace: WorkspaceId, id: BillingAccountId) -> Option<BillingAccount>;
        fn list(workspace: WorkspaceId, page: &PageRequest<BillingAccountId>) -> Page<BillingAccount, BillingAccountId>;
        fn all(workspace: WorkspaceId) -> Vec<BillingAccount>;
        fn count(workspace: WorkspaceId) -> u32;
    }
    Subscriptions via subscriptions {
        fn insert(subscription: &Subscription) -> ();
        fn update(subscription: &Subscription) -> ();
        fn find(workspace: WorkspaceId, account: BillingAccountId, id: SubscriptionId) -> Option<Subscription>;
        fn list(workspace: WorkspaceId, account: BillingAccountId, page: &PageRequest<SubscriptionId>) -> Page<Subscription, SubscriptionId>;
        fn live(workspace: WorkspaceId) -> Vec<Subscription>;
    }
    Answers via answers {
        fn claim(key: &ClaimKey, fingerprint: &[u8; 32], times: ClaimTimes) -> Claim;
        fn find(key: &ClaimKey, valid_since: Timestamp) -> Claim;
        fn keep(key: &ClaimKey, answer: &WrittenAnswer) -> ();
        fn forget(before: Timestamp) -> u32;
    }
    Events via events {
        fn append(event: &Event) -> ();
        fn list(place: EventPlace, kind: Option<EventKind>, page: &PageRequest<EventPosition>) -> Page<RecordedEvent, EventPosition>;
    }
}
