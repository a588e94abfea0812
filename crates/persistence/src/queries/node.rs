//! Nodes of the capacity chain as columns, which say what they stand for and its id, and what is kept of them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use tenantry_application::ports::StoreResult;
use tenantry_domain::capacity::{Balance, NodeId, PoolId};
use tenantry_domain::{Enforcement, Limit, Meter, WorkspaceId};

use super::dialect::Db;
use super::schema::balances;
use crate::read::Place;
use crate::types::{DbUuid, bigint};

pub const WORKSPACE_POOL: &str = "workspace_pool";
const ACCOUNT_POOL: &str = "account_pool";
pub const ORGANIZATION: &str = "organization";
const TEAM: &str = "team";

pub fn node_type(node: NodeId) -> &'static str {
    match node {
        NodeId::Pool(PoolId::Workspace(_)) => WORKSPACE_POOL,
        NodeId::Pool(PoolId::BillingAccount(_)) => ACCOUNT_POOL,
        NodeId::Organization(_) => ORGANIZATION,
        NodeId::Team(_) => TEAM,
    }
}

pub fn node_id(node: NodeId) -> DbUuid {
    match node {
        NodeId::Pool(PoolId::Workspace(id)) => id.into(),
        NodeId::Pool(PoolId::BillingAccount(id)) => id.into(),
        NodeId::Organization(id) => id.into(),
        NodeId::Team(id) => id.into(),
    }
}

pub fn read_node(at: &Place<'_>, node_type: &str, id: DbUuid) -> StoreResult<NodeId> {
    let node = match node_type {
        WORKSPACE_POOL => Ok(NodeId::Pool(PoolId::Workspace(id.into()))),
        ACCOUNT_POOL => Ok(NodeId::Pool(PoolId::BillingAccount(id.into()))),
        ORGANIZATION => Ok(NodeId::Organization(id.into())),
        TEAM => Ok(NodeId::Team(id.into())),
        _ => Err("not a type of node"),
    };
    at.check("node_type", node)
}

pub type NodeBalances = BTreeMap<NodeId, BTreeMap<Meter, Balance>>;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = balances, check_for_backend(Db), treat_none_as_default_value = false)]
pub struct BalanceRow {
    pub workspace_id: DbUuid,
    pub node_type: String,
    pub node_id: DbUuid,
    pub meter: String,
    #[diesel(embed)]
    pub kept: KeptRow,
}

/// What is kept of a node for one meter.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = balances, check_for_backend(Db), treat_none_as_default_value = false)]
pub struct KeptRow {
    cap: Option<i64>,
    observed: bool,
    pub direct: i64,
    pub subtree: i64,
}

impl KeptRow {
    /// The balance of the row there.
    pub fn balance(&self, at: &Place<'_>) -> StoreResult<Balance> {
        let enforcement = if self.observed {
            Enforcement::Observe
        } else {
            Enforcement::Enforce
        };
        Ok(Balance {
            limit: Limit::new(at.convert_optional("cap", self.cap)?, enforcement),
            direct: at.convert("direct", self.direct)?,
            subtree: at.convert("subtree", self.subtree)?,
        })
    }
}

impl From<Balance> for KeptRow {
    fn from(balance: Balance) -> Self {
        Self {
            cap: balance.limit.cap().map(bigint),
            observed: balance.limit.enforcement() == Some(Enforcement::Observe),
            direct: bigint(balance.direct),
            subtree: bigint(balance.subtree),
        }
    }
}

impl BalanceRow {
    pub fn new(workspace: WorkspaceId, node: NodeId, meter: &Meter, balance: Balance) -> Self {
        Self {
            workspace_id: workspace.into(),
            node_type: node_type(node).to_owned(),
            node_id: node_id(node),
            meter: meter.to_string(),
            kept: balance.into(),
        }
    }

    /// Which balance of its workspace it is.
    pub fn key(&self) -> (DbUuid, &str) {
        (self.node_id, &self.meter)
    }

    fn node(&self) -> StoreResult<NodeId> {
        let at = Place {
            table: "balances",
            key: &[&self.workspace_id, &self.node_id, &self.meter],
        };
        read_node(&at, &self.node_type, self.node_id)
    }

    fn meter(&self) -> StoreResult<Meter> {
        let at = Place {
            table: "balances",
            key: &[&self.workspace_id, &self.node_id, &self.meter],
        };
        at.parse("meter", &self.meter)
    }

    /// The balance with its meter; `None` when the row says nothing, as one that was made to be locked.
    pub fn read(&self) -> StoreResult<Option<(Meter, Balance)>> {
        let balance = self.balance()?;
        let says_something = balance != Balance::default();
        says_something.then(|| Ok((self.meter()?, balance))).transpose()
    }

    fn balance(&self) -> StoreResult<Balance> {
        self.kept.balance(&Place {
            table: "balances",
            key: &[&self.workspace_id, &self.node_id, &self.meter],
        })
    }
}

/// What rows say of each node.
pub fn read_balances(rows: &[BalanceRow]) -> StoreResult<NodeBalances> {
    let mut nodes = NodeBalances::new();
    for row in rows {
        if let Some((meter, balance)) = row.read()? {
            nodes.entry(row.node()?).or_default().insert(meter, balance);
        }
    }
    Ok(nodes)
}
