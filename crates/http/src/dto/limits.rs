use serde::Serialize;
use tenantry_application::OrganizationLimits;
use tenantry_domain::Units;
use tenantry_domain::capacity::{MeterLimits, Place};
use tenantry_domain::organization::OrganizationName;
use utoipa::ToSchema;

use super::shown::{MeterName, OrganizationIdShown, UnitsShown};
use crate::wire::{Raw, described, words};

type NameShown = Raw<OrganizationName>;

/// What an organization may still use.
#[derive(Serialize, ToSchema)]
#[schema(as = Limits, example = json!({
    "organization_id": "org_02wMe2eZtYRY4hvzqF2FgZ", "organization_name": "Marketing Team",
    "limits": [{
        "type": "locations", "used": 3, "direct": 1, "free": 2, "org_limit": 10, "observed_limit": null, "total": 5,
        "context": { "type": "pool", "id": "cus_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME Corporation" }
    }],
    "context": { "type": "pool", "id": "cus_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME Corporation" }
}))]
pub(crate) struct LimitsView {
    /// The organization.
    #[schema(inline, value_type = OrganizationIdShown)]
    organization_id: String,
    /// Its name.
    #[schema(inline, value_type = NameShown)]
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
    #[schema(value_type = MeterName)]
    meter: String,
    /// What the organization and everything below it use.
    #[schema(inline, value_type = UnitsShown)]
    used: u64,
    /// What the organization itself uses.
    #[schema(inline, value_type = UnitsShown)]
    direct: u64,
    /// What could really be charged now: the smallest room on the chain. Null when nothing limits it.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    free: Option<u64>,
    /// The limit set on the organization itself, when it is enforced.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    org_limit: Option<u64>,
    /// The limit set on the organization itself, when it only observes.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    observed_limit: Option<u64>,
    /// The smallest limit on the chain, billing capacity included.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    total: Option<u64>,
    /// The node with the least room.
    #[schema(required)]
    context: Option<Context>,
}

/// A node that binds.
#[derive(Serialize, ToSchema)]
pub(crate) struct Context {
    /// `pool`, `ancestor`, `parent`, or `organization` for the organization itself.
    #[serde(rename = "type")]
    #[schema(inline, value_type = Places)]
    kind: &'static str,
    /// The organization; for a pool, the billing account or workspace.
    id: String,
    /// What people call it.
    name: String,
}

described! {
    /// The words for where a node is.
    Places: words([Place::Parent, Place::Ancestor, Place::Pool, Place::Itself], place_name);
}

impl Context {
    fn of(limits: &MeterLimits) -> Option<Self> {
        let node = limits.binding()?;
        Some(Self {
            kind: place_name(limits.chain.place_of(node)),
            id: node.id.to_string(),
            name: node.name.clone(),
        })
    }
}

impl From<&MeterLimits> for LimitRow {
    fn from(limits: &MeterLimits) -> Self {
        Self {
            meter: limits.meter.to_string(),
            used: limits.used().get(),
            direct: limits.direct.get(),
            free: limits.free().map(Units::get),
            org_limit: limits.org_limit().enforced_cap().map(Units::get),
            observed_limit: limits.org_limit().observed_cap().map(Units::get),
            total: limits.total().map(Units::get),
            context: Context::of(limits),
        }
    }
}

impl From<OrganizationLimits> for LimitsView {
    fn from(view: OrganizationLimits) -> Self {
        Self {
            organization_id: view.organization_id.to_string(),
            organization_name: view.organization_name,
            limits: view.meters.iter().map(LimitRow::from).collect(),
            context: MeterLimits::tightest(&view.meters).and_then(Context::of),
        }
    }
}

/// The word for the place of a node (L7).
pub(crate) const fn place_name(place: Place) -> &'static str {
    match place {
        Place::Pool => "pool",
        Place::Ancestor => "ancestor",
        Place::Parent => "parent",
        Place::Itself => "organization",
        Place::Team => "team",
    }
}
