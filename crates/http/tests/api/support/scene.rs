//! What tests begin with.

use serde_json::{Value, json};
use tenantry_application::ports::{Clock, Store};
use tenantry_domain::key::{Credential, Key, KeyHash, KeyWish};
use tenantry_domain::team::{CustomRole, Invitation, InvitationToken, SystemRole, Team, TeamMember};
use tenantry_domain::{
    CredentialId, InvitationId, Limit, RoleId, TeamId, Timestamp, Units, UserId, WorkspaceId,
};

use super::World;

impl World {
    /// A workspace of alice's, as its path.
    pub async fn workspace(&self, billing_mode: &str) -> String {
        let body = json!({ "name": "ACME", "billing_mode": billing_mode });
        let made = self.post("alice", "/workspaces", body).await.expect(201);
        format!("/workspaces/{}", made["id"].as_str().unwrap())
    }

    /// A workspace in which alice is the owner, adam an admin and vera a viewer.
    pub async fn staffed_workspace(&self, billing_mode: &str) -> String {
        let workspace = self.workspace(billing_mode).await;
        for (who, role) in [("adam", "admin"), ("vera", "viewer")] {
            let body = json!({ "user_id": self.id_of(who), "role": role });
            self.post("alice", &format!("{workspace}/members"), body)
                .await
                .expect(201);
        }
        workspace
    }

    /// A billing account, by its id.
    pub async fn account(&self, workspace: &str) -> String {
        let body = json!({ "name": "ACME", "email": "billing@acme.example", "currency": "eur" });
        self.post("alice", &format!("{workspace}/billing-accounts"), body)
            .await
            .expect(201)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A subscription to so many of each meter, by its path.
    pub async fn subscription(&self, workspace: &str, account: &str, quantities: Value) -> String {
        let subscriptions = format!("{workspace}/billing-accounts/{account}/subscriptions");
        let body = json!({ "product_quantities": quantities });
        let made = self.post("alice", &subscriptions, body).await.expect(201);
        format!("{subscriptions}/{}", made["id"].as_str().unwrap())
    }

    /// A root organization of a pooled workspace, by its id.
    pub async fn root(&self, workspace: &str, name: &str) -> String {
        self.organization(&format!("{workspace}/organizations"), json!({ "name": name }))
            .await
    }

    /// A child, by its id.
    pub async fn child(&self, workspace: &str, parent: &str, name: &str) -> String {
        self.organization(
            &format!("{workspace}/organizations/{parent}/children"),
            json!({ "name": name }),
        )
        .await
    }

    /// An organization, by its id.
    pub async fn organization(&self, place: &str, body: Value) -> String {
        self.post("alice", place, body).await.expect(201)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A team of bob's in an organization of a workspace, with so many sites at most, past the interface. By its id.
    pub fn team(&self, workspace: &str, organization: &str, sites: Option<u64>) -> String {
        let workspace_id: WorkspaceId = workspace.rsplit('/').next().unwrap().parse().unwrap();
        let bob: UserId = self.id_of("bob").parse().unwrap();
        let id = TeamId::from_uuid(uuid::Uuid::from_u128(0x7ea3));
        let team = Team {
            workspace_id,
            organization_id: Some(organization.parse().unwrap()),
            name: "Crew".parse().unwrap(),
            is_personal: false,
            ..Team::personal(id, bob, Timestamp::EPOCH)
        };
        let member = TeamMember {
            team_id: id,
            user_id: bob,
            roles: Vec::new(),
            created_at: Timestamp::EPOCH,
        };
        let mut unit = self.trace.begin_write().unwrap();
        unit.teams().insert(&team).unwrap();
        unit.team_members().insert(workspace_id, &member).unwrap();
        let limit = Limit::from_option(sites.map(|sites| Units::new(sites).unwrap()));
        unit.balances()
            .set_limit(workspace_id, id.into(), &"locations".parse().unwrap(), limit)
            .unwrap();
        unit.commit().unwrap();
        id.to_string()
    }

    /// Puts somebody into a team, past the interface; it is the one that they work in.
    pub fn join(&self, workspace: &str, team: &str, who: &str, role: SystemRole) {
        let user_id: UserId = self.id_of(who).parse().unwrap();
        let member = TeamMember {
            team_id: team.parse().unwrap(),
            user_id,
            roles: vec![role.id()],
            created_at: Timestamp::EPOCH,
        };
        let mut unit = self.trace.begin_write().unwrap();
        unit.team_members()
            .insert(last(workspace).parse().unwrap(), &member)
            .unwrap();
        let mut user = unit.users().find(user_id).unwrap().unwrap();
        user.current_team_id = Some(member.team_id);
        unit.users().update(&user).unwrap();
        unit.commit().unwrap();
    }

    /// An invitation of somebody to a team, past the interface: its id and its token.
    pub fn invitation(&self, workspace: &str, team: &str, who: &str) -> (String, String) {
        let id = InvitationId::from_uuid(uuid::Uuid::from_u128(0x1417));
        let token = InvitationToken::new(id, [[1; 16], [2; 16]]);
        let now = self.switches.now();
        let invitation = Invitation {
            id,
            team_id: team.parse().unwrap(),
            email: format!("{who}@example.com").parse().unwrap(),
            role_id: SystemRole::Developer.id(),
            inviter_id: self.id_of("bob").parse().unwrap(),
            expires_at: now.plus_days(7),
            created_at: now,
            updated_at: now,
        };
        let workspace: WorkspaceId = last(workspace).parse().unwrap();
        let mut unit = self.trace.begin_write().unwrap();
        unit.invitations().insert(workspace, &invitation).unwrap();
        unit.invitations()
            .add_token(workspace, id, &token.digest())
            .unwrap();
        unit.commit().unwrap();
        (id.to_string(), token.expose())
    }

    /// A role of a team's own, past the interface.
    pub fn role(&self, workspace: &str, team: &str) -> String {
        let role = CustomRole {
            id: RoleId::from_uuid(uuid::Uuid::from_u128(0x701e)),
            team_id: team.parse().unwrap(),
            name: "Auditor".parse().unwrap(),
            scopes: "site:view".parse().unwrap(),
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        };
        let mut unit = self.trace.begin_write().unwrap();
        unit.team_roles()
            .insert(last(workspace).parse().unwrap(), &role)
            .unwrap();
        unit.commit().unwrap();
        role.id.to_string()
    }

    /// An API credential of bob's making, past the interface.
    pub fn credential(&self, workspace: &str, team: &str) -> String {
        let wish = KeyWish {
            name: "deploy".parse().unwrap(),
            expires_at: None,
        };
        let credential = Credential {
            id: CredentialId::from_uuid(uuid::Uuid::from_u128(0xc4ed)),
            team_id: team.parse().unwrap(),
            creator_id: self.id_of("bob").parse().unwrap(),
            scopes: "site:view".parse().unwrap(),
            key: Key::new(wish, KeyHash::of("nobody knows"), Timestamp::EPOCH).unwrap(),
        };
        let mut unit = self.trace.begin_write().unwrap();
        unit.credentials()
            .insert(last(workspace).parse().unwrap(), &credential)
            .unwrap();
        unit.commit().unwrap();
        credential.id.to_string()
    }

    /// A team of alice's in an organization with room for its people and sites, by its path.
    pub async fn own_team(&self) -> String {
        self.switches.set_payable(true);
        let workspace = self.staffed_workspace("pooled").await;
        let account = self.account(&workspace).await;
        let quantities = json!({ "users": 9, "locations": 9 });
        self.subscription(&workspace, &account, quantities).await;
        let organization = self.root(&workspace, "Root").await;
        let body = json!({ "name": "Crew", "organization_id": organization });
        let made = self.post("alice", "/teams", body).await.expect(201);
        format!("/teams/{}", made["id"].as_str().unwrap())
    }

    /// Charges a resource.
    pub async fn charge(&self, resource: &str, organization: &str, quantity: i64) {
        let body = json!({ "organization_id": organization, "quantity": quantity });
        let reply = self.put("writer", &format!("/charges/{resource}"), body).await;
        assert!(reply.status == 200 || reply.status == 201, "{:#}", reply.json);
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}
