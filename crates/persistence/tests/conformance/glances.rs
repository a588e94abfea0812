//! What is looked at without a transaction: the same that a transaction finds, and nothing for strangers.

use tenantry_application::ports::{AskedOrganization, Glance, KeptBalances, Viewer};
use tenantry_domain::Limit;
use tenantry_domain::capacity::NodeId;
use tenantry_domain::organization::Organization;
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

fn asked(user: u128, workspace: u128, organization: u128) -> AskedOrganization {
    AskedOrganization {
        user: id(user),
        workspace: id(workspace),
        id: id(organization),
    }
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

            let one = store.organizations(&[asked(1, WORKSPACE, 12)]).unwrap().remove(0);
            let (found, own): (_, KeptBalances) = seen(one, viewer).unwrap();
            assert_eq!(
                Some(found),
                unit.organizations().find(workspace_id(), id(12)).unwrap()
            );
            assert_eq!(own.len(), 2);
            assert_eq!(own, balances(node(12)));

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
        let missing = store.organizations(&[asked(1, WORKSPACE, 99)]).unwrap();
        assert_eq!(seen(missing.into_iter().next().unwrap(), viewer), None);
        for (as_whom, role) in [(Viewer::Member(id(1)), viewer), (Viewer::Machine, None)] {
            let missing = store.chain(as_whom, workspace_id(), id(99)).unwrap();
            assert_eq!(seen(missing, role), None);
            let missing = store
                .charge(as_whom, at_organization(12), &charge_key("x"))
                .unwrap();
            assert_eq!(seen(missing, role), None);
        }
        let stranger = Viewer::Member(id(2));
        for workspace in [workspace_id(), id(98)] {
            assert_eq!(store.workspace(id(2), workspace).unwrap(), None);
            assert_eq!(store.chain(stranger, workspace, id(12)).unwrap(), None);
        }
        let strange = [asked(2, WORKSPACE, 12)];
        assert_eq!(store.organizations(&strange).unwrap(), [None]);
        for place in [at_organization(12), at_organization(99), at_team(99)] {
            assert_eq!(store.charge(stranger, place, &charge_key("m")).unwrap(), None);
        }
        let nowhere = store.charge(Viewer::Machine, at_team(99), &charge_key("m"));
        assert_eq!(nowhere.unwrap(), None);
    }
}

#[test]
fn organizations_that_are_asked_for_at_once_are_seen_as_if_each_were_alone() {
    for backend in Backend::all() {
        seed_seen(&backend);
        backend.write(|unit| {
            let theirs = organization(30, &[]);
            let theirs = Organization {
                workspace_id: id(2),
                billing_account_id: None,
                ..theirs
            };
            add_organization(unit, &theirs);
        });
        let all = [
            asked(1, WORKSPACE, 12),
            asked(2, WORKSPACE, 12),
            asked(2, 2, 30),
            asked(1, WORKSPACE, 30),
            asked(1, WORKSPACE, 99),
            asked(1, WORKSPACE, 12),
            asked(1, 98, 12),
            asked(1, WORKSPACE, 10),
        ];
        let alone = all.map(|one| backend.store.organizations(&[one]).unwrap().remove(0));
        let is_seen = |n: usize| alone[n].as_ref().is_some_and(|glance| glance.seen.is_some());
        assert_eq!((0..8).filter(|n| is_seen(*n)).collect::<Vec<_>>(), [0, 2, 5, 7]);
        assert_eq!(backend.store.organizations(&all).unwrap(), alone);
        assert_eq!(backend.store.organizations(&[]).unwrap(), []);
    }
}
