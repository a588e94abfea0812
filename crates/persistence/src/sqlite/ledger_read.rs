//! Reads what decisions about the ledger rest on, row by row: statements cost no journey here, and those of one row are prepared once.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::dialect::Conn;
use super::queries::chains::{HeadRow, Link};
use super::queries::charges::{AskedCharge, AskedKey, Found, LookedUpRow, Row as ChargeRow, StandingRow};
use super::queries::node::{KeptRow, node_id};
use super::queries::schema::{balances, chain_links, charges, workspaces};
use super::queries::workspaces::Row as WorkspaceRow;
use crate::types::DbUuid;

/// Where the chains of these targets begin. Whoever writes is alone, so nobody else has locked anything.
pub fn lock_free_heads(c: &mut Conn, wanted: &[(DbUuid, &str)]) -> QueryResult<Vec<HeadRow>> {
    let mut heads = Vec::with_capacity(wanted.len());
    for (target, meter) in wanted {
        let link = chain_links::table
            .filter(chain_links::target_id.eq(target))
            .filter(chain_links::position.eq(0))
            .select(Link::as_select());
        heads.extend(link.first(c).optional()?.map(|link| HeadRow {
            link,
            meter: (*meter).to_owned(),
            is_held: true,
        }));
    }
    Ok(heads)
}

/// What charges rest on. Nobody changes it meanwhile, so rows have no versions.
pub fn look_up(c: &mut Conn, asked: &[AskedCharge]) -> QueryResult<Vec<Found>> {
    let mut rows = Vec::new();
    let mut workspaces = BTreeSet::new();
    for (number, (target, key)) in asked.iter().enumerate() {
        let (meter, resource_id) = (key.meter.as_str(), key.resource_id.as_str());
        for (link, kept) in chain(c, node_id((*target).into()), meter)? {
            let workspace = link.workspace_id;
            let is_new = link.is_first() && workspaces.insert(workspace);
            let row = LookedUpRow {
                workspace: if is_new {
                    find_workspace(c, workspace)?
                } else {
                    None
                },
                charge: if link.is_first() {
                    find_charge(c, (workspace, meter, resource_id))?
                } else {
                    None
                },
                link,
                kept: Some(kept),
            };
            rows.push((number, row, None));
        }
    }
    Ok(rows)
}

/// A workspace and some charges.
pub fn standing(c: &mut Conn, workspace: DbUuid, keys: &[AskedKey<'_>]) -> QueryResult<Vec<StandingRow>> {
    let mut rows = vec![StandingRow {
        workspace: find_workspace(c, workspace)?,
        charge: None,
    }];
    for key in keys {
        rows.push(StandingRow {
            workspace: None,
            charge: find_charge(c, *key)?,
        });
    }
    Ok(rows)
}

fn find_workspace(c: &mut Conn, id: DbUuid) -> QueryResult<Option<WorkspaceRow>> {
    let workspace = workspaces::table.find(id).select(WorkspaceRow::as_select());
    workspace.first(c).optional()
}

fn find_charge(c: &mut Conn, key: AskedKey<'_>) -> QueryResult<Option<ChargeRow>> {
    let charge = charges::table.find(key).select(ChargeRow::as_select());
    charge.first(c).optional()
}

fn chain(c: &mut Conn, target: DbUuid, meter: &str) -> QueryResult<Vec<(Link, KeptRow)>> {
    let is_of_link = balances::workspace_id
        .eq(chain_links::workspace_id)
        .and(balances::node_id.eq(chain_links::node_id));
    chain_links::table
        .inner_join(balances::table.on(is_of_link))
        .filter(chain_links::target_id.eq(target))
        .filter(balances::meter.eq(meter))
        .order(chain_links::position)
        .select((Link::as_select(), KeptRow::as_select()))
        .load(c)
}
