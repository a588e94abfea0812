//! Reads what decisions about the ledger rest on, row by row: statements cost no journey here, and those of one row are prepared once.

use diesel::prelude::*;

use super::dialect::Conn;
use super::queries::chains::FreeRow;
use super::queries::charges::{AskedKey, Row as ChargeRow, StandingRow};
use super::queries::schema::{balances, chain_links, charges, workspaces};
use super::queries::workspaces::Row as WorkspaceRow;
use crate::types::DbUuid;

/// The rows of chains, each of a target and for a meter. Whoever writes is alone, so nobody else has locked them.
pub fn lock_free_chains(c: &mut Conn, wanted: &[(DbUuid, &str)]) -> QueryResult<Vec<FreeRow>> {
    let mut rows = Vec::new();
    for (target, meter) in wanted {
        rows.extend(chain(c, *target, meter)?);
    }
    Ok(rows)
}

/// Some workspaces and some charges.
pub fn standings(
    c: &mut Conn,
    workspaces: &[DbUuid],
    keys: &[AskedKey<'_>],
) -> QueryResult<Vec<StandingRow>> {
    let mut rows = Vec::with_capacity(workspaces.len() + keys.len());
    for workspace in workspaces {
        let workspace = workspaces::table
            .find(workspace)
            .select(WorkspaceRow::as_select());
        rows.push(StandingRow {
            workspace: workspace.first(c).optional()?,
            charge: None,
        });
    }
    for key in keys {
        let charge = charges::table.find(*key).select(ChargeRow::as_select());
        rows.push(StandingRow {
            workspace: None,
            charge: charge.first(c).optional()?,
        });
    }
    Ok(rows)
}

fn chain(c: &mut Conn, target: DbUuid, meter: &str) -> QueryResult<Vec<FreeRow>> {
    let is_of_link = balances::workspace_id
        .eq(chain_links::workspace_id)
        .and(balances::node_id.eq(chain_links::node_id));
    chain_links::table
        .inner_join(balances::table.on(is_of_link))
        .inner_join(workspaces::table.on(workspaces::id.eq(chain_links::workspace_id)))
        .filter(chain_links::target_id.eq(target))
        .filter(balances::meter.eq(meter))
        .order(chain_links::position)
        .select(FreeRow::as_select())
        .load(c)
}
