//! What was looked up without being locked.

use std::collections::HashMap;

use tenantry_domain::Meter;

use super::queries::chains::Link;
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
pub struct Seen(HashMap<(DbUuid, Meter), SeenBalance>);

impl Seen {
    pub fn note(&mut self, link: &Link, meter: &Meter, version: RowVersion) {
        let is_first = link.is_first();
        let seen = SeenBalance { version, is_first };
        self.0.insert((link.node_id, meter.clone()), seen);
    }

    pub fn of(&self, node: DbUuid, meter: &Meter) -> Option<SeenBalance> {
        self.0.get(&(node, meter.clone())).copied()
    }
}
