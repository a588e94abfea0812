//! Teams are made, changed and deleted (T2–T6, T9).

use std::sync::Barrier;
use std::thread;

use tenantry_application::error::Noun;
use tenantry_application::idempotency::Once;
use tenantry_application::page::PageRequest;
use tenantry_application::precondition::Precondition;
use tenantry_application::teams::TeamChanges;
use tenantry_application::{Error, Settings};
use tenantry_domain::capacity::{LimitChangeRefused, OverLimit};
use tenantry_domain::organization::DeletionRefused;
use tenantry_domain::team::{LacksScope, SystemRole, TeamCaps, TeamRefused, TeamScope};
use tenantry_domain::workspace::Role;
use tenantry_domain::{BillingEnforcement, Meters, OrganizationId, TeamId, Units};

use super::super::world::World;
use super::crew::*;
use crate::refused;

fn limited(name: &str, limit: Option<u64>, over_limit: OverLimit) -> TeamChanges {
    TeamChanges {
        site_limit: Some(limit.map(|limit| Units::new(limit).unwrap())),
        over_limit,
        ..changes(name)
    }
}

fn set_limit(crew: &Crew, team: TeamId, limit: Option<u64>, over: OverLimit) -> Result<(), Error> {
    let changes = limited("Crew", limit, over);
    let done = crew
        .world
        .app
        .update_team(&crew.ada, team, &changes, &Precondition::default());
    done.map(drop)
}

#[test]
fn t2_a_site_limit_binds_the_team_and_0_and_none_leave_it_to_the_organization() {
    let settings = Settings {
        enforcement: BillingEnforcement::Off,
        ..Settings::default()
    };
    let crew = Crew::with(settings, &[("locations", 3), ("users", 9)]);
    let team = crew.team("Crew");
    set_limit(&crew, team, Some(2), OverLimit::Refuse).unwrap();
    crew.world.charge(&crew.ada, team, "a", 2).unwrap();
    refused!(
        crew.world.charge(&crew.ada, team, "b", 1),
        Error::LimitReached { .. }
    );
    for none in [Some(0), None] {
        set_limit(&crew, team, none, OverLimit::Refuse).unwrap();
        crew.world.charge(&crew.ada, team, "b", 1).unwrap();
        refused!(
            crew.world.charge(&crew.ada, team, "c", 1),
            Error::LimitReached { .. }
        );
        crew.world.release(&crew.ada, team, "b");
    }
    set_limit(&crew, team, Some(100), OverLimit::Refuse).unwrap();
    let sites = crew.world.app.team(&crew.ada, team).unwrap().sites;
    assert_eq!(
        (sites.direct.get(), sites.limit.cap().map(Units::get)),
        (2, Some(100))
    );
    crew.world.is_exact();
}

#[test]
fn l4_a_site_limit_below_the_sites_there_are_needs_consent() {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    crew.world.charge(&crew.ada, team, "a", 3).unwrap();
    refused!(
        set_limit(&crew, team, Some(2), OverLimit::Refuse),
        Error::LimitChange {
            refused: LimitChangeRefused::BelowUsage { .. },
            ..
        }
    );
    set_limit(&crew, team, Some(2), OverLimit::Allow).unwrap();
    refused!(
        crew.world.charge(&crew.ada, team, "b", 1),
        Error::LimitReached { .. }
    );
    crew.world.is_exact();
}

#[test]
fn t3_a_team_is_made_in_the_organization_of_the_current_team_or_outside_of_all() {
    let crew = Crew::of(9);
    let (world, grace) = (&crew.world, crew.world.someone("grace"));
    let of = |team: TeamId| {
        let mut unit = world.store.begin_read().unwrap();
        unit.teams().find(team).unwrap().unwrap()
    };
    let outside = of(world.new_team(&grace, "Outside", None).unwrap());
    assert_eq!((outside.organization_id, outside.owner_id), (None, id(&grace)));
    let inside = world
        .new_team(&crew.ada, "Inside", Some(crew.organization))
        .unwrap();
    assert_eq!(of(inside).organization_id, Some(crew.organization));
    world.switch(&crew.ada, inside).unwrap();
    let beside = of(world.new_team(&crew.ada, "Beside", None).unwrap());
    assert_eq!(beside.organization_id, Some(crew.organization));
    let view = world.app.team(&crew.ada, beside.id).unwrap();
    assert_eq!(view.members.len(), 1);
    assert_eq!(crew.seats(), 1);
    world.is_exact();
}

#[test]
fn t3_it_takes_the_scope_in_the_current_team_or_a_role_in_the_workspace() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let stranger = world.someone("stranger");
    let unknown = |made: Result<TeamId, Error>| {
        refused!(made, Error::UnknownReference { pointer, noun: Noun::Organization } if pointer == "/organization_id");
    };
    unknown(world.new_team(&stranger, "Mine", Some(crew.organization)));
    let nowhere = OrganizationId::from_uuid(uuid::Uuid::max());
    unknown(world.new_team(&crew.ada, "Mine", Some(nowhere)));

    let viewer = crew.colleague("viewer", Role::Viewer);
    refused!(
        world.new_team(&viewer, "Mine", Some(crew.organization)),
        Error::NeedsRole(Role::Admin)
    );
    let admin = crew.colleague("admin", Role::Admin);
    world.new_team(&admin, "Mine", Some(crew.organization)).unwrap();

    let developer = world.bring(&crew.ada, team, "developer");
    world.switch(&developer, team).unwrap();
    for organization in [None, Some(crew.organization)] {
        refused!(
            world.new_team(&developer, "Mine", organization),
            Error::LacksTeamScope(LacksScope(TeamScope::TeamCreate))
        );
    }
    let maker = world
        .role(&crew.ada, team, "Maker", &[TeamScope::TeamCreate])
        .unwrap();
    world.set_roles(&crew.ada, team, &developer, &[maker]).unwrap();
    let made = world.new_team(&developer, "Mine", None).unwrap();
    let view = world.app.team(&developer, made).unwrap();
    assert_eq!(view.team.organization_id, Some(crew.organization));
    assert_eq!(crew.seats(), 3);
}

#[test]
fn t3_a_team_outside_of_every_organization_takes_no_scope() {
    let crew = Crew::of(9);
    let world = &crew.world;
    let lent = world.new_team(&crew.ada, "Outside", None).unwrap();
    let developer = world.bring(&crew.ada, lent, "developer");
    world.switch(&developer, lent).unwrap();
    let made = world.new_team(&developer, "Mine", None).unwrap();
    let view = world.app.team(&developer, made).unwrap();
    assert_eq!(
        (view.team.organization_id, view.team.owner_id),
        (None, id(&developer))
    );
}

#[test]
fn t4_nobody_comes_into_more_teams_than_they_may_however_many_ways_at_once() {
    let crew = Crew::with(
        Settings {
            enforcement: BillingEnforcement::Off,
            teams: TeamCaps {
                teams: 5,
                ..TeamCaps::default()
            },
            ..Settings::default()
        },
        &[],
    );
    let world = &crew.world;
    let owners: Vec<_> = (0..6)
        .map(|n| crew.colleague(&format!("o{n}"), Role::Admin))
        .collect();
    let grace = crew.colleague("grace", Role::Admin);
    for (n, owner) in owners.iter().enumerate() {
        let home = (n % 2 == 0).then_some(crew.organization);
        let team = world.new_team(owner, &format!("T{n}"), home).unwrap();
        world.invite(owner, team, "grace").unwrap();
    }
    let tokens: Vec<_> = world.tokens().into_values().collect();
    assert_eq!(tokens.len(), 6);
    let start = Barrier::new(9);
    let outcomes: Vec<Result<(), Error>> = thread::scope(|scope| {
        let (grace, start) = (&grace, &start);
        let accepts = tokens.iter().map(|token| {
            scope.spawn(move || {
                start.wait();
                world.accept(grace, token).map(drop)
            })
        });
        let accepts: Vec<_> = accepts.collect();
        let makes: Vec<_> = [None, None, Some(crew.organization)]
            .into_iter()
            .map(|home| {
                scope.spawn(move || {
                    start.wait();
                    world.new_team(grace, "Mine", home).map(drop)
                })
            })
            .collect();
        accepts
            .into_iter()
            .chain(makes)
            .map(|it| it.join().unwrap())
            .collect()
    });
    let (came, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((came.len(), refused.len()), (4, 5));
    for outcome in refused {
        refused!(outcome, Error::Team(TeamRefused::TooManyTeams(5)));
    }
    assert_eq!(world.app.my_teams(&grace).unwrap().len(), 5);
    assert_eq!((world.database.deadlocks)(), 0, "deadlocks");
    crew.seats();
    world.is_exact();
}

#[test]
fn t5_a_personal_team_is_not_renamed_nor_deleted_nor_given_away_nor_joined() {
    let world = World::new();
    let ada = world.someone("ada");
    let own = world.personal(&ada);
    let personal = |outcome: Result<(), Error>| {
        refused!(outcome, Error::Team(TeamRefused::Personal));
    };
    personal(world.rename(&ada, own, "Mine").map(drop));
    personal(world.delete_team(&ada, own));
    personal(world.transfer(&ada, own, &ada).map(drop));
    personal(world.invite(&ada, own, "grace").map(drop));
    personal(world.add(&ada, &new_person("grace", &[])).map(drop));
    world.rename(&ada, own, "Personal").unwrap();
    refused!(world.leave(&ada, own), Error::Team(TeamRefused::OwnerStays));
}

#[test]
fn t6_a_team_with_charges_stays_whatever_meter_they_are_of() {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    let (world, ada) = (&crew.world, &crew.ada);
    world.charge(ada, team, "a", 2).unwrap();
    refused!(
        world.delete_team(ada, team),
        Error::Team(TeamRefused::HasSites(_))
    );
    let elsewhere = world.restarted_with(Settings {
        meters: Meters::new(["users"]).unwrap(),
        ..world.app.settings().clone()
    });
    refused!(
        elsewhere.delete_team(ada, team),
        Error::Team(TeamRefused::HasSites(_))
    );
    world.release(ada, team, "a");
    world.delete_team(ada, team).unwrap();
    refused!(world.app.team(ada, team), Error::NotFound(Noun::Team));
    assert_eq!(crew.seats(), 0);
    world.is_exact();
}

#[test]
fn t6_whose_current_team_goes_away_works_in_their_personal_one() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring(&crew.ada, team, "grace");
    for person in [&grace, &crew.ada] {
        world.switch(person, team).unwrap();
        assert_eq!(world.current(person), team);
    }
    world.delete_team(&crew.ada, team).unwrap();
    for person in [&grace, &crew.ada] {
        assert_eq!(world.current(person), world.personal(person));
    }
}

#[test]
fn t6_it_takes_the_scope_which_an_administrator_lacks() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring_as(&crew.ada, team, "grace", Some("administrator"));
    refused!(
        world.delete_team(&grace, team),
        Error::LacksTeamScope(LacksScope(TeamScope::TeamDelete))
    );
    let deleter = world
        .role(&crew.ada, team, "Deleter", &[TeamScope::TeamDelete])
        .unwrap();
    world
        .set_roles(
            &crew.ada,
            team,
            &grace,
            &[deleter, SystemRole::Administrator.id()],
        )
        .unwrap();
    world.delete_team(&grace, team).unwrap();
}

#[test]
fn o6_an_organization_with_teams_is_not_deleted_counted_or_not() {
    for meters in [["locations", "users"], ["locations", "sso"]] {
        let crew = Crew::with(
            Settings {
                meters: Meters::new(meters).unwrap(),
                enforcement: BillingEnforcement::Off,
                ..Settings::default()
            },
            &[],
        );
        let (world, ada) = (&crew.world, &crew.ada);
        let child = world.child(ada, crew.workspace, crew.organization, &[]);
        let team = world.new_team(ada, "Crew", Some(child)).unwrap();
        let delete = |organization, cascade| {
            let precondition = Precondition::default();
            world
                .app
                .delete_organization(ada, crew.workspace, organization, cascade, &precondition)
        };
        for organization in [child, crew.organization] {
            for cascade in [true, false] {
                refused!(
                    delete(organization, cascade),
                    Error::Deletion(DeletionRefused::HasUsage | DeletionRefused::HasTeams)
                );
            }
        }
        world.delete_team(ada, team).unwrap();
        delete(crew.organization, true).unwrap();
        world.is_exact();
    }
}

#[test]
fn w3_an_archived_workspace_refuses_every_change_of_its_teams() {
    let crew = Crew::with(
        Settings {
            meters: Meters::new(["locations"]).unwrap(),
            enforcement: BillingEnforcement::Off,
            ..Settings::default()
        },
        &[],
    );
    let (world, ada, team) = (&crew.world, &crew.ada, crew.team("Crew"));
    let grace = world.bring(ada, team, "grace");
    let alan = world.someone("alan");
    let invitation = world.invite(ada, team, "alan").unwrap().invitation.id;
    let token = world.token();
    let role = world.role(ada, team, "Role", &[]).unwrap();
    world
        .app
        .archive_workspace(ada, crew.workspace, &Precondition::default())
        .unwrap();
    let archived = |outcome: Result<(), Error>| {
        refused!(outcome, Error::WorkspaceArchived(_));
    };
    let app = &world.app;
    archived(world.rename(ada, team, "Other").map(drop));
    archived(world.delete_team(ada, team));
    archived(world.transfer(ada, team, &grace).map(drop));
    archived(world.new_team(ada, "Other", Some(crew.organization)).map(drop));
    archived(world.invite(ada, team, "edsger").map(drop));
    archived(
        app.resend_invitation(ada, (team, invitation), &Once::default())
            .map(drop),
    );
    archived(app.cancel_invitation(ada, (team, invitation), &Precondition::default()));
    archived(world.accept(&alan, &token).map(drop));
    archived(world.decline(&alan, &token));
    archived(world.leave(&grace, team));
    archived(world.set_roles(ada, team, &grace, &[]));
    archived(world.add(ada, &new_person("edsger", &[])).map(drop));
    archived(app.delete_role(ada, role, &Precondition::default()));
    archived(app.remove_person(ada, id(&grace), &Precondition::default()));
    assert_eq!(world.app.team(&grace, team).unwrap().members.len(), 2);
    let teams = app.teams_of_organization(ada, crew.workspace, crew.organization, &PageRequest::default());
    assert_eq!(teams.unwrap().items.len(), 1);
}

#[test]
fn v1_what_changes_nothing_about_a_team_is_no_event() {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    set_limit(&crew, team, Some(5), OverLimit::Refuse).unwrap();
    let events = || {
        let page = PageRequest::default();
        let found = crew.world.app.list_events(&crew.ada, crew.workspace, None, &page);
        found.unwrap().items.len()
    };
    let (before, shown) = (events(), crew.world.app.team(&crew.ada, team).unwrap());
    crew.world.pass_days(1);
    crew.world.rename(&crew.ada, team, "Crew").unwrap();
    set_limit(&crew, team, Some(5), OverLimit::Refuse).unwrap();
    assert_eq!(
        (events(), crew.world.app.team(&crew.ada, team).unwrap()),
        (before, shown)
    );
    set_limit(&crew, team, Some(6), OverLimit::Refuse).unwrap();
    assert_eq!(events(), before + 1);
}
