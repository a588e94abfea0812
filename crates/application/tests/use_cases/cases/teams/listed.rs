//! Teams as `/v1/teams` knows them.

use std::sync::{Arc, Barrier};
use std::thread;

use tenantry_application::idempotency::Once;
use tenantry_application::teams::TeamView;
use tenantry_application::{Actor, Error};
use tenantry_domain::license::{Edition, License, LicenseLimits};
use tenantry_domain::team::{BasicRole, TeamRefused};
use tenantry_domain::{BillingEnforcement, TeamId};
use uuid::Uuid;

use super::super::world::World;

/// With a licence for the enterprise edition that holds for a day.
fn enterprise(limits: LicenseLimits) -> World {
    let world = World::enforcing(BillingEnforcement::Off);
    let now = world.now();
    *world.licenses.0.lock().unwrap() = Some(Arc::new(License {
        id: Uuid::from_u128(1),
        holder: "ACME".parse().unwrap(),
        edition: Edition::Enterprise,
        limits,
        not_before: now,
        expires_at: now.plus_days(1),
    }));
    world
}

fn make(world: &World, who: &Actor, name: &str) -> Result<TeamView, Error> {
    let name = name.parse().unwrap();
    world.app.create_listed_team(who, name, &Once::default())
}

type Shown = Vec<(TeamId, String, String)>;

fn listed(world: &World, who: &Actor) -> Shown {
    let listed = world.app.listed_teams(who).unwrap().into_iter();
    listed
        .map(|one| (one.team.id, one.team.name.to_string(), one.slug))
        .collect()
}

fn whole(world: &World, who: &Actor) -> Shown {
    let whole = world.app.my_teams(who).unwrap().into_iter();
    whole
        .map(|view| (view.team.id, view.team.name.to_string(), view.slug))
        .collect()
}

#[test]
fn e3_both_dialects_show_the_same_teams_at_the_same_moment() {
    let world = enterprise(LicenseLimits::default());
    let bob = world.person("bob");
    for (n, name) in ["Crew", "crew", "Personal", "🦀"].into_iter().enumerate() {
        if n % 2 == 0 {
            make(&world, &bob, name).unwrap();
        } else {
            world.new_team(&bob, name, None).unwrap();
        }
        let shown = listed(&world, &bob);
        assert_eq!(shown.len(), n + 2);
        assert_eq!(shown, whole(&world, &bob));
    }
    assert_eq!(listed(&world, &bob)[0].1, "Personal");
}

#[test]
fn e2_whoever_was_in_teams_before_they_came_has_their_personal_one_first() {
    let world = enterprise(LicenseLimits::default());
    let owner = world.person("owner");
    let team = world.new_team(&owner, "Older", None).unwrap();
    let late = world.person("late");
    world.join(team, &late, &[]);
    let shown = world.app.listed_teams(&late).unwrap();
    let told: Vec<_> = shown.iter().map(|one| (one.team.is_personal, one.role)).collect();
    assert_eq!(told, [(true, BasicRole::Owner), (false, BasicRole::Developer)]);
    assert!(shown[0].team.id > shown[1].team.id);
    assert_eq!(listed(&world, &late), whole(&world, &late));
}

#[test]
fn e1_the_limit_of_a_licence_holds_however_many_make_teams_at_once() {
    let world = enterprise(LicenseLimits {
        teams_per_person: Some(3),
    });
    let bob = world.person("bob");
    let start = Barrier::new(8);
    let outcomes: Vec<_> = thread::scope(|scope| {
        let makers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    make(&world, &bob, "Crew")
                })
            })
            .collect();
        makers.into_iter().map(|maker| maker.join().unwrap()).collect()
    });
    let refused = |outcome: &&Result<TeamView, Error>| {
        matches!(outcome, Err(Error::Team(TeamRefused::TooManyLicensedTeams(3))))
    };
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 2);
    assert_eq!(outcomes.iter().filter(refused).count(), 6);
    assert_eq!(listed(&world, &bob).len(), 3);
}

#[test]
fn e2_the_community_edition_makes_none_and_lists_the_personal_one() {
    let world = World::enforcing(BillingEnforcement::Off);
    let bob = world.person("bob");
    world.new_team(&bob, "Crew", None).unwrap();
    assert!(matches!(
        make(&world, &bob, "Other"),
        Err(Error::EnterpriseRequired(_))
    ));
    assert_eq!(listed(&world, &bob).len(), 1);
    assert_eq!(whole(&world, &bob).len(), 2);
}
