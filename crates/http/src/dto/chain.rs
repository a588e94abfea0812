use serde::Serialize;
use tenantry_domain::capacity::{Node, NodeId};
use tenantry_domain::{Limit, Units};
use utoipa::ToSchema;

use super::shown::UnitsShown;
use crate::wire::{described, words};

/// One node of a capacity chain (C3).
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "type": "organization", "id": "org_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME", "limit": 5, "used": 3, "free": 2, "admits": false
}))]
pub(crate) struct ChainNode {
    /// `pool` for billing capacity, which comes first, `organization` otherwise.
    #[serde(rename = "type")]
    #[schema(inline, value_type = Kinds)]
    kind: &'static str,
    /// The organization; for a pool, the billing account or workspace.
    id: String,
    /// What people call it.
    name: String,
    /// The limit set here; null when there is none.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    limit: Option<u64>,
    /// What is used here and below.
    #[schema(inline, value_type = UnitsShown)]
    used: u64,
    /// How much more fits under this limit; null when there is none.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    free: Option<u64>,
    /// Whether this node lets the units asked for pass.
    admits: bool,
}

impl ChainNode {
    /// The node as it stands when so many more units are asked for.
    pub fn new(node: &Node, requested: Units) -> Self {
        let (kind, id) = identity(node.id);
        Self {
            kind,
            id,
            name: node.name.clone(),
            limit: node.limit.cap().map(Units::get),
            used: node.used.get(),
            free: free(node.limit, node.used),
            admits: !node.refuses(requested),
        }
    }
}

described! {
    /// The words for what a node is.
    Kinds: words(["pool", "organization"], |kind| kind);
}

fn free(limit: Limit, used: Units) -> Option<u64> {
    limit.headroom(used).map(Units::get)
}

/// What a node is called on the wire, and its id.
fn identity(node: NodeId) -> (&'static str, String) {
    let kind = match node {
        NodeId::Pool(_) => "pool",
        NodeId::Organization(_) => "organization",
    };
    (kind, node.to_string())
}
