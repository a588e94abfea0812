use serde_json::{Value, json};
use tenantry_domain::license::LicenseLimits;
use tenantry_domain::team::SystemRole;

use super::{PICTURE, World};

/// A workspace in which every operation can succeed.
pub struct Place {
    pub workspace: String,
    pub account: String,
    pub spare_account: String,
    pub subscription: String,
    pub organization: String,
    pub spare_organization: String,
    pub member: String,
    /// Mallory's invitation to the team, and its token.
    pub invitation: String,
    pub token: String,
    /// One of the team's own.
    pub role: String,
    pub team: String,
    /// Of the team.
    pub credential: String,
    /// Alice's.
    pub api_key: String,
    /// One unit for the organization.
    pub reservation: String,
}

impl Place {
    pub async fn make(world: &World) -> Self {
        world.switches.set_payable(true);
        world.switches.license(LicenseLimits::default());
        let path = world.staffed_workspace("pooled").await;
        let account = world.account(&path).await;
        let subscription = world.subscription(&path, &account, json!({ "users": 9 })).await;
        let organization = json!({ "name": "Root", "branding": { "login_hint": "root" } });
        let root = world
            .organization(&format!("{path}/organizations"), organization)
            .await;
        let member = json!({ "user_id": world.id_of("bob"), "role": "viewer" });
        world
            .post("alice", &format!("{path}/members"), member)
            .await
            .expect(201);
        let organization = world.child(&path, &root, "Child").await;
        let team = world.team(&path, &organization, None);
        world.join(&path, &team, "ada", SystemRole::Administrator);
        world.join(&path, &team, "dora", SystemRole::Developer);
        let (invitation, token) = world.invitation(&path, &team, "mallory");
        let api_key = world
            .post("alice", "/api-keys", json!({ "name": "laptop" }))
            .await
            .expect(201);
        let held = json!({ "meter": "users", "resource_id": "held", "organization_id": organization });
        let reservation = world.post("alice", "/reservations", held).await.expect(201);
        Self {
            reservation: reservation["id"].as_str().unwrap().to_owned(),
            credential: world.credential(&path, &team),
            api_key: api_key["id"].as_str().unwrap().to_owned(),
            invitation,
            token,
            role: world.role(&path, &team),
            team,
            organization,
            spare_organization: world.root(&path, "Spare").await,
            spare_account: world.account(&path).await,
            subscription: subscription.rsplit('/').next().unwrap().to_owned(),
            workspace: path.rsplit('/').next().unwrap().to_owned(),
            member: world.id_of("bob"),
            account,
        }
    }

    pub fn address(&self, world: &World, operation: &str, pattern: &str) -> String {
        let organization = match operation {
            "delete_organization" => &self.spare_organization,
            _ => &self.organization,
        };
        let account = match operation {
            "delete_billing_account" => &self.spare_account,
            _ => &self.account,
        };
        let dora = world.id_of("dora");
        let member = match operation {
            "set_team_roles" | "remove_team_member" | "get_user" | "update_user" | "remove_user" => &dora,
            _ => &self.member,
        };
        let path = pattern
            .replace("{workspace_id}", &self.workspace)
            .replace("{organization_id}", organization)
            .replace("{billing_account_id}", account)
            .replace("{subscription_id}", &self.subscription)
            .replace("{user_id}", member)
            .replace("{team_id}", &self.team)
            .replace("{invite_id}", &self.invitation)
            .replace("{role_id}", &self.role)
            .replace("{credential_id}", &self.credential)
            .replace("{api_key_id}", &self.api_key)
            .replace("{reservation_id}", &self.reservation)
            .replace("{picture_id}", &world.gallery.any())
            .replace("{meter}", "users")
            .replace("{resource_id}", "seat")
            .replace("{id}", organization)
            .replace("{code}", "not_found")
            .replace("{file}", "");
        match operation {
            "get_charge" | "release_charge" => format!("{path}?organization_id={}", self.organization),
            "delete_organization" => format!("{path}?cascade=true"),
            "find_branding" => format!("{path}?login_hint=root"),
            _ => path,
        }
    }

    /// Somebody for whom an operation succeeds.
    pub fn maker(operation: &str) -> &'static str {
        match operation {
            "accept_invite" | "decline_invite" => "mallory",
            "create_team" | "create_v1_team" | "create_team_role" | "add_user" | "get_team_role"
            | "update_team_role" | "delete_team_role" | "get_user" | "update_user" | "remove_user" => "ada",
            "switch_team" => "dora",
            _ => "alice",
        }
    }

    pub fn body(&self, world: &World, operation: &str) -> Option<Value> {
        Some(match operation {
            "create_workspace" => json!({ "name": "New", "billing_mode": "single" }),
            "update_workspace"
            | "update_organization"
            | "update_billing_account"
            | "create_organization"
            | "create_child_organization"
            | "create_team"
            | "create_v1_team"
            | "update_team"
            | "update_api_credential"
            | "create_api_key" => json!({ "name": "New" }),
            "add_member" => json!({ "user_id": world.id_of("mallory"), "role": "viewer" }),
            "change_role" => json!({ "role": "viewer" }),
            "create_billing_account" => json!({ "name": "New", "email": "a@b.example", "currency": "usd" }),
            "create_subscription" | "preview_subscription" => json!({ "product_quantities": { "sso": 1 } }),
            "update_subscription" => json!({ "action": "sync" }),
            "preview_subscription_change" => json!({ "action": "cancel" }),
            "put_charge" => json!({ "organization_id": self.organization }),
            "check_charges" => {
                json!({ "questions": [{ "meter": "users", "organization_id": self.organization, "quantity": 1 }] })
            }
            "move_charge" => json!({ "organization_id": self.spare_organization }),
            "change_charges" => {
                let row = json!({ "op": "charge", "meter": "users", "resource_id": "x", "organization_id": self.organization });
                json!({ "rows": [row] })
            }
            "create_reservation" => {
                json!({ "meter": "users", "resource_id": "new", "organization_id": self.organization })
            }
            "create_organizations" => json!({ "organizations": [{ "name": "New" }] }),
            "move_organization" => json!({ "parent_org_id": self.spare_organization }),
            "transfer_team" => json!({ "user_id": world.id_of("dora") }),
            "set_team_roles" => json!({ "roles": [SystemRole::Developer.id().to_string()] }),
            "invite_user" => json!({ "email": "new@example.com" }),
            "accept_invite" | "decline_invite" => json!({ "token": self.token }),
            "create_team_role" => json!({ "name": "New", "scopes": ["site:view"] }),
            "update_team_role" => json!({ "name": "Other", "scopes": ["site:view"] }),
            "add_user" => json!({ "email": "new@example.com", "name": "New" }),
            "update_user" => json!({
                "name": "dora", "email": "dora@example.com", "allow_login": true, "timezone": "UTC",
                "date_format": "d M Y", "time_format": "H:i:s"
            }),
            "create_api_credential" => json!({ "name": "New", "abilities": ["site:view"] }),
            "rotate_api_credential" | "rotate_api_key" => json!({}),
            _ => return None,
        })
    }
}

impl Place {
    /// Makes what an operation needs that the others must not have.
    pub async fn prepare(&self, world: &World, operation: &str) {
        if ["archive_workspace", "unarchive_workspace", "cancel_subscription"].contains(&operation) {
            let release = format!("/reservations/{}/release", self.reservation);
            world.post("alice", &release, json!({})).await.expect(204);
        }
        if ["archive_workspace", "unarchive_workspace"].contains(&operation) {
            let subscription = format!(
                "/workspaces/{}/billing-accounts/{}/subscriptions/{}",
                self.workspace, self.account, self.subscription
            );
            world
                .patch("alice", &subscription, json!({ "action": "pause" }))
                .await
                .expect(200);
            world.delete("alice", &subscription).await.expect(200);
        }
        if operation == "unarchive_workspace" {
            let workspace = format!("/workspaces/{}", self.workspace);
            world.delete("alice", &workspace).await.expect(204);
        }
        if operation == "get_picture" {
            let organization = format!(
                "/workspaces/{}/organizations/{}",
                self.workspace, self.spare_organization
            );
            let body = json!({ "picture": PICTURE });
            world.patch("alice", &organization, body).await.expect(200);
        }
        if ["get_charge", "move_charge"].contains(&operation) {
            world.charge("users/seat", &self.organization, 1).await;
        }
    }
}
