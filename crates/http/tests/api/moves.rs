//! Organizations that go elsewhere in the tree (O7).

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{Reply, World, keys};

/// A workspace with a root, two branches of which the second takes 2 locations, and a leaf in the first.
struct Branches {
    world: World,
    workspace: String,
    root: String,
    left: String,
    right: String,
    leaf: String,
}

impl Branches {
    async fn grow() -> Self {
        let world = World::without_billing().await;
        let workspace = world.staffed_workspace("pooled").await;
        let root = world.root(&workspace, "Root").await;
        let children = format!("{workspace}/organizations/{root}/children");
        let left = world.child(&workspace, &root, "Left").await;
        let narrow = json!({ "name": "Right", "limits": { "locations": 2 } });
        let right = world.organization(&children, narrow).await;
        let leaf = world.child(&workspace, &left, "Leaf").await;
        Self {
            world,
            workspace,
            root,
            left,
            right,
            leaf,
        }
    }

    fn path(&self, id: &str) -> String {
        format!("{}/organizations/{id}", self.workspace)
    }

    async fn post<'a>(&'a self, id: &'a str, headers: &'a [(&'static str, &'a str)], body: Value) -> Reply {
        let target = format!("{}/move", self.path(id));
        self.world
            .call_with(headers, "adam", Method::POST, &target, Some(&body))
            .await
    }

    async fn ask(&self, id: &str, parent: &str, dry_run: bool) -> Reply {
        let body = json!({ "parent_org_id": parent, "dry_run": dry_run });
        self.post(id, &[], body).await
    }

    async fn charge(&self, quantity: i64) {
        let body = json!({ "organization_id": self.leaf, "quantity": quantity });
        let charged = self.world.put("alice", "/charges/locations/x", body).await;
        assert!(charged.status < 300, "{}", charged.json);
    }

    async fn path_of(&self, id: &str) -> Value {
        let shown = self.world.get("vera", &self.path(id)).await.expect(200);
        shown["path"].clone()
    }
}

#[actix_web::test]
async fn o7_a_dry_run_tells_what_the_move_then_does() {
    let branches = Branches::grow().await;
    branches.charge(2).await;
    let before = branches.path_of(&branches.leaf).await;
    let preview = branches
        .ask(&branches.left, &branches.right, true)
        .await
        .expect(200);
    assert_eq!(keys(&preview), ["applied", "blockers", "organizations"]);
    assert_eq!(branches.path_of(&branches.leaf).await, before);
    let limits = json!({ "meter": "locations", "before": null, "after": 2 });
    let moved = json!({
        "id": branches.left, "name": "Left", "parent_org_id": branches.right,
        "path": format!("{}#{}", branches.root, branches.right), "depth": 2, "billing_account_id": null,
        "limits": preview["organizations"][0]["limits"],
    });
    assert_eq!(preview["organizations"][0], moved);
    let organizations = preview["organizations"].as_array().unwrap();
    assert_eq!(organizations.len(), 2);
    for organization in organizations {
        assert!(
            organization["limits"].as_array().unwrap().contains(&limits),
            "{organization:#}"
        );
    }
    let made = branches
        .ask(&branches.left, &branches.right, false)
        .await
        .expect(200);
    assert_eq!(
        (&preview["applied"], &made["applied"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(preview["blockers"], json!([]));
    assert_eq!(made["organizations"], preview["organizations"]);
    let expected = format!("{}#{}#{}", branches.root, branches.right, branches.left);
    assert_eq!(branches.path_of(&branches.leaf).await, expected);
    let right = branches
        .world
        .get("vera", &branches.path(&branches.right))
        .await
        .expect(200);
    assert_eq!(right["usage"]["subtree_usage"]["locations"], 2);
}

#[actix_web::test]
async fn o7_everything_in_the_way_is_told_and_nothing_moves() {
    let branches = Branches::grow().await;
    branches.charge(3).await;
    let preview = branches
        .ask(&branches.left, &branches.right, true)
        .await
        .expect(200);
    let refused = branches.ask(&branches.left, &branches.right, false).await;
    let problem = refused.refused(409, "move_blocked");
    assert_eq!(problem["blockers"], preview["blockers"]);
    let [blocker] = preview["blockers"].as_array().unwrap().as_slice() else {
        panic!("{preview:#}")
    };
    assert_eq!(blocker["code"], "limit_reached");
    assert_eq!(blocker["refusal"]["requested"], 3);
    assert_eq!(blocker["refusal"]["binding"]["id"], branches.right);
    let below_itself = branches.ask(&branches.left, &branches.leaf, false).await;
    let problem = below_itself.refused(409, "move_blocked");
    assert_eq!(problem["blockers"][0]["code"], "cycle");
    let both = json!({ "parent_org_id": branches.root, "billing_account_id": "cus_0000000000000000000000" });
    branches
        .post(&branches.leaf, &[], both)
        .await
        .refused(404, "not_found");
    let account = branches.world.account(&branches.workspace).await;
    let both = json!({ "parent_org_id": branches.root, "billing_account_id": account });
    let problem = branches
        .post(&branches.leaf, &[], both)
        .await
        .refused(409, "move_blocked");
    assert_eq!(problem["blockers"][0]["code"], "billing_account_not_allowed");
    assert_eq!(branches.path_of(&branches.left).await, branches.root.as_str());
}

#[actix_web::test]
async fn o7_a_move_can_require_that_all_is_as_its_preview_has_it() {
    let branches = Branches::grow().await;
    let preview = branches.ask(&branches.leaf, &branches.right, true).await;
    let tag = preview.header("etag").unwrap().to_owned();
    let limits = json!({ "limits": { "locations": 1 } });
    let path = branches.path(&branches.right);
    branches.world.patch("alice", &path, limits).await.expect(200);
    let body = json!({ "parent_org_id": branches.right });
    let stale = branches
        .post(&branches.leaf, &[("If-Match", &tag)], body.clone())
        .await;
    stale.refused(412, "precondition_failed");
    let preview = branches.ask(&branches.leaf, &branches.right, true).await;
    let tag = preview.header("etag").unwrap().to_owned();
    let made = branches
        .post(&branches.leaf, &[("If-Match", &tag)], body.clone())
        .await;
    assert_eq!(made.expect(200)["applied"], true);
    let again = branches.post(&branches.leaf, &[], body).await.expect(200);
    assert_eq!(again["applied"], true);
}

#[actix_web::test]
async fn o7_a_move_is_made_once_for_a_key() {
    let branches = Branches::grow().await;
    let key = [("Idempotency-Key", "once")];
    let body = json!({ "parent_org_id": null });
    let first = branches
        .post(&branches.leaf, &key, body.clone())
        .await
        .expect(200);
    branches
        .ask(&branches.leaf, &branches.left, false)
        .await
        .expect(200);
    let again = branches.post(&branches.leaf, &key, body).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(200), first);
    assert_eq!(
        branches.path_of(&branches.leaf).await,
        format!("{}#{}", branches.root, branches.left)
    );
}

#[actix_web::test]
async fn o7_the_feed_says_where_it_went() {
    let branches = Branches::grow().await;
    branches
        .ask(&branches.left, &branches.right, false)
        .await
        .expect(200);
    branches
        .ask(&branches.left, &branches.right, false)
        .await
        .expect(200);
    let feed = format!("{}/events?type=organization.moved", branches.workspace);
    let events = branches.world.get("alice", &feed).await.expect(200);
    let [event] = events["data"].as_array().unwrap().as_slice() else {
        panic!("{events:#}")
    };
    let changes = json!({ "parent_org_id": branches.right, "descendants": [branches.leaf] });
    assert_eq!(
        (&event["subject"], &event["changes"]),
        (&json!(branches.left), &changes)
    );
}

#[actix_web::test]
async fn o7_where_it_goes_must_be_said() {
    let branches = Branches::grow().await;
    let missing = branches
        .post(&branches.leaf, &[], json!({ "dry_run": true }))
        .await;
    missing.invalid(&[("/parent_org_id", "required")]);
    let nowhere = branches
        .ask(&branches.leaf, "org_0000000000000000000000", true)
        .await;
    let problem = nowhere.refused(404, "not_found");
    assert_eq!(problem["errors"][0]["pointer"], "/parent_org_id");
    let other = branches.world.workspace("pooled").await;
    let elsewhere = branches.world.root(&other, "Elsewhere").await;
    branches
        .ask(&branches.leaf, &elsewhere, false)
        .await
        .refused(404, "not_found");
}
