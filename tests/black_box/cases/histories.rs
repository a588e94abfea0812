use serde_json::{Value, json};
use tenantry_test_histories::{
    FIRST_TEAM, NODES, Node, Numbers, Operation, Outcome, Resource, assert_linearizable, record,
};
use tenantry_tests::{Answer, Caller};

use super::{start, world};

const ROUNDS: u64 = 12;

/// The tree of one history.
struct Tree {
    workspace: String,
    /// The ids in the order of [`NODES`].
    ids: Vec<String>,
}

impl Tree {
    fn new(who: &Caller) -> Self {
        let workspace = world::workspace(who, "single");
        let account = world::account(who, &workspace, "Payer");
        let mut ids: Vec<String> = Vec::new();
        for (node, (parent, limit)) in NODES.into_iter().enumerate() {
            let limits = json!({ "locations": limit });
            ids.push(match parent {
                None => {
                    let provided = json!({ "locations": limit, "users": 9 });
                    world::subscription(who, &workspace, &account, provided);
                    workspace.replace("/workspaces/", "")
                }
                Some(0) => world::root(who, &workspace, Some(&account), limits),
                Some(parent) if node >= FIRST_TEAM => team(who, &ids[parent], limit),
                Some(parent) => world::child(who, &workspace, &ids[parent], limits),
            });
        }
        Self { workspace, ids }
    }

    fn perform(&self, who: &Caller, operation: Operation) -> Outcome {
        match operation {
            Operation::Charge(resource, at, quantity) => {
                let body = json!({ field(at): self.ids[at], "quantity": quantity });
                self.charged(&who.put(&charge(resource), &body))
            }
            Operation::Release(resource, at) => {
                who.delete(&self.charge_at(resource, at)).expect(204);
                Outcome::Released
            }
            Operation::Find(resource, at) => {
                let answer = who.get(&self.charge_at(resource, at));
                Outcome::Found((answer.status != 404).then(|| count(answer.expect(200).at("/quantity"))))
            }
            Operation::Look(at) => {
                let view = who.get(&format!("{}/limits", self.path(at))).expect(200);
                self.seen(view.at("/limits/0"))
            }
            Operation::Limit(at, limit) => {
                let body = json!({ "limits": { "locations": limit } });
                limited(&who.patch(&self.path(at), &body))
            }
        }
    }

    fn charged(&self, answer: &Answer) -> Outcome {
        match answer.status {
            200 | 201 => Outcome::Charged(count(answer.at("/quantity")), answer.status == 201),
            409 if answer.body["code"] == "charged_elsewhere" => {
                let team = answer.at("/team_id");
                let organization = answer.at("/organization_id");
                Outcome::Elsewhere(self.node(if team.is_null() { organization } else { team }))
            }
            409 => Outcome::Refused {
                requested: count(answer.at("/requested")),
                binding: self.node(answer.at("/binding/id")),
                chain: self.chain(answer.at("/chain")),
            },
            _ => panic!("{answer:?}"),
        }
    }

    fn chain(&self, nodes: &Value) -> Vec<Numbers> {
        let numbers = |node: &Value| Numbers {
            node: self.node(&node["id"]),
            limit: node["limit"].as_u64(),
            used: count(&node["used"]),
            free: node["free"].as_u64(),
            admits: node["admits"] == true,
        };
        nodes.as_array().expect("a list").iter().map(numbers).collect()
    }

    fn seen(&self, row: &Value) -> Outcome {
        Outcome::Seen {
            used: count(&row["used"]),
            direct: count(&row["direct"]),
            limit: row["org_limit"].as_u64(),
            total: row["total"].as_u64(),
            free: row["free"].as_u64(),
            binding: row["context"].get("id").map(|id| self.node(id)),
        }
    }

    fn path(&self, node: Node) -> String {
        format!("{}/organizations/{}", self.workspace, self.ids[node])
    }

    fn charge_at(&self, resource: Resource, node: Node) -> String {
        format!("{}?{}={}", charge(resource), field(node), self.ids[node])
    }

    fn node(&self, id: &Value) -> Node {
        let node = self.ids.iter().position(|known| id == known);
        node.expect("a node of the tree")
    }
}

/// What names a node of the tree that something is charged to.
const fn field(node: Node) -> &'static str {
    if node >= FIRST_TEAM {
        "team_id"
    } else {
        "organization_id"
    }
}

fn team(who: &Caller, organization: &str, site_limit: Option<u64>) -> String {
    let new = json!({ "name": "Crew", "organization_id": organization, "site_limit": site_limit });
    who.post("/teams", &new).expect(201).id()
}

fn charge(resource: Resource) -> String {
    format!("/charges/locations/r{resource}")
}

fn limited(answer: &Answer) -> Outcome {
    match (answer.status, answer.body["code"].as_str()) {
        (200, _) => Outcome::LimitSet(count(answer.at("/usage/subtree_usage/locations"))),
        (409, Some("limit_exceeds_capacity")) => Outcome::AboveCapacity,
        (409, Some("limit_below_usage")) => Outcome::BelowUsage,
        _ => panic!("{answer:?}"),
    }
}

fn count(value: &Value) -> u64 {
    value.as_u64().expect("a count")
}

#[test]
fn c2_c3_l7_taking_turns_explains_what_three_processes_answer_at_once() {
    let first = start(&[("TENANTRY__LIMITS__TEAMS_PER_PERSON", "1000")]);
    let (second, third) = (first.sibling(), first.sibling());
    let callers = [&first, &second, &third].map(|service| service.person("ada@example.com"));
    let mut refusals = 0;
    for seed in 0..ROUNDS {
        let tree = Tree::new(&callers[0]);
        let history = record(seed, |thread, operation| {
            tree.perform(&callers[thread % callers.len()], operation)
        });
        assert_linearizable(&history);
        refusals += history.iter().filter(|call| call.is_refused()).count();
    }
    assert!(refusals > 20, "too calm");
}
