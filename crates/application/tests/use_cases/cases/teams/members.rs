//! Who is in a team, and what they are there (T10, T13, T14).

use tenantry_application::error::Noun;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Error, Settings};
use tenantry_domain::team::{LacksScope, RoleRefused, SystemRole, TeamCaps, TeamRefused, TeamScope};
use tenantry_domain::{BillingEnforcement, RoleId};

use super::crew::*;
use crate::refused;

#[test]
fn t13_roles_are_replaced_as_a_set() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring(&crew.ada, team, "grace");
    let auditor = world
        .role(&crew.ada, team, "Auditor", &[TeamScope::BillingView])
        .unwrap();
    let [administrator, developer] = [SystemRole::Administrator, SystemRole::Developer].map(SystemRole::id);
    let set = |roles: &[RoleId]| {
        let set = world
            .app
            .set_team_roles(&crew.ada, team, (id(&grace), roles), &Precondition::default());
        set.map(|view| view.member.roles)
    };
    let mut both = vec![administrator, auditor];
    both.sort();
    assert_eq!(set(&[auditor, administrator, auditor]).unwrap(), both);
    assert_eq!(set(&[developer]).unwrap(), [developer]);
    assert_eq!(set(&[]).unwrap(), []);
    let unknown = RoleId::from_uuid(uuid::Uuid::max());
    refused!(set(&[developer, unknown]), Error::UnknownReference { pointer, noun: Noun::Role } if pointer == "/roles/1");
    refused!(
        set(&[SystemRole::Owner.id()]),
        Error::Role(RoleRefused::OwnerOnly)
    );
    let other = crew.team("Other");
    let theirs = world.role(&crew.ada, other, "Theirs", &[]).unwrap();
    refused!(set(&[theirs]), Error::UnknownReference { .. });
    let stranger = world.someone("stranger");
    refused!(
        world.set_roles(&crew.ada, team, &stranger, &[developer]),
        Error::NotFound(Noun::Member)
    );
}

#[test]
fn t10_nobody_gives_a_role_with_a_scope_that_they_lack_but_may_leave_what_is_held() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring(&crew.ada, team, "grace");
    let alan = world.bring_as(&crew.ada, team, "alan", Some("Administrator"));
    let hr = world
        .role(
            &crew.ada,
            team,
            "HR",
            &[TeamScope::UserUpdate, TeamScope::UserView],
        )
        .unwrap();
    world.set_roles(&crew.ada, team, &grace, &[hr]).unwrap();
    let [administrator, developer] = [SystemRole::Administrator, SystemRole::Developer].map(SystemRole::id);
    for whom in [&grace, &crew.ada] {
        refused!(
            world.set_roles(&grace, team, whom, &[hr, administrator]),
            Error::LacksTeamScope(_)
        );
    }
    world
        .set_roles(&grace, team, &alan, &[administrator, hr])
        .unwrap();
    refused!(
        world.set_roles(&alan, team, &alan, &[administrator, hr, SystemRole::Owner.id()]),
        Error::Role(RoleRefused::OwnerOnly)
    );
    world.set_roles(&grace, team, &alan, &[]).unwrap();
    refused!(
        world.set_roles(&grace, team, &alan, &[developer]),
        Error::LacksTeamScope(_)
    );
    refused!(
        world.set_roles(&alan, team, &alan, &[]),
        Error::LacksTeamScope(LacksScope(TeamScope::UserUpdate))
    );
}

#[test]
fn t7_members_leave_as_they_like_and_are_removed_by_whom_may() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let [grace, alan] = ["grace", "alan"].map(|name| world.bring(&crew.ada, team, name));
    refused!(
        world.expel(&grace, team, &alan),
        Error::LacksTeamScope(LacksScope(TeamScope::RemoveUsers))
    );
    world.switch(&grace, team).unwrap();
    world.leave(&grace, team).unwrap();
    assert_eq!(world.current(&grace), world.personal(&grace));
    refused!(world.leave(&grace, team), Error::NotFound(Noun::Team));
    refused!(
        world.expel(&crew.ada, team, &grace),
        Error::NotFound(Noun::Member)
    );
    world.expel(&crew.ada, team, &alan).unwrap();
    refused!(world.app.team(&alan, team), Error::NotFound(Noun::Team));
    assert_eq!(crew.seats(), 1);
}

#[test]
fn t14_members_and_pending_invitations_of_a_team_are_bounded_together() {
    let crew = Crew::with(
        Settings {
            enforcement: BillingEnforcement::Off,
            teams: TeamCaps {
                people: 3,
                ..TeamCaps::default()
            },
            ..Settings::default()
        },
        &[],
    );
    let (world, team) = (&crew.world, crew.team("Crew"));
    world.bring(&crew.ada, team, "grace");
    let invitation = world.invite(&crew.ada, team, "alan").unwrap().invitation.id;
    let full = |outcome: Result<(), Error>| {
        refused!(outcome, Error::Team(TeamRefused::TooManyPeople(3)));
    };
    full(world.invite(&crew.ada, team, "edsger").map(drop));
    world.switch(&crew.ada, team).unwrap();
    full(world.add(&crew.ada, &new_person("edsger", &[])).map(drop));
    world
        .app
        .cancel_invitation(&crew.ada, (team, invitation), &Precondition::default())
        .unwrap();
    world.add(&crew.ada, &new_person("edsger", &[])).unwrap();
    full(world.invite(&crew.ada, team, "alan").map(drop));
}
