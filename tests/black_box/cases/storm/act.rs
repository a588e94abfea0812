use serde_json::{Value, json};
use tenantry_test_histories::Dice;
use ureq::http::Method;

use super::scene::Scene;

/// What is asked for, and the refusals that a rule explains.
pub struct Act {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
    pub refusals: &'static [&'static str],
}

impl Scene {
    /// Something to do with one of these organizations. What is charged has mostly been charged there before.
    pub fn act(&self, organizations: &[String], dice: &mut Dice) -> Act {
        let [organization, other] = [(); 2].map(|()| dice.one_of(organizations));
        let owner = if dice.roll(4) == 0 { other } else { organization };
        let charge = format!("/charges/locations/{owner}-{}", dice.roll(6));
        match dice.roll(18) {
            0..8 => Act {
                method: Method::PUT,
                path: charge,
                body: Some(json!({ "organization_id": organization, "quantity": dice.roll(4) + 1 })),
                refusals: &["limit_reached", "charged_elsewhere", "not_found"],
            },
            8..11 => Act {
                method: Method::DELETE,
                path: format!("{charge}?organization_id={organization}"),
                body: None,
                refusals: &["not_found"],
            },
            11..13 => self.create_below(organization),
            13 => self.delete(organization, dice),
            14 | 15 => self.limit(organization, dice),
            16 => self.change_subscription(dice),
            _ => self.relink(dice),
        }
    }

    fn create_below(&self, parent: &str) -> Act {
        Act {
            method: Method::POST,
            path: format!("{}/children", self.path(parent)),
            body: Some(json!({ "name": "Child" })),
            refusals: &[
                "organization_limit_reached",
                "depth_limit_reached",
                "children_limit_reached",
                "not_found",
            ],
        }
    }

    /// Roots are there to the end, so that there always is somebody to charge.
    fn delete(&self, organization: &str, dice: &mut Dice) -> Act {
        if self.roots.iter().any(|root| root == organization) {
            return self.limit(organization, dice);
        }
        Act {
            method: Method::DELETE,
            path: format!("{}?cascade={}", self.path(organization), dice.roll(2) == 0),
            body: None,
            refusals: &["organization_has_usage", "organization_has_children", "not_found"],
        }
    }

    fn limit(&self, organization: &str, dice: &mut Dice) -> Act {
        let limit = Some(dice.roll(20)).filter(|limit| *limit < 15);
        let over = organization == self.lenient();
        Act {
            method: Method::PATCH,
            path: self.path(organization),
            body: Some(json!({ "limits": { "locations": limit }, "allow_over_limit": over })),
            refusals: &["limit_exceeds_capacity", "limit_below_usage", "not_found"],
        }
    }

    fn change_subscription(&self, dice: &mut Dice) -> Act {
        let body = match dice.roll(3) {
            0 => json!({ "action": "pause" }),
            1 => json!({ "action": "resume" }),
            _ => json!({ "product_quantities": { "locations": dice.roll(25) + 1 } }),
        };
        Act {
            method: Method::PATCH,
            path: dice.one_of(&self.subscriptions).clone(),
            body: Some(body),
            refusals: &[
                "pause_would_underprovision",
                "decrease_would_underprovision",
                "subscription_not_pausable",
                "subscription_not_paused",
            ],
        }
    }

    fn relink(&self, dice: &mut Dice) -> Act {
        let (root, account) = (dice.one_of(&self.roots), dice.one_of(&self.accounts));
        Act {
            method: Method::PATCH,
            path: self.path(root),
            body: Some(json!({ "billing_account_id": account })),
            refusals: &["limit_reached"],
        }
    }
}
