//! Nobody gives what they lack: random people, roles and acts, held against what the rules say of them, told naively.

use std::collections::{BTreeMap, BTreeSet};

use tenantry_application::idempotency::Once;
use tenantry_application::keys::NewCredential;
use tenantry_application::precondition::Precondition;
use tenantry_application::teams::NewRole;
use tenantry_application::{Actor, Error};
use tenantry_domain::team::{SystemRole, TeamScope};
use tenantry_domain::workspace::Role;
use tenantry_domain::{InvitationId, RoleId, TeamId};
use tenantry_test_histories::Dice;

use super::crew::*;

const ROUNDS: u64 = 2;
const ACTS: usize = 150;

type Held = BTreeSet<TeamScope>;

/// Some people with and without a part in a team, and what the team has given.
struct Stage {
    crew: Crew,
    team: TeamId,
    people: Vec<Actor>,
}

/// What is given in the team: what each role allows, who has which, and what is promised.
#[derive(Debug, Clone, PartialEq)]
struct Given {
    roles: BTreeMap<RoleId, Held>,
    members: BTreeMap<usize, BTreeSet<RoleId>>,
    invited: BTreeMap<InvitationId, RoleId>,
}

#[derive(Debug, Clone)]
enum Act {
    MakeRole(Held),
    ChangeRole(RoleId, Held),
    GiveRoles(usize, Vec<RoleId>),
    Invite(RoleId),
    Resend(InvitationId),
    MakeCredential(Held),
}

impl Stage {
    fn new() -> Self {
        let crew = Crew::of(1_000);
        let team = crew.team("Crew");
        let mut people = vec![crew.ada.clone()];
        people.extend(["a", "b", "c"].map(|name| crew.world.bring(&crew.ada, team, name)));
        for person in &people {
            crew.world.switch(person, team).unwrap();
        }
        people.push(crew.colleague("admin", Role::Admin));
        people.push(crew.colleague("viewer", Role::Viewer));
        people.push(crew.world.someone("stranger"));
        Self { crew, team, people }
    }

    fn given(&self) -> Given {
        let mut unit = self.crew.world.store.begin_read().unwrap();
        let team = unit.teams().find(self.team).unwrap().unwrap();
        let all = std::slice::from_ref(&team);
        let system = SystemRole::ALL.map(|role| (role.id(), role.scopes().iter().collect()));
        let own = unit.team_roles().of_teams(all).unwrap().into_values().flatten();
        let own = own.map(|role| (role.id, role.scopes.iter().collect()));
        let members = unit.team_members().all(self.crew.workspace, self.team).unwrap();
        let place = |person: &Actor| members.iter().find(|(member, _)| member.user_id == id(person));
        let held = self.people.iter().enumerate();
        let held = held.filter_map(|(n, person)| Some((n, place(person)?.0.roles.iter().copied().collect())));
        let invited = unit.invitations().of_teams(all).unwrap().into_values().flatten();
        Given {
            roles: own.chain(system).collect(),
            members: held.collect(),
            invited: invited.map(|one| (one.id, one.role_id)).collect(),
        }
    }

    fn perform(&self, actor: usize, act: &Act, number: usize) -> Result<(), Error> {
        let (app, actor) = (&self.crew.world.app, &self.people[actor]);
        let role = |held: &Held| NewRole {
            name: format!("Role {number}").parse().unwrap(),
            scopes: held.iter().copied().collect(),
        };
        match act {
            Act::MakeRole(held) => app.create_role(actor, &role(held), &Once::default()).map(drop),
            Act::ChangeRole(id, held) => app
                .update_role(actor, *id, &role(held), &Precondition::default())
                .map(drop),
            Act::GiveRoles(whom, roles) => {
                self.crew
                    .world
                    .set_roles(actor, self.team, &self.people[*whom], roles)
            }
            Act::Invite(role) => {
                let role = role.to_string();
                let name = format!("invited{number}");
                let invited = self.crew.world.invite_as(actor, self.team, &name, Some(&role));
                invited.map(drop)
            }
            Act::Resend(invitation) => app
                .resend_invitation(actor, (self.team, *invitation), &Once::default())
                .map(drop),
            Act::MakeCredential(held) => {
                let new = NewCredential {
                    wish: wish(number),
                    scopes: Some(held.iter().copied().collect()),
                };
                app.create_credential(actor, self.team, &new, &Once::default())
                    .map(drop)
            }
        }
    }
}

fn wish(number: usize) -> tenantry_domain::key::KeyWish {
    tenantry_domain::key::KeyWish {
        name: format!("Key {number}").parse().unwrap(),
        expires_at: None,
    }
}

impl Given {
    /// What somebody may do in the team: the owner and the owner of the workspace everything, who administers it everything but billing.
    fn rights(&self, person: usize) -> Held {
        let all = || TeamScope::ALL.into_iter();
        let of_workspace: Held = match person {
            0 => all().collect(),
            4 => all().filter(|scope| *scope != TeamScope::BillingUpdate).collect(),
            5 => all()
                .filter(|scope| scope.is_view() && *scope != TeamScope::BillingView)
                .collect(),
            _ => Held::new(),
        };
        let roles = self.members.get(&person).into_iter().flatten();
        roles
            .flat_map(|role| self.roles[role].iter().copied())
            .chain(of_workspace)
            .collect()
    }

    /// What an act takes, and what it gives.
    fn stake(&self, act: &Act) -> (TeamScope, Held) {
        match act {
            Act::MakeRole(held) => (TeamScope::RoleCreate, held.clone()),
            Act::ChangeRole(role, held) => (TeamScope::RoleUpdate, held - &self.roles[role]),
            Act::GiveRoles(whom, roles) => {
                let held = self.members.get(whom).cloned().unwrap_or_default();
                let new = roles.iter().filter(|role| !held.contains(role));
                (
                    TeamScope::UserUpdate,
                    new.flat_map(|role| self.roles[role].iter().copied()).collect(),
                )
            }
            Act::Invite(role) => (TeamScope::InviteUsers, self.roles[role].clone()),
            Act::Resend(invitation) => (
                TeamScope::InviteUsers,
                self.roles[&self.invited[invitation]].clone(),
            ),
            Act::MakeCredential(held) => (TeamScope::ApiCreate, held.clone()),
        }
    }

    /// Whether the act is possible for anybody.
    fn is_possible(&self, act: &Act) -> bool {
        let owners = SystemRole::Owner.id();
        match act {
            Act::ChangeRole(role, _) => SystemRole::of(*role).is_none(),
            Act::GiveRoles(whom, roles) => self.members.contains_key(whom) && !roles.contains(&owners),
            Act::Invite(role) => *role != owners,
            Act::MakeRole(_) | Act::Resend(_) | Act::MakeCredential(_) => true,
        }
    }

    fn may(&self, person: usize, act: &Act) -> bool {
        let (takes, gives) = self.stake(act);
        let rights = self.rights(person);
        rights.contains(&takes) && gives.is_subset(&rights)
    }

    fn roll(&self, dice: &mut Dice) -> Act {
        let roles: Vec<RoleId> = self.roles.keys().copied().collect();
        let invited: Vec<InvitationId> = self.invited.keys().copied().collect();
        let few =
            |dice: &mut Dice| -> Held { (0..dice.roll(4)).map(|_| *dice.one_of(&TeamScope::ALL)).collect() };
        match dice.roll(7) {
            0 => Act::MakeRole(few(dice)),
            1 => Act::ChangeRole(*dice.one_of(&roles), few(dice)),
            2 | 3 => {
                let whom = usize::try_from(dice.roll(5)).unwrap();
                Act::GiveRoles(whom, (0..dice.roll(3)).map(|_| *dice.one_of(&roles)).collect())
            }
            4 if !invited.is_empty() => Act::Resend(*dice.one_of(&invited)),
            5 => Act::MakeCredential(few(dice)),
            _ => Act::Invite(*dice.one_of(&roles)),
        }
    }
}

#[test]
fn t10_k3_nobody_gives_what_they_lack_and_everybody_what_they_may() {
    let (mut done, mut refused) = (0, 0);
    for seed in 0..ROUNDS {
        let (stage, mut dice) = (Stage::new(), Dice::new(seed));
        for number in 0..ACTS {
            let given = stage.given();
            let act = given.roll(&mut dice);
            // Roles are made in the team that one works in.
            let works_here = matches!(act, Act::MakeRole(_) | Act::ChangeRole(..));
            let person = usize::try_from(dice.roll(if works_here { 4 } else { 7 })).unwrap();
            let outcome = stage.perform(person, &act, number);
            let expected = given.is_possible(&act) && given.may(person, &act);
            assert_eq!(
                outcome.is_ok(),
                expected,
                "{person} {act:?}: {outcome:?}\n{given:#?}"
            );
            if outcome.is_ok() {
                done += 1;
            } else {
                refused += 1;
                assert_eq!(stage.given(), given, "a refusal changes nothing");
            }
        }
        stage.crew.world.is_exact();
    }
    assert!(done > 30 && refused > 50, "{done} done, {refused} refused");
}
