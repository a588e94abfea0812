use tenantry_application::ports::{StoreError, UniqueKey};
use tenantry_domain::RoleId;
use tenantry_domain::team::{CustomRole, Scopes, SystemRole};

use crate::fixtures::*;
use crate::support::*;

/// Teams 30 and 31 of organization 12, with person 1 in the former.
fn seed_roles(backend: &Backend) {
    seed(backend);
    backend.write(|unit| {
        unit.users().insert(&user(1)).unwrap();
        for n in [30, 31] {
            unit.teams().insert(&team(n, Some(12))).unwrap();
        }
        unit.team_members()
            .insert(workspace_id(), &team_member(30, 1, &[]))
            .unwrap();
        for role in [custom_role(72, 30, "Late"), custom_role(71, 30, "Early")] {
            unit.team_roles().insert(workspace_id(), &role).unwrap();
        }
    });
}

#[test]
fn roles_of_teams_are_found_in_the_order_of_their_creation() {
    for backend in Backend::all() {
        seed_roles(&backend);
        let changed = CustomRole {
            name: text("Späht 👀"),
            scopes: Scopes::all(),
            updated_at: at(3),
            ..custom_role(71, 30, "Early")
        };
        let elsewhere = CustomRole {
            scopes: Scopes::default(),
            ..custom_role(73, 31, "Early")
        };
        backend.write(|unit| {
            unit.team_roles().insert(workspace_id(), &elsewhere).unwrap();
            let asked = CustomRole {
                created_at: at(9),
                ..changed.clone()
            };
            unit.team_roles().update(workspace_id(), &asked).unwrap();
        });
        backend.write(|unit| {
            let teams = [30, 31, 32].map(|n| team(n, Some(12)));
            let found = unit.team_roles().of_teams(&teams).unwrap();
            assert_eq!(found[&id(30)], [changed.clone(), custom_role(72, 30, "Late")]);
            assert_eq!(found[&id(31)], [elsewhere]);
            assert_eq!(found.len(), 2);
            unit.team_roles().delete(workspace_id(), id(71)).unwrap();
            unit.team_roles().delete(workspace_id(), id(71)).unwrap();
            let left = unit.team_roles().of_teams(&teams[..1]).unwrap();
            assert_eq!(left[&id(30)], [custom_role(72, 30, "Late")]);
        });
        backend.fail(|unit| {
            unit.team_roles()
                .update(workspace_id(), &custom_role(99, 30, "x"))
        });
    }
}

#[test]
fn t10_the_name_of_a_role_is_unique_in_its_team_whatever_its_case() {
    for backend in Backend::all() {
        seed_roles(&backend);
        let taken = |error: StoreError| {
            assert!(
                matches!(error, StoreError::Duplicate(UniqueKey::RoleName)),
                "{error:?}"
            );
        };
        taken(backend.fail(|unit| {
            unit.team_roles()
                .insert(workspace_id(), &custom_role(73, 30, "EARLY"))
        }));
        taken(backend.fail(|unit| {
            unit.team_roles()
                .update(workspace_id(), &custom_role(72, 30, "early"))
        }));
        backend.write(|unit| {
            let theirs = custom_role(73, 31, "early");
            unit.team_roles().insert(workspace_id(), &theirs).unwrap();
        });
    }
}

#[test]
fn t10_a_role_is_used_by_whoever_holds_it_and_by_invitations_to_it() {
    for backend in Backend::all() {
        seed_roles(&backend);
        backend.write(|unit| {
            let held = team_member(30, 1, &[id(71)]);
            unit.team_members().set_roles(workspace_id(), &held).unwrap();
            let promised = tenantry_domain::team::Invitation {
                role_id: id(72),
                ..invitation(80, 30, "a@example.com")
            };
            unit.invitations().insert(workspace_id(), &promised).unwrap();
            let mut is_used = |role: RoleId| unit.team_roles().is_used(workspace_id(), role).unwrap();
            let developer = SystemRole::Developer.id();
            assert_eq!(
                [id(71), id(72), id(73), developer].map(&mut is_used),
                [true, true, false, false]
            );
            assert!(!unit.team_roles().is_used(id(99), id(71)).unwrap());
            unit.team_members()
                .set_roles(workspace_id(), &team_member(30, 1, &[]))
                .unwrap();
            unit.invitations().delete(workspace_id(), id(80)).unwrap();
            let mut is_used = |role: RoleId| unit.team_roles().is_used(workspace_id(), role).unwrap();
            assert_eq!([id(71), id(72)].map(&mut is_used), [false, false]);
        });
    }
}

#[test]
fn a_scope_that_nobody_knows_is_a_located_error() {
    for backend in Backend::all() {
        seed_roles(&backend);
        backend.tamper("UPDATE team_roles SET scopes = 'site:view nonsense'");
        let error = backend.fail(|unit| unit.team_roles().of_teams(&[team(30, Some(12))]));
        assert!(
            matches!(
                error,
                StoreError::Corrupt {
                    table: "team_roles",
                    column: "scopes",
                    ..
                }
            ),
            "{error:?}"
        );
    }
}
