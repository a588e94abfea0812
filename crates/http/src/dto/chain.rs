use serde::Serialize;
use tenantry_domain::capacity::{Node, NodeKind, SeenNode};
use tenantry_domain::{Enforcement, Units};
use utoipa::ToSchema;

use super::limit::Mode;
use super::shown::UnitsShown;
use crate::wire::{described, words};

/// One node of a capacity chain (C3). Whoever knows no more than a team at the end of it learns of the nodes above what they are and whether they
/// let the units pass: then the other fields are not there.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "type": "organization", "id": "org_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME", "limit": 5, "mode": "enforce", "used": 3, "free": 2,
    "admits": false
}))]
pub(crate) struct ChainNode {
    /// `pool` for billing capacity, which comes first, `organization`, or `team`, which comes last.
    #[serde(rename = "type")]
    #[schema(inline, value_type = Kinds)]
    kind: &'static str,
    /// The organization or team; for a pool, the billing account or workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<String>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// The limit set here; null when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, required = false, value_type = Option<UnitsShown>)]
    limit: Option<Option<u64>>,
    /// Whether more is refused here, or only observed; null when there is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, required = false, value_type = Option<Mode>)]
    mode: Option<Option<&'static str>>,
    /// What is used here and below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false, value_type = Option<UnitsShown>)]
    used: Option<u64>,
    /// How much more fits under this limit; null when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, required = false, value_type = Option<UnitsShown>)]
    free: Option<Option<u64>>,
    /// Whether this node lets the units asked for pass.
    admits: bool,
}

impl From<SeenNode<'_>> for ChainNode {
    fn from(SeenNode { kind, admits, node }: SeenNode<'_>) -> Self {
        Self {
            kind: kind_name(kind),
            id: node.map(|node| node.id.to_string()),
            name: node.map(|node| node.name.clone()),
            limit: node.map(|node| node.limit.cap().map(Units::get)),
            mode: node.map(|node| node.limit.enforcement().map(Enforcement::as_str)),
            used: node.map(|node| node.used.get()),
            free: node.map(free),
            admits,
        }
    }
}

described! {
    /// The words for what a node is.
    Kinds: words([NodeKind::Pool, NodeKind::Organization, NodeKind::Team], kind_name);
}

fn free(node: &Node) -> Option<u64> {
    node.limit.headroom(node.used).map(Units::get)
}

/// The word for it.
pub(crate) const fn kind_name(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Pool => "pool",
        NodeKind::Organization => "organization",
        NodeKind::Team => "team",
    }
}
