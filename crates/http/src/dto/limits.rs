use serde::Serialize;
use tenantry_application::OrganizationLimits;
use tenantry_domain::Units;
use tenantry_domain::capacity::{Chain, MeterLimits, Node};
use utoipa::ToSchema;

use super::chain::identity;

/// What an organization may still use.
#[derive(Serialize, ToSchema)]
#[schema(as = Limits)]
pub(crate) struct LimitsView {
    /// The organization.
    organization_id: String,
    /// Its name.
    organization_name: String,
    /// A row a meter.
    limits: Vec<LimitRow>,
    /// The node that binds most: that of the row with the least room. Null when nothing limits the organization.
    #[schema(required)]
    context: Option<Context>,
}

/// What an organization may still use of one meter.
#[derive(Serialize, ToSchema)]
pub(crate) struct LimitRow {
    /// The meter.
    #[serde(rename = "type")]
    #[schema(example = "users")]
    meter: String,
    /// What the organization and everything below it use.
    used: u64,
    /// What the organization itself uses.
    direct: u64,
    /// What could really be charged now: the smallest room on the chain. Null when nothing limits it.
    #[schema(required)]
    free: Option<u64>,
    /// The limit set on the organization itself.
    #[schema(required)]
    org_limit: Option<u64>,
    /// The smallest limit on the chain, billing capacity included.
    #[schema(required)]
    total: Option<u64>,
    /// The node with the least room.
    #[schema(required)]
    context: Option<Context>,
}

/// A node that binds.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct Context {
    /// `pool`, `ancestor`, `parent`, or `organization` for the organization itself.
    #[serde(rename = "type")]
    #[schema(example = "parent")]
    kind: &'static str,
    /// The organization; for a pool, the billing account or workspace.
    id: String,
    /// What people call it.
    name: String,
}

impl Context {
    fn new(chain: &Chain, node: &Node) -> Self {
        let (kind, id) = identity(node.id);
        let kind = match kind {
            "pool" => kind,
            _ if node.id == chain.target().id => kind,
            _ if chain.above().last().is_some_and(|parent| parent.id == node.id) => "parent",
            _ => "ancestor",
        };
        Self {
            kind,
            id,
            name: node.name.clone(),
        }
    }
}

impl From<&MeterLimits> for LimitRow {
    fn from(limits: &MeterLimits) -> Self {
        Self {
            meter: limits.meter.to_string(),
            used: limits.used().get(),
            direct: limits.direct.get(),
            free: limits.free().map(Units::get),
            org_limit: limits.org_limit().cap().map(Units::get),
            total: limits.total().map(Units::get),
            context: limits.binding().map(|node| Context::new(&limits.chain, node)),
        }
    }
}

impl From<OrganizationLimits> for LimitsView {
    fn from(view: OrganizationLimits) -> Self {
        let limits: Vec<LimitRow> = view.meters.iter().map(LimitRow::from).collect();
        let tightest = limits
            .iter()
            .filter(|row| row.free.is_some())
            .min_by_key(|row| row.free);
        Self {
            organization_id: view.organization_id.to_string(),
            organization_name: view.organization_name,
            context: tightest.and_then(|row| row.context.clone()),
            limits,
        }
    }
}
