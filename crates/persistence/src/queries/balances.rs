use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl;
use diesel::prelude::*;
use diesel::upsert::excluded;
use tenantry_application::ports::{
    self as app, ChainHead, ChainLinks, ChainRecord, NewNode, NodeUsage, StoreResult,
};
use tenantry_domain::capacity::{Balance, NodeId, PoolId, TargetId};
use tenantry_domain::organization::Organization;
use tenantry_domain::{Limit, Meter, Meters, Units, WorkspaceId};

use super::dialect::{Conn, MAX_LIST, ROWS_HAVE_VERSIONS};
use super::lock::locked;
use super::node::{BalanceRow, NodeBalances, WORKSPACE_POOL, node_id, read_balances};
use super::schema::{balances, workspaces};
use super::{Unit, chains, ledger_read};
use crate::read::Place;
use crate::types::DbUuid;

fn ids(nodes: &[NodeId]) -> Vec<DbUuid> {
    nodes.iter().copied().map(node_id).collect()
}

/// The balances of some nodes, in the order in which rows are locked.
#[dsl::auto_type]
fn of_nodes(workspace: DbUuid, nodes: Vec<DbUuid>) -> _ {
    balances::table
        .filter(balances::workspace_id.eq(workspace))
        .filter(balances::node_id.eq_any(nodes))
        .order((balances::node_id, balances::meter))
}

/// Empty balances of those meters and nodes that have none, in the order in which rows are locked.
fn missing(
    workspace: WorkspaceId,
    nodes: &[NodeId],
    meters: &Meters,
    rows: &[BalanceRow],
) -> Vec<BalanceRow> {
    let present: BTreeSet<_> = rows.iter().map(BalanceRow::key).collect();
    let all = nodes
        .iter()
        .flat_map(|node| meters.iter().map(|meter| (*node, meter)));
    let mut missing: Vec<_> = all
        .map(|(node, meter)| BalanceRow::new(workspace, node, meter, Balance::default()))
        .filter(|row| !present.contains(&row.key()))
        .collect();
    missing.sort_by(|a, b| a.key().cmp(&b.key()));
    missing
}

impl Unit {
    /// Locks every balance of some nodes, those of these meters also when they are not there yet. Whoever has looked them up before finds another
    /// version from now on.
    fn lock_nodes(
        &mut self,
        workspace: WorkspaceId,
        nodes: &[NodeId],
        meters: &Meters,
    ) -> StoreResult<Vec<BalanceRow>> {
        if nodes.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.lock_as_they_are(workspace, nodes, meters)?;
        if ROWS_HAVE_VERSIONS {
            let again = balances::table
                .filter(balances::workspace_id.eq(DbUuid::from(workspace)))
                .filter(balances::node_id.eq_any(ids(nodes)));
            let again = diesel::update(again).set(balances::subtree.eq(balances::subtree));
            self.run(|c| again.execute(c))?;
        }
        Ok(rows)
    }

    fn lock_as_they_are(
        &mut self,
        workspace: WorkspaceId,
        nodes: &[NodeId],
        meters: &Meters,
    ) -> StoreResult<Vec<BalanceRow>> {
        let lock = || {
            locked(
                of_nodes(workspace.into(), ids(nodes)).select(BalanceRow::as_select()),
                "balances",
            )
        };
        let rows = self.run(|c| lock().load(c))?;
        let missing = missing(workspace, nodes, meters, &rows);
        if missing.is_empty() {
            return Ok(rows);
        }
        self.run(|c| {
            diesel::insert_into(balances::table)
                .values(missing)
                .on_conflict_do_nothing()
                .execute(c)?;
            lock().load(c)
        })
    }

    fn save_limit(
        &mut self,
        workspace: WorkspaceId,
        node: NodeId,
        meter: &Meter,
        limit: Limit,
    ) -> StoreResult<()> {
        let row = BalanceRow::new(
            workspace,
            node,
            meter,
            Balance {
                limit,
                ..Balance::default()
            },
        );
        self.write(|c| {
            diesel::insert_into(balances::table)
                .values(row)
                .on_conflict((balances::workspace_id, balances::node_id, balances::meter))
                .do_update()
                .set((
                    balances::cap.eq(excluded(balances::cap)),
                    balances::observed.eq(excluded(balances::observed)),
                ))
                .execute(c)
        })
    }
}

/// Values of a row.
const COLUMNS: usize = 8;

/// Adds what is kept of new organizations: their limits.
pub fn insert_limits(c: &mut Conn, new: &[NewNode]) -> QueryResult<()> {
    let rows: Vec<BalanceRow> = new.iter().flat_map(first_rows).collect();
    for rows in rows.chunks(MAX_LIST / COLUMNS) {
        diesel::insert_into(balances::table).values(rows).execute(c)?;
    }
    Ok(())
}

fn first_rows(new: &NewNode) -> Vec<BalanceRow> {
    let Organization { workspace_id, id, .. } = new.organization;
    let row = |(meter, balance): (Meter, Balance)| {
        BalanceRow::new(workspace_id, NodeId::Organization(id), &meter, balance)
    };
    new.balances().into_iter().map(row).collect()
}

/// The row of what is used at a node.
pub fn usage_row(workspace: WorkspaceId, kept: &NodeUsage) -> BalanceRow {
    BalanceRow::new(workspace, kept.node, &kept.meter, kept.balance)
}

impl app::Balances for Unit {
    fn of_nodes(&mut self, workspace: WorkspaceId, nodes: &[NodeId]) -> StoreResult<NodeBalances> {
        let mut rows = Vec::new();
        for nodes in nodes.chunks(MAX_LIST) {
            let query = of_nodes(workspace.into(), ids(nodes)).select(BalanceRow::as_select());
            rows.extend(self.run(|c| query.load(c))?);
        }
        read_balances(&rows)
    }

    /// Pools before what is below them, as in a chain.
    fn of_nodes_for_update(
        &mut self,
        workspace: WorkspaceId,
        nodes: &[NodeId],
        meters: &Meters,
    ) -> StoreResult<NodeBalances> {
        let (pools, others): (Vec<_>, Vec<_>) =
            nodes.iter().partition(|node| matches!(node, NodeId::Pool(_)));
        let mut rows = self.lock_nodes(workspace, &pools, meters)?;
        rows.extend(self.lock_nodes(workspace, &others, meters)?);
        read_balances(&rows)
    }

    fn of_workspace(&mut self, workspace: WorkspaceId) -> StoreResult<NodeBalances> {
        let query = balances::table
            .filter(balances::workspace_id.eq(DbUuid::from(workspace)))
            .select(BalanceRow::as_select());
        read_balances(&self.run(|c| query.load(c))?)
    }

    fn pool_capacities(
        &mut self,
        workspaces: &[WorkspaceId],
        meter: &Meter,
    ) -> StoreResult<BTreeMap<WorkspaceId, Units>> {
        let mut rows: Vec<BalanceRow> = Vec::new();
        for workspaces in workspaces.chunks(MAX_LIST) {
            let query = workspaces::table
                .inner_join(
                    balances::table.on(balances::workspace_id
                        .eq(workspaces::id)
                        .and(balances::node_id.eq(workspaces::id))),
                )
                .filter(workspaces::id.eq_any(workspaces.iter().copied().map(DbUuid::from)))
                .filter(balances::node_type.eq(WORKSPACE_POOL))
                .filter(balances::meter.eq(meter.as_str()))
                .select(BalanceRow::as_select());
            rows.extend(self.run(|c| query.load(c))?);
        }
        let mut capacities = BTreeMap::new();
        for row in rows {
            let capacity = row.read()?.and_then(|(_, balance)| balance.limit.cap());
            capacities.extend(capacity.map(|capacity| (row.workspace_id.into(), capacity)));
        }
        Ok(capacities)
    }

    fn chains(
        &mut self,
        workspace: WorkspaceId,
        targets: &[TargetId],
    ) -> StoreResult<BTreeMap<TargetId, ChainRecord>> {
        let ids: Vec<DbUuid> = targets.iter().map(|id| node_id((*id).into())).collect();
        let mut rows = Vec::new();
        for ids in ids.chunks(MAX_LIST) {
            rows.extend(self.run(|c| chains::load(c, workspace.into(), ids))?);
        }
        chains::read(rows)
    }

    fn chains_for_update(
        &mut self,
        workspace: WorkspaceId,
        targets: &[TargetId],
        meters: &[Meter],
    ) -> StoreResult<BTreeMap<TargetId, ChainRecord>> {
        let workspace = DbUuid::from(workspace);
        let ids: Vec<DbUuid> = targets.iter().map(|id| node_id((*id).into())).collect();
        let meters: Vec<&str> = meters.iter().map(Meter::as_str).collect();
        let rows = self.run(|c| chains::lock(c, workspace, (&ids, &meters)))?;
        let lacking = chains::incomplete(&rows, &ids, &meters);
        let chains = chains::read(rows)?;
        for (target, _) in lacking {
            let is_there = chains.keys().any(|id| node_id((*id).into()) == target);
            if is_there {
                let at = Place {
                    table: "chain_links",
                    key: &[&target],
                };
                return at.check("position", Err("the chain has gaps"));
            }
        }
        Ok(chains)
    }

    fn lock_free_heads(&mut self, wanted: &[(TargetId, Meter)]) -> StoreResult<Vec<ChainHead>> {
        let keys: Vec<(DbUuid, &str)> = wanted
            .iter()
            .map(|(target, meter)| (node_id((*target).into()), meter.as_str()))
            .collect();
        chains::read_heads(self.run(|c| ledger_read::lock_free_heads(c, &keys))?, wanted)
    }

    fn chain_links(&mut self, workspace: WorkspaceId) -> StoreResult<BTreeMap<TargetId, ChainLinks>> {
        chains::read_links(self.run(|c| chains::load_links(c, workspace.into()))?)
    }

    fn replace_chain(
        &mut self,
        workspace: WorkspaceId,
        target: TargetId,
        links: &ChainLinks,
    ) -> StoreResult<()> {
        let (workspace, target) = (DbUuid::from(workspace), node_id(target.into()));
        let new = chains::links(workspace, target, links.iter().copied());
        self.run(|c| chains::replace(c, (workspace, target), new))
            .map(drop)
    }

    fn set_limit(
        &mut self,
        workspace: WorkspaceId,
        target: TargetId,
        meter: &Meter,
        limit: Limit,
    ) -> StoreResult<()> {
        self.save_limit(workspace, target.into(), meter, limit)
    }

    fn set_capacity(
        &mut self,
        workspace: WorkspaceId,
        pool: PoolId,
        meter: &Meter,
        units: Units,
    ) -> StoreResult<()> {
        self.save_limit(workspace, NodeId::Pool(pool), meter, Limit::AtMost(units))
    }

    fn save_usage(&mut self, workspace: WorkspaceId, usage: &[NodeUsage]) -> StoreResult<()> {
        let rows: Vec<_> = usage.iter().map(|kept| usage_row(workspace, kept)).collect();
        let save = diesel::insert_into(balances::table)
            .values(&rows)
            .on_conflict((balances::workspace_id, balances::node_id, balances::meter))
            .do_update()
            .set((
                balances::direct.eq(excluded(balances::direct)),
                balances::subtree.eq(excluded(balances::subtree)),
            ));
        self.run(|c| save.execute(c)).map(drop)
    }

    fn repair(
        &mut self,
        workspace: WorkspaceId,
        node: NodeId,
        meter: &Meter,
        balance: Balance,
    ) -> StoreResult<()> {
        let row = BalanceRow::new(workspace, node, meter, balance);
        self.write(|c| {
            diesel::insert_into(balances::table)
                .values(row)
                .on_conflict((balances::workspace_id, balances::node_id, balances::meter))
                .do_update()
                .set((
                    balances::cap.eq(excluded(balances::cap)),
                    balances::observed.eq(excluded(balances::observed)),
                    balances::direct.eq(excluded(balances::direct)),
                    balances::subtree.eq(excluded(balances::subtree)),
                ))
                .execute(c)
        })
    }
}
