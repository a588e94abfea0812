use serde_json::json;
use tenantry_tests::Caller;

use super::super::world;

/// What is there to the end.
pub struct Scene {
    pub workspace: String,
    pub accounts: Vec<String>,
    /// Paths.
    pub subscriptions: Vec<String>,
    pub roots: Vec<String>,
}

impl Scene {
    /// Two pools, of two subscriptions and two roots each.
    pub fn new(who: &Caller) -> Self {
        let workspace = world::workspace(who, "assigned");
        let accounts = ["A", "B"].map(|name| world::account(who, &workspace, name));
        let subscribe = |account: &String| {
            [20, 10].map(|n| world::subscription(who, &workspace, account, json!({ "locations": n })))
        };
        let roots =
            |account: &String| [(); 2].map(|()| world::root(who, &workspace, Some(account), json!({})));
        Self {
            subscriptions: accounts.iter().flat_map(subscribe).collect(),
            roots: accounts.iter().flat_map(roots).collect(),
            accounts: accounts.to_vec(),
            workspace,
        }
    }

    /// The one root that may use more than its limit (L4).
    pub fn lenient(&self) -> &str {
        &self.roots[0]
    }

    /// The path of an organization.
    pub fn path(&self, organization: &str) -> String {
        format!("{}/organizations/{organization}", self.workspace)
    }
}
