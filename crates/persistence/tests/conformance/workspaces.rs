use tenantry_application::page::Position;
use tenantry_application::ports::{UnitOfWork, WorkspaceKey};
use tenantry_domain::text::Folded;
use tenantry_domain::workspace::{Role, Workspace};
use tenantry_domain::{BillingMode, Timestamp};

use crate::fixtures::*;
use crate::support::*;

#[test]
fn everything_about_a_workspace_is_kept_to_the_microsecond() {
    for backend in Backend::all() {
        let full = Workspace {
            name: text("Ünïcode 🏢"),
            description: Some(text("two\nlines, 漢字")),
            billing_mode: BillingMode::Pooled,
            ever_subscribed: true,
            next_transition_at: Some(Timestamp::from_micros(-1).unwrap()),
            archived_at: Some(Timestamp::from_micros(253_402_300_799_999_999).unwrap()),
            updated_at: at(1),
            ..workspace(1)
        };
        backend.write(|unit| {
            unit.workspaces().insert(&full).unwrap();
            unit.workspaces().insert(&workspace(2)).unwrap();
        });
        backend.read(|unit| {
            assert_eq!(unit.workspaces().find(by_id(1)).unwrap(), Some(full));
            assert_eq!(unit.workspaces().find(by_id(2)).unwrap(), Some(workspace(2)));
            assert_eq!(unit.workspaces().find(by_id(3)).unwrap(), None);
        });
    }
}

#[test]
fn what_is_permanent_survives_an_update() {
    for backend in Backend::all() {
        backend.write(|unit| unit.workspaces().insert(&workspace(1)).unwrap());
        let wanted = Workspace {
            name: text("Other"),
            description: Some(text("")),
            ever_subscribed: true,
            next_transition_at: Some(at(5)),
            archived_at: Some(at(6)),
            updated_at: at(7),
            ..workspace(1)
        };
        let asked = Workspace {
            billing_mode: BillingMode::Single,
            created_at: at(8),
            ..wanted.clone()
        };
        backend.write(|unit| unit.workspaces().update(&asked).unwrap());
        backend.read(|unit| assert_eq!(unit.workspaces().find(by_id(1)).unwrap(), Some(wanted)));
        backend.fail(|unit| unit.workspaces().update(&workspace(2)));
    }
}

#[test]
fn only_members_find_a_workspace() {
    for backend in Backend::all() {
        backend.write(|unit| {
            for n in [1, 2] {
                unit.workspaces().insert(&workspace(n)).unwrap();
                unit.users().insert(&user(n)).unwrap();
            }
            unit.members().insert(&member(1, 1, Role::Admin)).unwrap();
        });
        backend.write(|unit| {
            unit.workspaces().lock(id(1)).unwrap();
            let mut find = |workspace, user| {
                unit.workspaces()
                    .find_as_member(by_id(workspace), id(user))
                    .unwrap()
            };
            assert_eq!(find(1, 1), Some((workspace(1), Role::Admin)));
            assert_eq!((find(1, 2), find(2, 1), find(3, 1)), (None, None, None));
        });
    }
}

#[test]
fn the_workspaces_of_targets_are_found() {
    for backend in Backend::all() {
        seed(&backend);
        backend.read(|unit| {
            let found = unit
                .workspaces()
                .of_targets(&[at_organization(10), at_organization(99), at_organization(12)])
                .unwrap();
            assert_eq!(
                found,
                [10, 12].map(|n| (at_organization(n), workspace_id())).into()
            );
            assert_eq!(unit.workspaces().of_targets(&[]).unwrap(), [].into());
        });
    }
}

#[test]
fn a_persons_workspaces_are_listed_archived_ones_last() {
    for backend in Backend::all() {
        backend.write(|unit| {
            unit.users().insert(&user(1)).unwrap();
            unit.users().insert(&user(2)).unwrap();
            for n in 1..=6 {
                let archived_at = (n % 2 == 0).then(|| at(0));
                unit.workspaces()
                    .insert(&Workspace {
                        archived_at,
                        ..workspace(n)
                    })
                    .unwrap();
                unit.members()
                    .insert(&member(n, if n == 5 { 2 } else { 1 }, Role::Viewer))
                    .unwrap();
            }
        });
        backend.read(|unit| {
            assert_eq!(list(unit, Position::Start), [1, 3, 2, 4, 6]);
            let key = |archived, n| WorkspaceKey { archived, id: id(n) };
            assert_eq!(list(unit, after(key(false, 1))), [3, 2, 4, 6]);
            assert_eq!(list(unit, after(key(false, 3))), [2, 4, 6]);
            assert_eq!(list(unit, after(key(true, 4))), [6]);
            assert_eq!(list(unit, before(key(true, 4))), [1, 3, 2]);
            assert_eq!(list(unit, before(key(false, 3))), [1]);
        });
    }
}

#[test]
fn x2_a_persons_workspaces_are_found_by_a_part_of_their_present_names() {
    for backend in Backend::all() {
        backend.write(|unit| {
            unit.users().insert(&user(1)).unwrap();
            for (n, name) in [(1, "Straße"), (2, "Gasse"), (3, "STRASSE"), (4, "Strasse")] {
                let named = Workspace {
                    name: text(name),
                    ..workspace(n)
                };
                unit.workspaces().insert(&named).unwrap();
                if n < 4 {
                    unit.members().insert(&member(n, 1, Role::Viewer)).unwrap();
                }
            }
            let renamed = Workspace {
                name: text("100 %"),
                ..workspace(3)
            };
            assert_eq!(search(unit, "strasse"), [1, 3]);
            unit.workspaces().update(&renamed).unwrap();
            assert_eq!(search(unit, "STRASSE"), [1]);
            assert_eq!(search(unit, "%"), [3]);
            assert_eq!(search(unit, "s"), [1, 2]);
        });
    }
}

fn search(unit: &mut dyn UnitOfWork, name: &str) -> Vec<u128> {
    let (name, all) = (Folded::of(name), page(10, Position::Start));
    let found = unit
        .workspaces()
        .list_of_member(id(1), Some(&name), &all)
        .unwrap();
    found
        .items
        .iter()
        .map(|found| found.id.as_uuid().as_u128())
        .collect()
}

fn list(unit: &mut dyn UnitOfWork, position: Place<WorkspaceKey>) -> Vec<u128> {
    let found = unit
        .workspaces()
        .list_of_member(id(1), None, &page(10, position))
        .unwrap();
    found
        .items
        .iter()
        .map(|workspace| workspace.id.as_uuid().as_u128())
        .collect()
}

#[test]
fn all_workspaces_are_listed_in_steps() {
    for backend in Backend::all() {
        backend.write(|unit| {
            for n in 1..=5 {
                unit.workspaces().insert(&workspace(n)).unwrap();
            }
        });
        backend.read(|unit| {
            let mut step = |after: Option<u128>| unit.workspaces().list_all(after.map(id), 2).unwrap();
            assert_eq!(step(None), [workspace(1), workspace(2)]);
            assert_eq!(step(Some(2)), [workspace(3), workspace(4)]);
            assert_eq!(step(Some(4)), [workspace(5)]);
            assert_eq!(step(Some(5)), []);
        });
    }
}
