//! Roles that a team makes for itself (T10, T14).

use tenantry_application::error::Noun;
use tenantry_application::page::PageRequest;
use tenantry_application::precondition::Precondition;
use tenantry_application::teams::{NewRole, RoleView};
use tenantry_application::{Actor, Error, Settings};
use tenantry_domain::team::{LacksScope, RoleRefused, SystemRole, TeamCaps, TeamScope};
use tenantry_domain::{BillingEnforcement, RoleId};

use super::super::world::World;
use super::crew::*;
use crate::refused;

fn change(
    world: &World,
    actor: &Actor,
    role: RoleId,
    name: &str,
    all: &[TeamScope],
) -> Result<RoleView, Error> {
    let new = NewRole {
        name: name.parse().unwrap(),
        scopes: scopes(all),
    };
    world.app.update_role(actor, role, &new, &Precondition::default())
}

fn delete(world: &World, actor: &Actor, role: RoleId) -> Result<(), Error> {
    world.app.delete_role(actor, role, &Precondition::default())
}

#[test]
fn t10_roles_have_names_of_their_own_in_their_team() {
    let crew = Crew::of(9);
    let (world, ada) = (&crew.world, &crew.ada);
    let [team, other] = ["One", "Other"].map(|name| crew.team(name));
    let auditor = world.role(ada, team, "Auditor", &[]).unwrap();
    for taken in ["AUDITOR", "owner", "Developer"] {
        refused!(
            world.role(ada, team, taken, &[]),
            Error::Role(RoleRefused::NameTaken)
        );
    }
    world.role(ada, team, "Second", &[]).unwrap();
    for taken in ["second", "Administrator"] {
        refused!(
            change(world, ada, auditor, taken, &[]),
            Error::Role(RoleRefused::NameTaken)
        );
    }
    change(world, ada, auditor, "auditor", &[TeamScope::BillingView]).unwrap();
    let names = |team| -> Vec<String> {
        world.switch(ada, team).unwrap();
        let roles = world.app.list_roles(ada).unwrap().into_iter();
        roles.map(|view| view.role.name().to_owned()).collect()
    };
    assert_eq!(
        names(team),
        ["Owner", "Administrator", "Developer", "auditor", "Second"]
    );
    assert_eq!(names(other), ["Owner", "Administrator", "Developer"]);
    refused!(world.app.role(ada, auditor), Error::NotFound(Noun::Role));
    refused!(
        change(world, ada, auditor, "Mine", &[]),
        Error::NotFound(Noun::Role)
    );
    refused!(delete(world, ada, auditor), Error::NotFound(Noun::Role));
    world.role(ada, other, "Auditor", &[]).unwrap();
}

#[test]
fn t10_what_every_team_has_stays_as_it_is() {
    let crew = Crew::of(9);
    crew.world.switch(&crew.ada, crew.team("Crew")).unwrap();
    for role in SystemRole::ALL.map(SystemRole::id) {
        refused!(
            change(&crew.world, &crew.ada, role, "Mine", &[]),
            Error::Role(RoleRefused::System)
        );
        refused!(
            delete(&crew.world, &crew.ada, role),
            Error::Role(RoleRefused::System)
        );
        crew.world.app.role(&crew.ada, role).unwrap();
    }
}

#[test]
fn t10_nobody_puts_a_scope_that_they_lack_into_a_role() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring(&crew.ada, team, "grace");
    let roles = [TeamScope::RoleCreate, TeamScope::RoleUpdate];
    let maker = world.role(&crew.ada, team, "Maker", &roles).unwrap();
    let strong = world
        .role(&crew.ada, team, "Strong", &[TeamScope::TeamDelete])
        .unwrap();
    world.set_roles(&crew.ada, team, &grace, &[maker]).unwrap();
    refused!(
        world.role(&grace, team, "Mine", &[TeamScope::TeamDelete]),
        Error::LacksTeamScope(LacksScope(TeamScope::TeamDelete))
    );
    world.role(&grace, team, "Mine", &roles).unwrap();
    refused!(
        change(world, &grace, maker, "Maker", &[TeamScope::RoleDelete]),
        Error::LacksTeamScope(LacksScope(TeamScope::RoleDelete))
    );
    let more = [TeamScope::TeamDelete, TeamScope::RoleCreate];
    change(world, &grace, strong, "Stronger", &more).unwrap();
    change(world, &grace, strong, "Weak", &[]).unwrap();
    refused!(
        change(world, &grace, strong, "Strong", &[TeamScope::TeamDelete]),
        Error::LacksTeamScope(LacksScope(TeamScope::TeamDelete))
    );
    refused!(
        delete(world, &grace, strong),
        Error::LacksTeamScope(LacksScope(TeamScope::RoleDelete))
    );
}

#[test]
fn t10_what_a_role_allows_its_members_may_from_then_on() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring(&crew.ada, team, "grace");
    let role = world
        .role(&crew.ada, team, "Role", &[TeamScope::TeamUpdate])
        .unwrap();
    world.set_roles(&crew.ada, team, &grace, &[role]).unwrap();
    world.rename(&grace, team, "Renamed").unwrap();
    change(world, &crew.ada, role, "Role", &[TeamScope::SiteCreate]).unwrap();
    refused!(world.rename(&grace, team, "Again"), Error::LacksTeamScope(_));
    world.charge(&grace, team, "site", 1).unwrap();
}

#[test]
fn t10_a_role_that_is_held_or_promised_stays() {
    let crew = Crew::of(9);
    let (world, ada, team) = (&crew.world, &crew.ada, crew.team("Crew"));
    let grace = world.bring(ada, team, "grace");
    let role = world.role(ada, team, "Role", &[]).unwrap();
    world.set_roles(ada, team, &grace, &[role]).unwrap();
    refused!(delete(world, ada, role), Error::Role(RoleRefused::InUse));
    world.set_roles(ada, team, &grace, &[]).unwrap();
    let promised = world.invite_as(ada, team, "alan", Some("ROLE")).unwrap();
    assert_eq!(promised.role, "Role");
    refused!(delete(world, ada, role), Error::Role(RoleRefused::InUse));
    let invitation = (team, promised.invitation.id);
    world
        .app
        .cancel_invitation(ada, invitation, &Precondition::default())
        .unwrap();
    delete(world, ada, role).unwrap();
}

#[test]
fn t14_roles_of_a_team_are_bounded() {
    let crew = Crew::with(
        Settings {
            enforcement: BillingEnforcement::Off,
            teams: TeamCaps {
                roles: 2,
                ..TeamCaps::default()
            },
            ..Settings::default()
        },
        &[],
    );
    let (world, team) = (&crew.world, crew.team("Crew"));
    let first = world.role(&crew.ada, team, "First", &[]).unwrap();
    world.role(&crew.ada, team, "Second", &[]).unwrap();
    refused!(
        world.role(&crew.ada, team, "Third", &[]),
        Error::Role(RoleRefused::TooMany(2))
    );
    delete(world, &crew.ada, first).unwrap();
    world.role(&crew.ada, team, "Third", &[]).unwrap();
    world.role(&crew.ada, crew.team("Other"), "First", &[]).unwrap();
}

#[test]
fn v1_what_changes_nothing_about_a_role_is_no_event() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let role = world
        .role(&crew.ada, team, "Role", &[TeamScope::SiteView])
        .unwrap();
    let events = || {
        let page = PageRequest::default();
        let found = world.app.list_events(&crew.ada, crew.workspace, None, &page);
        found.unwrap().items.len()
    };
    let before = events();
    world.pass_days(1);
    let same = change(world, &crew.ada, role, "Role", &[TeamScope::SiteView]).unwrap();
    assert_eq!(
        (events(), same),
        (before, world.app.role(&crew.ada, role).unwrap())
    );
}
