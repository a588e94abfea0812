use std::collections::BTreeMap;

use fastrand::Rng;
use hyper::Method;
use serde_json::Value;

use super::route::Route;
use crate::tree::{self, Shape};

/// What was made is remembered up to here; more is left alone.
const MOST: usize = 200;

/// The addresses of what there is, by the path of an operation that they fit: `/teams/{team_id}`.
#[derive(Debug, Default)]
pub struct Places {
    seeded: BTreeMap<String, Vec<String>>,
    made: BTreeMap<String, Vec<String>>,
    /// The path of the operations about one thing, by that of the list in which it is.
    in_list: BTreeMap<String, String>,
    count: u64,
}

/// What is sent.
#[derive(Debug)]
pub struct Sent {
    pub path: String,
    pub body: Option<Value>,
}

impl Places {
    /// What a seed has.
    pub fn of(shape: Shape, routes: &[Route]) -> Self {
        let of_one = |route: &Route| {
            let (list, last) = route.template.rsplit_once('/')?;
            last.starts_with('{')
                .then(|| (list.to_owned(), route.template.clone()))
        };
        let mut places = Self {
            in_list: routes.iter().filter_map(of_one).collect(),
            ..Self::default()
        };
        for workspace in 1..=shape.workspaces {
            let w = format!("/workspaces/{}", tree::workspace_id(workspace));
            let account = format!("{w}/billing-accounts/{}", tree::billing_account_id(workspace));
            let subscription = format!("{account}/subscriptions/{}", tree::subscription_id(workspace));
            let organizations = shape.places().map(|place| {
                let id = tree::organization_id(workspace, place.number);
                format!("{w}/organizations/{id}")
            });
            places.seed(
                "/workspaces/{workspace_id}/organizations/{organization_id}",
                organizations,
            );
            places.seed("/workspaces/{workspace_id}", [w]);
            places.seed(
                "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}",
                [account],
            );
            places.seed(
                "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}/subscriptions/{subscription_id}",
                [subscription],
            );
        }
        places
    }

    fn seed(&mut self, template: &str, addresses: impl IntoIterator<Item = String>) {
        self.seeded
            .entry(template.to_owned())
            .or_default()
            .extend(addresses);
    }

    /// The next request of a route. What it takes away is what a soak has made, or nothing at all.
    pub fn next(&mut self, route: &Route, random: &mut Rng) -> Sent {
        self.count += 1;
        let mut path = self.path(route, random);
        let workspace: String = path.split_inclusive('/').take(3).collect();
        let body = route.body.clone().map(|mut body| {
            self.fill("", &mut body, &workspace, random);
            body
        });
        if !route.query.is_empty() {
            let mut parameter = |name: &String| {
                let value = self.other(name, "acme", &workspace, random);
                format!("{name}={}", value.unwrap_or_default())
            };
            let query: Vec<String> = route.query.iter().map(&mut parameter).collect();
            path = format!("{path}?{}", query.join("&"));
        }
        Sent { path, body }
    }

    fn path(&mut self, route: &Route, random: &mut Rng) -> String {
        let template = &route.template;
        if route.id == "put_charge" {
            return format!("/charges/locations/soak-{}", self.count);
        }
        let known = if route.method == Method::DELETE {
            self.take(template, random)
        } else {
            let ends = template.match_indices('}').map(|(at, _)| at + 1).rev();
            let mut parts = ends.filter_map(|at| template.split_at_checked(at));
            parts.find_map(|(thing, rest)| Some(self.any(thing, "", random)? + rest))
        };
        made_up(known.as_ref().unwrap_or(template))
    }

    /// Any of these, below this address.
    fn any(&self, template: &str, below: &str, random: &mut Rng) -> Option<String> {
        let both = [&self.seeded, &self.made].into_iter();
        let all = both.filter_map(|places| places.get(template)).flatten();
        let fitting: Vec<&String> = all.filter(|address| address.starts_with(below)).collect();
        random.choice(fitting).cloned()
    }

    fn take(&mut self, template: &str, random: &mut Rng) -> Option<String> {
        let made = self.made.get_mut(template)?;
        let at = random.choice(0..made.len())?;
        Some(made.swap_remove(at))
    }

    /// Puts into a body what is there, and names that nobody has yet.
    fn fill(&self, key: &str, value: &mut Value, workspace: &str, random: &mut Rng) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.fill(key, value, workspace, random);
                }
            }
            Value::Array(values) => {
                for value in values {
                    self.fill(key, value, workspace, random);
                }
            }
            Value::String(text) => {
                if let Some(other) = self.other(key, text, workspace, random) {
                    *text = other;
                }
            }
            _ => {}
        }
    }

    fn other(&self, key: &str, text: &str, workspace: &str, random: &mut Rng) -> Option<String> {
        let template = match key {
            "name" | "display_name" => return Some(format!("{text} {}", self.count)),
            "resource_id" | "login_hint" => return Some(format!("soak-{}", self.count)),
            "email" => return Some(format!("soak-{}@example.com", self.count)),
            "organization_id" | "parent_org_id" => {
                "/workspaces/{workspace_id}/organizations/{organization_id}"
            }
            "billing_account_id" => "/workspaces/{workspace_id}/billing-accounts/{billing_account_id}",
            "team_id" => "/teams/{team_id}",
            "user_id" => "/users/{user_id}",
            _ => return None,
        };
        let below = if template.starts_with("/workspaces/") && workspace.starts_with("/workspaces/") {
            workspace
        } else {
            ""
        };
        let address = self.any(template, below, random)?;
        address.rsplit('/').next().map(str::to_owned)
    }

    /// Remembers what an answer says was made: in a list, or right there.
    pub fn learn(&mut self, route: &Route, path: &str, answer: &Value) {
        let made = if route.method == Method::PUT {
            Some((&route.template, path.to_owned()))
        } else {
            let (list, id) = (self.in_list.get(&route.template), answer["id"].as_str());
            list.zip(id)
                .map(|(template, id)| (template, format!("{path}/{id}")))
        };
        if let Some((template, address)) = made {
            let list = self.made.entry(template.clone()).or_default();
            if list.len() < MOST {
                list.push(address);
            }
        }
    }
}

/// A path in which what is still to be filled in is nothing that exists.
fn made_up(template: &str) -> String {
    let part = |part: &str| match part {
        "{workspace_id}" => "ws_0000000000000000000000".to_owned(),
        "{organization_id}" | "{id}" => "org_0000000000000000000000".to_owned(),
        "{meter}" => "locations".to_owned(),
        "{code}" => "not_found".to_owned(),
        "{file}" => "index.css".to_owned(),
        "{picture_id}" => format!("{}.png", "0".repeat(64)),
        part if part.starts_with('{') => "00000000-0000-7000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    template.split('/').map(part).collect::<Vec<_>>().join("/")
}
