//! A workspace whose organization counts seats, with people who have addresses, and a look behind the scenes that knows the rules of seats naively.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use tenantry_application::idempotency::Once;
use tenantry_application::ports::{Departure, InvitationMail, MailFailure, Mailer, UnitOfWork};
use tenantry_application::precondition::Precondition;
use tenantry_application::teams::{
    InvitationView, NewInvitation, NewPerson, NewRole, NewTeam, PersonView, TeamChanges, TeamView,
};
use tenantry_application::{Actor, Error, OrganizationChanges, Settings};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::OverLimit;
use tenantry_domain::charge::ResourceId;
use tenantry_domain::team::{InvitationToken, Scopes, SeatHolder, Team, TeamScope};
use tenantry_domain::user::{Identity, Preferences, Profile, Said, User};
use tenantry_domain::workspace::Role;
use tenantry_domain::{BillingEnforcement, Meter, OrganizationId, RoleId, TeamId, UserId, WorkspaceId};

use super::super::world::{World, limits};

pub struct Crew {
    pub world: World,
    /// Who owns the workspace.
    pub ada: Actor,
    pub workspace: WorkspaceId,
    pub organization: OrganizationId,
}

/// Keeps what it is given.
#[derive(Default)]
struct Postbox(Mutex<Vec<InvitationMail>>);

impl Mailer for Postbox {
    fn send(&self, mail: &InvitationMail, depart: Departure<'_>) -> Result<(), MailFailure> {
        depart().map_err(MailFailure::Temporary)?;
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }

    fn longest_send(&self) -> Duration {
        Duration::from_secs(1)
    }
}

pub fn id(actor: &Actor) -> UserId {
    match actor {
        Actor::Person(id) => *id,
        Actor::Machine(_) | Actor::Credential(_) => panic!("a person"),
    }
}

pub fn address(name: &str) -> String {
    format!("{name}@example.com")
}

pub fn identity(name: &str) -> Identity {
    Identity {
        issuer: "test".into(),
        subject: name.into(),
    }
}

pub fn profile(address: &str, email_verified: bool) -> Profile {
    Profile {
        email: Some(address.parse().unwrap()),
        email_verified,
        ..Profile::default()
    }
}

pub fn scopes(all: &[TeamScope]) -> Scopes {
    all.iter().copied().collect()
}

pub fn seats() -> Meter {
    "users".parse().unwrap()
}

/// Of a name, with everything else as it is at first.
pub fn changes(name: &str) -> TeamChanges {
    TeamChanges {
        name: name.parse().unwrap(),
        site_limit: None,
        over_limit: OverLimit::Refuse,
    }
}

/// Somebody by their address, who gets these roles.
pub fn new_person(name: &str, roles: &[RoleId]) -> NewPerson {
    NewPerson {
        email: address(name).parse().unwrap(),
        name: Some(name.parse().unwrap()),
        allow_login: true,
        preferences: Preferences::default(),
        roles: roles.to_vec(),
    }
}

impl World {
    /// Somebody whose issuer vouches for their address.
    pub fn someone(&self, name: &str) -> Actor {
        Actor::Person(self.sign_in(name, &address(name), true).id)
    }

    pub fn sign_in(&self, name: &str, address: &str, verified: bool) -> User {
        let said = Said {
            profile: profile(address, verified),
            at: None,
        };
        self.app.identify(&identity(name), &said).unwrap()
    }

    pub fn personal(&self, actor: &Actor) -> TeamId {
        self.app.me(actor).unwrap().personal_team_id.unwrap()
    }

    pub fn new_team(
        &self,
        actor: &Actor,
        name: &str,
        organization_id: Option<OrganizationId>,
    ) -> Result<TeamId, Error> {
        let new = NewTeam {
            name: name.parse().unwrap(),
            site_limit: None,
            organization_id,
        };
        let made = self.app.create_team(actor, &new, &Once::default());
        made.map(|view| view.team.id)
    }

    pub fn delete_team(&self, actor: &Actor, team: TeamId) -> Result<(), Error> {
        self.app.delete_team(actor, team, &Precondition::default())
    }

    pub fn rename(&self, actor: &Actor, team: TeamId, name: &str) -> Result<TeamView, Error> {
        self.app
            .update_team(actor, team, &changes(name), &Precondition::default())
    }

    pub fn transfer(&self, actor: &Actor, team: TeamId, to: &Actor) -> Result<TeamView, Error> {
        self.app.transfer_team(actor, team, id(to), &Once::default())
    }

    /// With the role of this name; none for Developer.
    pub fn invite_as(
        &self,
        actor: &Actor,
        team: TeamId,
        name: &str,
        role: Option<&str>,
    ) -> Result<InvitationView, Error> {
        let new = NewInvitation {
            email: address(name).parse().unwrap(),
            role: role.map(str::to_owned),
        };
        self.app.invite(actor, team, &new, &Once::default())
    }

    pub fn invite(&self, actor: &Actor, team: TeamId, name: &str) -> Result<InvitationView, Error> {
        self.invite_as(actor, team, name, None)
    }

    /// Sends what is to be sent; the tokens by the addresses that they went to.
    pub fn tokens(&self) -> BTreeMap<(TeamName, String), InvitationToken> {
        let postbox = Postbox::default();
        while self.app.deliver_mail(&postbox).unwrap() {}
        let mails = postbox.0.into_inner().unwrap().into_iter();
        mails
            .map(|mail| ((mail.team.to_string(), mail.to.to_string()), mail.token))
            .collect()
    }

    /// Sends one invitation, and nothing else is there to be sent.
    pub fn token(&self) -> InvitationToken {
        let mut tokens = self.tokens().into_values();
        let token = tokens.next().unwrap();
        assert!(tokens.next().is_none(), "more mails than one");
        token
    }

    pub fn accept(&self, actor: &Actor, token: &InvitationToken) -> Result<TeamView, Error> {
        self.app.accept_invitation(actor, token, &Once::default())
    }

    pub fn decline(&self, actor: &Actor, token: &InvitationToken) -> Result<(), Error> {
        self.app.decline_invitation(actor, token, &Once::default())
    }

    /// Invites somebody, who comes.
    pub fn bring(&self, actor: &Actor, team: TeamId, name: &str) -> Actor {
        self.bring_as(actor, team, name, None)
    }

    pub fn bring_as(&self, actor: &Actor, team: TeamId, name: &str, role: Option<&str>) -> Actor {
        let person = self.someone(name);
        self.invite_as(actor, team, name, role).unwrap();
        self.accept(&person, &self.token()).unwrap();
        person
    }

    pub fn leave(&self, actor: &Actor, team: TeamId) -> Result<(), Error> {
        self.expel(actor, team, actor)
    }

    pub fn expel(&self, actor: &Actor, team: TeamId, whom: &Actor) -> Result<(), Error> {
        self.app
            .remove_team_member(actor, team, id(whom), &Precondition::default())
    }

    pub fn switch(&self, actor: &Actor, team: TeamId) -> Result<Vec<TeamView>, Error> {
        self.app.switch_team(actor, team, &Precondition::default())
    }

    pub fn current(&self, actor: &Actor) -> TeamId {
        let teams = self.app.my_teams(actor).unwrap();
        let mut current = teams.into_iter().filter(|view| view.is_current);
        current.next().unwrap().team.id
    }

    /// Makes a role of the team's, and works in it from then on.
    pub fn role(&self, actor: &Actor, team: TeamId, name: &str, all: &[TeamScope]) -> Result<RoleId, Error> {
        self.switch(actor, team)?;
        let new = NewRole {
            name: name.parse().unwrap(),
            scopes: scopes(all),
        };
        let made = self.app.create_role(actor, &new, &Once::default());
        made.map(|view| view.role.id())
    }

    pub fn set_roles(
        &self,
        actor: &Actor,
        team: TeamId,
        whom: &Actor,
        roles: &[RoleId],
    ) -> Result<(), Error> {
        let whom = (id(whom), roles);
        self.app
            .set_team_roles(actor, team, whom, &Precondition::default())
            .map(drop)
    }

    /// Adds somebody to the current team.
    pub fn add(&self, actor: &Actor, new: &NewPerson) -> Result<PersonView, Error> {
        self.app.add_person(actor, new, &Once::default())
    }

    /// Sends what is to be sent, and accepts with it what this person is invited to.
    pub fn accept_all(&self, actor: &Actor) -> Result<(), Error> {
        for token in self.tokens().into_values() {
            match self.accept(actor, &token) {
                Err(Error::Invitation(_)) | Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub fn cancel_all(&self, actor: &Actor, team: TeamId) -> Result<(), Error> {
        for view in self.app.team(actor, team)?.invitations {
            let id = (team, view.invitation.id);
            self.app.cancel_invitation(actor, id, &Precondition::default())?;
        }
        Ok(())
    }

    /// Sets the limit of seats of an organization that another deployment made.
    pub fn limit(&self, crew: &Crew, seats: u64) {
        let changes = OrganizationChanges {
            limits: limits(&[("users", seats)]),
            ..OrganizationChanges::default()
        };
        let precondition = Precondition::default();
        self.app
            .update_organization(
                &crew.ada,
                crew.workspace,
                crew.organization,
                &changes,
                &precondition,
            )
            .unwrap();
    }

    /// The seats that are counted.
    pub fn users(&self, crew: &Crew) -> u64 {
        let view = self
            .app
            .organization(&crew.ada, crew.workspace, crew.organization);
        let balances = view.unwrap().balances;
        balances.get(&seats()).map_or(0, |balance| balance.direct.get())
    }
}

/// What a team is called.
pub type TeamName = String;

impl Crew {
    /// So many seats, and a pool that does not count.
    pub fn of(seats: u64) -> Self {
        Self::with(
            Settings {
                enforcement: BillingEnforcement::Off,
                ..Settings::default()
            },
            &[("users", seats)],
        )
    }

    pub fn with(settings: Settings, limits: &[(&str, u64)]) -> Self {
        let world = World::with(settings);
        let ada = world.someone("ada");
        let workspace = world.workspace(&ada, BillingMode::Pooled);
        let organization = world.root(&ada, workspace, None, limits);
        Self {
            world,
            ada,
            workspace,
            organization,
        }
    }

    /// A team of Ada's in the organization.
    pub fn team(&self, name: &str) -> TeamId {
        self.world
            .new_team(&self.ada, name, Some(self.organization))
            .unwrap()
    }

    /// Somebody in the workspace.
    pub fn colleague(&self, name: &str, role: Role) -> Actor {
        let person = self.world.someone(name);
        self.world
            .app
            .add_member(&self.ada, self.workspace, id(&person), role, &Once::default())
            .unwrap();
        person
    }

    /// The seats that are taken, which are those that the rules say (C9), and no more than are counted (L6).
    pub fn seats(&self) -> usize {
        let mut unit = self.world.store.begin_read().unwrap();
        let kept = self.kept_seats(&mut *unit);
        assert_eq!(kept, self.due_seats(&mut *unit));
        let balances = unit.balances().of_workspace(self.workspace).unwrap();
        let node = tenantry_domain::capacity::NodeId::Organization(self.organization);
        let balance = balances.get(&node).and_then(|of| of.get(&seats())).copied();
        let direct = balance.unwrap_or_default().direct.get();
        assert_eq!(direct, u64::try_from(kept.len()).unwrap());
        kept.len()
    }

    fn kept_seats(&self, unit: &mut dyn UnitOfWork) -> BTreeSet<ResourceId> {
        let page = tenantry_application::page::PageRequest::default();
        let of = self.organization.into();
        let ledger = unit.charges().list(self.workspace, of, &page).unwrap();
        let charges = ledger.items.into_iter().filter(|charge| charge.meter == seats());
        charges.map(|charge| charge.resource_id).collect()
    }

    /// A person in any team is one, and an address that is invited one where nobody who has it is.
    fn due_seats(&self, unit: &mut dyn UnitOfWork) -> BTreeSet<ResourceId> {
        let teams: Vec<Team> = unit.teams().all(self.workspace).unwrap();
        let (mut members, mut counted, mut invited) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for team in teams {
            for (_, user) in unit.team_members().all(self.workspace, team.id).unwrap() {
                members.insert(user.id);
                let is_theirs = user.profile.email_verified || (user.identity.is_none() && user.allow_login);
                counted.extend(user.profile.address().filter(|_| is_theirs));
            }
            for invitation in unit
                .invitations()
                .of_teams(&[team])
                .unwrap()
                .into_values()
                .flatten()
            {
                invited.insert(invitation.email.key());
            }
        }
        let invited = invited.difference(&counted).cloned().map(SeatHolder::Invited);
        let holders = members.into_iter().map(SeatHolder::Member).chain(invited);
        holders.map(|holder| holder.resource(self.organization)).collect()
    }
}
