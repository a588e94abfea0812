//! The owner of a team stays, and gives it away (T7).

use tenantry_application::Error;
use tenantry_application::error::Noun;
use tenantry_application::teams::NewPerson;
use tenantry_domain::team::{SystemRole, TeamRefused};
use tenantry_domain::workspace::Role;

use super::crew::*;
use crate::refused;

#[test]
fn t7_the_owner_can_neither_leave_nor_be_removed() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring_as(&crew.ada, team, "grace", Some("Administrator"));
    refused!(world.leave(&crew.ada, team), Error::Team(TeamRefused::OwnerStays));
    refused!(
        world.expel(&grace, team, &crew.ada),
        Error::Team(TeamRefused::OwnerStays)
    );
}

#[test]
fn t7_the_owner_gives_the_team_to_a_member_and_stays_as_an_administrator() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring(&crew.ada, team, "grace");
    let view = world.transfer(&crew.ada, team, &grace).unwrap();
    assert_eq!(view.team.owner_id, id(&grace));
    let roles = |actor| -> Vec<String> {
        let page = tenantry_application::page::PageRequest::default();
        let members = world.app.list_team_members(&grace, team, &page).unwrap();
        let member = members
            .items
            .into_iter()
            .find(|member| member.user.id == id(actor));
        let roles = member.unwrap().roles.into_iter();
        roles.map(|role| role.name().to_owned()).collect()
    };
    assert_eq!(roles(&grace), ["Owner", "Developer"]);
    assert_eq!(roles(&crew.ada), ["Administrator"]);
    world.leave(&crew.ada, team).unwrap();
    refused!(world.leave(&grace, team), Error::Team(TeamRefused::OwnerStays));
}

#[test]
fn t7_only_the_owner_and_who_administers_the_workspace_give_it_and_only_to_whom_can_own() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring_as(&crew.ada, team, "grace", Some("Administrator"));
    refused!(world.transfer(&grace, team, &grace), Error::OwnerOnly);
    let viewer = crew.colleague("viewer", Role::Viewer);
    refused!(world.transfer(&viewer, team, &grace), Error::OwnerOnly);
    let stranger = world.someone("stranger");
    refused!(
        world.transfer(&stranger, team, &grace),
        Error::NotFound(Noun::Team)
    );
    refused!(
        world.transfer(&crew.ada, team, &stranger),
        Error::Team(TeamRefused::CannotOwn)
    );
    world.switch(&crew.ada, team).unwrap();
    for (name, allow_login) in [("silent", false), ("absent", true)] {
        let new = NewPerson {
            allow_login,
            ..new_person(name, &[SystemRole::Developer.id()])
        };
        let person = world.add(&crew.ada, &new).unwrap().user.id;
        refused!(
            world.transfer(&crew.ada, team, &tenantry_application::Actor::Person(person)),
            Error::Team(TeamRefused::CannotOwn)
        );
    }
    let admin = crew.colleague("admin", Role::Admin);
    world.transfer(&admin, team, &grace).unwrap();
    world.transfer(&admin, team, &grace).unwrap();
    assert_eq!(world.app.team(&admin, team).unwrap().team.owner_id, id(&grace));
}
