use std::sync::Arc;
use std::thread;

use tenantry_application::ports::{ChargeKey, LedgerChange, StoreError, StoreResult};
use tenantry_domain::Limit;
use tenantry_domain::capacity::{Balance, UsageChange};
use tenantry_persistence::MigratableStore;

use crate::fixtures::*;
use crate::support::*;

const THREADS: usize = 8;
const ATTEMPTS: usize = 30;
const CAPACITY: u64 = 100;

/// Charges one seat to organization 12 when the pool has room, and the resource is not charged already; tells whether it is now.
pub fn charge_one(store: &dyn MigratableStore, resource: &str) -> StoreResult<bool> {
    let mut unit = store.begin_write()?;
    let key = ChargeKey {
        meter: seats(),
        resource_id: text(resource),
    };
    let chain = locked_chain(&mut *unit, workspace_id(), at_organization(12), &seats())?.unwrap();
    if unit.charges().find(workspace_id(), &key)?.is_some() {
        return Ok(true);
    }
    let pool = chain.above[0].balances.get(&seats()).copied().unwrap_or_default();
    if pool.limit.is_exceeded_by(units(pool.subtree.get() + 1)) {
        return Ok(false);
    }
    let nodes: Vec<_> = chain
        .above
        .iter()
        .chain([&chain.target])
        .map(|node| node.id)
        .collect();
    let usage = usage_after(
        &mut *unit,
        (&nodes, Some(12)),
        &seats(),
        UsageChange::Grow(units(1)),
    )?;
    unit.charges().save(&[LedgerChange {
        usage,
        ..charging(&[charge(12, resource, 1)])
    }])?;
    unit.commit()?;
    Ok(true)
}

fn charge_until_answered(store: &dyn MigratableStore, resource: &str) -> bool {
    loop {
        match charge_one(store, resource) {
            Ok(admitted) => return admitted,
            Err(StoreError::Retry(_) | StoreError::Unavailable(_)) => thread::yield_now(),
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn charge_from_many_threads(backend: &Backend, stores: &[Arc<dyn MigratableStore>]) {
    seed(backend);
    backend.write(|unit| {
        unit.balances()
            .set_capacity(workspace_id(), account_pool(ACCOUNT), &seats(), units(CAPACITY))
            .unwrap();
    });
    let admitted: usize = thread::scope(|scope| {
        let worker = |number: usize| {
            let store = &stores[number % stores.len()];
            move || {
                let resources = (0..ATTEMPTS).map(|attempt| format!("{number}-{attempt}"));
                resources
                    .filter(|resource| charge_until_answered(&**store, resource))
                    .count()
            }
        };
        let workers: Vec<_> = (0..THREADS).map(|number| scope.spawn(worker(number))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!(admitted, 100);
    backend.read(|unit| {
        let kept = unit.balances().of_workspace(workspace_id()).unwrap();
        let balance = |cap, direct| Balance {
            limit: Limit::from_option(cap),
            direct,
            subtree: units(CAPACITY),
        };
        assert_eq!(
            kept[&pool_node()][&seats()],
            balance(Some(units(CAPACITY)), units(0))
        );
        assert_eq!(kept[&node(10)][&seats()], balance(None, units(0)));
        assert_eq!(kept[&node(11)][&seats()], balance(None, units(0)));
        assert_eq!(kept[&node(12)][&seats()], balance(None, units(CAPACITY)));
        let totals = unit.charges().totals(workspace_id()).unwrap();
        assert_eq!(totals, [(charge(12, "x", 1).target, seats(), units(CAPACITY))]);
    });
}

#[test]
fn threads_never_pass_a_limit() {
    for backend in Backend::all() {
        charge_from_many_threads(&backend, std::slice::from_ref(&backend.store));
    }
}

#[test]
fn processes_never_pass_a_limit() {
    for backend in Backend::all() {
        charge_from_many_threads(&backend, &[backend.store.clone(), backend.again()]);
    }
}
