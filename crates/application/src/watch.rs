//! What is told about limits while nothing is refused: growth that an observing one would have refused (B3, L8), and thresholds (L9).

use serde_json::json;
use tenantry_domain::capacity::{Admission, Balance, NodeId, NodeKind, TargetId, Threshold};
use tenantry_domain::{Meter, Units, WorkspaceId};

use crate::error::Result;
use crate::event::{EventKind, EventPlace, Facts};
use crate::ports::{LedgerChange, NodeUsage, UnitOfWork};
use crate::service::Tenantry;

/// Something that is counted at a node of a workspace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted<'a> {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The node.
    pub node: NodeId,
    /// What is counted.
    pub meter: &'a Meter,
}

impl Tenantry {
    /// Writes what was decided about the ledger, the last thing in a transaction, with the thresholds that this reaches (L9).
    pub(crate) fn save_ledger(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        change: &LedgerChange,
    ) -> Result<()> {
        self.tell_usage(unit, by, change.workspace, &change.usage)?;
        Ok(unit.charges().save(std::slice::from_ref(change))?)
    }

    /// Saves what is used at nodes from now on, with the thresholds that this reaches (L9).
    pub(crate) fn save_usage(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        workspace: WorkspaceId,
        usage: &[NodeUsage],
    ) -> Result<()> {
        self.tell_usage(unit, by, workspace, usage)?;
        Ok(unit.balances().save_usage(workspace, usage)?)
    }

    fn tell_usage(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        workspace: WorkspaceId,
        usage: &[NodeUsage],
    ) -> Result<()> {
        usage.iter().try_for_each(|used| {
            let counted = Counted {
                workspace,
                node: used.node,
                meter: &used.meter,
            };
            self.tell_thresholds(unit, by, counted, [used.before, used.balance])
        })
    }

    /// Tells the thresholds that a node is below before a change and not afterwards (L9). Who reads the events of a team learns of no node
    /// above it (C3).
    pub(crate) fn tell_thresholds(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        Counted {
            workspace,
            node,
            meter,
        }: Counted<'_>,
        [before, after]: [Balance; 2],
    ) -> Result<()> {
        if node.kind() == NodeKind::Pool && self.settings().enforcement.of_pool().is_none() {
            return Ok(());
        }
        for threshold in Threshold::crossed([before, after]) {
            let facts = json!({
                "meter": meter.as_str(),
                "node": node.to_string(),
                "threshold": threshold.percent(),
                "used": after.subtree.get(),
                "limit": after.limit.cap().map(Units::get),
            });
            let place = place_of(workspace, node);
            self.record(unit, by, place, (EventKind::LimitThresholdReached, &node), facts)?;
        }
        Ok(())
    }

    /// Tells where growth was let pass that would have been refused, by a pool (B3) or by the limit of an organization (L8). Who reads the
    /// events of a team learns nothing of the latter (C3).
    pub(crate) fn tell_would_refuse(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &impl ToString,
        (place, subject): (EventPlace, &dyn ToString),
        (meter, requested): (&Meter, Units),
        admission: &Admission,
    ) -> Result<()> {
        for node in &admission.would_have_refused {
            let facts = Facts::default()
                .and("meter", meter.as_str())
                .and("requested", requested.get())
                .and("node", node.id.to_string());
            if let NodeId::Pool(_) = node.id {
                self.record(unit, by, place, (EventKind::ChargeWouldRefuse, subject), facts)?;
            } else {
                let facts = facts
                    .and("limit", node.limit.cap().map(Units::get))
                    .and("used", node.used.get());
                let place = place_of(place.workspace, node.id);
                self.record(unit, by, place, (EventKind::LimitWouldRefuse, subject), facts)?;
            }
        }
        Ok(())
    }
}

/// Where something happens to a node: pools are the workspace's.
fn place_of(workspace: WorkspaceId, node: NodeId) -> EventPlace {
    match TargetId::try_from(node) {
        Ok(target) => EventPlace::of(workspace, target),
        Err(_) => workspace.into(),
    }
}
