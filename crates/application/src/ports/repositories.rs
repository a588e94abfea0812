use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::billing::{BillingAccount, Subscription};
use tenantry_domain::capacity::{Balance, ChargeTarget, NodeId, PoolId, TargetId};
use tenantry_domain::charge::{Charge, ResourceId};
use tenantry_domain::organization::{Depth, Organization, TreeSize};
use tenantry_domain::reservation::Reservation;
use tenantry_domain::text::{EmailKey, Folded, LoginHint};
use tenantry_domain::user::{Identity, User};
use tenantry_domain::workspace::{Member, Role, Workspace};
use tenantry_domain::{
    BillingAccountId, Limit, Meter, Meters, OrganizationId, ReservationId, SubscriptionId, Timestamp, Units,
    UserId, WorkspaceId,
};

use super::store::{StoreError, StoreResult};
use crate::event::{Event, EventKind, EventPlace, EventPosition, RecordedEvent};
use crate::idempotency::{IdempotencyKey, WrittenAnswer};
use crate::page::{Page, PageRequest};

/// People.
pub trait Users {
    /// The person of this id.
    fn find(&mut self, id: UserId) -> StoreResult<Option<User>>;
    /// The person whom an issuer knows so.
    fn find_by_identity(&mut self, identity: &Identity) -> StoreResult<Option<User>>;
    /// Adds a person. Fails with [`UniqueKey::UserIdentity`](super::UniqueKey) when the identity is known, and with
    /// [`UniqueKey::UserAddress`](super::UniqueKey) when they await a sign-in with an address with which another does (T13).
    fn insert(&mut self, user: &User) -> StoreResult<()>;
    /// Saves everything about a person that can change. Fails as [`insert`](Self::insert) does.
    fn update(&mut self, user: &User) -> StoreResult<()>;
    /// The person of this id, whom no other transaction can change until this one ends.
    fn find_for_update(&mut self, id: UserId) -> StoreResult<Option<User>>;
    /// Everybody of these addresses, the longest known first.
    fn of_addresses(&mut self, addresses: &[EmailKey]) -> StoreResult<Vec<User>>;
    /// Removes those of these people who never signed in, not even at this moment, and are in no team.
    fn forget(&mut self, ids: &[UserId]) -> StoreResult<()>;
}

/// Where a workspace stands in the list of somebody's workspaces: archived ones last, otherwise in the order of creation (W2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkspaceKey {
    /// Whether it is archived.
    pub archived: bool,
    /// Its id.
    pub id: WorkspaceId,
}

/// How a caller says which workspace is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspacePlace {
    /// By its id.
    Id(WorkspaceId),
    /// As the one that this organization or team belongs to.
    Of(TargetId),
}

/// Workspaces.
pub trait Workspaces {
    /// Adds a workspace.
    fn insert(&mut self, workspace: &Workspace) -> StoreResult<()>;
    /// Saves everything about a workspace that can change.
    fn update(&mut self, workspace: &Workspace) -> StoreResult<()>;
    /// The workspace that this leads to.
    fn find(&mut self, place: WorkspacePlace) -> StoreResult<Option<Workspace>>;
    /// The workspace that this leads to and the role of this person in it; `None` when there is no such workspace or they are not in it,
    /// at the same cost.
    fn find_as_member(
        &mut self,
        place: WorkspacePlace,
        user: UserId,
    ) -> StoreResult<Option<(Workspace, Role)>>;
    /// The workspaces that these organizations and teams belong to. What is not there is missing.
    fn of_targets(&mut self, ids: &[TargetId]) -> StoreResult<BTreeMap<TargetId, WorkspaceId>>;
    /// Keeps every other change of this workspace's members, tree, limits and billing out until the transaction ends. Charges may go on.
    fn lock(&mut self, id: WorkspaceId) -> StoreResult<()>;
    /// The workspaces that a person is in, all or those whose names have this part.
    fn list_of_member(
        &mut self,
        user: UserId,
        name: Option<&Folded>,
        page: &PageRequest<WorkspaceKey>,
    ) -> StoreResult<Page<Workspace, WorkspaceKey>>;
    /// Up to so many workspaces in which something is due by now, those first that have waited longest.
    fn due(&mut self, now: Timestamp, count: i64) -> StoreResult<Vec<WorkspaceId>>;
    /// Up to so many workspaces in the order of their ids, behind this one.
    fn list_all(&mut self, after: Option<WorkspaceId>, count: i64) -> StoreResult<Vec<Workspace>>;
}

/// Who is in a workspace.
pub trait Members {
    /// Adds a member. Fails with [`UniqueKey::Member`](super::UniqueKey) when they are in already.
    fn insert(&mut self, member: &Member) -> StoreResult<()>;
    /// Saves the role and `updated_at` of a member.
    fn update(&mut self, member: &Member) -> StoreResult<()>;
    /// Removes a member.
    fn delete(&mut self, workspace: WorkspaceId, user: UserId) -> StoreResult<()>;
    /// One member.
    fn find(&mut self, workspace: WorkspaceId, user: UserId) -> StoreResult<Option<Member>>;
    /// The members, all or those of one role, in the order of their user ids.
    fn list(
        &mut self,
        workspace: WorkspaceId,
        role: Option<Role>,
        page: &PageRequest<UserId>,
    ) -> StoreResult<Page<Member, UserId>>;
    /// How many members there are.
    fn count(&mut self, workspace: WorkspaceId) -> StoreResult<u32>;
    /// How many of them have this role.
    fn count_role(&mut self, workspace: WorkspaceId, role: Role) -> StoreResult<u32>;
}

/// Where in the tree organizations are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationScope {
    /// Everywhere.
    All,
    /// Among the roots.
    Roots,
    /// The direct children of one.
    ChildrenOf(OrganizationId),
    /// Everything below one.
    DescendantsOf(OrganizationId),
    /// Everything above one.
    AncestorsOf(OrganizationId),
}

impl OrganizationScope {
    /// The organization that the others are related to.
    pub const fn anchor(self) -> Option<OrganizationId> {
        match self {
            Self::All | Self::Roots => None,
            Self::ChildrenOf(id) | Self::DescendantsOf(id) | Self::AncestorsOf(id) => Some(id),
        }
    }
}

/// What organizations have in common, each as far as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrganizationFilter {
    /// Their names have this part.
    pub name: Option<Folded>,
    /// They have so many ancestors.
    pub depth: Option<Depth>,
}

/// Which organizations of a workspace are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSelection {
    /// Those that are there,
    pub scope: OrganizationScope,
    /// and are like this.
    pub filter: OrganizationFilter,
}

impl From<OrganizationScope> for OrganizationSelection {
    fn from(scope: OrganizationScope) -> Self {
        Self {
            scope,
            filter: OrganizationFilter::default(),
        }
    }
}

/// What the public knows an organization by (O5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// Its id.
    Id(OrganizationId),
    /// Its login hint.
    LoginHint(LoginHint),
}

/// The nodes of a capacity chain with the positions at which they are kept: from the first, which is at 0, down to the target itself.
pub type ChainLinks = Vec<(u16, NodeId)>;

/// An organization that is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNode {
    /// The organization.
    pub organization: Organization,
    /// Its capacity chain, from the pool down to itself.
    pub chain: Vec<NodeId>,
    /// Its limits; meters without one are missing.
    pub limits: BTreeMap<Meter, Limit>,
}

impl NewNode {
    /// What is kept of it at first.
    pub fn balances(&self) -> BTreeMap<Meter, Balance> {
        let balance = |limit: Limit| Balance {
            limit,
            ..Balance::default()
        };
        let limits = self.limits.iter();
        limits
            .map(|(meter, limit)| (meter.clone(), balance(*limit)))
            .collect()
    }
}

/// The tree.
pub trait Organizations {
    /// Adds organizations with their chains and limits, no child before its parent. Fails with
    /// [`UniqueKey::LoginHint`](super::UniqueKey) when a hint is taken.
    fn insert(&mut self, new: &[NewNode]) -> StoreResult<()>;
    /// Saves name, billing account, branding and `updated_at`. Fails with [`UniqueKey::LoginHint`](super::UniqueKey) when the hint is taken.
    fn update(&mut self, organization: &Organization) -> StoreResult<()>;
    /// Saves place, billing account and `updated_at` of organizations that are moved, the one on top first, and gives them and their teams the
    /// chains that follow: these nodes in the place of the first so many (O7, B5).
    fn relocate(&mut self, moved: &[Organization], replaced: usize, above: &[NodeId]) -> StoreResult<()>;
    /// Removes an organization and everything below it, with balances and chains; tells their ids, in the order of their creation.
    fn delete_subtree(
        &mut self,
        workspace: WorkspaceId,
        id: OrganizationId,
    ) -> StoreResult<Vec<OrganizationId>>;
    /// One organization.
    fn find(&mut self, workspace: WorkspaceId, id: OrganizationId) -> StoreResult<Option<Organization>>;
    /// Which of these login hints are some organization's in the deployment (O5).
    fn taken_login_hints(&mut self, hints: &[LoginHint]) -> StoreResult<BTreeSet<LoginHint>>;
    /// One organization by what the public knows.
    fn find_public(&mut self, key: &PublicKey) -> StoreResult<Option<Organization>>;
    /// Organizations in the order of their ids, which is that of their creation.
    fn list(
        &mut self,
        workspace: WorkspaceId,
        selection: &OrganizationSelection,
        page: &PageRequest<OrganizationId>,
    ) -> StoreResult<Page<Organization, OrganizationId>>;
    /// Every organization of a workspace, in the order of their ids.
    fn all(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<Organization>>;
    /// An organization and everything below it, the former first and no child before its parent.
    fn subtree(&mut self, workspace: WorkspaceId, id: OrganizationId) -> StoreResult<Vec<Organization>>;
    /// How large the tree is, and how many children this parent has (O1).
    fn tree_size(&mut self, workspace: WorkspaceId, parent: Option<OrganizationId>) -> StoreResult<TreeSize>;
    /// Up to so many organizations that have direct usage (W3).
    fn with_usage(&mut self, workspace: WorkspaceId, count: i64) -> StoreResult<Vec<OrganizationId>>;
    /// How many roots refer to a billing account (B6).
    fn count_linked(&mut self, workspace: WorkspaceId, account: BillingAccountId) -> StoreResult<u32>;
}

/// One node of a capacity chain as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainNode {
    /// What it stands for.
    pub id: NodeId,
    /// The name of the organization, of the billing account, or of the workspace.
    pub name: String,
    /// What is kept of each meter; a meter is missing while there is neither a limit nor usage.
    pub balances: BTreeMap<Meter, Balance>,
}

impl ChainNode {
    /// What is kept of a meter.
    pub fn balance(&self, meter: &Meter) -> Balance {
        self.balances.get(meter).copied().unwrap_or_default()
    }
}

/// A capacity chain as it is kept, from the pool down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainRecord {
    /// The nodes above the target.
    pub above: Vec<ChainNode>,
    /// The organization or team at which it ends.
    pub target: ChainNode,
}

impl ChainRecord {
    /// The node directly above the target.
    pub fn parent(&self) -> Option<NodeId> {
        self.above.last().map(|node| node.id)
    }

    /// All nodes, from the pool down to the target.
    pub fn into_nodes(self) -> Vec<ChainNode> {
        let mut nodes = self.above;
        nodes.push(self.target);
        nodes
    }
}

/// Where the capacity chain of an organization or team begins: at a pool, or at a team outside every organization. Whoever holds that for a meter
/// holds every chain that begins there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// Of which workspace.
    pub workspace: WorkspaceId,
    /// The organization or team.
    pub target: TargetId,
    /// The meter.
    pub meter: Meter,
    /// The first node.
    pub node: NodeId,
    /// Whether it could be locked without waiting.
    pub is_held: bool,
}

/// A capacity chain for one meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterChain {
    /// The organization or team at which it ends.
    pub target: TargetId,
    /// The meter.
    pub meter: Meter,
    /// The nodes from the first down to the target, with what is kept of them.
    pub nodes: Vec<(NodeId, Balance)>,
}

/// What is used at a node, to be kept. Its limit stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeUsage {
    /// The node.
    pub node: NodeId,
    /// The meter.
    pub meter: Meter,
    /// What was kept of them.
    pub before: Balance,
    /// What is kept of them from now on.
    pub balance: Balance,
}

/// Limits and usage of the nodes of the tree and of the pools, and the chains that they make.
pub trait Balances {
    /// What is kept of these nodes, by node and meter.
    fn of_nodes(
        &mut self,
        workspace: WorkspaceId,
        nodes: &[NodeId],
    ) -> StoreResult<BTreeMap<NodeId, BTreeMap<Meter, Balance>>>;
    /// The same of nodes at which chains begin, pools and teams outside every organization, and of others whose chains are locked. No other
    /// transaction can change it until this one ends, nor use these meters for the first time, nor charge anything whose chain goes through one
    /// of the nodes, even if it was looked up before. Needs the [lock of the workspace](Workspaces::lock), and names no two organizations of one
    /// chain.
    fn of_nodes_for_update(
        &mut self,
        workspace: WorkspaceId,
        nodes: &[NodeId],
        meters: &Meters,
    ) -> StoreResult<BTreeMap<NodeId, BTreeMap<Meter, Balance>>>;
    /// What is kept of every node of a workspace.
    fn of_workspace(
        &mut self,
        workspace: WorkspaceId,
    ) -> StoreResult<BTreeMap<NodeId, BTreeMap<Meter, Balance>>>;
    /// The capacity of one meter in the pools of these workspaces, where there is one.
    fn pool_capacities(
        &mut self,
        workspaces: &[WorkspaceId],
        meter: &Meter,
    ) -> StoreResult<BTreeMap<WorkspaceId, Units>>;
    /// The chains of these organizations and teams, with every meter. What is not there is missing.
    fn chains(
        &mut self,
        workspace: WorkspaceId,
        targets: &[TargetId],
    ) -> StoreResult<BTreeMap<TargetId, ChainRecord>>;
    /// The chains of these organizations and teams, with these meters, whose balances no other transaction can change until this one ends.
    /// What is not there is missing. Whatever else is to hold until then must be read afterwards, since it may have changed while this was
    /// waiting: see [`Charges::standing`].
    fn chains_for_update(
        &mut self,
        workspace: WorkspaceId,
        targets: &[TargetId],
        meters: &[Meter],
    ) -> StoreResult<BTreeMap<TargetId, ChainRecord>>;
    /// Where the chains of these organizations and teams begin, of whichever workspaces, each locked for its meter as far as nobody else has it
    /// locked: this waits for nobody. What is not there is missing. What charges there rest on must be read afterwards: see [`Charges::look_up`].
    fn lock_free_heads(&mut self, wanted: &[(TargetId, Meter)]) -> StoreResult<Vec<ChainHead>>;
    /// The chains of a workspace as they are kept. What has none is missing; what is no organization counts as a team.
    fn chain_links(&mut self, workspace: WorkspaceId) -> StoreResult<BTreeMap<TargetId, ChainLinks>>;
    /// Keeps these links, if any, as the chain of an organization or team, instead of those that were kept (L6).
    fn replace_chain(
        &mut self,
        workspace: WorkspaceId,
        target: TargetId,
        links: &ChainLinks,
    ) -> StoreResult<()>;
    /// Sets the limit of an organization or team.
    fn set_limit(
        &mut self,
        workspace: WorkspaceId,
        target: TargetId,
        meter: &Meter,
        limit: Limit,
    ) -> StoreResult<()>;
    /// Sets the capacity of a pool.
    fn set_capacity(
        &mut self,
        workspace: WorkspaceId,
        pool: PoolId,
        meter: &Meter,
        units: Units,
    ) -> StoreResult<()>;
    /// Saves what is used at nodes that are locked; limits stay.
    fn save_usage(&mut self, workspace: WorkspaceId, usage: &[NodeUsage]) -> StoreResult<()>;
    /// Replaces everything that is kept of a node, limit or capacity included (L6, B1).
    fn repair(
        &mut self,
        workspace: WorkspaceId,
        node: NodeId,
        meter: &Meter,
        balance: Balance,
    ) -> StoreResult<()>;
}

/// Where a charge stands in the ledger of an organization or team.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChargeKey {
    /// The meter.
    pub meter: Meter,
    /// The resource.
    pub resource_id: ResourceId,
}

impl ChargeKey {
    /// Where this one stands.
    pub fn of(charge: &Charge) -> Self {
        Self {
            meter: charge.meter.clone(),
            resource_id: charge.resource_id.clone(),
        }
    }
}

/// What charges rest on. Nobody changes it while their chains are locked where they begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The workspace, which may have been archived, and whose organizations may have been moved.
    pub workspace: Workspace,
    /// What resources are charged with, at whichever target.
    pub charges: Vec<Charge>,
    /// The chains that were looked up, of which something is kept at each node.
    pub chains: Vec<MeterChain>,
}

/// A charge that is there already, and is of another size now, or elsewhere (C2, C11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedCharge {
    /// As it is now.
    pub charge: Charge,
    /// Where it was.
    pub was_at: ChargeTarget,
}

/// What was decided about the ledger of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerChange {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What is used now at every node that changes.
    pub usage: Vec<NodeUsage>,
    /// Charges that are new.
    pub charged: Vec<Charge>,
    /// Charges that are otherwise than they were.
    pub changed: Vec<ChangedCharge>,
    /// Charges that are gone.
    pub released: Vec<ChargeKey>,
}

impl LedgerChange {
    /// None yet.
    pub fn new(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            usage: Vec::new(),
            charged: Vec::new(),
            changed: Vec::new(),
            released: Vec::new(),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("what is charged is not as it was when it was locked")]
struct NotLocked;

/// The ledger.
pub trait Charges {
    /// One charge.
    fn find(&mut self, workspace: WorkspaceId, key: &ChargeKey) -> StoreResult<Option<Charge>>;
    /// What charges of these resources rest on, each at an organization or team, of whichever workspaces. What is not there is missing. Whoever has
    /// not locked where the chains begin is told when they [save](Self::save) whether it was still so.
    fn look_up(&mut self, asked: &[(TargetId, ChargeKey)]) -> StoreResult<Vec<Standing>>;
    /// What charges of these resources rest on beside their chains; `None` when the workspace is not there.
    fn standing(&mut self, workspace: WorkspaceId, keys: &[ChargeKey]) -> StoreResult<Option<Standing>>;
    /// Writes what was decided, at most one change for each workspace, with the [events](Events::append) so far, at once; nothing but the commit
    /// follows. The chains that it was decided on are locked, or were [looked up](Self::look_up). Tells the workspaces of which nothing is
    /// written, since they are not any more as they were looked up, or somebody is about to change them: nobody is waited for.
    ///
    /// # Errors
    /// [`Retry`](super::StoreError::Retry): a resource was charged elsewhere at the same moment. Nothing is written.
    fn save_free(&mut self, changes: &[LedgerChange]) -> StoreResult<BTreeSet<WorkspaceId>>;
    /// The same of chains that are locked, so that nothing is left out; else that is a `Retry` as well.
    fn save(&mut self, changes: &[LedgerChange]) -> StoreResult<()> {
        if self.save_free(changes)?.is_empty() {
            Ok(())
        } else {
            Err(StoreError::Retry(NotLocked.into()))
        }
    }
    /// The ledger of one organization, its teams included (L6), or of one team; by meter and resource.
    fn list(
        &mut self,
        workspace: WorkspaceId,
        target: TargetId,
        page: &PageRequest<ChargeKey>,
    ) -> StoreResult<Page<Charge, ChargeKey>>;
    /// The sum of the ledger per target and meter.
    fn totals(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<(ChargeTarget, Meter, Units)>>;
}

/// Units that are held (C5). Nobody changes a reservation but who has locked its chain.
pub trait Reservations {
    /// Adds new ones, and saves what became of others, all of the same workspace.
    fn save(&mut self, new: &[Reservation], ended: &[Reservation]) -> StoreResult<()>;
    /// One reservation, of whichever workspace.
    fn find(&mut self, id: ReservationId) -> StoreResult<Option<Reservation>>;
    /// Those whose units are held although their time is over, in the order of their expiry.
    fn expired(&mut self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<Vec<Reservation>>;
    /// When the next ends whose units are held.
    fn next_expiry(&mut self, workspace: WorkspaceId) -> StoreResult<Option<Timestamp>>;
    /// Removes those that ended before a moment; says how many.
    fn forget(&mut self, before: Timestamp) -> StoreResult<u32>;
}

/// Who pays.
pub trait BillingAccounts {
    /// Adds an account.
    fn insert(&mut self, account: &BillingAccount) -> StoreResult<()>;
    /// Saves everything about an account that can change.
    fn update(&mut self, account: &BillingAccount) -> StoreResult<()>;
    /// Removes an account with its past subscriptions and its pool.
    fn delete(&mut self, workspace: WorkspaceId, id: BillingAccountId) -> StoreResult<()>;
    /// One account.
    fn find(&mut self, workspace: WorkspaceId, id: BillingAccountId) -> StoreResult<Option<BillingAccount>>;
    /// The accounts, in the order of their creation.
    fn list(
        &mut self,
        workspace: WorkspaceId,
        page: &PageRequest<BillingAccountId>,
    ) -> StoreResult<Page<BillingAccount, BillingAccountId>>;
    /// Every account: there are few.
    fn all(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<BillingAccount>>;
    /// How many accounts there are.
    fn count(&mut self, workspace: WorkspaceId) -> StoreResult<u32>;
}

/// What gives capacity.
pub trait Subscriptions {
    /// Adds a subscription.
    fn insert(&mut self, subscription: &Subscription) -> StoreResult<()>;
    /// Saves everything about a subscription that can change.
    fn update(&mut self, subscription: &Subscription) -> StoreResult<()>;
    /// One subscription of an account.
    fn find(
        &mut self,
        workspace: WorkspaceId,
        account: BillingAccountId,
        id: SubscriptionId,
    ) -> StoreResult<Option<Subscription>>;
    /// The subscriptions of an account, past ones included, in the order of their creation.
    fn list(
        &mut self,
        workspace: WorkspaceId,
        account: BillingAccountId,
        page: &PageRequest<SubscriptionId>,
    ) -> StoreResult<Page<Subscription, SubscriptionId>>;
    /// Every live subscription of a workspace.
    fn live(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<Subscription>>;
}

/// What happened: append only (V1).
pub trait Events {
    /// Adds an event, at the latest when the unit commits.
    fn append(&mut self, event: &Event) -> StoreResult<()>;
    /// The events of a workspace, or of one of its teams, of one kind or of all, in the order in which their transactions committed: one that comes to be
    /// seen has a higher position than all that were seen before.
    fn list(
        &mut self,
        place: EventPlace,
        kind: Option<EventKind>,
        page: &PageRequest<EventPosition>,
    ) -> StoreResult<Page<RecordedEvent, EventPosition>>;
}

/// Whose key it is, and what they call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimKey {
    /// Who calls.
    pub caller: String,
    /// Their name for a request.
    pub key: IdempotencyKey,
}

/// When a key is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimTimes {
    /// At this moment.
    pub now: Timestamp,
    /// Answers given before this one do not count any more.
    pub valid_since: Timestamp,
}

/// What came of claiming a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nobody's until now; this transaction's, when it was claimed.
    Free,
    /// A transaction before had it.
    Answered {
        /// What that was asked.
        fingerprint: [u8; 32],
        /// What it answered.
        answer: WrittenAnswer,
    },
}

/// What was answered to requests with keys (R1).
pub trait Answers {
    /// Makes a key this transaction's, unless it has an answer that is still valid. Whoever claims it meanwhile waits until this
    /// transaction ends, and gets a [`Retry`](super::StoreError::Retry) when that takes too long.
    fn claim(&mut self, key: &ClaimKey, fingerprint: &[u8; 32], times: ClaimTimes) -> StoreResult<Claim>;
    /// Looks at a key without claiming it.
    fn find(&mut self, key: &ClaimKey, valid_since: Timestamp) -> StoreResult<Claim>;
    /// Keeps the answer under a key that is this transaction's.
    fn keep(&mut self, key: &ClaimKey, answer: &WrittenAnswer) -> StoreResult<()>;
    /// Removes the answers given before a moment; says how many.
    fn forget(&mut self, before: Timestamp) -> StoreResult<u32>;
}
