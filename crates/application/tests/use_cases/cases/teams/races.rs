//! Two use cases of teams at once, step by step: the second begins when the first has decided and not yet committed.

use tenantry_application::error::Noun;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, OrganizationChanges};
use tenantry_domain::TeamId;
use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::LimitChangeRefused;
use tenantry_domain::team::{RoleRefused, TeamRefused, TeamScope};
use tenantry_domain::workspace::Role;

use super::super::world::limits;
use super::crew::*;
use crate::refused;

/// A team of Ada's with Grace in it.
fn pair() -> (Crew, TeamId, Actor) {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    let grace = crew.world.bring(&crew.ada, team, "grace");
    (crew, team, grace)
}

#[test]
fn t7_whoever_leaves_while_they_are_given_the_team_stays_or_does_not_get_it() {
    let (crew, team, grace) = pair();
    let world = &crew.world;
    let (given, left) = world.interleave(
        || world.transfer(&crew.ada, team, &grace),
        || world.leave(&grace, team),
    );
    given.unwrap();
    refused!(left, Error::Team(TeamRefused::OwnerStays));
    let (left, given) = world.interleave(
        || world.leave(&crew.ada, team),
        || world.transfer(&grace, team, &crew.ada),
    );
    left.unwrap();
    refused!(given, Error::Team(TeamRefused::CannotOwn));
    assert_eq!(crew.seats(), 1);
}

#[test]
fn t7_a_team_that_is_given_away_twice_at_once_goes_to_the_first() {
    let (crew, team, grace) = pair();
    let world = &crew.world;
    let alan = world.bring(&crew.ada, team, "alan");
    let (first, second) = world.interleave(
        || world.transfer(&crew.ada, team, &grace),
        || world.expel(&crew.ada, team, &grace),
    );
    first.unwrap();
    refused!(second, Error::Team(TeamRefused::OwnerStays));
    let admin = crew.colleague("admin", Role::Admin);
    let (first, second) = world.interleave(
        || world.transfer(&admin, team, &alan),
        || world.transfer(&grace, team, &crew.ada),
    );
    first.unwrap();
    refused!(second, Error::OwnerOnly);
}

#[test]
fn t8_nobody_works_in_a_team_that_they_are_removed_from() {
    let (crew, team, grace) = pair();
    let world = &crew.world;
    let (switched, removed) = world.interleave(
        || world.switch(&grace, team).map(drop),
        || world.expel(&crew.ada, team, &grace),
    );
    switched.unwrap();
    removed.unwrap();
    assert_eq!(world.current(&grace), world.personal(&grace));

    let alan = world.bring(&crew.ada, team, "alan");
    let (removed, switched) = world.interleave(
        || world.expel(&crew.ada, team, &alan),
        || world.switch(&alan, team).map(drop),
    );
    removed.unwrap();
    refused!(switched, Error::NotFound(Noun::Team));
    let (deleted, switched) = world.interleave(
        || world.delete_team(&crew.ada, team),
        || world.switch(&crew.ada, team).map(drop),
    );
    deleted.unwrap();
    refused!(switched, Error::NotFound(Noun::Team));
    assert_eq!(world.current(&crew.ada), world.personal(&crew.ada));
}

#[test]
fn t8_two_switches_at_once_lose_nothing_else_about_the_person() {
    let (crew, team, grace) = pair();
    let world = &crew.world;
    let (switched, signed_in) = world.interleave(
        || world.switch(&grace, team).map(drop),
        || world.sign_in("grace", "grace@elsewhere.example", true),
    );
    switched.unwrap();
    assert_eq!(signed_in.current_team_id, Some(team));
    let me = world.app.me(&grace).unwrap();
    assert_eq!(me.profile.email.unwrap().to_string(), "grace@elsewhere.example");
}

#[test]
fn t6_a_charge_and_the_deletion_of_its_team_see_each_other() {
    let (crew, team, grace) = pair();
    let world = &crew.world;
    let (charged, deleted) = world.interleave(
        || world.charge(&grace, team, "site", 1),
        || world.delete_team(&crew.ada, team),
    );
    charged.unwrap();
    refused!(deleted, Error::Team(TeamRefused::HasSites(_)));
    let other = crew.team("Other");
    let (deleted, charged) = world.interleave(
        || world.delete_team(&crew.ada, other),
        || world.charge(&crew.ada, other, "another site", 1),
    );
    deleted.unwrap();
    refused!(charged, Error::NotFound(Noun::Team));
    world.is_exact();
}

#[test]
fn o6_a_team_and_the_deletion_of_its_organization_see_each_other() {
    let crew = Crew::of(9);
    let (world, ada) = (&crew.world, &crew.ada);
    let delete = |organization| {
        let precondition = Precondition::default();
        world
            .app
            .delete_organization(ada, crew.workspace, organization, true, &precondition)
    };
    let child = world.child(ada, crew.workspace, crew.organization, &[]);
    let (deleted, made) = world.interleave(|| delete(child), || world.new_team(ada, "Crew", Some(child)));
    deleted.unwrap();
    refused!(made, Error::UnknownReference { .. });
    let child = world.child(ada, crew.workspace, crew.organization, &[]);
    let (made, deleted) = world.interleave(|| world.new_team(ada, "Crew", Some(child)), || delete(child));
    made.unwrap();
    refused!(deleted, Error::Deletion(_));
    world.is_exact();
}

#[test]
fn c9_seats_and_their_limit_see_each_other() {
    let (crew, team, _) = pair();
    let world = &crew.world;
    let limit = |n| {
        let changes = OrganizationChanges {
            limits: limits(&[("users", n)]),
            ..OrganizationChanges::default()
        };
        let done = world.app.update_organization(
            &crew.ada,
            crew.workspace,
            crew.organization,
            &changes,
            &Precondition::default(),
        );
        done.map(drop)
    };
    let (limited, invited) = world.interleave(|| limit(2), || world.invite(&crew.ada, team, "alan"));
    limited.unwrap();
    refused!(invited, Error::LimitReached { .. });
    limit(3).unwrap();
    let (invited, limited) = world.interleave(|| world.invite(&crew.ada, team, "alan"), || limit(2));
    invited.unwrap();
    refused!(
        limited,
        Error::LimitChange {
            refused: LimitChangeRefused::BelowUsage { .. },
            ..
        }
    );
    assert_eq!(crew.seats(), 3);
    world.is_exact();
}

#[test]
fn t10_rights_that_are_taken_away_meanwhile_are_not_used() {
    let (crew, team, grace) = pair();
    let world = &crew.world;
    let role = world
        .role(&crew.ada, team, "HR", &[TeamScope::UserUpdate])
        .unwrap();
    world.set_roles(&crew.ada, team, &grace, &[role]).unwrap();
    let (taken, given) = world.interleave(
        || world.set_roles(&crew.ada, team, &grace, &[]),
        || world.set_roles(&grace, team, &grace, &[role]),
    );
    taken.unwrap();
    refused!(given, Error::LacksTeamScope(_));
}

#[test]
fn t10_a_role_is_not_deleted_while_it_is_given() {
    let (crew, team, grace) = pair();
    let world = &crew.world;
    let role = world.role(&crew.ada, team, "Role", &[]).unwrap();
    let delete = || world.app.delete_role(&crew.ada, role, &Precondition::default());
    let (given, deleted) = world.interleave(|| world.set_roles(&crew.ada, team, &grace, &[role]), delete);
    given.unwrap();
    refused!(deleted, Error::Role(RoleRefused::InUse));
    world.set_roles(&crew.ada, team, &grace, &[]).unwrap();
    let (deleted, invited) =
        world.interleave(delete, || world.invite_as(&crew.ada, team, "alan", Some("Role")));
    deleted.unwrap();
    refused!(invited, Error::UnknownReference { .. });
}

#[test]
fn t1_whoever_signs_in_for_the_first_time_is_not_forgotten_at_that_moment() {
    for signing_in_first in [true, false] {
        let (crew, team, _) = pair();
        let world = &crew.world;
        world.switch(&crew.ada, team).unwrap();
        let added = world.add(&crew.ada, &new_person("alan", &[])).unwrap().user.id;
        let remove = || world.expel(&crew.ada, team, &Actor::Person(added));
        let sign_in = || world.sign_in("alan", &address("alan"), true);
        let (arrived, removed) = if signing_in_first {
            world.interleave(sign_in, remove)
        } else {
            let (removed, arrived) = world.interleave(remove, sign_in);
            (arrived, removed)
        };
        removed.unwrap();
        assert_eq!(arrived.id == added, signing_in_first);
        let alan = Actor::Person(arrived.id);
        assert_eq!(world.app.my_teams(&alan).unwrap().len(), 1, "their own");
        assert_eq!(crew.seats(), 2);
        world.is_exact();
    }
}

#[test]
fn t3_a_team_is_made_where_its_maker_works_when_it_is_made() {
    let (crew, team, _) = pair();
    let world = &crew.world;
    let elsewhere = world.workspace(&crew.ada, BillingMode::Pooled);
    let organization = world.root(&crew.ada, elsewhere, None, &[]);
    let other = world.new_team(&crew.ada, "Other", Some(organization)).unwrap();
    world.switch(&crew.ada, team).unwrap();
    let (moved, made) = world.interleave(
        || {
            let mut unit = world.store.begin_write().unwrap();
            unit.workspaces().lock(crew.workspace).unwrap();
            let mut ada = unit.users().find_for_update(id(&crew.ada)).unwrap().unwrap();
            ada.current_team_id = Some(other);
            unit.users().update(&ada).unwrap();
            unit.commit()
        },
        || world.new_team(&crew.ada, "New", None),
    );
    moved.unwrap();
    let made = world.app.team(&crew.ada, made.unwrap()).unwrap();
    assert_eq!(made.team.organization_id, Some(organization));
    world.is_exact();
}
