use std::collections::BTreeMap;

use serde_json::Value;
use tenantry_tests::{Answer, Caller};

use super::scene::Scene;
use super::{CHILDREN, LEVELS, ORGANIZATIONS};

impl Scene {
    /// One state of the tree, in which every cap and every limit holds.
    pub fn check(&self, organizations: &[Value]) {
        assert!(organizations.len() <= ORGANIZATIONS, "O1");
        let mut children: BTreeMap<String, usize> = BTreeMap::new();
        for shown in organizations {
            assert!(shown["depth"].as_u64() < Some(LEVELS), "O1: {shown}");
            if let Some(parent) = shown["parent_org_id"].as_str() {
                *children.entry(parent.to_owned()).or_default() += 1;
            }
            let limit = shown["limits"]["locations"].as_u64().unwrap_or(u64::MAX);
            assert!(used(shown) <= limit || id(shown) == self.lenient(), "C2: {shown}");
        }
        assert!(
            children.values().all(|count| *count <= CHILDREN),
            "O1: {children:?}"
        );
    }

    /// The ledger adds up to what is shown, and every pool has what is used of it.
    pub fn count(&self, who: &Caller) {
        let organizations = list(&who.get(&format!("{}/organizations", self.workspace)).expect(200));
        self.check(&organizations);
        let charged = |organization: &Value| {
            let ledger = who.get(&format!("{}/charges", self.path(&id(organization))));
            let rows = list(&ledger.expect(200));
            rows.iter().map(|row| number(&row["quantity"])).sum::<u64>()
        };
        let direct: Vec<u64> = organizations.iter().map(charged).collect();
        for above in &organizations {
            let below = organizations.iter().zip(&direct).filter(|(shown, _)| {
                let path = shown["path"].as_str().unwrap_or_default();
                id(shown) == id(above) || path.split('#').any(|ancestor| above["id"] == ancestor)
            });
            assert_eq!(used(above), below.map(|(_, n)| n).sum::<u64>(), "L6: {above}");
        }
        for account in &self.accounts {
            let roots = organizations
                .iter()
                .filter(|shown| shown["billing_account_id"] == **account);
            let used: u64 = roots.map(used).sum();
            let capacity = self.capacity(who, account);
            assert!(used <= capacity, "B4: {used} of {capacity}");
        }
    }

    /// What the subscriptions of an account provide (B1).
    fn capacity(&self, who: &Caller, account: &str) -> u64 {
        let path = format!("{}/billing-accounts/{account}/subscriptions", self.workspace);
        let subscriptions = list(&who.get(&path).expect(200));
        let counting = subscriptions
            .iter()
            .filter(|subscription| subscription["status"] != "paused");
        counting
            .map(|subscription| number(&subscription["product_quantities"]["locations"]["quantity"]))
            .sum()
    }
}

pub fn list(answer: &Answer) -> Vec<Value> {
    assert_eq!(*answer.at("/has_more"), false);
    answer.at("/data").as_array().expect("a list").clone()
}

pub fn id(shown: &Value) -> String {
    shown["id"].as_str().expect("an id").to_owned()
}

fn used(shown: &Value) -> u64 {
    number(&shown["usage"]["subtree_usage"]["locations"])
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a count")
}
