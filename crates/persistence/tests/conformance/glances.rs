//! What is looked at without a transaction: the same that a transaction finds, and nothing for strangers.

use tenantry_application::ports::{Glance, Glances, KeptBalances, Viewer};
use tenantry_domain::Limit;
use tenantry_domain::capacity::NodeId;
use tenantry_domain::workspace::Role;

use crate::fixtures::*;
use crate::support::*;

/// A member, a limit and a charge, beside a workspace of somebody else.
fn seed_seen(backend: &Backend) {
    seed(backend);
    backend.write(|unit| {
        unit.users().insert(&user(1)).unwrap();
        unit.users().insert(&user(2)).unwrap();
        unit.members()
            .insert(&member(WORKSPACE, 1, Role::Viewer))
            .unwrap();
        unit.workspaces().insert(&workspace(2)).unwrap();
        unit.members().insert(&member(2, 2, Role::Owner)).unwrap();
        for limited in [seats(), meter("sso")] {
            unit.balances()
                .set_limit(
                    workspace_id(),
                    at_organization(12),
                    &limited,
                    Limit::AtMost(units(4)),
                )
                .unwrap();
        }
        save_charge(unit, &charge(12, "m", 1));
    });
}

/// What a glance sees of the workspace, by whom it was said to be.
fn seen<T>(glance: Option<Glance<T>>, role: Option<Role>) -> T {
    let glance = glance.unwrap();
    assert_eq!((glance.workspace_id, glance.role), (workspace_id(), role));
    assert_eq!(glance.next_transition_at, workspace(WORKSPACE).next_transition_at);
    glance.seen
}

#[test]
fn glances_see_what_a_transaction_finds() {
    for backend in Backend::all() {
        seed_seen(&backend);
        let (store, viewer) = (&backend.store, Some(Role::Viewer));
        backend.read(|unit| {
            let mut kept = unit.balances().of_workspace(workspace_id()).unwrap();
            let mut balances = |node: NodeId| kept.remove(&node).unwrap_or_default();

            let (found, pool) = seen(store.workspace(id(1), workspace_id()).unwrap(), viewer);
            assert_eq!(found, workspace(WORKSPACE));
            assert_eq!(pool, balances(pool_node()));

            let one = store.organization(id(1), workspace_id(), id(12)).unwrap();
            let (found, own): (_, KeptBalances) = seen(one, viewer).unwrap();
            assert_eq!(
                Some(found),
                unit.organizations().find(workspace_id(), id(12)).unwrap()
            );
            assert_eq!(own.len(), 2);
            assert_eq!(own, balances(node(12)));

            let all = seen(store.organizations(id(1), workspace_id()).unwrap(), viewer);
            let (found, kept): (Vec<_>, Vec<_>) = all.into_iter().unzip();
            assert_eq!(found, unit.organizations().all(workspace_id()).unwrap());
            let lengths: Vec<usize> = kept.iter().map(KeptBalances::len).collect();
            assert_eq!(lengths, [0, 0, 2, 0, 0]);

            let mut chains = unit
                .balances()
                .chains(workspace_id(), &[at_organization(12)])
                .unwrap();
            let chain = chains.remove(&at_organization(12));
            assert!(chain.is_some());
            for (as_whom, role) in [(Viewer::Member(id(1)), viewer), (Viewer::Machine, None)] {
                let found = store.chain(as_whom, workspace_id(), id(12)).unwrap();
                assert_eq!(seen(found, role), chain);
                for place in [at_organization(12), at_organization(20)] {
                    let found = store.charge(as_whom, place, &charge_key("m")).unwrap();
                    assert_eq!(seen(found, role), Some(charge(12, "m", 1)), "wherever there");
                }
            }
        });
    }
}

#[test]
fn what_is_not_there_is_told_from_what_is_not_the_viewers() {
    for backend in Backend::all() {
        seed_seen(&backend);
        let (store, viewer) = (&backend.store, Some(Role::Viewer));
        let missing = store.organization(id(1), workspace_id(), id(99)).unwrap();
        assert_eq!(seen(missing, viewer), None);
        for (as_whom, role) in [(Viewer::Member(id(1)), viewer), (Viewer::Machine, None)] {
            let missing = store.chain(as_whom, workspace_id(), id(99)).unwrap();
            assert_eq!(seen(missing, role), None);
            let missing = store
                .charge(as_whom, at_organization(12), &charge_key("x"))
                .unwrap();
            assert_eq!(seen(missing, role), None);
        }
        let elsewhere = store.organizations(id(2), id(2)).unwrap().unwrap();
        assert_eq!((elsewhere.role, elsewhere.seen), (Some(Role::Owner), Vec::new()));
        let stranger = Viewer::Member(id(2));
        for workspace in [workspace_id(), id(98)] {
            assert_eq!(store.workspace(id(2), workspace).unwrap(), None);
            assert_eq!(store.organization(id(2), workspace, id(12)).unwrap(), None);
            assert_eq!(store.organizations(id(2), workspace).unwrap(), None);
            assert_eq!(store.chain(stranger, workspace, id(12)).unwrap(), None);
        }
        for place in [at_organization(12), at_organization(99), at_team(99)] {
            assert_eq!(store.charge(stranger, place, &charge_key("m")).unwrap(), None);
        }
        let nowhere = store.charge(Viewer::Machine, at_team(99), &charge_key("m"));
        assert_eq!(nowhere.unwrap(), None);
    }
}
