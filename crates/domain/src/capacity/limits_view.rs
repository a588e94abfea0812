use super::chain::Chain;
use super::node::Node;
use crate::limit::Limit;
use crate::meter::Meter;
use crate::units::Units;

/// What one organization may still use of one meter (L7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterLimits {
    /// The meter.
    pub meter: Meter,
    /// Units charged directly to the organization.
    pub direct: Units,
    /// The chain of the organization, which holds the rest.
    pub chain: Chain,
}

impl MeterLimits {
    /// Units used by the organization and everything below it.
    pub fn used(&self) -> Units {
        self.chain.target().used
    }

    /// The limit set on the organization itself.
    pub fn org_limit(&self) -> Limit {
        self.chain.target().limit
    }

    /// The smallest limit on the chain; `None` when there is none.
    pub fn total(&self) -> Option<Units> {
        self.chain.total()
    }

    /// What could really be charged now; `None` when nothing limits it.
    pub fn free(&self) -> Option<Units> {
        self.chain.free()
    }

    /// The node that binds.
    pub fn binding(&self) -> Option<&Node> {
        self.chain.binding()
    }
}
