use tenantry_application::page::Position;
use tenantry_application::ports::{StoreError, UniqueKey};
use tenantry_domain::workspace::{Member, Role};

use crate::fixtures::*;
use crate::support::*;

fn seed_members(backend: &Backend) {
    backend.write(|unit| {
        unit.workspaces().insert(&workspace(1)).unwrap();
        unit.workspaces().insert(&workspace(2)).unwrap();
        for n in 1..=4 {
            unit.users().insert(&user(n)).unwrap();
        }
        for (n, role) in [(1, Role::Owner), (2, Role::Admin), (3, Role::Owner)] {
            unit.members().insert(&member(1, n, role)).unwrap();
        }
        unit.members().insert(&member(2, 4, Role::Viewer)).unwrap();
    });
}

#[test]
fn members_are_found_listed_and_counted_by_workspace() {
    for backend in Backend::all() {
        seed_members(&backend);
        backend.read(|unit| {
            let members = unit.members();
            assert_eq!(
                members.find(id(1), id(2)).unwrap(),
                Some(member(1, 2, Role::Admin))
            );
            assert_eq!(members.find(id(1), id(4)).unwrap(), None);
            let mut list = |role, position| members.list(id(1), role, &page(10, position)).unwrap().items;
            assert_eq!(
                list(None, after(id(1))),
                [member(1, 2, Role::Admin), member(1, 3, Role::Owner)]
            );
            assert_eq!(
                list(Some(Role::Owner), Position::Start),
                [member(1, 1, Role::Owner), member(1, 3, Role::Owner)]
            );
            assert_eq!(list(Some(Role::Viewer), Position::Start), []);
            assert_eq!(
                (members.count(id(1)).unwrap(), members.count(id(3)).unwrap()),
                (3, 0)
            );
            let mut count = |role| members.count_role(id(1), role).unwrap();
            assert_eq!(
                (count(Role::Owner), count(Role::Admin), count(Role::Viewer)),
                (2, 1, 0)
            );
        });
    }
}

#[test]
fn a_person_is_in_a_workspace_once() {
    for backend in Backend::all() {
        seed_members(&backend);
        let error = backend.fail(|unit| unit.members().insert(&member(1, 2, Role::Viewer)));
        assert!(
            matches!(error, StoreError::Duplicate(UniqueKey::Member)),
            "{error:?}"
        );
        let error = backend.fail(|unit| unit.members().insert(&member(1, 9, Role::Viewer)));
        assert!(
            matches!(error, StoreError::Other(_)),
            "nobody has this id: {error:?}"
        );
    }
}

#[test]
fn a_role_changes_and_a_member_goes() {
    for backend in Backend::all() {
        seed_members(&backend);
        let asked = Member {
            role: Role::Viewer,
            updated_at: at(1),
            created_at: at(2),
            ..member(1, 2, Role::Admin)
        };
        backend.write(|unit| {
            unit.members().update(&asked).unwrap();
            unit.members().delete(id(1), id(3)).unwrap();
            unit.members().delete(id(1), id(4)).unwrap();
        });
        backend.read(|unit| {
            let changed = Member {
                created_at: at(0),
                ..asked
            };
            assert_eq!(unit.members().find(id(1), id(2)).unwrap(), Some(changed));
            assert_eq!(unit.members().count(id(1)).unwrap(), 2);
            assert_eq!(unit.members().count(id(2)).unwrap(), 1);
        });
        backend.fail(|unit| unit.members().update(&member(1, 3, Role::Admin)));
    }
}
