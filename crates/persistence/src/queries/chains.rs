//! Capacity chains: which nodes the usage of an organization or team counts at.

use std::collections::BTreeMap;

use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};
use tenantry_application::ports::{
    ChainHead, ChainLinks, ChainNode, ChainRecord, MeterChain, NewNode, StoreResult,
};
use tenantry_domain::Meter;
use tenantry_domain::capacity::{Balance, NodeId, PoolId, TargetId};

use super::dialect::sql::Uuid;
use super::dialect::{Conn, Db, MAX_LIST};
use super::lock::locked;
use super::node::{BalanceRow, KeptRow, node_id, node_type, read_node};
use super::schema::{balances, billing_accounts, chain_links, organizations, teams, workspaces};
use crate::read::Place;
use crate::types::DbUuid;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = chain_links, check_for_backend(Db), treat_none_as_default_value = false)]
pub struct Link {
    pub workspace_id: DbUuid,
    target_id: DbUuid,
    position: i32,
    node_type: String,
    pub node_id: DbUuid,
}

impl Link {
    /// The node that it stands for.
    pub fn node(&self) -> StoreResult<NodeId> {
        self.read().map(|(_, node)| node)
    }

    /// Whether the chain begins with it.
    pub fn is_first(&self) -> bool {
        self.position == 0
    }

    /// The organization or team at which the chain ends, of which this is the last link.
    fn target(&self) -> StoreResult<TargetId> {
        let at = Place {
            table: "chain_links",
            key: &[&self.target_id, &self.position],
        };
        at.convert("node_type", self.node()?)
    }

    /// Its position, and the node that it stands for.
    fn read(&self) -> StoreResult<(u16, NodeId)> {
        let at = Place {
            table: "chain_links",
            key: &[&self.target_id, &self.position],
        };
        let node = read_node(&at, &self.node_type, self.node_id)?;
        Ok((at.convert("position", self.position)?, node))
    }
}

/// The rows of a chain.
pub fn links(
    workspace_id: DbUuid,
    target_id: DbUuid,
    chain: impl IntoIterator<Item = (u16, NodeId)>,
) -> Vec<Link> {
    let link = |(position, node): (u16, NodeId)| Link {
        workspace_id,
        target_id,
        position: position.into(),
        node_type: node_type(node).to_owned(),
        node_id: node_id(node),
    };
    chain.into_iter().map(link).collect()
}

/// Values of a row.
const COLUMNS: usize = 5;

/// Adds the chains of organizations.
pub fn insert(c: &mut Conn, new: &[NewNode]) -> QueryResult<()> {
    let of_one = |NewNode {
                      organization, chain, ..
                  }: &NewNode| {
        let chain = (0..).zip(chain.iter().copied());
        links(organization.workspace_id.into(), organization.id.into(), chain)
    };
    let rows: Vec<Link> = new.iter().flat_map(of_one).collect();
    for rows in rows.chunks(MAX_LIST / COLUMNS) {
        diesel::insert_into(chain_links::table).values(rows).execute(c)?;
    }
    Ok(())
}

/// The ids of an organization and of everything below it, teams included.
#[dsl::auto_type]
pub fn subtree(workspace: DbUuid, root: DbUuid) -> _ {
    chain_links::table
        .filter(chain_links::workspace_id.eq(workspace))
        .filter(chain_links::node_id.eq(root))
        .select(chain_links::target_id)
}

/// The ids of the nodes of a chain.
#[dsl::auto_type]
pub fn nodes(workspace: DbUuid, target: DbUuid) -> _ {
    chain_links::table
        .filter(chain_links::workspace_id.eq(workspace))
        .filter(chain_links::target_id.eq(target))
        .select(chain_links::node_id)
}

diesel::alias!(pub const OTHER_LINKS: Alias<OtherLinks> = chain_links as other_links);

/// As [`subtree`], within a statement on the chains themselves.
#[dsl::auto_type]
pub fn other_subtree(workspace: DbUuid, root: DbUuid) -> _ {
    OTHER_LINKS
        .filter(OTHER_LINKS.field(chain_links::workspace_id).eq(workspace))
        .filter(OTHER_LINKS.field(chain_links::node_id).eq(root))
        .select(OTHER_LINKS.field(chain_links::target_id))
}

/// A node of a chain with one of its balances. At most one of the names is there.
#[derive(Queryable, Selectable)]
#[diesel(table_name = chain_links, check_for_backend(Db))]
pub struct LinkRow {
    #[diesel(embed)]
    link: Link,
    #[diesel(select_expression = organizations::name.nullable())]
    organization: Option<String>,
    #[diesel(select_expression = teams::name.nullable())]
    team: Option<String>,
    #[diesel(select_expression = billing_accounts::name.nullable())]
    account: Option<String>,
    #[diesel(select_expression = workspaces::name.nullable())]
    workspace: Option<String>,
}

/// At most one balance of a node of a chain.
type ChainRow = (LinkRow, Option<BalanceRow>);

/// Whether a balance is that of a link's node.
#[dsl::auto_type]
pub fn is_of_link() -> _ {
    balances::workspace_id
        .eq(chain_links::workspace_id)
        .and(balances::node_id.eq(chain_links::node_id))
}

/// Adds the names of the nodes to a query of links and their workspaces.
macro_rules! with_names {
    ($query:expr) => {
        $query
            .left_join(
                organizations::table.on(organizations::workspace_id
                    .eq(chain_links::workspace_id)
                    .and(organizations::id.eq(chain_links::node_id))),
            )
            .left_join(
                teams::table.on(teams::workspace_id
                    .eq(chain_links::workspace_id)
                    .and(teams::id.eq(chain_links::node_id))),
            )
            .left_join(
                billing_accounts::table.on(billing_accounts::workspace_id
                    .eq(chain_links::workspace_id)
                    .and(billing_accounts::id.eq(chain_links::node_id))),
            )
    };
}
pub(super) use with_names;

/// The chains of some organizations and teams with every balance.
pub fn load(c: &mut Conn, workspace: DbUuid, targets: &[DbUuid]) -> QueryResult<Vec<ChainRow>> {
    let links = chain_links::table.left_join(balances::table.on(is_of_link()));
    with_names!(links)
        .left_join(workspaces::table.on(workspaces::id.eq(chain_links::node_id)))
        .filter(chain_links::workspace_id.eq(workspace))
        .filter(chain_links::target_id.eq_any(targets))
        .order((chain_links::target_id, chain_links::position))
        .select((LinkRow::as_select(), Option::<BalanceRow>::as_select()))
        .load(c)
}

/// How often a chain is looked for while others change it.
const ATTEMPTS: usize = 3;

/// The chains of some organizations and teams with the balances of some meters, which stay locked. A node may lack one when it comes or goes at
/// this moment; then the chains are looked at again, and what stays incomplete is corrupt.
pub fn lock(
    c: &mut Conn,
    workspace: DbUuid,
    (targets, meters): (&[DbUuid], &[&str]),
) -> QueryResult<Vec<ChainRow>> {
    let mut rows = lock_balances(c, workspace, (targets, meters))?;
    for _ in 1..ATTEMPTS {
        let incomplete = incomplete(&rows, targets, meters);
        if incomplete.is_empty() {
            break;
        }
        let mut is_gone = true;
        for meter in meters {
            let lacking: Vec<DbUuid> = incomplete
                .iter()
                .filter(|(_, of)| of == meter)
                .map(|(target, _)| *target)
                .collect();
            if !lacking.is_empty() {
                is_gone &= add_balances(c, workspace, &lacking, meter)? == 0;
            }
        }
        rows = lock_balances(c, workspace, (targets, meters))?;
        if is_gone {
            break;
        }
    }
    Ok(rows)
}

/// Locks from the pools down, as everywhere, so that no two wait for one another. Nodes without a balance are missing: there is nothing to
/// lock.
fn lock_balances(
    c: &mut Conn,
    workspace: DbUuid,
    (targets, meters): (&[DbUuid], &[&str]),
) -> QueryResult<Vec<ChainRow>> {
    let links = chain_links::table.inner_join(balances::table.on(is_of_link()));
    let query = with_names!(links)
        .left_join(workspaces::table.on(workspaces::id.eq(chain_links::node_id)))
        .filter(chain_links::workspace_id.eq(workspace))
        .order((chain_links::position, chain_links::node_id, balances::meter))
        .select((LinkRow::as_select(), BalanceRow::as_select()))
        .into_boxed::<Db>();
    // A list of one is a statement of its own that is prepared once: most charges come alone.
    let query = match targets {
        [target] => query.filter(chain_links::target_id.eq(*target)),
        _ => query.filter(chain_links::target_id.eq_any(targets)),
    };
    let query = match meters {
        [meter] => query.filter(balances::meter.eq(*meter)),
        _ => query.filter(balances::meter.eq_any(meters)),
    };
    let rows = locked(query, "balances").load::<(LinkRow, BalanceRow)>(c)?;
    Ok(rows
        .into_iter()
        .map(|(link, balance)| (link, Some(balance)))
        .collect())
}

/// The chains of which some node is missing for a meter: each has its nodes from position 0 to the target itself.
pub fn incomplete<'a>(rows: &[ChainRow], targets: &[DbUuid], meters: &[&'a str]) -> Vec<(DbUuid, &'a str)> {
    let mut found: BTreeMap<(DbUuid, &str), (i32, Option<i32>)> = BTreeMap::new();
    for (row, balance) in rows {
        let Some(balance) = balance else { continue };
        let Link {
            target_id,
            node_id,
            position,
            ..
        } = row.link;
        let (count, end) = found.entry((target_id, &balance.meter)).or_default();
        *count += 1;
        if node_id == target_id {
            *end = Some(position);
        }
    }
    let is_complete = |pair: &(DbUuid, &str)| {
        found
            .get(pair)
            .is_some_and(|(count, end)| end.is_some_and(|end| *count == end + 1))
    };
    let pairs = targets
        .iter()
        .flat_map(|target| meters.iter().map(|meter| (*target, *meter)));
    pairs.filter(|pair| !is_complete(pair)).collect()
}

/// Gives every node of some chains a balance, so that there is something to lock.
fn add_balances(c: &mut Conn, workspace: DbUuid, targets: &[DbUuid], meter: &str) -> QueryResult<usize> {
    let empty = chain_links::table
        .filter(chain_links::workspace_id.eq(workspace))
        .filter(chain_links::target_id.eq_any(targets))
        .order((chain_links::position, chain_links::node_id))
        .select((
            chain_links::workspace_id,
            chain_links::node_type,
            chain_links::node_id,
            meter.into_sql::<Text>(),
            0.into_sql::<BigInt>(),
            0.into_sql::<BigInt>(),
        ));
    let columns = (
        balances::workspace_id,
        balances::node_type,
        balances::node_id,
        balances::meter,
        balances::direct,
        balances::subtree,
    );
    diesel::insert_into(balances::table)
        .values(empty)
        .into_columns(columns)
        .on_conflict_do_nothing()
        .execute(c)
}

/// The first link of a chain, and whether the balance of its node is locked.
#[derive(Queryable)]
pub struct HeadRow {
    pub link: Link,
    pub meter: String,
    pub is_held: bool,
}

/// Where chains begin, each of one of these targets.
pub fn read_heads(rows: Vec<HeadRow>, wanted: &[(TargetId, Meter)]) -> StoreResult<Vec<ChainHead>> {
    let wanted: BTreeMap<(DbUuid, &str), &(TargetId, Meter)> = wanted
        .iter()
        .map(|asked| ((node_id(asked.0.into()), asked.1.as_str()), asked))
        .collect();
    let head = |row: HeadRow| {
        let (target, meter) = wanted.get(&(row.link.target_id, row.meter.as_str()))?;
        Some(row.link.node().map(|node| ChainHead {
            workspace: row.link.workspace_id.into(),
            target: *target,
            meter: meter.clone(),
            node,
            is_held: row.is_held,
        }))
    };
    rows.into_iter().filter_map(head).collect()
}

/// A node of a chain with what is kept of it for the meter that was asked for.
pub struct CountedLink<'a> {
    /// Which of the chains that were asked for, each of which has another number.
    pub number: usize,
    pub meter: &'a Meter,
    pub link: Link,
    pub kept: KeptRow,
}

/// The complete chains among those whose nodes follow one another from the first down.
pub fn read_counted(rows: &[CountedLink<'_>]) -> StoreResult<Vec<(DbUuid, MeterChain)>> {
    let chains = rows.chunk_by(|row, next| row.number == next.number);
    chains
        .map(counted_chain)
        .filter_map(StoreResult::transpose)
        .collect()
}

/// A chain, if none of its nodes is missing.
fn counted_chain(rows: &[CountedLink<'_>]) -> StoreResult<Option<(DbUuid, MeterChain)>> {
    let Some(CountedLink {
        meter, link: last, ..
    }) = rows.last()
    else {
        return Ok(None);
    };
    let is_whole = (0..)
        .zip(rows)
        .all(|(position, row)| row.link.position == position);
    if !is_whole || last.node_id != last.target_id {
        return Ok(None);
    }
    let chain = MeterChain {
        target: last.target()?,
        meter: Meter::clone(meter),
        nodes: rows.iter().map(CountedLink::read).collect::<StoreResult<_>>()?,
    };
    Ok(Some((last.workspace_id, chain)))
}

impl CountedLink<'_> {
    fn read(&self) -> StoreResult<(NodeId, Balance)> {
        let at = Place {
            table: "balances",
            key: &[&self.link.workspace_id, &self.link.node_id, self.meter],
        };
        Ok((self.link.node()?, self.kept.balance(&at)?))
    }
}

/// The chains that rows make, in whose order the nodes of each stand from the pool down.
pub fn read(rows: Vec<ChainRow>) -> StoreResult<BTreeMap<TargetId, ChainRecord>> {
    let mut chains: BTreeMap<DbUuid, Vec<ChainNode>> = BTreeMap::new();
    for (row, balance) in rows {
        let place = Place {
            table: "chain_links",
            key: &[&row.link.target_id, &row.link.position],
        };
        let chain = chains.entry(row.link.target_id).or_default();
        let id = row.link.node()?;
        if chain.last().is_none_or(|last| last.id != id) {
            let name = place.check("node_id", name(id, &row).ok_or("no such node"))?;
            chain.push(ChainNode {
                id,
                name,
                balances: BTreeMap::new(),
            });
        }
        if let (Some(node), Some(balance)) = (chain.last_mut(), balance) {
            node.balances.extend(balance.read()?);
        }
    }
    chains.into_iter().map(|(id, nodes)| record(id, nodes)).collect()
}

fn name(node: NodeId, row: &LinkRow) -> Option<String> {
    match node {
        NodeId::Pool(PoolId::Workspace(_)) => row.workspace.clone(),
        NodeId::Pool(PoolId::BillingAccount(_)) => row.account.clone(),
        NodeId::Organization(_) => row.organization.clone(),
        NodeId::Team(_) => row.team.clone(),
    }
}

/// The chain of the organization or team at which it ends.
fn record(id: DbUuid, mut nodes: Vec<ChainNode>) -> StoreResult<(TargetId, ChainRecord)> {
    let place = Place {
        table: "chain_links",
        key: &[&id],
    };
    let own = nodes.pop().and_then(|node| {
        let target = TargetId::try_from(node.id).ok()?;
        (node_id(node.id) == id).then_some((target, node))
    });
    let own = own.ok_or("the chain does not end with its target");
    let (id, target) = place.check("node_id", own)?;
    Ok((id, ChainRecord { above: nodes, target }))
}

/// A link, and the organization that it is of, if it is of one.
pub type OwnedLink = (Link, Option<DbUuid>);

/// The links of each chain, in the order of the rows.
pub fn read_links(rows: Vec<OwnedLink>) -> StoreResult<BTreeMap<TargetId, ChainLinks>> {
    let mut chains: BTreeMap<TargetId, ChainLinks> = BTreeMap::new();
    for (link, organization) in rows {
        let team = || TargetId::Team(link.target_id.into());
        let target = organization.map_or_else(team, |id| TargetId::Organization(id.into()));
        chains.entry(target).or_default().push(link.read()?);
    }
    Ok(chains)
}

/// The links of every chain of a workspace.
pub fn load_links(c: &mut Conn, workspace: DbUuid) -> QueryResult<Vec<OwnedLink>> {
    let is_its_own = organizations::workspace_id
        .eq(chain_links::workspace_id)
        .and(organizations::id.eq(chain_links::target_id));
    chain_links::table
        .left_join(organizations::table.on(is_its_own))
        .filter(chain_links::workspace_id.eq(workspace))
        .order((chain_links::target_id, chain_links::position))
        .select((Link::as_select(), organizations::id.nullable()))
        .load(c)
}

/// Adds the chain of a target below an organization, or alone: that of the organization, and itself.
pub fn insert_below(
    c: &mut Conn,
    workspace: DbUuid,
    (organization, target): (Option<DbUuid>, TargetId),
) -> QueryResult<usize> {
    let own = NodeId::from(target);
    let above = match organization {
        Some(organization) => copy(c, workspace, (organization, node_id(own)))?,
        None => 0,
    };
    let link = (
        chain_links::workspace_id.eq(workspace),
        chain_links::target_id.eq(node_id(own)),
        chain_links::position.eq(i32::try_from(above).unwrap_or(i32::MAX)),
        chain_links::node_type.eq(node_type(own)),
        chain_links::node_id.eq(node_id(own)),
    );
    diesel::insert_into(chain_links::table).values(link).execute(c)
}

/// Gives one target the links of another; tells how many.
fn copy(c: &mut Conn, workspace: DbUuid, (from, to): (DbUuid, DbUuid)) -> QueryResult<usize> {
    let links = chain_links::table
        .filter(chain_links::workspace_id.eq(workspace))
        .filter(chain_links::target_id.eq(from))
        .select((
            chain_links::workspace_id,
            to.into_sql::<Uuid>(),
            chain_links::position,
            chain_links::node_type,
            chain_links::node_id,
        ));
    diesel::insert_into(chain_links::table)
        .values(links)
        .into_columns(chain_links::all_columns)
        .execute(c)
}

/// Removes the chain of a target that has nothing below it, and what is kept of the target.
pub fn delete(c: &mut Conn, workspace: DbUuid, target: DbUuid) -> QueryResult<usize> {
    let links = chain_links::table
        .filter(chain_links::workspace_id.eq(workspace))
        .filter(chain_links::target_id.eq(target));
    diesel::delete(links).execute(c)?;
    let kept = balances::table
        .filter(balances::workspace_id.eq(workspace))
        .filter(balances::node_id.eq(target));
    diesel::delete(kept).execute(c)
}

/// Where links stand for a moment while their chains get longer or shorter: behind the end of every chain.
const ASIDE: i32 = 1_000_000;

/// Puts these nodes in the place of the first so many of every chain that goes through an organization. The others stay, in their order.
pub fn relocate(
    c: &mut Conn,
    (workspace, root): (DbUuid, DbUuid),
    replaced: i32,
    above: &[NodeId],
) -> QueryResult<()> {
    let replacing = i32::try_from(above.len()).unwrap_or(ASIDE);
    let below = || {
        chain_links::table
            .filter(chain_links::workspace_id.eq(workspace))
            .filter(chain_links::target_id.eq_any(other_subtree(workspace, root)))
    };
    let position = chain_links::position;
    diesel::delete(below().filter(position.lt(replaced))).execute(c)?;
    if replacing != replaced {
        let aside = position.eq(position + (ASIDE - replaced));
        diesel::update(below()).set(aside).execute(c)?;
        let back = position.eq(position - (ASIDE - replacing));
        diesel::update(below()).set(back).execute(c)?;
    }
    for (at, node) in (0..).zip(above) {
        insert_everywhere_below(c, (workspace, root), at, *node)?;
    }
    Ok(())
}

/// Adds one link to every chain that goes through an organization.
fn insert_everywhere_below(
    c: &mut Conn,
    (workspace, root): (DbUuid, DbUuid),
    position: i32,
    node: NodeId,
) -> QueryResult<usize> {
    let links = chain_links::table
        .filter(chain_links::workspace_id.eq(workspace))
        .filter(chain_links::node_id.eq(root))
        .select((
            chain_links::workspace_id,
            chain_links::target_id,
            position.into_sql::<Integer>(),
            node_type(node).into_sql::<Text>(),
            node_id(node).into_sql::<Uuid>(),
        ));
    diesel::insert_into(chain_links::table)
        .values(links)
        .into_columns(chain_links::all_columns)
        .execute(c)
}

/// Replaces the links of one chain.
pub fn replace(c: &mut Conn, (workspace, target): (DbUuid, DbUuid), new: Vec<Link>) -> QueryResult<usize> {
    let old = chain_links::table
        .filter(chain_links::workspace_id.eq(workspace))
        .filter(chain_links::target_id.eq(target));
    diesel::delete(old).execute(c)?;
    diesel::insert_into(chain_links::table).values(new).execute(c)
}
