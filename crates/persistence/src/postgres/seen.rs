//! What was looked up without being locked.

use std::collections::HashMap;

use super::queries::chains::Link;
use super::queries::node::BalanceRow;
use super::row_version::RowVersion;
use crate::types::DbUuid;

/// A balance that was looked up without being locked.
#[derive(Debug, Clone, Copy)]
pub struct SeenBalance {
    pub version: RowVersion,
    /// Whether chains begin at its node.
    pub is_first: bool,
}

/// The balances that were looked up, by node and meter.
#[derive(Debug, Default)]
pub struct Seen(HashMap<(DbUuid, String), SeenBalance>);

impl Seen {
    pub fn note(&mut self, link: &Link, balance: &BalanceRow, version: RowVersion) {
        let key = (balance.node_id, balance.meter.clone());
        let is_first = link.is_first();
        self.0.insert(key, SeenBalance { version, is_first });
    }

    pub fn of(&self, balance: &BalanceRow) -> Option<SeenBalance> {
        self.0.get(&(balance.node_id, balance.meter.clone())).copied()
    }
}
