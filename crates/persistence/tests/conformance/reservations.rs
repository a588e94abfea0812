use tenantry_application::ports::{ChangedCharge, LedgerChange, StoreError, UnitOfWork};
use tenantry_domain::capacity::ChargeTarget;
use tenantry_domain::charge::Charge;
use tenantry_domain::reservation::{Reservation, ReservationStatus, TimeToLive};

use crate::fixtures::*;
use crate::support::*;

fn reservation(n: u128, expires_at: i64) -> Reservation {
    Reservation {
        expires_at: at(expires_at),
        ..Reservation::of(id(n), &charge(12, &format!("r{n}"), 2), TimeToLive::default())
    }
}

fn numbers(found: &[Reservation]) -> Vec<u128> {
    found
        .iter()
        .map(|reservation| reservation.id.as_uuid().as_u128())
        .collect()
}

#[test]
fn c5_reservations_are_kept_until_long_after_their_end() {
    for backend in Backend::all() {
        seed(&backend);
        let [first, second, third] = [reservation(1, 300), reservation(2, 100), reservation(3, 200)];
        let all = [first.clone(), second.clone(), third.clone()];
        backend.write(|unit| unit.reservations().save(&all, &[]).unwrap());
        let ended = [
            first.clone().ended(ReservationStatus::Committed, at(50)),
            third.clone().ended(ReservationStatus::Released, at(60)),
        ];
        backend.write(|unit| {
            let reservations = unit.reservations();
            assert_eq!(reservations.find(id(2)).unwrap(), Some(second.clone()));
            assert_eq!(reservations.find(id(9)).unwrap(), None);
            assert_eq!(reservations.next_expiry(workspace_id()).unwrap(), Some(at(100)));
            assert_eq!(reservations.next_expiry(id(9)).unwrap(), None);
            let expired = |unit: &mut dyn UnitOfWork, now| {
                numbers(&unit.reservations().expired(workspace_id(), at(now)).unwrap())
            };
            assert_eq!(expired(unit, 99), [0_u128; 0]);
            assert_eq!(expired(unit, 200), [2, 3]);
            unit.reservations().save(&[], &ended).unwrap();
            assert_eq!(expired(unit, 900), [2]);
            assert_eq!(unit.reservations().find(id(1)).unwrap().as_ref(), Some(&ended[0]));
            assert_eq!(unit.reservations().forget(at(60)).unwrap(), 1);
            let left = [1, 2, 3].map(|n| unit.reservations().find(id(n)).unwrap().is_some());
            assert_eq!(left, [false, true, true]);
        });
    }
}

#[test]
fn c11_a_charge_is_moved_from_where_it_is_thought_to_be() {
    for backend in Backend::all() {
        seed(&backend);
        let before = charge(12, "seat", 3);
        let after = Charge {
            target: ChargeTarget::Organization(id(20)),
            updated_at: at(5),
            ..before.clone()
        };
        let moving = |from: u128| LedgerChange {
            changed: vec![ChangedCharge {
                charge: after.clone(),
                was_at: ChargeTarget::Organization(id(from)),
            }],
            ..charging(&[])
        };
        backend.write(|unit| save_charge(unit, &before));
        let elsewhere = backend.fail(|unit| unit.charges().save(&[moving(11)]));
        assert!(matches!(elsewhere, StoreError::Retry(_)), "{elsewhere:?}");
        backend.write(|unit| unit.charges().save(&[moving(12)]).unwrap());
        backend.read(|unit| {
            let keys = [tenantry_application::ports::ChargeKey::of(&after)];
            let standing = unit.charges().standing(workspace_id(), &keys).unwrap().unwrap();
            assert_eq!(standing.charges, std::slice::from_ref(&after));
        });
    }
}

#[test]
fn workspaces_in_which_something_is_due_are_found() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            for (n, due) in [(100, Some(30)), (101, Some(10)), (102, None), (103, Some(31))] {
                let workspace = tenantry_domain::workspace::Workspace {
                    next_transition_at: due.map(at),
                    ..workspace(n)
                };
                unit.workspaces().insert(&workspace).unwrap();
            }
            let workspaces = unit.workspaces();
            assert_eq!(workspaces.due(at(30), 9).unwrap(), [id(101), id(100)]);
            assert_eq!(workspaces.due(at(31), 1).unwrap(), [id(101)]);
            assert_eq!(workspaces.due(at(9), 9).unwrap(), []);
        });
    }
}
