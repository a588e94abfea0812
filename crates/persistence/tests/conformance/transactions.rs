use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tenantry_application::ports::{StoreError, UniqueKey};
use tenantry_domain::user::User;
use tenantry_persistence::{Concurrency, Options, open};

use crate::fixtures::*;
use crate::support::*;

#[test]
fn dropping_a_transaction_undoes_it() {
    for backend in Backend::all() {
        for _ in 0..20 {
            let mut unit = backend.store.begin_write().unwrap();
            unit.workspaces().insert(&workspace(1)).unwrap();
        }
        backend.read(|unit| assert_eq!(unit.workspaces().find(by_id(1)).unwrap(), None));
        backend.write(|unit| unit.workspaces().insert(&workspace(1)).unwrap());
        backend.read(|unit| assert!(unit.workspaces().find(by_id(1)).unwrap().is_some()));
    }
}

#[test]
fn connections_in_use_are_counted() {
    for backend in Backend::all() {
        let in_use = || {
            backend
                .store
                .connections()
                .iter()
                .map(|pool| pool.used)
                .sum::<u32>()
        };
        assert_eq!(in_use(), 0);
        let reader = backend.store.begin_read().unwrap();
        let writer = backend.store.begin_write().unwrap();
        assert_eq!(in_use(), 2);
        drop((reader, writer));
        let pools = backend.store.connections();
        assert_eq!(in_use(), 0);
        assert!(pools.iter().map(|pool| pool.idle).sum::<u32>() >= 2, "{pools:?}");
        assert!(pools.iter().all(|pool| pool.idle <= pool.size), "{pools:?}");
    }
}

#[test]
fn after_a_failure_nothing_can_be_committed() {
    for backend in Backend::all() {
        backend.write(|unit| unit.users().insert(&user(1)).unwrap());
        let mut unit = backend.store.begin_write().unwrap();
        unit.users().insert(&user(2)).unwrap();
        unit.users().insert(&User { id: id(1), ..user(3) }).unwrap_err();
        let error = unit.commit().unwrap_err();
        assert!(
            matches!(error, StoreError::Duplicate(UniqueKey::Other)),
            "{error:?}"
        );
        backend.write(|unit| {
            assert_eq!(unit.users().find(id(2)).unwrap(), None);
            unit.users().insert(&user(2)).unwrap();
        });
    }
}

#[test]
fn a_reader_sees_the_state_in_which_it_began() {
    for backend in Backend::all() {
        seed(&backend);
        let mut reader = backend.store.begin_read().unwrap();
        assert_eq!(reader.organizations().all(workspace_id()).unwrap().len(), 5);
        backend.write(|unit| {
            add_organization(unit, &organization(30, &[]));
            unit.organizations()
                .delete_subtree(workspace_id(), id(10))
                .unwrap();
        });
        assert_eq!(reader.organizations().all(workspace_id()).unwrap().len(), 5);
        assert_eq!(
            reader
                .balances()
                .chains(workspace_id(), &[at_organization(12)])
                .unwrap()
                .len(),
            1
        );
        backend.read(|unit| assert_eq!(unit.organizations().all(workspace_id()).unwrap().len(), 2));
        drop(reader);
    }
}

#[test]
fn a_reader_cannot_write() {
    for backend in Backend::all() {
        let mut unit = backend.store.begin_read().unwrap();
        unit.workspaces().insert(&workspace(1)).unwrap_err();
        unit.commit().unwrap_err();
        backend.read(|unit| assert_eq!(unit.workspaces().find(by_id(1)).unwrap(), None));
    }
}

#[test]
fn a_panic_undoes_its_transaction_and_takes_nothing_else_with_it() {
    for backend in Backend::all() {
        for _ in 0..3 {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                let mut unit = backend.store.begin_write().unwrap();
                unit.workspaces().insert(&workspace(1)).unwrap();
                panic!("as a test does");
            }));
            assert!(panicked.is_err());
        }
        backend.write(|unit| unit.workspaces().insert(&workspace(1)).unwrap());
    }
}

#[test]
fn whoever_waits_too_long_is_told() {
    for backend in Backend::all() {
        let options = Options {
            connections: Some(2),
            acquire_timeout: Duration::from_millis(100),
            ..Options::default()
        };
        let store = open(&backend.url, &options).unwrap();
        let Concurrency { reads, writes } = store.concurrency();
        let readers: Vec<_> = (0..reads).map(|_| store.begin_read().unwrap()).collect();
        let writers: Vec<_> = (0..writes).map(|_| store.begin_write().unwrap()).collect();
        for begun in [store.begin_read(), store.begin_write()] {
            let error = begun.err().unwrap();
            assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        }
        drop((readers, writers));
        store.begin_read().unwrap();
        store.begin_write().unwrap();
    }
}

#[test]
fn no_wait_is_too_short_or_too_long() {
    for backend in Backend::all() {
        for acquire_timeout in [Duration::ZERO, Duration::MAX] {
            let store = open(
                &backend.url,
                &Options {
                    connections: Some(0),
                    acquire_timeout,
                    ..Options::default()
                },
            )
            .unwrap();
            drop(store.begin_read().unwrap());
            store.begin_write().unwrap().commit().unwrap();
        }
    }
}
