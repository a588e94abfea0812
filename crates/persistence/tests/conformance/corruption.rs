use tenantry_application::page::Position;
use tenantry_application::ports::{StoreError, StoreResult, UnitOfWork};
use tenantry_domain::workspace::Role;

use crate::fixtures::*;
use crate::support::*;

/// Where a row was found corrupt.
fn place<T: std::fmt::Debug>(
    backend: &Backend,
    work: impl FnOnce(&mut dyn UnitOfWork) -> StoreResult<T>,
) -> (&'static str, &'static str, String) {
    match backend.read(work).unwrap_err() {
        StoreError::Corrupt {
            table, column, row, ..
        } => (table, column, row),
        error => panic!("{error:?}"),
    }
}

fn uuid(n: u128) -> String {
    uuid::Uuid::from_u128(n).to_string()
}

#[test]
fn a_value_that_makes_no_sense_is_reported_with_its_place() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.users().insert(&user(1)).unwrap();
            unit.members().insert(&member(WORKSPACE, 1, Role::Owner)).unwrap();
            save_charge(unit, &charge(12, "seat", 1));
            let capacity = units(1);
            unit.balances()
                .set_capacity(workspace_id(), account_pool(ACCOUNT), &seats(), capacity)
                .unwrap();
        });
        backend.tamper(
            "UPDATE users SET email = 'nobody';
             UPDATE members SET role = 'king';
             UPDATE charges SET quantity = 0;
             UPDATE balances SET subtree = -1;
             UPDATE billing_accounts SET address_country = 'D';
             UPDATE organizations SET name = ' ', path = 'org_x'",
        );
        backend.tamper(backend.either(
            "UPDATE workspaces SET updated_at = 9223372036854775807",
            "UPDATE workspaces SET updated_at = '294000-01-01Z'",
        ));
        let key = |n: u128| format!("{}/{}", uuid(WORKSPACE), uuid(n));
        let found = place(&backend, |unit| unit.users().find(id(1)));
        assert_eq!(found, ("users", "email", uuid(1)));
        let found = place(&backend, |unit| {
            unit.members()
                .list(workspace_id(), None, &page(1, Position::Start))
        });
        assert_eq!(found, ("members", "role", key(1)));
        let found = place(&backend, |unit| {
            unit.charges()
                .list(workspace_id(), at_organization(12), &page(1, Position::Start))
        });
        assert_eq!(
            found,
            ("charges", "quantity", format!("{}/users/seat", uuid(WORKSPACE)))
        );
        let found = place(&backend, |unit| unit.balances().of_workspace(workspace_id()));
        assert_eq!(found, ("balances", "subtree", format!("{}/users", key(ACCOUNT))));
        let found = place(&backend, |unit| {
            unit.balances().chains(workspace_id(), &[at_organization(12)])
        });
        assert_eq!(found.1, "subtree");
        let found = place(&backend, |unit| unit.billing_accounts().all(workspace_id()));
        assert_eq!(found, ("billing_accounts", "address_country", key(ACCOUNT)));
        let found = place(&backend, |unit| unit.organizations().find(workspace_id(), id(12)));
        assert_eq!(found, ("organizations", "name", key(12)));
        let found = place(&backend, |unit| unit.workspaces().find(by_id(WORKSPACE)));
        assert_eq!(found, ("workspaces", "updated_at", uuid(WORKSPACE)));
    }
}

#[test]
fn a_chain_that_leads_nowhere_is_reported() {
    for backend in Backend::all() {
        seed(&backend);
        backend.tamper("DELETE FROM chain_links WHERE position = 3");
        backend.tamper(backend.either(
            "UPDATE chain_links SET node_id = zeroblob(16) WHERE position = 1",
            "UPDATE chain_links SET node_id = '00000000-0000-0000-0000-000000000000' WHERE position = 1",
        ));
        let found = place(&backend, |unit| {
            unit.balances().chains(workspace_id(), &[at_organization(12)])
        });
        assert_eq!(found, ("chain_links", "node_id", format!("{}/1", uuid(12))));
        backend.tamper("UPDATE chain_links SET node_id = target_id WHERE position = 1");
        let found = place(&backend, |unit| {
            unit.balances().chains(workspace_id(), &[at_organization(12)])
        });
        assert_eq!(found, ("chain_links", "node_id", uuid(12)));
        backend.tamper("UPDATE chain_links SET position = 70000 WHERE position = 2");
        let found = place(&backend, |unit| unit.balances().chain_links(workspace_id()));
        assert_eq!(found, ("chain_links", "position", format!("{}/70000", uuid(11))));
    }
}
