use tenantry_application::page::Position;
use tenantry_domain::Limit;
use tenantry_domain::team::{SystemRole, Team, TeamMember, TeamRole};
use tenantry_domain::user::User;
use tenantry_domain::workspace::Role;

use crate::fixtures::*;
use crate::support::*;

/// Teams 30 and 31 of organization 12, 32 of organization 13, and 40 outside of all, which are all person 1's.
fn seed_teams(backend: &Backend) {
    seed(backend);
    backend.write(|unit| {
        for n in 1..4 {
            unit.users().insert(&user(n)).unwrap();
        }
        unit.workspaces().insert(&workspace(40)).unwrap();
        for (n, organization) in TEAMS {
            unit.teams().insert(&team(n, organization)).unwrap();
        }
    });
}

const TEAMS: [(u128, Option<u128>); 4] = [(30, Some(12)), (31, Some(12)), (32, Some(13)), (40, None)];

#[test]
fn a_team_is_found_as_it_was_saved() {
    for backend in Backend::all() {
        seed_teams(&backend);
        let renamed = Team {
            name: text("Ärzte 👩‍⚕️"),
            owner_id: id(2),
            updated_at: at(5),
            ..team(30, Some(12))
        };
        let asked = Team {
            organization_id: None,
            is_personal: false,
            created_at: at(9),
            ..renamed.clone()
        };
        backend.write(|unit| unit.teams().update(&asked).unwrap());
        backend.read(|unit| {
            assert_eq!(unit.teams().find(id(30)).unwrap(), Some(renamed));
            assert_eq!(unit.teams().find(id(31)).unwrap(), Some(team(31, Some(12))));
            assert_eq!(unit.teams().find(id(40)).unwrap(), Some(team(40, None)));
            assert_eq!(unit.teams().find(id(99)).unwrap(), None);
        });
        backend.fail(|unit| unit.teams().update(&team(99, Some(12))));
    }
}

#[test]
fn a_team_belongs_to_an_organization_of_its_workspace() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.fail(|unit| unit.teams().insert(&team(50, Some(99))));
        let elsewhere = Team {
            workspace_id: id(40),
            ..team(50, Some(12))
        };
        backend.fail(|unit| unit.teams().insert(&elsewhere));
        backend.fail(|unit| unit.teams().insert(&team(30, Some(13))));
    }
}

#[test]
fn teams_are_listed_by_person_by_organization_and_by_workspace() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            for (workspace, n) in [(40, 40), (WORKSPACE, 32), (WORKSPACE, 30)] {
                let workspace = id(workspace);
                unit.team_members()
                    .insert(workspace, &team_member(n, 2, &[]))
                    .unwrap();
            }
            let other = team_member(30, 3, &[SystemRole::Owner.id()]);
            unit.team_members().insert(workspace_id(), &other).unwrap();
            let held = team_member(
                32,
                2,
                &[SystemRole::Developer.id(), SystemRole::Administrator.id()],
            );
            unit.team_members().set_roles(workspace_id(), &held).unwrap();
        });
        backend.read(|unit| {
            let ids = |teams: Vec<Team>| -> Vec<_> { teams.into_iter().map(|team| team.id).collect() };
            // The personal one first.
            assert_eq!(ids(unit.teams().of_user(id(2)).unwrap()), [40, 30, 32].map(id));
            let roles = vec![SystemRole::Administrator.id(), SystemRole::Developer.id()];
            let held = [
                (team(40, None), vec![]),
                (team(30, Some(12)), vec![]),
                (team(32, Some(13)), roles),
            ];
            let mut found = unit.teams().held_by(id(2)).unwrap();
            for (_, roles) in &mut found {
                roles.sort();
            }
            assert_eq!(found, held);
            assert_eq!(unit.teams().held_by(id(1)).unwrap(), []);
            assert_eq!(unit.teams().count_of_user(id(2)).unwrap(), 3);
            assert_eq!(
                unit.teams().of_user(id(1)).unwrap(),
                [],
                "who owns it is a member by a row"
            );
            assert_eq!(
                ids(unit.teams().all(workspace_id()).unwrap()),
                [30, 31, 32].map(id)
            );
            let first = unit
                .teams()
                .of_organization(workspace_id(), id(12), &page(1, Position::Start))
                .unwrap();
            assert_eq!(ids(first.items), [id(30)]);
            let rest = unit
                .teams()
                .of_organization(workspace_id(), id(12), &page(9, after(id(30))))
                .unwrap();
            assert_eq!(ids(rest.items), [id(31)]);
            let none = unit
                .teams()
                .of_organization(id(40), id(12), &page(9, Position::Start))
                .unwrap();
            assert_eq!(ids(none.items), []);
        });
    }
}

#[test]
fn o6_teams_are_below_every_organization_above_them() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            let mut below = |n| unit.teams().is_any_below(workspace_id(), id(n)).unwrap();
            assert_eq!(
                [10, 11, 12, 13, 20].map(&mut below),
                [true, true, true, true, false]
            );
            unit.teams().delete(&team(32, Some(13))).unwrap();
            assert!(!unit.teams().is_any_below(workspace_id(), id(13)).unwrap());
            assert!(!unit.teams().is_any_below(id(40), id(10)).unwrap());
        });
    }
}

#[test]
fn i3_a_team_is_seen_as_whoever_comes_stands_to_it() {
    for backend in Backend::all() {
        seed_teams(&backend);
        let own = custom_role(70, 30, "Auditor");
        backend.write(|unit| {
            unit.team_roles().insert(workspace_id(), &own).unwrap();
            let developer = SystemRole::Developer.id();
            let roles = [own.id, developer];
            unit.team_members()
                .insert(workspace_id(), &team_member(30, 2, &roles))
                .unwrap();
            unit.team_members()
                .insert(workspace_id(), &team_member(31, 2, &[]))
                .unwrap();
            unit.members()
                .insert(&member(WORKSPACE, 3, Role::Viewer))
                .unwrap();
        });
        backend.read(|unit| {
            let mut standing = |n, user: Option<u128>| {
                let standing = unit.teams().standings(&[id(n)], user.map(id)).unwrap().remove(0);
                assert_eq!(standing.team.id, id(n));
                assert_eq!(standing.workspace.id, standing.team.workspace_id);
                (standing.workspace_role, standing.roles)
            };
            let held = vec![
                TeamRole::Custom(own.clone()),
                TeamRole::System(SystemRole::Developer),
            ];
            assert_eq!(standing(30, Some(2)), (None, Some(held)));
            assert_eq!(standing(31, Some(2)), (None, Some(vec![])));
            assert_eq!(standing(32, Some(2)), (None, None));
            assert_eq!(standing(30, Some(3)), (Some(Role::Viewer), None));
            assert_eq!(standing(40, Some(3)), (None, None));
            assert_eq!(standing(30, None), (None, None));
            let mut found = unit
                .teams()
                .standings(&[99, 40, 31, 30, 31].map(id), Some(id(2)))
                .unwrap();
            found.sort_by_key(|standing| standing.team.id);
            let many: Vec<_> = found
                .into_iter()
                .map(|standing| (standing.team.id, standing.roles))
                .collect();
            let held = vec![
                TeamRole::Custom(own.clone()),
                TeamRole::System(SystemRole::Developer),
            ];
            assert_eq!(
                many,
                [(id(30), Some(held)), (id(31), Some(vec![])), (id(40), None)]
            );
        });
    }
}

#[test]
fn c8_sites_of_teams_are_their_balances_of_one_meter() {
    for backend in Backend::all() {
        seed_teams(&backend);
        let locations = meter("locations");
        backend.write(|unit| {
            for (target, of, n) in [(30, &locations, 3), (31, &seats(), 4), (12, &locations, 5)] {
                let target = if target == 12 {
                    at_organization(12)
                } else {
                    at_team(target)
                };
                let limit = Limit::AtMost(units(n));
                unit.balances()
                    .set_limit(workspace_id(), target, of, limit)
                    .unwrap();
            }
        });
        backend.read(|unit| {
            let teams = TEAMS.map(|(n, organization)| team(n, organization));
            let sites = unit.teams().sites(&teams, &locations).unwrap();
            assert_eq!(sites.len(), 1);
            assert_eq!(sites[&id(30)].limit, Limit::AtMost(units(3)));
            assert!(unit.teams().sites(&[], &locations).unwrap().is_empty());
        });
    }
}

#[test]
fn t6_whose_current_team_goes_away_has_none() {
    for backend in Backend::all() {
        seed_teams(&backend);
        let in_team = |n: u128, current: u128| User {
            current_team_id: Some(id(current)),
            ..user(n)
        };
        backend.write(|unit| {
            unit.users().update(&in_team(1, 30)).unwrap();
            unit.users().update(&in_team(2, 31)).unwrap();
            unit.team_roles()
                .insert(workspace_id(), &custom_role(70, 30, "Role"))
                .unwrap();
            unit.invitations()
                .insert(workspace_id(), &invitation(80, 30, "a@example.com"))
                .unwrap();
            unit.team_members()
                .insert(workspace_id(), &team_member(30, 3, &[id(70)]))
                .unwrap();
            unit.teams().delete(&team(30, Some(12))).unwrap();
        });
        backend.read(|unit| {
            let mut current = |n| unit.users().find(id(n)).unwrap().unwrap().current_team_id;
            assert_eq!([1, 2].map(&mut current), [None, Some(id(31))]);
            assert_eq!(unit.teams().find(id(30)).unwrap(), None);
            assert_eq!(unit.invitations().find(id(80)).unwrap(), None);
        });
        for table in ["team_members", "team_member_roles", "team_roles", "invitations"] {
            assert_eq!(backend.count(table), 0, "{table}");
        }
    }
}

#[test]
fn a_member_is_no_longer_there_with_their_roles_and_their_choice() {
    for backend in Backend::all() {
        seed_teams(&backend);
        let there = User {
            current_team_id: Some(id(30)),
            ..user(2)
        };
        backend.write(|unit| {
            unit.users().update(&there).unwrap();
            for n in [30, 31] {
                let member: TeamMember = team_member(n, 2, &[SystemRole::Developer.id()]);
                unit.team_members().insert(workspace_id(), &member).unwrap();
            }
            unit.team_members().delete(workspace_id(), id(31), id(2)).unwrap();
            assert_eq!(unit.users().find(id(2)).unwrap(), Some(there.clone()));
            unit.team_members().delete(workspace_id(), id(30), id(2)).unwrap();
            unit.team_members().delete(workspace_id(), id(30), id(2)).unwrap();
            assert_eq!(unit.users().find(id(2)).unwrap(), Some(user(2)));
        });
        assert_eq!(backend.count("team_member_roles"), 0);
    }
}
