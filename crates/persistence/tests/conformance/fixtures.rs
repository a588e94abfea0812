use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::json;
use tenantry_application::event::{Event, EventKind};
use tenantry_application::page::{Gap, PageRequest, PageSize, Position};
use tenantry_application::ports::{
    ChainRecord, ChangedCharge, ChargeKey, LedgerChange, MeterChain, NewNode, NodeUsage, StoreResult,
    UnitOfWork, WorkspacePlace,
};
use tenantry_domain::billing::{BillingAccount, Currency};
use tenantry_domain::capacity::{Balance, ChargeTarget, NodeId, PoolId, TargetId, UsageChange, UsagePlace};
use tenantry_domain::charge::Charge;
use tenantry_domain::id::Kind;
use tenantry_domain::organization::{Branding, Organization, Path};
use tenantry_domain::team::{CustomRole, Invitation, SystemRole, Team, TeamMember, TeamScope};
use tenantry_domain::text::{Email, EmailKey};
use tenantry_domain::user::{Identity, Said, User};
use tenantry_domain::workspace::{Member, Role, Workspace};
use tenantry_domain::{BillingMode, Id, Meter, Meters, Quantity, RoleId, Timestamp, Units, WorkspaceId};
use uuid::Uuid;

use crate::support::Backend;

pub fn id<K: Kind>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}

pub fn by_id(workspace: u128) -> WorkspacePlace {
    WorkspacePlace::Id(id(workspace))
}

/// So many microseconds after a moment in 2023 that has some itself.
pub fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_123_456 + micros).unwrap()
}

pub fn text<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// By what an address is compared.
pub fn key(address: &str) -> EmailKey {
    text::<Email>(address).key()
}

pub fn meter(name: &str) -> Meter {
    text(name)
}

pub fn seats() -> Meter {
    meter("users")
}

/// Those that the deployment counts.
pub fn meters() -> Meters {
    Meters::new(["locations", "users", "sso"]).unwrap()
}

pub fn units(n: u64) -> Units {
    Units::new(n).unwrap()
}

pub fn quantity(n: i64) -> Quantity {
    n.try_into().unwrap()
}

pub type Place<K> = Position<Gap<K>>;

pub fn page<K>(size: i64, position: Place<K>) -> PageRequest<K> {
    PageRequest {
        size: PageSize::try_from(size).unwrap(),
        position,
    }
}

/// Behind the item of a key.
pub fn after<K>(key: K) -> Place<K> {
    Position::After(Gap::behind(key))
}

/// So that it ends before the item of a key.
pub fn before<K>(key: K) -> Place<K> {
    Position::Before(Gap::ahead_of(key))
}

pub const WORKSPACE: u128 = 1;
pub const ACCOUNT: u128 = 2;

pub fn workspace_id() -> WorkspaceId {
    id(WORKSPACE)
}

pub fn user(n: u128) -> User {
    User::arrived(id(n), identity(n), Said::default(), at(0))
}

pub fn identity(n: u128) -> Identity {
    Identity {
        issuer: "https://login.example".into(),
        subject: format!("subject-{n}"),
    }
}

pub fn workspace(n: u128) -> Workspace {
    Workspace {
        id: id(n),
        name: text("ACME"),
        description: None,
        billing_mode: BillingMode::Assigned,
        ever_subscribed: false,
        next_transition_at: None,
        created_at: at(0),
        updated_at: at(0),
        archived_at: None,
        tree_version: 0,
    }
}

pub fn member(workspace: u128, user: u128, role: Role) -> Member {
    Member {
        workspace_id: id(workspace),
        user_id: id(user),
        role,
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn account(n: u128) -> BillingAccount {
    BillingAccount {
        id: id(n),
        workspace_id: workspace_id(),
        name: text("ACME's bookkeeping"),
        email: text("billing@acme.example"),
        phone: None,
        description: None,
        currency: Currency::Eur,
        address: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// An organization below these, root first.
pub fn organization(n: u128, ancestors: &[u128]) -> Organization {
    let path = ancestors.iter().fold(Path::root(), |path, n| path.below(id(*n)));
    Organization {
        id: id(n),
        workspace_id: workspace_id(),
        name: text(&format!("Organization {n}")),
        billing_account_id: ancestors.is_empty().then(|| id(ACCOUNT)),
        path,
        picture: None,
        branding: Branding::default(),
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A team of an organization, or one outside all of them, in a workspace of its own. Its owner is person 1.
pub fn team(n: u128, organization: Option<u128>) -> Team {
    Team {
        workspace_id: organization.map_or(id(n), |_| workspace_id()),
        organization_id: organization.map(id),
        name: text(&format!("Team {n}")),
        is_personal: organization.is_none(),
        ..Team::personal(id(n), id(1), at(0))
    }
}

/// Somebody in a team.
pub fn team_member(team: u128, user: u128, roles: &[RoleId]) -> TeamMember {
    TeamMember {
        team_id: id(team),
        user_id: id(user),
        roles: roles.to_vec(),
        created_at: at(0),
    }
}

/// A role of a team's own that lets see sites.
pub fn custom_role(n: u128, team: u128, name: &str) -> CustomRole {
    CustomRole {
        id: id(n),
        team_id: id(team),
        name: text(name),
        scopes: [TeamScope::SiteView].into_iter().collect(),
        created_at: at(0),
        updated_at: at(0),
    }
}

/// An invitation by person 1 to be a developer.
pub fn invitation(n: u128, team: u128, address: &str) -> Invitation {
    Invitation {
        id: id(n),
        team_id: id(team),
        email: text(address),
        role_id: SystemRole::Developer.id(),
        inviter_id: id(1),
        expires_at: at(0).plus_days(7),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn account_pool(n: u128) -> PoolId {
    PoolId::BillingAccount(id(n))
}

pub fn pool_node() -> NodeId {
    NodeId::Pool(account_pool(ACCOUNT))
}

pub fn node(n: u128) -> NodeId {
    NodeId::Organization(id(n))
}

pub fn at_organization(n: u128) -> TargetId {
    TargetId::Organization(id(n))
}

pub fn at_team(n: u128) -> TargetId {
    TargetId::Team(id(n))
}

/// Adds an organization whose chain begins with the pool of the account.
pub fn add_organization(unit: &mut dyn UnitOfWork, organization: &Organization) {
    unit.organizations().insert(&[new_node(organization)]).unwrap();
}

/// The organization with a chain that begins with the pool of the account, and no limits.
pub fn new_node(organization: &Organization) -> NewNode {
    NewNode {
        chain: organization.chain_nodes(account_pool(ACCOUNT)),
        organization: organization.clone(),
        limits: BTreeMap::new(),
    }
}

/// A workspace with an account, and the tree 10 ─ (11 ─ 12, 13), 20.
pub fn seed(backend: &Backend) {
    backend.write(|unit| {
        unit.workspaces().insert(&workspace(WORKSPACE)).unwrap();
        unit.billing_accounts().insert(&account(ACCOUNT)).unwrap();
        for (n, ancestors) in [
            (10, [].as_slice()),
            (11, &[10]),
            (12, &[10, 11]),
            (13, &[10]),
            (20, &[]),
        ] {
            add_organization(unit, &organization(n, ancestors));
        }
    });
}

pub fn charge(organization: u128, resource: &str, n: i64) -> Charge {
    Charge {
        workspace_id: workspace_id(),
        meter: seats(),
        resource_id: text(resource),
        target: ChargeTarget::Organization(id(organization)),
        quantity: quantity(n),
        held_by: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// What is charged for a resource.
pub fn charge_key(resource: &str) -> ChargeKey {
    ChargeKey {
        meter: seats(),
        resource_id: text(resource),
    }
}

/// The chain of one organization or team, whose balances of one meter stay locked.
pub fn locked_chain(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    target: TargetId,
    meter: &Meter,
) -> StoreResult<Option<ChainRecord>> {
    let chains = unit
        .balances()
        .chains_for_update(workspace, &[target], std::slice::from_ref(meter))?;
    Ok(chains.into_values().next())
}

/// What is to be kept of nodes after a change of one meter along them, of which the target has it itself.
pub fn usage_after(
    unit: &mut dyn UnitOfWork,
    (nodes, target): (&[NodeId], Option<u128>),
    meter: &Meter,
    change: UsageChange,
) -> StoreResult<Vec<NodeUsage>> {
    let kept = unit.balances().of_nodes(workspace_id(), nodes)?;
    let after = |id: &NodeId| {
        let place = if target.map(node) == Some(*id) {
            UsagePlace::Here
        } else {
            UsagePlace::Below
        };
        let before = kept.get(id).and_then(|meters| meters.get(meter)).copied();
        let before = before.unwrap_or_default();
        NodeUsage {
            node: *id,
            meter: meter.clone(),
            before,
            balance: before.after(change, place).unwrap(),
        }
    };
    Ok(nodes.iter().map(after).collect())
}

/// Changes what is used along some nodes.
pub fn record(
    unit: &mut dyn UnitOfWork,
    (nodes, target): (&[NodeId], Option<u128>),
    meter: &Meter,
    change: UsageChange,
) {
    let usage = usage_after(unit, (nodes, target), meter, change).unwrap();
    unit.balances().save_usage(workspace_id(), &usage).unwrap();
}

/// A decision that only charges.
pub fn charging(charged: &[Charge]) -> LedgerChange {
    LedgerChange {
        charged: charged.to_vec(),
        ..LedgerChange::new(workspace_id())
    }
}

/// The first charge at the end of a chain, which is organization 12, with what is used at its nodes then.
pub fn charging_first(chain: &MeterChain) -> LedgerChange {
    let one_more = |(node, before): &(NodeId, Balance)| NodeUsage {
        node: *node,
        meter: chain.meter.clone(),
        before: *before,
        balance: Balance {
            subtree: units(1),
            ..*before
        },
    };
    LedgerChange {
        usage: chain.nodes.iter().map(one_more).collect(),
        ..charging(&[charge(12, "m", 1)])
    }
}

/// A decision that only resizes.
pub fn resizing(charge: &Charge) -> LedgerChange {
    LedgerChange {
        changed: vec![ChangedCharge {
            charge: charge.clone(),
            was_at: charge.target,
        }],
        ..charging(&[])
    }
}

pub fn save_charge(unit: &mut dyn UnitOfWork, charge: &Charge) {
    unit.charges()
        .save(&[charging(std::slice::from_ref(charge))])
        .unwrap();
}

pub fn event(n: u128, kind: EventKind) -> Event {
    Event {
        id: id(n),
        at: at(1),
        actor: "user:ada".into(),
        workspace_id: workspace_id(),
        team_id: None,
        kind,
        subject: "org_…".into(),
        changes: json!({"name": "😀\u{1f}", "n": i64::MAX, "m": i64::MIN, "f": 1.5, "list": [null, true]}),
    }
}
