//! What ends a transaction: decisions about the ledger, and the events of everything that it did.

use tenantry_application::ports::{LedgerChange, StoreError, StoreResult, Transfer};

use super::balances::usage_rows;
use super::charges::Row as ChargeRow;
use super::events::NewEvent;
use super::node::BalanceRow;
use super::{Unit, ledger_write};
use crate::types::DbUuid;

/// Rows of one workspace that are written together.
pub struct Ledger {
    pub workspace: DbUuid,
    pub usage: Vec<BalanceRow>,
    pub charged: Vec<ChargeRow>,
    /// With the organization and team that they were charged to.
    pub moved: Vec<(ChargeRow, Option<DbUuid>, Option<DbUuid>)>,
    /// Meter and resource.
    pub released: Vec<(String, String)>,
    pub events: Vec<NewEvent>,
}

/// How many rows of the ledger were found as they were expected.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    pub charged: usize,
    pub moved: usize,
    pub released: usize,
}

#[derive(Debug, thiserror::Error)]
#[error("the resource was charged or released elsewhere at the same moment")]
struct Overtaken;

impl Unit {
    /// Writes a decision about the ledger and the events so far. Charges are written in the order of their keys, so that no two who charge
    /// several wait for one another.
    pub fn save_ledger(&mut self, change: &LedgerChange) -> StoreResult<()> {
        let mut charged: Vec<ChargeRow> = change.charged.iter().map(Into::into).collect();
        charged.sort_by(|a, b| (&a.meter, &a.resource_id).cmp(&(&b.meter, &b.resource_id)));
        let released = change.released.iter();
        let moved = change.moved.iter().map(|Transfer { charge, from }| {
            let (organization, team) = (from.organization(), from.team());
            (charge.into(), organization.map(Into::into), team.map(Into::into))
        });
        let workspace = change.workspace.into();
        let ledger = Ledger {
            workspace,
            usage: usage_rows(change.workspace, &change.usage),
            charged,
            moved: moved.collect(),
            released: released
                .map(|key| (key.meter.to_string(), key.resource_id.to_string()))
                .collect(),
            events: self.take_events(workspace),
        };
        self.write_ledger(&ledger)
    }

    /// Writes the events that no decision about the ledger took along.
    pub fn flush_events(&mut self) -> StoreResult<()> {
        while let Some(workspace) = self.events.first().map(|event| event.workspace_id) {
            let ledger = Ledger {
                workspace,
                usage: Vec::new(),
                charged: Vec::new(),
                moved: Vec::new(),
                released: Vec::new(),
                events: self.take_events(workspace),
            };
            self.write_ledger(&ledger)?;
        }
        Ok(())
    }

    fn take_events(&mut self, workspace: DbUuid) -> Vec<NewEvent> {
        self.events
            .extract_if(.., |event| event.workspace_id == workspace)
            .collect()
    }

    fn write_ledger(&mut self, ledger: &Ledger) -> StoreResult<()> {
        let written = self.run(|c| ledger_write::write(c, ledger))?;
        let expected = Written {
            charged: ledger.charged.len(),
            moved: ledger.moved.len(),
            released: ledger.released.len(),
        };
        if written == expected {
            Ok(())
        } else {
            Err(StoreError::Retry(Overtaken.into()))
        }
    }
}
