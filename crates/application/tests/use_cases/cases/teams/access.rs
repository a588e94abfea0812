//! Who may do what in a team: nobody who has nothing to do with it, and the people of its workspace as their role there goes (I3, W5).

use tenantry_application::error::Noun;
use tenantry_application::idempotency::Once;
use tenantry_application::page::PageRequest;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, Scope};
use tenantry_domain::TeamId;
use tenantry_domain::team::{LacksScope, SystemRole, TeamScope};
use tenantry_domain::workspace::Role;

use super::super::world::machine;
use super::crew::*;
use crate::refused;

/// Everything that is done with a team by its id, and the scope that it takes.
fn everything(
    crew: &Crew,
    team: TeamId,
    actor: &Actor,
) -> Vec<(&'static str, Option<TeamScope>, Result<(), Error>)> {
    use TeamScope as S;
    let (world, app) = (&crew.world, &crew.world.app);
    let page = PageRequest::default();
    let nobody = tenantry_domain::UserId::from_uuid(uuid::Uuid::max());
    let invitation = (team, tenantry_domain::InvitationId::from_uuid(uuid::Uuid::max()));
    let role = [SystemRole::Developer.id()];
    let charge = world.charge(actor, team, "site", 1).map(drop);
    let ledger = app.list_team_charges(actor, team, &page_of_keys()).map(drop);
    let release = world.try_release(actor, team, "site");
    vec![
        ("see", None, app.team(actor, team).map(drop)),
        (
            "members",
            None,
            app.list_team_members(actor, team, &PageRequest::default())
                .map(drop),
        ),
        (
            "invitations",
            None,
            app.list_invitations(actor, team, &page).map(drop),
        ),
        (
            "rename",
            Some(S::TeamUpdate),
            world.rename(actor, team, "Crew").map(drop),
        ),
        (
            "roles",
            Some(S::UserUpdate),
            app.set_team_roles(actor, team, (nobody, &role), &Precondition::default())
                .map(drop),
        ),
        (
            "remove",
            Some(S::RemoveUsers),
            app.remove_team_member(actor, team, nobody, &Precondition::default()),
        ),
        (
            "invite",
            Some(S::InviteUsers),
            world.invite_as(actor, team, "ada", None).map(drop),
        ),
        (
            "resend",
            Some(S::InviteUsers),
            app.resend_invitation(actor, invitation, &Once::default())
                .map(drop),
        ),
        (
            "cancel",
            Some(S::InviteUsers),
            app.cancel_invitation(actor, invitation, &Precondition::default()),
        ),
        ("charge", Some(S::SiteCreate), charge),
        ("ledger", Some(S::SiteView), ledger),
        ("release", Some(S::SiteDelete), release),
    ]
}

fn page_of_keys() -> PageRequest<tenantry_application::ports::ChargeKey> {
    PageRequest::default()
}

#[test]
fn i3_to_a_stranger_no_team_is_there() {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    let nowhere = TeamId::from_uuid(uuid::Uuid::max());
    let stranger = crew.world.someone("stranger");
    let elsewhere = crew.world.new_team(&stranger, "Elsewhere", None).unwrap();
    crew.world.switch(&stranger, elsewhere).unwrap();
    for id in [team, nowhere, crew.world.personal(&crew.ada)] {
        for (name, _, outcome) in everything(&crew, id, &stranger) {
            assert!(
                matches!(&outcome, Err(Error::NotFound(Noun::Team))),
                "{name}: {outcome:?}"
            );
        }
        refused!(crew.world.delete_team(&stranger, id), Error::NotFound(Noun::Team));
        refused!(
            crew.world.transfer(&stranger, id, &stranger),
            Error::NotFound(Noun::Team)
        );
        refused!(crew.world.switch(&stranger, id), Error::NotFound(Noun::Team));
        refused!(crew.world.leave(&stranger, id), Error::NotFound(Noun::Team));
    }
    refused!(
        crew.world.app.teams_of_organization(
            &stranger,
            crew.workspace,
            crew.organization,
            &PageRequest::default()
        ),
        Error::NotFound(Noun::Workspace)
    );
}

/// Whether nothing but what was asked for was wrong.
fn is_let_in(outcome: &Result<(), Error>) -> bool {
    !matches!(
        outcome,
        Err(Error::LacksTeamScope(_) | Error::NotFound(Noun::Team))
    )
}

#[test]
fn w5_who_is_in_the_workspace_does_in_its_teams_what_their_role_says() {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    let admin = crew.colleague("admin", Role::Admin);
    for actor in [&crew.ada, &admin] {
        for (name, _, outcome) in everything(&crew, team, actor) {
            assert!(is_let_in(&outcome), "{name}: {outcome:?}");
        }
    }
    let viewer = crew.colleague("viewer", Role::Viewer);
    for (name, scope, outcome) in everything(&crew, team, &viewer) {
        match scope {
            None | Some(TeamScope::SiteView) => outcome.unwrap(),
            Some(scope) => {
                assert!(
                    matches!(&outcome, Err(Error::LacksTeamScope(LacksScope(lacking))) if *lacking == scope),
                    "{name}: {outcome:?}"
                );
            }
        }
    }
    refused!(crew.world.transfer(&viewer, team, &crew.ada), Error::OwnerOnly);
    refused!(
        crew.world.delete_team(&viewer, team),
        Error::LacksTeamScope(LacksScope(TeamScope::TeamDelete))
    );
    let teams = crew.world.app.teams_of_organization(
        &viewer,
        crew.workspace,
        crew.organization,
        &PageRequest::default(),
    );
    assert_eq!(teams.unwrap().items.len(), 1);
    crew.world.delete_team(&admin, team).unwrap();
}

#[test]
fn w5_who_leaves_the_workspace_is_a_stranger_to_its_teams() {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    let admin = crew.colleague("admin", Role::Admin);
    crew.world.app.team(&admin, team).unwrap();
    crew.world
        .app
        .remove_member(&crew.ada, crew.workspace, id(&admin), &Precondition::default())
        .unwrap();
    refused!(crew.world.app.team(&admin, team), Error::NotFound(Noun::Team));
}

#[test]
fn t10_a_member_does_what_their_roles_say_and_no_more() {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    let developer = crew.world.bring(&crew.ada, team, "developer");
    for (name, scope, outcome) in everything(&crew, team, &developer) {
        match scope {
            None | Some(TeamScope::SiteView | TeamScope::SiteCreate | TeamScope::SiteDelete) => {
                outcome.unwrap();
            }
            Some(scope) => {
                assert!(
                    matches!(&outcome, Err(Error::LacksTeamScope(LacksScope(lacking))) if *lacking == scope),
                    "{name}: {outcome:?}"
                );
            }
        }
    }
}

#[test]
fn a_machine_charges_to_teams_and_is_in_none() {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    let metering = machine(&[Scope::UsageRead, Scope::UsageWrite]);
    for (name, scope, outcome) in everything(&crew, team, &metering) {
        match scope {
            Some(TeamScope::SiteView | TeamScope::SiteCreate | TeamScope::SiteDelete) => outcome.unwrap(),
            _ => assert!(
                matches!(&outcome, Err(Error::NotFound(Noun::Team) | Error::PeopleOnly)),
                "{name}: {outcome:?}"
            ),
        }
    }
    let app = &crew.world.app;
    refused!(app.my_teams(&metering), Error::PeopleOnly);
    refused!(app.my_invitations(&metering), Error::PeopleOnly);
    refused!(app.list_people(&metering), Error::PeopleOnly);
    refused!(app.list_roles(&metering), Error::PeopleOnly);
    refused!(
        crew.world
            .new_team(&metering, "Machines", Some(crew.organization)),
        Error::PeopleOnly
    );
    refused!(crew.world.switch(&metering, team), Error::PeopleOnly);
    refused!(
        crew.world.charge(&machine(&[]), team, "site", 1),
        Error::NeedsScope(Scope::UsageWrite)
    );
}
