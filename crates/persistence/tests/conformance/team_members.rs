use tenantry_application::page::Position;
use tenantry_application::ports::{StoreError, UniqueKey, UnitOfWork};
use tenantry_domain::user::{Profile, User};
use tenantry_domain::{RoleId, UserId};

use crate::fixtures::*;
use crate::support::*;

/// Teams 30 and 31 of organization 12, 32 of organization 13. Persons 1 to 5, of whom 2 and 3 have verified addresses, 4 claims one, and 5 was
/// added by theirs.
fn seed_people(backend: &Backend) {
    seed(backend);
    backend.write(|unit| {
        for n in 1..5 {
            let user = with_address(n, (2..4).contains(&n));
            unit.users().insert(&user).unwrap();
        }
        unit.users().insert(&unclaimed(5)).unwrap();
        for (n, organization) in [(30, 12), (31, 12), (32, 13)] {
            unit.teams().insert(&team(n, Some(organization))).unwrap();
        }
    });
}

fn address(n: u128) -> String {
    format!("P{n}@example.com")
}

fn with_address(n: u128, email_verified: bool) -> User {
    User {
        profile: Profile {
            email: Some(text(&address(n))),
            email_verified,
            ..Profile::default()
        },
        ..user(n)
    }
}

fn unclaimed(n: u128) -> User {
    User {
        identity: None,
        ..with_address(n, false)
    }
}

fn put(unit: &mut dyn UnitOfWork, team: u128, users: &[u128]) {
    for user in users {
        unit.team_members()
            .insert(workspace_id(), &team_member(team, *user, &[]))
            .unwrap();
    }
}

#[test]
fn a_member_is_found_with_their_roles_in_order() {
    for backend in Backend::all() {
        seed_people(&backend);
        let roles = |all: &[u128]| -> Vec<RoleId> { all.iter().copied().map(id).collect() };
        backend.write(|unit| {
            let (members, w) = (unit.team_members(), workspace_id());
            members.insert(w, &team_member(30, 2, &roles(&[72, 71]))).unwrap();
            members.insert(w, &team_member(31, 2, &roles(&[73]))).unwrap();
            members.insert(w, &team_member(30, 3, &[])).unwrap();
            assert_eq!(
                members.find(w, id(30), id(2)).unwrap(),
                Some(team_member(30, 2, &roles(&[71, 72])))
            );
            members.set_roles(w, &team_member(30, 2, &roles(&[73]))).unwrap();
            members.set_roles(w, &team_member(31, 2, &[])).unwrap();
            assert_eq!(
                members.find(w, id(30), id(2)).unwrap(),
                Some(team_member(30, 2, &roles(&[73])))
            );
            assert_eq!(
                members.find(w, id(31), id(2)).unwrap(),
                Some(team_member(31, 2, &[]))
            );
            assert_eq!(
                members.find(w, id(30), id(3)).unwrap(),
                Some(team_member(30, 3, &[]))
            );
            assert_eq!(members.find(w, id(32), id(2)).unwrap(), None);
            assert_eq!(members.find(id(99), id(30), id(2)).unwrap(), None);
        });
        let error = backend.fail(|unit| {
            unit.team_members()
                .insert(workspace_id(), &team_member(30, 2, &[]))
        });
        assert!(
            matches!(error, StoreError::Duplicate(UniqueKey::TeamMember)),
            "{error:?}"
        );
        backend.fail(|unit| {
            unit.team_members()
                .insert(workspace_id(), &team_member(99, 2, &[]))
        });
        backend.fail(|unit| {
            unit.team_members()
                .insert(workspace_id(), &team_member(30, 99, &[]))
        });
    }
}

#[test]
fn members_are_listed_with_who_they_are() {
    for backend in Backend::all() {
        seed_people(&backend);
        backend.write(|unit| {
            put(unit, 30, &[3, 5, 2]);
            put(unit, 31, &[4]);
            let roles = team_member(30, 3, &[id(71)]);
            unit.team_members().set_roles(workspace_id(), &roles).unwrap();
        });
        backend.read(|unit| {
            let members = unit.team_members();
            let expected = vec![
                (team_member(30, 2, &[]), with_address(2, true)),
                (team_member(30, 3, &[id(71)]), with_address(3, true)),
                (team_member(30, 5, &[]), unclaimed(5)),
            ];
            assert_eq!(members.all(workspace_id(), id(30)).unwrap(), expected);
            let first = page(2, Position::Start);
            let first = members.list(workspace_id(), id(30), &first).unwrap();
            assert_eq!(first.items, expected[..2]);
            let rest = page(2, after(id(3)));
            let rest = members.list(workspace_id(), id(30), &rest).unwrap();
            assert_eq!(rest.items, expected[2..]);
            let teams = [team(30, Some(12)), team(31, Some(12)), team(32, Some(13))];
            let people: Vec<_> = members
                .people_of(&teams)
                .unwrap()
                .into_iter()
                .map(|(team, user)| (team, user.id))
                .collect();
            let at = |team, user| (id(team), id(user));
            assert_eq!(people, [at(30, 2), at(30, 3), at(30, 5), at(31, 4)]);
            assert_eq!(members.people_of(&[]).unwrap(), []);
        });
    }
}

#[test]
fn t14_members_and_invitations_are_counted_together() {
    for backend in Backend::all() {
        seed_people(&backend);
        backend.write(|unit| {
            put(unit, 30, &[2, 3]);
            for (n, team) in [(80, 30), (81, 31)] {
                let invitation = invitation(n, team, "a@example.com");
                unit.invitations().insert(workspace_id(), &invitation).unwrap();
            }
            let mut count = |n| unit.team_members().count_people(workspace_id(), id(n)).unwrap();
            assert_eq!([30, 31, 32].map(&mut count), [3, 1, 0]);
        });
    }
}

#[test]
fn c9_a_person_is_in_an_organization_when_they_are_in_a_team_of_it() {
    for backend in Backend::all() {
        seed_people(&backend);
        backend.write(|unit| {
            put(unit, 30, &[2]);
            put(unit, 31, &[2, 3]);
            put(unit, 32, &[4]);
            let all: Vec<UserId> = (1..6).map(id).collect();
            let mut seated = |n, users: &[UserId]| -> Vec<UserId> {
                let found = unit.team_members().seated(workspace_id(), id(n), users).unwrap();
                found.into_iter().collect()
            };
            assert_eq!(seated(12, &all), [2, 3].map(id));
            assert_eq!(seated(12, &[id(3), id(4)]), [id(3)]);
            assert_eq!(seated(13, &all), [id(4)]);
            assert_eq!(seated(11, &all), [], "not those below");
            assert_eq!(seated(12, &[]), []);
        });
    }
}
